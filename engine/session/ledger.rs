//! What is in place: compares each node's key and files with what earlier runs recorded. The dry run and
//! the run itself ask it the same question. Changes nothing.

use std::collections::HashMap;

use camino::Utf8Path;

use super::edits::{Before, Decision, Edits, decide};
use super::prepare::{Kind, Prepared};
use crate::digest::Manifest;
use crate::event::{Artifact, Change};
use crate::graph::Graph;
use crate::id::{Digest, NodeId};
use crate::journal::{Journal, Known, NodeRecord, OutputRecord};
use crate::plan::{Action, CheckAction, Node, On, Plan, SqliteAction};
use crate::tool::Sqlite;
use crate::workspace::{Stat, Workspace, WorkspaceError};

/// Needs listed one by one in a manifest; more of them are summed up in one line.
const MAX_LISTED_NEEDS: usize = 32;

/// What stands in for the result of a need that has none: it did not succeed.
const NO_RESULT: &str = "none";

/// Why a file is left as it is.
const EDITED: &str = "edited by hand, kept";

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
    pub edits: Edits,
    pub verify: bool,
    /// Digests of what ended with success, by node.
    results: Vec<Option<Digest>>,
    owners: HashMap<&'a Utf8Path, &'a OutputRecord>,
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
                    finding(Fate::Cached(kept(record, disk)), EDITED)
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
            Some(record) => match self.missing(plan_node, record)? {
                Some(path) => format!("{path} is missing"),
                None => {
                    let artifacts = self.current(plan_node, record)?;
                    let is_kept = artifacts.iter().any(|it| it.change == Change::Kept);
                    let reason = if is_kept { EDITED } else { "in place" };
                    return Ok(finding(Fate::Cached(artifacts), reason));
                }
            },
        };
        match self.obstacle(plan_node)? {
            Some((kept, _)) if self.edits == Edits::Ours => {
                Ok(finding(Fate::Cached(vec![kept]), EDITED))
            }
            Some((kept, why)) => Ok(finding(Fate::Deny, &format!("{} {why}", kept.path))),
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

    fn decide(&self, path: &Utf8Path, content: &[u8]) -> Result<Decision, WorkspaceError> {
        let Some(workspace) = self.workspace else {
            return Ok(Decision::Create);
        };
        let record = self.owners.get(path).copied();
        let new = Digest::of(content);
        // The usual case, a file nobody touched, is settled without reading it.
        if let Some(record) = record
            && record.digest == Some(new)
            && workspace
                .stat(path)?
                .is_some_and(|stat| is_unchanged(record, &stat))
        {
            return Ok(Decision::Identical);
        }
        let disk = workspace.read(path)?;
        let base = record.and_then(|record| record.base);
        let base_text = base.and_then(|base| self.journal?.get_blob(&base));
        let before = Before {
            disk: disk.as_deref(),
            base,
            base_text: base_text.as_deref(),
        };
        Ok(decide(content, before, self.edits))
    }

    fn disk_digest(&self, path: &Utf8Path) -> Result<Option<Digest>, WorkspaceError> {
        self.workspace
            .map_or(Ok(None), |workspace| workspace.digest(path))
    }

    /// A file with the user's own bytes that the node would replace or delete, and why that must not be.
    fn obstacle(&self, node: &Node) -> Result<Option<(Artifact, &'static str)>, WorkspaceError> {
        let (Some(workspace), Edits::Merge | Edits::Ours) = (self.workspace, self.edits) else {
            return Ok(None);
        };
        let (paths, source) = match &node.action {
            Action::Delete(paths) => (paths, None),
            Action::Copy { from, .. } => (&node.outputs, Some(from)),
            Action::Sqlite(SqliteAction::Create { database, schema }) => {
                return self.foreign_database(workspace, database, schema);
            }
            _ => return Ok(None),
        };
        for path in paths {
            let record = self.owners.get(path.as_path());
            let Some(stat) = workspace.stat(path)?.filter(|stat| !stat.is_dir) else {
                continue;
            };
            if record.is_some_and(|record| is_unchanged(record, &stat)) {
                continue;
            }
            let digest = workspace.digest(path)?;
            let is_own = record.is_some_and(|record| record.digest == digest);
            // A run that was killed may have copied it and not come to say so.
            let is_copied = || match source {
                Some(from) => Ok::<_, WorkspaceError>(workspace.digest(from)? == digest),
                None => Ok(false),
            };
            if !is_own && !is_copied()? {
                let why = if record.is_some() {
                    "was edited by hand since codey made it"
                } else {
                    "was not made by codey"
                };
                return Ok(Some((user_version(path, digest, stat.bytes), why)));
            }
        }
        Ok(None)
    }

    /// A database that codey did not make and that lacks something of the schema.
    fn foreign_database(
        &self,
        workspace: &Workspace,
        database: &Utf8Path,
        schema: &Utf8Path,
    ) -> Result<Option<(Artifact, &'static str)>, WorkspaceError> {
        let stat = workspace.stat(database)?;
        let Some(stat) = stat.filter(|stat| stat.is_file && stat.bytes > 0) else {
            return Ok(None);
        };
        if self.owners.contains_key(database) {
            // What codey adds to a database takes nothing away.
            return Ok(None);
        }
        let statements = workspace.read(schema)?.unwrap_or_default();
        let statements = String::from_utf8_lossy(&statements);
        if Sqlite::new(workspace).is_complete(database, &statements) {
            return Ok(None);
        }
        let kept = user_version(database, workspace.digest(database)?, stat.bytes);
        Ok(Some((kept, "was not made by codey")))
    }

    /// A recorded output that is not there any more, or a file to be deleted that is back.
    fn missing(
        &self,
        node: &'a Node,
        record: &'a NodeRecord,
    ) -> Result<Option<&'a Utf8Path>, WorkspaceError> {
        let Some(workspace) = self.workspace else {
            return Ok(record.outputs.first().map(|output| output.path.as_path()));
        };
        for output in &record.outputs {
            if workspace.stat(&output.path)?.is_none() {
                return Ok(Some(&output.path));
            }
        }
        if let Action::Delete(paths) = &node.action {
            for path in paths {
                if workspace.stat(path)?.is_some() {
                    return Ok(Some(path));
                }
            }
        }
        Ok(None)
    }

    /// The recorded outputs with the digests that they have now.
    fn current(&self, node: &Node, record: &NodeRecord) -> Result<Vec<Artifact>, WorkspaceError> {
        let Some(workspace) = self.workspace else {
            return Ok(Vec::new());
        };
        let mut artifacts = kept(record, None);
        for (artifact, output) in artifacts.iter_mut().zip(&record.outputs) {
            let unchanged = workspace
                .stat(&output.path)?
                .is_some_and(|stat| is_unchanged(output, &stat));
            if !unchanged && output.digest.is_some() {
                artifact.digest = workspace.digest(&output.path)?;
                // Programs and databases go on changing what they made; a copy is changed by hand.
                let is_copy = matches!(node.action, Action::Copy { .. });
                if is_copy && artifact.digest != output.digest {
                    artifact.change = Change::Kept;
                }
            }
        }
        Ok(artifacts)
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

/// Whether nothing about the file says that it was touched since it was recorded.
fn is_unchanged(record: &OutputRecord, stat: &Stat) -> bool {
    (record.bytes, record.mtime_ns, record.inode) == (stat.bytes, stat.mtime_ns, stat.inode)
}

fn reason_to_write(decision: &Decision) -> &'static str {
    match decision {
        Decision::Create => "new",
        Decision::Update => "its text changed",
        Decision::Identical => "there already with the same text",
        Decision::Merge(_) => "edited by hand, merged",
        Decision::Keep => EDITED,
        Decision::Conflict(why) => why,
    }
}

/// A file that stays as the user has it.
fn user_version(path: &Utf8Path, digest: Option<Digest>, bytes: u64) -> Artifact {
    Artifact {
        path: path.to_owned(),
        digest,
        bytes,
        change: Change::Kept,
    }
}

/// The recorded outputs as artifacts; `disk` is the digest of an edited file.
fn kept(record: &NodeRecord, disk: Option<Digest>) -> Vec<Artifact> {
    let change = if disk.is_some() {
        Change::Kept
    } else {
        Change::Identical
    };
    let outputs = record.outputs.iter();
    outputs
        .map(|output| Artifact {
            path: output.path.clone(),
            digest: disk.or(output.digest),
            bytes: output.bytes,
            change,
        })
        .collect()
}
