//! The one stream of facts that leaves a run. Knows no producer, display or store.

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use crate::id::{Digest, NodeId, RunId};

/// Version of the event stream; raised when a reader of the old form would misread the new one.
pub const EVENT_VERSION: u32 = 1;

/// A fact about a run, in the order it became true.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The run began.
    RunStarted {
        /// [`EVENT_VERSION`].
        version: u32,
        /// Its number in the journal.
        run: RunId,
        /// The plan's name.
        plan: String,
        /// Nodes in the plan.
        nodes: u32,
        /// Tool nodes that may run at once.
        jobs: u32,
    },
    /// A node changed its state: every transition is exactly one such event.
    Node {
        /// The node.
        node: NodeId,
        /// Its id in the plan.
        id: String,
        /// Its chunk type.
        chunk: String,
        /// The state it is in now.
        state: State,
        /// The attempt it concerns, from 1; 0 before the first.
        attempt: u32,
        /// Time since the attempt started, in milliseconds, where one ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        ms: Option<u64>,
        /// Why, or what came out: one line for people.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        detail: String,
        /// What the node produced, when it is done or cached.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        artifacts: Vec<Artifact>,
    },
    /// A running node has something to show: the last line of a program, tokens of a model.
    Progress {
        /// The node.
        node: NodeId,
        /// One line for people.
        text: String,
    },
    /// An attempt failed and another will follow.
    Retry {
        /// The node.
        node: NodeId,
        /// The attempt that failed.
        attempt: u32,
        /// Pause before the next, in milliseconds.
        delay_ms: u64,
        /// Why it failed.
        reason: String,
    },
    /// A model was loaded.
    ModelLoaded {
        /// Its role.
        model: String,
    },
    /// What a model cost and gave in the run, once it is over.
    ModelUsed(ModelUse),
    /// Something the user should know that is no node's failure.
    Notice {
        /// One or more lines for people.
        text: String,
    },
    /// The run ended.
    RunFinished {
        /// How.
        outcome: Outcome,
        /// Wall time in milliseconds.
        ms: u64,
    },
}

/// What a model cost and gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUse {
    /// The roles that it serves.
    pub roles: Vec<String>,
    /// Its name for people.
    pub name: String,
    /// Times that it was loaded.
    pub loads: u32,
    /// Memory that it was expected to take, in MiB.
    pub need_mib: u64,
    /// Most memory that a process of it took, in MiB; 0 where it never got so far as to say so.
    pub peak_mib: u64,
    /// Tokens made.
    pub tokens: u64,
    /// Tokens of prompts that were evaluated.
    pub prefilled: u64,
    /// Tokens of prompts that were known: shared with other talks, or from the disk.
    pub reused: u64,
}

/// A file or directory that a node produced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// Path below the workspace.
    pub path: Utf8PathBuf,
    /// Digest of its bytes; absent for a directory.
    pub digest: Option<Digest>,
    /// Its size in bytes.
    pub bytes: u64,
    /// What happened to the file.
    pub change: Change,
}

/// What a run did to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It was not there.
    Created,
    /// It was there with other bytes.
    Updated,
    /// It was there with the same bytes.
    Identical,
    /// The user's changes and the new text were merged.
    Merged,
    /// The user's version was left as it is.
    Kept,
    /// It is gone.
    Deleted,
}

/// The state of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum State {
    /// Waits for other nodes.
    Waiting,
    /// Everything it needs has ended as asked; not yet looked up in the cache.
    Ready,
    /// Its result is known and in place.
    Cached,
    /// Waits for room in its lane.
    Queued {
        /// The lane.
        lane: String,
    },
    /// An attempt is under way.
    Running,
    /// Done, with all outputs in place and checked.
    Done,
    /// The last attempt failed.
    Failed,
    /// The model's output reached its limit unfinished.
    Truncated,
    /// Refused by policy or for want of consent.
    Denied,
    /// The last attempt ran out of time.
    TimedOut,
    /// Ended because the run was cancelled.
    Cancelled,
    /// Will not run.
    Skipped {
        /// The id of the node because of which, or empty where the run stopped admitting.
        by: String,
    },
}

impl State {
    /// Whether nothing follows it.
    pub fn is_final(&self) -> bool {
        !matches!(
            self,
            Self::Waiting | Self::Ready | Self::Queued { .. } | Self::Running
        )
    }

    /// Whether dependants that ask for success may start.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Done | Self::Cached)
    }

    /// Whether dependants that ask for failure may start.
    pub fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::Failed | Self::Truncated | Self::Denied | Self::TimedOut
        )
    }

    /// The word for people: `done`, `timed out`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ready => "ready",
            Self::Cached => "cached",
            Self::Queued { .. } => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Truncated => "truncated",
            Self::Denied => "denied",
            Self::TimedOut => "timed out",
            Self::Cancelled => "cancelled",
            Self::Skipped { .. } => "skipped",
        }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every node that had to is done.
    Done,
    /// Nothing had to be done.
    UpToDate,
    /// Some node failed.
    Failed,
    /// A node was refused, or a file edited by hand was in the way.
    Refused,
    /// The user ended it.
    Interrupted,
}
