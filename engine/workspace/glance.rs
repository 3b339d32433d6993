//! Looks at many paths in a row at about one system call each. Reads no content.

use std::collections::HashMap;

use camino::Utf8Path;
use rustix::fd::OwnedFd;
use rustix::fs::{self, AtFlags, FileType};
use rustix::io::Errno;

use super::error::WorkspaceError;
use super::files::Stat;
use super::place::{Workspace, accept};

/// Folders that are held open at once: a fraction of the descriptors a process usually has.
const MAX_FOLDERS: usize = 128;

/// A look at many paths within a short time. Each folder is resolved once and held, so a folder
/// that is moved away meanwhile is still looked into.
#[derive(Debug)]
pub struct Glance<'a> {
    workspace: &'a Workspace,
    folders: HashMap<String, Option<OwnedFd>>,
}

impl Workspace {
    /// Starts a look at many paths.
    pub fn glance(&self) -> Glance<'_> {
        Glance {
            workspace: self,
            folders: HashMap::new(),
        }
    }
}

impl Glance<'_> {
    /// Answers as [`Workspace::stat`] does.
    pub fn stat(&mut self, path: &Utf8Path) -> Result<Option<Stat>, WorkspaceError> {
        const ACTION: &str = "look at";
        let inside = accept(ACTION, path)?;
        let (Some(parent), Some(name)) = (inside.parent(), inside.file_name()) else {
            return self.workspace.stat(path);
        };
        let text = inside.as_str();
        if text.ends_with('/') || text.ends_with("/.") {
            return self.workspace.stat(path);
        }
        let system = |errno| WorkspaceError::system(ACTION, path, errno);
        let Some(folder) = self.folder(parent.as_str()).map_err(system)? else {
            return Ok(None);
        };
        match fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink => {
                self.workspace.stat(path)
            }
            Ok(stat) => Ok(Some(Stat::of(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(system(errno)),
        }
    }

    /// The folder at `path`, if there is one.
    fn folder(&mut self, path: &str) -> Result<Option<&OwnedFd>, Errno> {
        if !self.folders.contains_key(path) {
            let beneath = &self.workspace.beneath;
            let opened = match beneath.folder(if path.is_empty() { "." } else { path }) {
                Err(Errno::NOENT | Errno::NOTDIR) => None,
                answer => Some(answer?),
            };
            if self.folders.len() >= MAX_FOLDERS {
                self.folders.clear();
            }
            self.folders.insert(path.to_owned(), opened);
        }
        Ok(self.folders.get(path).and_then(Option::as_ref))
    }
}
