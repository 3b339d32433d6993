//! The ledger's look at files: what a write would do, what is in the way, what earlier runs left in place.
//! Knows no key.

use camino::Utf8Path;

use super::ledger::Ledger;
use crate::artifact::{Before, Decision, Edits, decide};
use crate::event::{Artifact, Change};
use crate::id::Digest;
use crate::journal::{NodeRecord, OutputRecord};
use crate::plan::{Action, Node};
use crate::workspace::{Stat, WorkspaceError};

impl Ledger<'_> {
    pub(super) fn decide(
        &self,
        path: &Utf8Path,
        content: &[u8],
    ) -> Result<Decision, WorkspaceError> {
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

    /// The text that codey last made for the file, where it is still known.
    pub(super) fn base(&self, path: &Utf8Path) -> Option<(Digest, Vec<u8>)> {
        let base = self.owners.get(path)?.base?;
        Some((base, self.journal?.get_blob(&base)?))
    }

    pub(super) fn disk_digest(&self, path: &Utf8Path) -> Result<Option<Digest>, WorkspaceError> {
        self.workspace
            .map_or(Ok(None), |workspace| workspace.digest(path))
    }

    /// A file that the node would delete or replace although it is the user's.
    pub(super) fn in_the_way(&self, node: &Node) -> Result<Option<String>, WorkspaceError> {
        let (Some(workspace), Edits::Merge | Edits::Ours) = (self.workspace, self.edits) else {
            return Ok(None);
        };
        let (paths, minds_edits) = match &node.action {
            Action::Delete(paths) => (paths, true),
            // A database is added to and never replaced, and programs that make it fill it too.
            Action::Sqlite(_) => (&node.outputs, false),
            Action::Copy { .. } | Action::Run { .. } | Action::Produce(_) => (&node.outputs, true),
            _ => return Ok(None),
        };
        for path in paths {
            if self.begun.is_some_and(|begun| begun.contains(path)) {
                continue;
            }
            let Some(stat) = workspace.stat(path)?.filter(|stat| !stat.is_dir) else {
                continue;
            };
            match self.owners.get(path.as_path()) {
                None => {
                    return Ok(Some(format!(
                        "{path} is there already and was not made by codey"
                    )));
                }
                Some(record) if minds_edits && !is_unchanged(record, &stat) => {
                    let is_merged = matches!(node.action, Action::Produce(_))
                        && self.edits == Edits::Merge
                        && self.base(path).is_some();
                    if !is_merged && workspace.digest(path)? != record.digest {
                        return Ok(Some(format!("{path} was edited by hand")));
                    }
                }
                Some(_) => {}
            }
        }
        Ok(None)
    }

    /// What is there of the files that the node would change.
    pub(super) fn as_they_are(&self, node: &Node) -> Result<Vec<Artifact>, WorkspaceError> {
        let mut artifacts = Vec::new();
        let paths = match &node.action {
            Action::Delete(paths) => paths,
            _ => &node.outputs,
        };
        for path in paths {
            let stat = self.workspace.map(|workspace| workspace.stat(path));
            let Some(stat) = stat.transpose()?.flatten() else {
                continue;
            };
            artifacts.push(Artifact {
                path: path.clone(),
                digest: if stat.is_dir {
                    None
                } else {
                    self.disk_digest(path)?
                },
                bytes: stat.bytes,
                change: Change::Kept,
            });
        }
        Ok(artifacts)
    }

    /// The recorded outputs as they are now, or a path that is not as the node left it.
    pub(super) fn in_place<'n>(
        &self,
        node: &'n Node,
        record: &'n NodeRecord,
    ) -> Result<Result<Vec<Artifact>, &'n Utf8Path>, WorkspaceError> {
        let mut artifacts = kept(record, None);
        let Some(workspace) = self.workspace else {
            let first = record.outputs.first();
            return Ok(first.map_or(Ok(artifacts), |output| Err(output.path.as_path())));
        };
        for (artifact, output) in artifacts.iter_mut().zip(&record.outputs) {
            let Some(stat) = workspace.stat(&output.path)? else {
                return Ok(Err(&output.path));
            };
            if !stat.is_dir && !is_unchanged(output, &stat) {
                artifact.digest = workspace.digest(&output.path)?;
                if artifact.digest != output.digest {
                    artifact.change = Change::Kept;
                }
            }
        }
        if let Action::Delete(paths) = &node.action {
            for path in paths {
                if workspace.stat(path)?.is_some() {
                    return Ok(Err(path));
                }
            }
        }
        Ok(Ok(artifacts))
    }
}

/// Whether nothing about the file says that it was touched since it was recorded.
fn is_unchanged(record: &OutputRecord, stat: &Stat) -> bool {
    (record.bytes, record.mtime_ns, record.inode) == (stat.bytes, stat.mtime_ns, stat.inode)
}

/// The recorded outputs as artifacts; `disk` is the digest of an edited file.
pub(super) fn kept(record: &NodeRecord, disk: Option<Digest>) -> Vec<Artifact> {
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
