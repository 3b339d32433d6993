//! What an attempt is given and what it answers. Knows nothing of how either is done.

use std::sync::Arc;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use crate::contract::Contract;
use crate::diagnostic::Finding;
use crate::event::{Artifact, Change, State};
use crate::id::Digest;
use crate::model::{Runtime, Sampling};
use crate::plan::Node;
use crate::proc::Cancel;
use crate::prompt::{Brief, Prompts};
use crate::tool::ToolReport;
use crate::validate::Stack;
use crate::workspace::{Workspace, WorkspaceError};

/// One attempt's input.
pub struct Job<'a> {
    /// The node.
    pub node: &'a Node,
    /// The file's bytes and what to do with them, for a node that writes a known text.
    pub content: Option<Content>,
    /// Files that the nodes before it left, for git and the built-in checks.
    pub own_files: Vec<Utf8PathBuf>,
    /// Whether a run was killed while it was at work in the git repository.
    pub after_kill: bool,
    /// What the model is asked for, for a model's node.
    pub brief: Option<Arc<Brief>>,
    /// How the model's tokens are chosen.
    pub sampling: Sampling,
    /// The text that codey last made for the file, for a model's node: what the user changed since is merged.
    pub base: Option<(Digest, Vec<u8>)>,
}

/// A known text and what to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The text as codey made it.
    pub generated: Arc<[u8]>,
    /// The bytes to write: the text, or its merge with the user's changes; nothing where the file stays.
    pub write: Option<Arc<[u8]>>,
    /// What that does to the file.
    pub change: Change,
}

/// What all attempts of a run work with.
pub struct Bench<'a> {
    /// The user's files.
    pub workspace: &'a Workspace,
    /// How the user ends running programs.
    pub cancel: &'a Cancel,
    /// Where virtual environments are kept.
    pub cache_dir: &'a Utf8Path,
    /// Variables of the user for the programs that fill them: index, proxy and certificates.
    pub install_env: &'a [(String, String)],
    /// What the application promises, where there is one.
    pub contract: Option<&'a Contract>,
    /// What is known of its stack.
    pub stack: Option<&'a Stack>,
    /// Whatever runs models.
    pub runtime: Option<&'a dyn Runtime>,
    /// The prompts that ask for repairs, where there is a model.
    pub prompts: Option<&'a Prompts>,
    /// Longest time of a model without progress.
    pub stall: Duration,
}

/// How an attempt ended and what it left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// A final state.
    pub state: State,
    /// One line on success; on failure the reason and, below it, what the program said last.
    pub detail: String,
    /// What it left.
    pub artifacts: Vec<Artifact>,
    /// Whether another attempt cannot end differently.
    pub is_final: bool,
    /// The text as a model made it, where the file may hold the user's changes too.
    pub generated: Option<Arc<[u8]>>,
}

impl Job<'_> {
    /// The node's timeout, or `default`.
    pub(super) fn timeout(&self, default: Duration) -> Duration {
        self.node.timeout.unwrap_or(default)
    }
}

impl Outcome {
    pub(super) fn done(detail: impl Into<String>) -> Self {
        Self {
            state: State::Done,
            detail: detail.into(),
            artifacts: Vec::new(),
            is_final: false,
            generated: None,
        }
    }

    pub(super) fn ended(state: State, detail: impl Into<String>) -> Self {
        Self {
            state,
            ..Self::done(detail)
        }
    }

    pub(super) fn failed(detail: impl Into<String>) -> Self {
        Self::ended(State::Failed, detail)
    }

    /// Findings as a failure: one a line, each with its place and its help.
    pub(super) fn findings(findings: &[Finding]) -> Self {
        let lines: Vec<String> = findings.iter().map(describe).collect();
        Self::failed(lines.join("\n"))
    }

    pub(super) fn of_tool(report: Result<ToolReport, Finding>) -> Self {
        match report {
            Ok(report) => Self::done(report.detail),
            Err(finding) => Self::findings(&[finding]),
        }
    }
}

impl From<WorkspaceError> for Outcome {
    fn from(error: WorkspaceError) -> Self {
        Self::findings(&[error.finding()])
    }
}

fn describe(finding: &Finding) -> String {
    let place = finding.place.as_ref().map_or_else(String::new, |place| {
        format!("{}:{}:{}: ", place.file, place.line, place.column)
    });
    let help = if finding.help.is_empty() {
        String::new()
    } else {
        format!(" ({})", finding.help)
    };
    format!("{place}{}{help}", finding.message)
}
