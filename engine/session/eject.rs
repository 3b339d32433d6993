//! Copies of embedded templates and prompts for a project or a user to change. Knows where they go, not what they hold.

use camino::{Utf8Path, Utf8PathBuf};

use super::shelf::Shelf;
use super::template_folder::below as shown;
use crate::diagnostic::did_you_mean;
use crate::workspace::{Durability, Workspace, WorkspaceError};

/// Where ejected templates go.
#[derive(Clone, Copy, Debug)]
pub enum EjectTo<'a> {
    /// To the project in this directory, which is there.
    Project(&'a Utf8Path),
    /// To this folder of the user's.
    User(&'a Utf8Path),
}

/// Why nothing was ejected.
#[derive(Debug, thiserror::Error)]
pub enum EjectError {
    /// There is none of that name, and perhaps one with a similar name.
    #[error("there is no {word} and no folder of {word}s called `{name}`", word = .0.word(), name = .1)]
    Unknown(Shelf, String, Option<String>),
    /// These files are there already with another text.
    #[error("{} already there with another text: {}", .0.len(), list(.0))]
    InTheWay(Vec<Utf8PathBuf>),
    /// A file cannot be written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

fn list(paths: &[Utf8PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    paths.join(", ")
}

/// Copies the embedded text `name`, or all below the folder `name`; the files, whether written now or
/// there already. Where a file has another text, nothing is written unless `force` is set.
pub fn eject(
    shelf: Shelf,
    name: &str,
    to: EjectTo<'_>,
    force: bool,
) -> Result<Vec<Utf8PathBuf>, EjectError> {
    let chosen = chosen(shelf, name)?;
    let (root, below) = match to {
        EjectTo::Project(dir) => (dir, shelf.project_folder()),
        EjectTo::User(folder) => (folder, Utf8Path::new("")),
    };
    let workspace = match to {
        EjectTo::Project(dir) => Workspace::open(dir)?,
        EjectTo::User(folder) => Workspace::create(folder)?,
    };
    let (mut missing, mut in_the_way) = (Vec::new(), Vec::new());
    for name in &chosen {
        let path = below.join(name);
        let text = shelf.embedded_text(name).unwrap_or_default();
        match workspace.read(&path)? {
            Some(bytes) if bytes == text.as_bytes() => {}
            Some(_) if !force => in_the_way.push(shown(root, &path)),
            _ => missing.push((path, text)),
        }
    }
    if !in_the_way.is_empty() {
        return Err(EjectError::InTheWay(in_the_way));
    }
    for (path, text) in missing {
        workspace.write(&path, text.as_bytes(), Durability::Synced)?;
    }
    let paths = chosen.iter().map(|name| shown(root, &below.join(name)));
    Ok(paths.collect())
}

fn chosen(shelf: Shelf, name: &str) -> Result<Vec<&'static str>, EjectError> {
    let name = name.trim_end_matches('/');
    let is_below = |known: &&str| {
        known
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let chosen: Vec<_> = shelf.embedded().filter(is_below).collect();
    if chosen.is_empty() || name.is_empty() {
        let near = did_you_mean(name, shelf.embedded().chain(shelf.folders()));
        return Err(EjectError::Unknown(
            shelf,
            name.to_owned(),
            near.map(str::to_owned),
        ));
    }
    Ok(chosen)
}
