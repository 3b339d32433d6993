//! What is in place: compares each node's key and files with what earlier runs recorded. The dry run and
//! the run itself ask it the same question. Changes nothing.

use std::collections::{BTreeSet, HashMap};

use camino::{Utf8Path, Utf8PathBuf};

use super::inplace::kept;
use super::prepare::{Kind, Prepared};
use crate::artifact::{Decision, Edits};
use crate::digest::Manifest;
use crate::event::{Artifact, Change};
use crate::graph::Graph;
use crate::id::{Digest, NodeId};
use crate::journal::{Journal, Known, OutputRecord};
use crate::plan::{Action, CheckAction, Node, On, Plan};
use crate::workspace::{Workspace, WorkspaceError};

/// Needs listed one by one in a manifest; more of them are summed up in one line.
const MAX_LISTED_NEEDS: usize = 32;

/// What stands in for the result of a need that has none: it did not succeed.
const NO_RESULT: &str = "none";

/// Why a node runs that finds its file as it would write it.
pub const SAME_TEXT: &str = "there already with the same text";

/// What a node would do, and why.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub fate: Fate,
    /// Why, in a few words.
    pub reason: String,
    /// Everything its key hangs on.
    pub manifest: Manifest,
}

/// What becomes of a node.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// Its result is in place.
    Cached(Vec<Artifact>),
    /// It runs; for a file the decision says how.
    Run(Option<Decision>),
    /// It is left out because the user said so.
    Skip,
    /// It must not run.
    Deny,
}

/// What is known of the workspace and of the run so far.
pub(super) struct Ledger<'a> {
    pub plan: &'a Plan,
    pub prepared: &'a [Prepared],
    pub graph: &'a Graph,
    /// The workspace; none while its directory does not exist.
    pub workspace: Option<&'a Workspace>,
    pub journal: Option<&'a Journal>,
    pub known: &'a Known,
    /// Files that a failed or killed run began to make: they are not the user's.
    pub begun: Option<&'a BTreeSet<Utf8PathBuf>>,
    pub edits: Edits,
    pub verify: bool,
    /// Digests of what ended with success, by node.
    results: Vec<Option<Digest>>,
    pub(super) owners: HashMap<&'a Utf8Path, &'a OutputRecord>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        prepared: &'a [Prepared],
        graph: &'a Graph,
        known: &'a Known,
    ) -> Self {
        let owners = known
            .files()
            .into_iter()
            .map(|(path, (_, record))| (path, record))
            .collect();
        let results = vec![None; plan.nodes.len()];
        Self {
            plan,
            prepared,
            graph,
            workspace: None,
            journal: None,
            known,
            begun: None,
            edits: Edits::default(),
            verify: true,
            results,
            owners,
        }
    }

    /// Notes what `node` left, so that the keys of what reads it can be computed.
    pub(super) fn finished(&mut self, node: NodeId, manifest: &Manifest, artifacts: &[Artifact]) {
        let mut hasher = blake3::Hasher::new();
        for artifact in artifacts {
            hasher.update(artifact.path.as_str().as_bytes());
            hasher.update(&[0]);
            hasher.update(&artifact.digest.map_or([0; 32], |digest| digest.0));
        }
        if artifacts.is_empty() {
            hasher.update(&manifest.key().0);
        }
        self.results[node.index()] = Some(Digest(*hasher.finalize().as_bytes()));
    }

    /// What `node` would do now that everything it needs has ended.
    pub(super) fn examine(&self, node: NodeId) -> Result<Finding, WorkspaceError> {
        let (plan_node, prepared) = (&self.plan.nodes[node.index()], &self.prepared[node.index()]);
        let manifest = self.manifest(node);
        let finding = |fate, reason: &str| Finding {
            fate,
            reason: reason.to_owned(),
            manifest: manifest.clone(),
        };
        if !self.verify && is_program_check(plan_node) {
            return Ok(finding(Fate::Skip, "--no-verify"));
        }
        let record = self.known.nodes.get(&plan_node.id);
        let same_key = record.is_some_and(|record| record.key == manifest.key());
        if let Some(content) = &prepared.content {
            let path = plan_node
                .outputs
                .first()
                .expect("a written file is an output");
            let decision = self.decide(path, content)?;
            return Ok(match (&decision, record) {
                (Decision::Conflict(why), _) => finding(Fate::Deny, &format!("{path} {why}")),
                (Decision::Identical, Some(record)) if same_key => {
                    finding(Fate::Cached(kept(record, None)), "in place")
                }
                (Decision::Keep, Some(record)) if same_key => {
                    let disk = self.disk_digest(path)?;
                    finding(Fate::Cached(kept(record, disk)), "edited by hand, kept")
                }
                _ => finding(
                    Fate::Run(Some(decision.clone())),
                    reason_to_write(&decision),
                ),
            });
        }
        let reason = match record {
            None => "new".to_owned(),
            Some(_) if !same_key => self.changed(plan_node, &manifest),
            Some(_) if is_program_check(plan_node) && plan_node.needs.is_empty() => {
                "it needs nothing, so nothing says that its result still holds".to_owned()
            }
            Some(record) => match self.in_place(plan_node, record)? {
                Ok(artifacts) => {
                    let kept = artifacts
                        .iter()
                        .any(|artifact| artifact.change == Change::Kept);
                    let reason = if kept {
                        "changed since, kept"
                    } else {
                        "in place"
                    };
                    return Ok(finding(Fate::Cached(artifacts), reason));
                }
                Err(missing) => format!("{missing} is missing"),
            },
        };
        match self.in_the_way(plan_node)? {
            Some(_) if self.edits == Edits::Ours => {
                let kept = self.as_they_are(plan_node)?;
                Ok(finding(Fate::Cached(kept), "the user's version, kept"))
            }
            Some(why) => Ok(finding(Fate::Deny, &why)),
            None => Ok(finding(Fate::Run(None), &reason)),
        }
    }

    /// The manifest of `node` with the results of what it reads.
    pub(super) fn manifest(&self, node: NodeId) -> Manifest {
        let prepared = &self.prepared[node.index()];
        let mut manifest = prepared.manifest.clone();
        if !prepared.reads_needs {
            return manifest;
        }
        let results = self.graph.needs(node).map(|(need, on)| {
            let result =
                self.results[need.index()].map_or(NO_RESULT.to_owned(), |digest| digest.short());
            let on = if on == On::Success {
                ""
            } else {
                " whatever its end"
            };
            format!("{} {result}{on}", self.plan.nodes[need.index()].id)
        });
        if self.graph.need_count(node) as usize <= MAX_LISTED_NEEDS {
            results.for_each(|result| manifest.line("need", result));
        } else {
            let mut hasher = blake3::Hasher::new();
            results.for_each(|result| {
                hasher.update(result.as_bytes());
                hasher.update(b"\n");
            });
            manifest.line("needs", Digest(*hasher.finalize().as_bytes()));
        }
        manifest
    }

    /// Which part of the key changed since the recorded result.
    fn changed(&self, node: &Node, manifest: &Manifest) -> String {
        let old = self
            .journal
            .and_then(|journal| journal.manifest(&node.id).ok().flatten());
        let Some(old) = old else {
            return "its key changed".to_owned();
        };
        let new = manifest.difference(&old).into_iter().find_map(|line| {
            line.strip_prefix("+ ")
                .map(|line| match line.split_once(' ') {
                    Some(("need", need)) => need.split(' ').next().unwrap_or(need).to_owned(),
                    _ => line.split(' ').next().unwrap_or(line).to_owned(),
                })
        });
        new.map_or_else(
            || "its key changed".to_owned(),
            |label| format!("{label} changed"),
        )
    }
}

/// Whether the node is a check that starts a program.
pub(super) fn is_program_check(node: &Node) -> bool {
    matches!(&node.action, Action::Check(CheckAction::Command { .. }))
}

/// Whether the node runs on a model.
pub(super) fn is_model(prepared: &Prepared) -> bool {
    prepared.kind == Kind::Model
}

fn reason_to_write(decision: &Decision) -> &'static str {
    match decision {
        Decision::Create => "new",
        Decision::Update => "its text changed",
        Decision::Identical => SAME_TEXT,
        Decision::Merge(_) => "edited by hand, merged",
        Decision::Keep => "edited by hand, kept",
        Decision::Conflict(why) => why,
    }
}
