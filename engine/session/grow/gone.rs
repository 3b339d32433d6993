//! Files that a grown project no longer has: codey's own go, edited ones stay. Knows no node.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::super::setup::SetupError;
use super::super::target::Opened;
use crate::id::Digest;
use crate::journal::Journal;
use crate::workspace::{STATE_DIR, Workspace};

/// A file that a project no longer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its path.
    pub path: Utf8PathBuf,
    /// The digest of the text that codey wrote, where it is known.
    written: Option<Digest>,
}

/// The files that the old plan makes and the new one does not.
pub(super) fn gone(dir: &Utf8Path, old: &Opened, new: &Opened) -> Result<Vec<Gone>, SetupError> {
    let outputs = |opened: &Opened| -> BTreeSet<Utf8PathBuf> {
        let nodes = opened.plan.nodes.iter();
        nodes
            .flat_map(|node| node.outputs.iter().cloned())
            .collect()
    };
    let paths: Vec<Utf8PathBuf> = outputs(old).difference(&outputs(new)).cloned().collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let workspace = Workspace::open(dir)?;
    // The run forgets what nodes left that it does not know.
    let found = Journal::open_existing(&workspace.root().join(STATE_DIR))?;
    let known = found.map(|found| found.known).unwrap_or_default();
    let records = known.files();
    let mut gone = Vec::new();
    for path in paths {
        if workspace.stat(&path)?.is_some_and(|stat| stat.is_file) {
            let record = records.get(path.as_path());
            let written = record.and_then(|(_, record)| record.base);
            gone.push(Gone { path, written });
        }
    }
    Ok(gone)
}

/// What became of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Deleted: they were as codey had written them.
    pub deleted: Vec<Utf8PathBuf>,
    /// Left: somebody had edited them.
    pub left: Vec<Utf8PathBuf>,
}

/// Deletes those of the files `gone` that are as codey wrote them.
///
/// # Errors
/// When the workspace or its journal cannot be read; files may have been deleted by then.
pub fn clear(dir: &Utf8Path, gone: &[Gone]) -> Result<Cleared, SetupError> {
    let mut cleared = Cleared::default();
    if gone.is_empty() {
        return Ok(cleared);
    }
    let workspace = Workspace::open(dir)?;
    // Where another run works now, what is whose is its business.
    let Some(_lock) = workspace.lock()? else {
        return Ok(cleared);
    };
    for Gone { path, written } in gone {
        let now = workspace.digest(path)?;
        if written.is_some() && *written == now {
            workspace.remove_file(path)?;
            cleared.deleted.push(path.clone());
        } else if now.is_some() {
            cleared.left.push(path.clone());
        }
    }
    Ok(cleared)
}
