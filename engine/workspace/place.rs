//! A workspace: the folder of the user that codey may change. Decides which paths are acceptable.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

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

    #[cfg(test)]
    pub(super) fn walking(self) -> Self {
        Self {
            root: self.root,
            beneath: self.beneath.walking(),
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
    let mut names = inside.components().filter_map(|component| match component {
        Utf8Component::Normal(name) => Some(name),
        _ => None,
    });
    let mut first = true;
    if names.any(|name| {
        let state = std::mem::take(&mut first) && name.eq_ignore_ascii_case(STATE_DIR);
        state || name.eq_ignore_ascii_case(GIT_DIR)
    }) {
        return Err(WorkspaceError::new(
            Kind::Protected,
            action,
            path,
            "it belongs to git or to codey's own records",
        ));
    }
    Ok(inside)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the workspace itself is made before it can be opened"
)]
fn make_root(root: &Utf8Path) -> Result<(), WorkspaceError> {
    std::fs::create_dir_all(root)
        .map_err(|error| WorkspaceError::io("make the workspace", root, &error))
}
