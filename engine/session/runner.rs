//! The dispatcher's runner: looks nodes up in the ledger and hands attempts to worker threads.
//! Knows no order and no display.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::ledger::{Fate, Ledger, is_model};
use super::worker::Order;
use crate::artifact::{Decision, Edits};
use crate::digest::Manifest;
use crate::event::{Artifact, Change, State};
use crate::exec::{Content, Job};
use crate::id::NodeId;
use crate::journal::Begun;
use crate::model::{Runtime, Sampling};
use crate::plan::Action;
use crate::proc::Cancel;
use crate::schedule::{Ended, Input, Runner, Verdict};

/// What stands for the git repository among the things that a run began to change.
pub(super) const GIT: &str = ".git";

/// For which kinds of nodes there is at least one worker.
#[derive(Clone, Copy)]
pub(super) struct Hired {
    pub tools: bool,
    pub models: bool,
}

/// Looks up and starts nodes for the dispatcher.
pub(super) struct Runs<'a, 'h> {
    pub ledger: Ledger<'a>,
    pub cancel: &'a Cancel,
    /// Starts the workers; called before the first order.
    pub hire: &'h dyn Fn() -> Hired,
    pub hired: Option<Hired>,
    /// Where the end of an attempt is told that nobody can make.
    pub inputs: Sender<Input>,
    pub tools: Sender<Order<'a>>,
    pub models: Sender<Order<'a>>,
    /// Whatever runs models, to be told what comes next.
    pub runtime: Option<&'a dyn Runtime>,
    /// What is being made.
    pub begun: &'a mut Begun,
    /// What was found out about nodes that have to run.
    pub found: HashMap<NodeId, (Manifest, Option<Decision>)>,
}

impl Runner for Runs<'_, '_> {
    fn lookup(&mut self, node: NodeId) -> Verdict {
        let finding = match self.ledger.examine(node) {
            Ok(finding) => finding,
            Err(error) => return Verdict::Denied(format!("{error} ({})", error.help())),
        };
        match finding.fate {
            Fate::Cached(artifacts) => {
                self.found.insert(node, (finding.manifest, None));
                let is_edited = artifacts
                    .iter()
                    .any(|artifact| artifact.change == Change::Kept);
                let detail = if is_edited {
                    finding.reason
                } else {
                    String::new()
                };
                Verdict::Cached { artifacts, detail }
            }
            Fate::Run(decision) => {
                self.found.insert(node, (finding.manifest, decision));
                Verdict::Run
            }
            Fate::Skip => Verdict::Skip(finding.reason),
            Fate::Deny => Verdict::Denied(finding.reason),
        }
    }

    fn start(&mut self, node: NodeId, _attempt: u32) {
        let hired = *self.hired.get_or_insert_with(self.hire);
        let (manifest, decision) = self
            .found
            .get(&node)
            .cloned()
            .expect("looked up before it starts");
        let plan_node = &self.ledger.plan.nodes[node.index()];
        let prepared = &self.ledger.prepared[node.index()];
        let content = prepared
            .content
            .as_ref()
            .zip(decision)
            .map(|(bytes, decision)| content(bytes, decision));
        let own_files = if reads_own_files(&plan_node.action) {
            own_files(&self.ledger, node)
        } else {
            Vec::new()
        };
        if content.is_none() && may_leave_half(&plan_node.action) {
            for path in &plan_node.outputs {
                // Where the disk takes no note, the journal says so at the end of the run.
                let _ = self.begun.begin(path);
            }
        }
        let is_git = matches!(plan_node.action, Action::Git(_));
        if is_git {
            let _ = self.begun.begin(Utf8Path::new(GIT));
        }
        let is_begun = |begun: &BTreeSet<Utf8PathBuf>| begun.contains(Utf8Path::new(GIT));
        let (brief, sampling) = match &prepared.model {
            Some(asked) => (Some(Arc::clone(&asked.brief)), asked.sampling.clone()),
            None => (None, Sampling::default()),
        };
        let order = Order {
            node,
            job: Job {
                node: plan_node,
                content,
                own_files,
                after_kill: is_git && self.ledger.begun.is_some_and(is_begun),
                base: brief
                    .as_ref()
                    .filter(|_| self.ledger.edits == Edits::Merge)
                    .and_then(|_| self.ledger.base(plan_node.outputs.first()?)),
                brief,
                sampling,
            },
            manifest,
        };
        let (lane, is_manned) = if is_model(prepared) {
            (&self.models, hired.models)
        } else {
            (&self.tools, hired.tools)
        };
        if !is_manned {
            // The dispatcher outlives its runner.
            let _ = self.inputs.send(Input::Ended(node, no_thread()));
            return;
        }
        // A worker that is gone has panicked; its scope reports that when it is joined.
        let _ = lane.send(order);
    }

    fn prefetch(&mut self, model: &str) {
        if let Some(runtime) = self.runtime {
            runtime.prefetch(model);
        }
    }

    fn finished(&mut self, node: NodeId, artifacts: &[Artifact]) {
        if let Some((manifest, _)) = self.found.remove(&node) {
            self.ledger.finished(node, &manifest, artifacts);
            let outputs = &self.ledger.plan.nodes[node.index()].outputs;
            for path in outputs {
                self.begun.finish(path);
            }
        }
    }

    fn cancel(&mut self, hard: bool) {
        if hard {
            self.cancel.hard();
        } else {
            self.cancel.soft();
        }
    }
}

fn no_thread() -> Ended {
    Ended {
        state: State::Failed,
        detail: "the system gives no thread to work in; end other programs or raise the limit of processes"
            .to_owned(),
        artifacts: Vec::new(),
        elapsed: Duration::ZERO,
        is_final: true,
    }
}

/// Whether the node makes files step by step, or in a way that codey does not see.
fn may_leave_half(action: &Action) -> bool {
    matches!(
        action,
        Action::Copy { .. } | Action::Run { .. } | Action::Produce(_) | Action::Sqlite(_)
    )
}

fn reads_own_files(action: &Action) -> bool {
    use crate::plan::{CheckAction, GitAction};
    match action {
        Action::Git(action) => !matches!(action, GitAction::Init),
        Action::Check(check) => matches!(check, CheckAction::Builtin(_)),
        _ => false,
    }
}

/// The files that the nodes before `node` leave, in plan order.
fn own_files(ledger: &Ledger<'_>, node: NodeId) -> Vec<camino::Utf8PathBuf> {
    let mut before = vec![false; ledger.plan.nodes.len()];
    let mut stack = vec![node];
    while let Some(next) = stack.pop() {
        for (need, _) in ledger.graph.needs(next) {
            if !std::mem::replace(&mut before[need.index()], true) {
                stack.push(need);
            }
        }
    }
    let nodes = ledger
        .plan
        .nodes
        .iter()
        .zip(before)
        .filter(|(_, before)| *before);
    nodes
        .flat_map(|(node, _)| node.outputs.iter().cloned())
        .collect()
}

fn content(generated: &Arc<[u8]>, decision: Decision) -> Content {
    let (write, change) = match decision {
        Decision::Create => (Some(Arc::clone(generated)), Change::Created),
        Decision::Update => (Some(Arc::clone(generated)), Change::Updated),
        Decision::Merge(merged) => (Some(Arc::from(merged)), Change::Merged),
        Decision::Identical => (None, Change::Identical),
        Decision::Keep | Decision::Conflict(_) => (None, Change::Kept),
    };
    Content {
        generated: Arc::clone(generated),
        write,
        change,
    }
}
