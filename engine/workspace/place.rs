//! A workspace: the folder of the user that codey may change. Decides which paths are acceptable.

use std::sync::OnceLock;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use rustix::fd::OwnedFd;
use rustix::io::Errno;

use super::confine::Beneath;
use super::error::{Kind, WorkspaceError};
use super::state::STATE_DIR;

/// Folders that git owns, at any depth and in any case.
const GIT_DIR: &str = ".git";

/// A folder below which codey reads and writes, and nowhere else.
#[derive(Debug)]
pub struct Workspace {
    root: Utf8PathBuf,
    pub(super) beneath: Beneath,
    /// Where files are prepared while a run holds the workspace.
    pub(super) drafts: OnceLock<OwnedFd>,
}

impl Workspace {
    /// Opens the existing folder `root`.
    pub fn open(root: &Utf8Path) -> Result<Self, WorkspaceError> {
        const ACTION: &str = "open the workspace";
        let absolute = root
            .canonicalize_utf8()
            .map_err(|error| WorkspaceError::io(ACTION, root, &error))?;
        let beneath = Beneath::open(&absolute)
            .map_err(|errno| WorkspaceError::system(ACTION, root, errno))?;
        Ok(Self {
            root: absolute,
            beneath,
            drafts: OnceLock::new(),
        })
    }

    /// Opens the folder `root`, making it and its parents first where they are missing.
    pub fn create(root: &Utf8Path) -> Result<Self, WorkspaceError> {
        make_root(root)?;
        Self::open(root)
    }

    /// The absolute path of the workspace, without symbolic links.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// The absolute path of something that exists in the workspace, for programs and libraries
    /// that open files by name. It was inside when it was looked at.
    pub fn locate(&self, path: &Utf8Path) -> Result<Utf8PathBuf, WorkspaceError> {
        const ACTION: &str = "find";
        let inside = accept(ACTION, path)?;
        self.beneath
            .stat(inside.as_str())
            .map_err(|errno| WorkspaceError::system(ACTION, path, errno))?;
        Ok(self.root.join(inside))
    }

    /// `path` without the symbolic links among its folders, so that two names of one file are seen to be
    /// the same. Folders that are not there yet are taken as they are written.
    pub fn real(&self, path: &Utf8Path) -> Result<Utf8PathBuf, WorkspaceError> {
        const ACTION: &str = "find";
        let inside = accept(ACTION, path)?;
        let mut folders = inside.ancestors().skip(1);
        folders
            .find_map(|folder| {
                let real = match self.beneath.real_path(or_here(folder)) {
                    Err(Errno::NOENT | Errno::NOTDIR) if folder != "" => return None,
                    answer => answer,
                };
                let rest = inside.strip_prefix(folder).unwrap_or(inside);
                Some(real.map(|real| real.join(rest)))
            })
            .unwrap_or_else(|| Ok(inside.to_owned()))
            .map_err(|errno| WorkspaceError::system(ACTION, path, errno))
    }

    /// Opens the folder at `path` to change what is in it. Links are followed inside the workspace, but
    /// not to where git and codey keep their own.
    pub(super) fn folder_to_change(
        &self,
        action: &'static str,
        path: &Utf8Path,
    ) -> Result<OwnedFd, WorkspaceError> {
        let system = |errno| WorkspaceError::system(action, path, errno);
        match self.beneath.real_folder(or_here(path)) {
            Err(Errno::LOOP) => {}
            answer => return answer.map_err(system),
        }
        let real = self.beneath.real_path(or_here(path)).map_err(system)?;
        if is_protected(&real) {
            let what =
                format!("it leads to `{real}`, which belongs to git or to codey's own records");
            return Err(WorkspaceError::new(Kind::Protected, action, path, &what));
        }
        self.beneath.real_folder(or_here(&real)).map_err(system)
    }

    #[cfg(test)]
    pub(super) fn walking(self) -> Self {
        Self {
            beneath: self.beneath.walking(),
            ..self
        }
    }
}

/// The path as it is handed to the system, if it cannot leave the workspace by its text alone.
pub(super) fn accept<'a>(
    action: &'static str,
    path: &'a Utf8Path,
) -> Result<&'a Utf8Path, WorkspaceError> {
    let refuse = |kind, what| Err(WorkspaceError::new(kind, action, path, what));
    if path.as_str().is_empty() {
        return refuse(Kind::Malformed, "the path is empty");
    }
    if path.as_str().contains('\0') {
        return refuse(Kind::Malformed, "the path has a NUL character in it");
    }
    for component in path.components() {
        match component {
            Utf8Component::Normal(_) | Utf8Component::CurDir => {}
            Utf8Component::ParentDir => return refuse(Kind::Outside, "the path has `..` in it"),
            Utf8Component::RootDir | Utf8Component::Prefix(_) => {
                return refuse(Kind::Outside, "the path is absolute");
            }
        }
    }
    Ok(path)
}

/// Like [`accept`], for paths that are about to be changed: what git and codey keep is refused.
pub(super) fn accept_change<'a>(
    action: &'static str,
    path: &'a Utf8Path,
) -> Result<&'a Utf8Path, WorkspaceError> {
    let inside = accept(action, path)?;
    if is_protected(inside) {
        return Err(WorkspaceError::new(
            Kind::Protected,
            action,
            path,
            "it belongs to git or to codey's own records",
        ));
    }
    Ok(inside)
}

/// Whether git or codey keeps what is at `path`.
fn is_protected(path: &Utf8Path) -> bool {
    let mut names = path.components().filter_map(|component| match component {
        Utf8Component::Normal(name) => Some(name),
        _ => None,
    });
    let mut first = true;
    names.any(|name| {
        let state = std::mem::take(&mut first) && name.eq_ignore_ascii_case(STATE_DIR);
        state || name.eq_ignore_ascii_case(GIT_DIR)
    })
}

/// The workspace itself has the empty path, which the system does not take.
fn or_here(path: &Utf8Path) -> &str {
    if path == "" { "." } else { path.as_str() }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the workspace itself is made before it can be opened"
)]
fn make_root(root: &Utf8Path) -> Result<(), WorkspaceError> {
    const ACTION: &str = "make the workspace";
    std::fs::create_dir_all(root).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            WorkspaceError::new(Kind::NotRegular, ACTION, root, "it is there and no folder")
        }
        _ => WorkspaceError::io(ACTION, root, &error),
    })
}
