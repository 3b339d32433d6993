//! What the dry run, the explanation and the run have in common: prepared nodes, lanes, the workspace as it is.
//! Writes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use camino::Utf8PathBuf;

use super::ledger::{Ledger, is_model};
use super::overrides::Overrides;
use super::prepare::{Means, Prepared, prepare};
use super::shelf::Shelf;
use super::target::Opened;
use super::undone;
use crate::artifact::Edits;
use crate::diagnostic::Finding;
use crate::graph::{Graph, Loads, model_groups};
use crate::id::NodeId;
use crate::journal::{Journal, JournalError, Known, begun};
use crate::model::{Facts, STALL, Sampling};
use crate::plan::{Action, By, Sources};
use crate::prompt::Prompts;
use crate::schedule::{Lane, LaneId, Task, Work};
use crate::workspace::{STATE_DIR, Workspace, WorkspaceError};

/// Lanes that every run has: what takes a job, git (one index, so one at a time), the model.
const TOOL: LaneId = LaneId(0);
const GIT: LaneId = LaneId(1);
const MODEL: LaneId = LaneId(2);

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory to work in; made when it is missing.
    pub dir: Utf8PathBuf,
    /// Nodes outside the model lane that may run at once.
    pub jobs: u32,
    /// Go on after a failure with whatever does not depend on it.
    pub keep_going: bool,
    /// Run the checks that start programs.
    pub verify: bool,
    /// What to do about files that were edited by hand.
    pub edits: Edits,
    /// Where virtual environments are kept.
    pub cache_dir: Utf8PathBuf,
    /// Variables for the programs that fill them: index, proxy and certificates.
    pub install_env: Vec<(String, String)>,
    /// Templates that stand in for the embedded ones.
    pub overrides: Overrides,
    /// Prompts that stand in for the embedded ones.
    pub prompts: Overrides,
    /// Who produces files, whatever the plan says.
    pub by: Option<By>,
    /// What is known of each role's model.
    pub models: BTreeMap<String, Facts>,
    /// How models choose tokens, where the plan does not say so.
    pub sampling: Sampling,
    /// Longest time of a model without progress.
    pub stall: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dir: Utf8PathBuf::new(),
            jobs: 0,
            keep_going: false,
            verify: false,
            edits: Edits::default(),
            cache_dir: Utf8PathBuf::new(),
            install_env: Vec::new(),
            overrides: Overrides::none(Shelf::Templates),
            prompts: Overrides::none(Shelf::Prompts),
            by: None,
            models: BTreeMap::new(),
            sampling: Sampling::default(),
            stall: STALL,
        }
    }
}

/// Why nothing could be looked at.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Templates or nodes have errors.
    #[error("{} errors in the plan's nodes", .0.len())]
    Findings(Vec<Finding>, Sources),
    /// The directory holds an application that was made from another request and keeps what this one does not ask for.
    #[error(
        "this directory holds an application made from `{request}`, which keeps {}; the new request has nothing of that",
        listed(.entities)
    )]
    AnotherApplication {
        /// The request that it was made from.
        request: String,
        /// Its entities that the new request does not ask for.
        entities: Vec<String>,
    },
    /// The directory holds an application that has grown, and would lose what it has grown by.
    #[error("this directory holds an application that {0}")]
    Undoes(String),
    /// The workspace cannot be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Everything known before a run.
pub(super) struct Setup<'a> {
    pub opened: &'a Opened,
    pub options: &'a Options,
    pub prepared: Vec<Prepared>,
    pub graph: Graph,
    lanes: Vec<Lane>,
    pub loads: Loads,
    /// The prompts that ask for repairs.
    pub prompts: Prompts,
    /// The workspace; none while its directory does not exist.
    pub workspace: Option<Workspace>,
    pub journal: Option<Journal>,
    pub known: Known,
    /// Files that a failed or killed run began to make.
    pub begun: BTreeSet<Utf8PathBuf>,
}

impl<'a> Setup<'a> {
    pub(super) fn new(opened: &'a Opened, options: &'a Options) -> Result<Self, SetupError> {
        undone::check_recorded(opened, &options.dir)?;
        let (contract, stack) = (opened.contract.as_ref(), opened.stack.as_ref());
        let invalid = |findings: Vec<Finding>| {
            let sources = options.overrides.sources(&findings);
            options.prompts.add_sources(&findings, &sources);
            SetupError::Findings(findings, sources)
        };
        for overrides in [&options.overrides, &options.prompts] {
            if !overrides.unreadable().is_empty() {
                return Err(invalid(overrides.unreadable().to_vec()));
            }
        }
        let templates = options.overrides.templates();
        let prompts = Prompts::of(options.prompts.templates());
        let means = Means {
            templates: &templates,
            prompts: &prompts,
            options,
        };
        let prepared = prepare(&opened.plan, contract, stack, &means).map_err(invalid)?;
        let graph = Graph::of(&opened.plan);
        let loads = model_groups(&graph, |node| {
            let prepared = &prepared[node.index()];
            is_model(prepared).then_some(prepared.producer.as_str())
        });
        let workspace = if options.dir.is_dir() {
            Some(Workspace::open(&options.dir)?)
        } else {
            None
        };
        let state_dir = workspace
            .as_ref()
            .map(|workspace| workspace.root().join(STATE_DIR));
        let begun = state_dir.as_deref().map(begun).transpose()?;
        let found = state_dir
            .map(|dir| Journal::open_existing(&dir))
            .transpose();
        let (journal, known) = match found {
            Ok(Some(Some(found))) => (Some(found.journal), found.known),
            // A run sets a damaged journal aside; looking at it changes nothing and knows nothing.
            Err(error) if !error.is_corrupt() => return Err(error.into()),
            _ => (None, Known::default()),
        };
        undone::check_migrations(opened, &known)?;
        let lanes = lanes(opened, options);
        Ok(Self {
            opened,
            options,
            prepared,
            graph,
            lanes,
            loads,
            prompts,
            workspace,
            journal,
            known,
            begun: begun.unwrap_or_default(),
        })
    }

    pub(super) fn ledger(&self) -> Ledger<'_> {
        let mut ledger = Ledger::new(&self.opened.plan, &self.prepared, &self.graph, &self.known);
        ledger.workspace = self.workspace.as_ref();
        ledger.journal = self.journal.as_ref();
        ledger.begun = Some(&self.begun);
        ledger.edits = self.options.edits;
        ledger.verify = self.options.verify;
        ledger
    }

    /// Model nodes that run at once: what the widest model allows.
    pub(super) fn model_lanes(&self) -> u32 {
        self.lanes[MODEL.0].depth
    }

    /// The name of the lane that `node` runs in.
    pub(super) fn lane_name(&self, node: NodeId) -> String {
        self.lanes[self.lane(node).0].name.clone()
    }

    fn lane(&self, node: NodeId) -> LaneId {
        let plan = &self.opened.plan;
        let plan_node = &plan.nodes[node.index()];
        if is_model(&self.prepared[node.index()]) {
            return MODEL;
        }
        let usual = if matches!(plan_node.action, Action::Git(_)) {
            GIT
        } else {
            TOOL
        };
        plan_node.lane.as_ref().map_or(usual, |lane| {
            let named = self.lanes.iter().position(|known| known.name == *lane);
            LaneId(named.expect("the plan was checked for unknown lanes"))
        })
    }

    /// The run as the dispatcher sees it.
    pub(super) fn work(&self) -> Work {
        let mut load_of = vec![None; self.prepared.len()];
        for (index, group) in self.loads.groups.iter().enumerate() {
            group
                .nodes
                .iter()
                .for_each(|node| load_of[node.index()] = Some(index));
        }
        let task = |node: NodeId| {
            let plan_node = &self.opened.plan.nodes[node.index()];
            Task {
                id: plan_node.id.clone(),
                chunk: plan_node.chunk.clone(),
                lane: self.lane(node),
                cost: plan_node.cost,
                attempts: plan_node.retry.attempts,
                backoff: plan_node.retry.backoff,
                load: load_of[node.index()],
            }
        };
        Work {
            graph: self.graph.clone(),
            tasks: self.graph.nodes().map(task).collect(),
            lanes: self.lanes.clone(),
            loads: self
                .loads
                .groups
                .iter()
                .map(|group| group.model.clone())
                .collect(),
        }
    }
}

/// Talks that the model with the most lanes has at once.
fn widest(models: &BTreeMap<String, Facts>) -> u32 {
    models
        .values()
        .map(|facts| facts.lanes)
        .max()
        .unwrap_or(1)
        .max(1)
}

/// The lanes of the run: the built-in ones, then those of the plan.
fn lanes(opened: &Opened, options: &Options) -> Vec<Lane> {
    let lane = |name: &str, depth, takes_job| Lane {
        name: name.to_owned(),
        depth,
        takes_job,
    };
    let built_in = [
        lane("tool", options.jobs, true),
        lane("git", 1, true),
        lane("model", widest(&options.models), false),
    ];
    let own = opened
        .plan
        .lanes
        .iter()
        .map(|(name, depth)| lane(name, *depth, true));
    built_in.into_iter().chain(own).collect()
}
