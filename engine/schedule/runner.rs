//! The seam between the dispatcher and whoever runs nodes: what is asked, what is answered.

use std::time::Duration;

use crate::event::{Artifact, State};
use crate::id::NodeId;

/// What the dispatcher asks of whoever runs nodes.
pub trait Runner {
    /// Whether the node's result is in place. Called once, when everything it needs has ended.
    fn lookup(&mut self, node: NodeId) -> Verdict;
    /// Starts an attempt; its end arrives as [`Input::Ended`].
    fn start(&mut self, node: NodeId, attempt: u32);
    /// Told that nodes of `model` wait while the one that is loaded has nothing to do.
    fn prefetch(&mut self, model: &str);
    /// Told once a node has ended with success, before anything that needs it is looked up.
    fn finished(&mut self, node: NodeId, artifacts: &[Artifact]);
    /// Asks running attempts to end, or kills them when `hard`. Not called for the first interrupt, which
    /// lets them end by themselves.
    fn cancel(&mut self, hard: bool);
}

/// What a look-up found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The node has to run.
    Run,
    /// Its result is in place.
    Cached {
        /// What it had produced.
        artifacts: Vec<Artifact>,
        /// One line for people, or empty.
        detail: String,
    },
    /// The user left it out.
    Skip(String),
    /// It must not run.
    Denied(String),
}

/// The end of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// `Done`, `Failed`, `Truncated`, `Denied`, `TimedOut` or `Cancelled`.
    pub state: State,
    /// Why, or what came out.
    pub detail: String,
    /// What it produced.
    pub artifacts: Vec<Artifact>,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether another attempt cannot end differently.
    pub is_final: bool,
}

/// Everything that can happen to a run from outside the dispatcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An attempt ended.
    Ended(NodeId, Ended),
    /// A running node has something to show.
    Progress(NodeId, String),
    /// The user asked to stop: the first time nothing new starts, the second time running nodes are asked to
    /// end, the third time they are killed.
    Interrupt,
}

/// How a run deals with width and failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Nodes outside the model lane that may run at once.
    pub jobs: u32,
    /// Go on with whatever does not depend on a failed node.
    pub keep_going: bool,
}
