//! The dispatcher's runner: looks nodes up in the ledger and hands attempts to worker threads.
//! Knows no order and no display.

use std::collections::{BTreeSet, HashMap};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::edits::Decision;
use super::ledger::{Fate, Ledger, is_model};
use crate::clock::Stopwatch;
use crate::contract::Contract;
use crate::digest::Manifest;
use crate::event::{Artifact, Change, State};
use crate::exec::{self, Bench, Content, Job};
use crate::id::{Digest, NodeId, RunId};
use crate::journal::{Begun, NodeRecord, OutputRecord, Writer};
use crate::plan::{Action, Node};
use crate::proc::Cancel;
use crate::schedule::{Ended, Input, Runner, Verdict};

/// Least time between two lines that a running node shows.
const PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// What stands for the git repository among the things that a run began to change.
pub(super) const GIT: &str = ".git";

/// A job for a worker.
pub(super) struct Order<'a> {
    node: NodeId,
    job: Job<'a>,
    manifest: Manifest,
}

/// Looks up and starts nodes for the dispatcher.
pub(super) struct Runs<'a, 'h> {
    pub ledger: Ledger<'a>,
    pub cancel: &'a Cancel,
    pub contract: Option<&'a Contract>,
    /// Starts the workers; called before the first order.
    pub hire: Option<&'h dyn Fn()>,
    pub tools: Sender<Order<'a>>,
    pub models: Sender<Order<'a>>,
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
        if let Some(hire) = self.hire.take() {
            hire();
        }
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
        let prompt = if is_model(prepared) {
            prompt(plan_node, self.contract)
        } else {
            String::new()
        };
        let order = Order {
            node,
            job: Job {
                node: plan_node,
                content,
                own_files,
                after_kill: is_git && self.ledger.begun.is_some_and(is_begun),
                prompt,
            },
            manifest,
        };
        let lane = if is_model(prepared) {
            &self.models
        } else {
            &self.tools
        };
        // A worker that is gone has panicked; its scope reports that when it is joined.
        let _ = lane.send(order);
    }

    fn finished(&mut self, node: NodeId, artifacts: &[Artifact]) {
        if let Some((manifest, _)) = self.found.remove(&node) {
            self.ledger.finished(node, &manifest, artifacts);
            let outputs = &self.ledger.plan.nodes[node.index()].outputs;
            outputs.iter().for_each(|path| self.begun.finish(path));
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

/// Takes orders until there are no more; an attempt's record is handed to the journal before its end is told.
pub(super) fn work<'a>(
    orders: &Mutex<Receiver<Order<'a>>>,
    bench: &Bench<'a>,
    records: &Records<'_>,
    inputs: &Sender<Input>,
) {
    loop {
        let next = orders.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(order) = next else { return };
        let watch = Stopwatch::start();
        let mut shown: Option<Duration> = None;
        let mut progress = |text: &str| {
            // A program can print faster than anybody reads: what comes in between is not shown.
            if shown.is_none_or(|last| watch.elapsed() - last >= PROGRESS_PAUSE) {
                shown = Some(watch.elapsed());
                // The dispatcher outlives its workers, so nobody misses this.
                let _ = inputs.send(Input::Progress(order.node, text.to_owned()));
            }
        };
        let mut outcome = exec::attempt(&order.job, bench, &mut progress);
        if outcome.state == State::Done
            && let Err(error) = records.done(&order, bench, &outcome.artifacts, watch.elapsed_ms())
        {
            outcome.state = State::Failed;
            outcome.detail = error;
        }
        let exec::Outcome {
            state,
            detail,
            artifacts,
        } = outcome;
        let ended = Ended {
            state,
            detail,
            artifacts,
            elapsed: watch.elapsed(),
        };
        let _ = inputs.send(Input::Ended(order.node, ended));
    }
}

/// Where finished nodes are recorded.
pub(super) struct Records<'a> {
    pub run: RunId,
    pub writer: &'a OnceLock<Writer>,
    pub blobs: &'a crate::journal::Blobs,
}

impl Records<'_> {
    fn done(
        &self,
        order: &Order<'_>,
        bench: &Bench<'_>,
        artifacts: &[Artifact],
        ms: u64,
    ) -> Result<(), String> {
        let base = self.base(order).map_err(|error| error.to_string())?;
        let mut outputs = Vec::with_capacity(artifacts.len());
        for artifact in artifacts
            .iter()
            .filter(|artifact| artifact.change != Change::Deleted)
        {
            let stat = bench
                .workspace
                .stat(&artifact.path)
                .map_err(|error| error.to_string())?;
            let Some(stat) = stat else {
                return Err(format!("`{}` is gone", artifact.path));
            };
            outputs.push(OutputRecord {
                path: artifact.path.clone(),
                digest: artifact.digest,
                base: base.or(artifact.digest),
                bytes: stat.bytes,
                mtime_ns: stat.mtime_ns,
                inode: stat.inode,
            });
        }
        let record = NodeRecord {
            key: order.manifest.key(),
            ms,
            outputs,
        };
        let writer = self.writer.get().ok_or("the run was not recorded")?;
        writer
            .node_done(
                self.run,
                &order.job.node.id,
                record,
                order.manifest.text().to_owned(),
            )
            .map_err(|error| error.to_string())
    }

    /// Keeps the text that codey made, the base of later merges; the file may hold the user's changes.
    fn base(&self, order: &Order<'_>) -> Result<Option<Digest>, crate::journal::JournalError> {
        order
            .job
            .content
            .as_ref()
            .map(|content| self.blobs.put(&content.generated))
            .transpose()
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

/// The prompt of a file that a model writes.
fn prompt(node: &Node, contract: Option<&Contract>) -> String {
    let paths: Vec<&str> = node.outputs.iter().map(|path| path.as_str()).collect();
    let contract = contract.and_then(|contract| serde_json::to_string(contract).ok());
    format!(
        "{}\nwrite {} ({})\n",
        contract.unwrap_or_default(),
        paths.join(", "),
        node.chunk
    )
}
