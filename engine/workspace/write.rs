//! Writing, copying and deleting files of a workspace, and making folders. Decides no path: see `place.rs`.

use std::fs::File;
use std::io::{self, Seek, Write};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, AtFlags, FileType, Mode};
use rustix::io::Errno;

use super::draft::{Draft, Durability, Target};
use super::error::{Kind, WorkspaceError};
use super::files::Stat;
use super::place::{Workspace, accept_change};

/// Permissions of a new folder before the user's mask, and those that are kept of a file.
const PERMISSIONS: Mode = Mode::from_bits_truncate(0o777);

impl Workspace {
    /// Puts `bytes` at `path` in one step: whoever reads sees the old file or the new one. Missing
    /// folders are made, and the permissions of a file that is replaced are kept.
    pub fn write(
        &self,
        path: &Utf8Path,
        bytes: &[u8],
        durability: Durability,
    ) -> Result<Stat, WorkspaceError> {
        const ACTION: &str = "write";
        let inside = accept_change(ACTION, path)?;
        self.put(ACTION, inside, bytes, durability, false)
    }

    /// Like [`Workspace::write`], for a path where nothing is expected: whatever appeared there
    /// meanwhile stays, and that is an error.
    pub fn create_file(
        &self,
        path: &Utf8Path,
        bytes: &[u8],
        durability: Durability,
    ) -> Result<Stat, WorkspaceError> {
        const ACTION: &str = "make";
        let inside = accept_change(ACTION, path)?;
        self.put(ACTION, inside, bytes, durability, true)
    }

    fn put(
        &self,
        action: &'static str,
        path: &Utf8Path,
        bytes: &[u8],
        durability: Durability,
        is_new: bool,
    ) -> Result<Stat, WorkspaceError> {
        let wanted = Wanted {
            durability,
            is_new,
            mode: None,
        };
        self.replace(action, path, &wanted, &mut |file| file.write_all(bytes))
    }

    /// Copies the file `from` to `to`, as [`Workspace::write`] does; a new file gets the
    /// permissions of the one it is copied from.
    pub fn copy(
        &self,
        from: &Utf8Path,
        to: &Utf8Path,
        durability: Durability,
    ) -> Result<Stat, WorkspaceError> {
        self.copy_from(self, from, to, durability)
    }

    /// Copies the file `from` of another workspace to `to`.
    pub(super) fn copy_from(
        &self,
        other: &Self,
        from: &Utf8Path,
        to: &Utf8Path,
        durability: Durability,
    ) -> Result<Stat, WorkspaceError> {
        const ACTION: &str = "copy";
        let inside = accept_change(ACTION, to)?;
        let Some((mut source, _)) = other.open_file(ACTION, from)? else {
            return Err(WorkspaceError::system(ACTION, from, Errno::NOENT));
        };
        let mode = fs::fstat(&source)
            .map_err(|errno| WorkspaceError::system(ACTION, from, errno))?
            .st_mode;
        let mode = Some(Mode::from_raw_mode(mode) & PERMISSIONS);
        let wanted = Wanted {
            durability,
            is_new: false,
            mode,
        };
        self.replace(ACTION, inside, &wanted, &mut |file| {
            source.rewind()?;
            io::copy(&mut source, file).map(drop)
        })
    }

    /// Makes the folder `path` and its parents; whether anything was missing.
    pub fn mkdir_all(&self, path: &Utf8Path) -> Result<bool, WorkspaceError> {
        const ACTION: &str = "make the folder";
        let inside = accept_change(ACTION, path)?;
        self.make_folders(ACTION, inside)
    }

    /// Deletes the file or link at `path`; whether it was there.
    pub fn remove_file(&self, path: &Utf8Path) -> Result<bool, WorkspaceError> {
        const ACTION: &str = "delete";
        let inside = accept_change(ACTION, path)?;
        let (parent, name) = split(ACTION, inside)?;
        let folder = match self.folder_to_change(ACTION, Utf8Path::new(parent)) {
            Err(error) if matches!(error.kind, Kind::NotFound | Kind::NotRegular) => {
                return Ok(false);
            }
            answer => answer?,
        };
        match fs::unlinkat(&folder, name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(errno) => Err(WorkspaceError::system(ACTION, path, errno)),
        }
    }

    /// Opens the folder at `path`, making what is missing; whether anything was.
    pub(super) fn make_folders(
        &self,
        action: &'static str,
        path: &Utf8Path,
    ) -> Result<bool, WorkspaceError> {
        self.folder_for_writing(action, path).map(|(_, made)| made)
    }

    pub(super) fn folder_for_writing(
        &self,
        action: &'static str,
        path: &Utf8Path,
    ) -> Result<(OwnedFd, bool), WorkspaceError> {
        let system = |errno| WorkspaceError::system(action, path, errno);
        let is_missing = |error: &WorkspaceError| error.kind == Kind::NotFound;
        match self.folder_to_change(action, path) {
            Err(error) if is_missing(&error) => {}
            answer => return answer.map(|folder| (folder, false)),
        }
        let mut done = Utf8PathBuf::new();
        let mut here = self.folder_to_change(action, &done)?;
        for name in path.components() {
            done.push(name);
            here = match self.folder_to_change(action, &done) {
                Err(error) if is_missing(&error) => {
                    make_folder(here.as_fd(), name.as_str()).map_err(system)?;
                    self.folder_to_change(action, &done)?
                }
                answer => answer?,
            };
        }
        Ok((here, true))
    }

    /// Writes a new file elsewhere and renames it over whatever regular file is at `path`.
    pub(super) fn replace(
        &self,
        action: &'static str,
        path: &Utf8Path,
        wanted: &Wanted,
        fill: &mut dyn FnMut(&mut File) -> io::Result<()>,
    ) -> Result<Stat, WorkspaceError> {
        let (parent, name) = split(action, path)?;
        let (folder, _) = self.folder_for_writing(action, Utf8Path::new(parent))?;
        let mode = match existing_mode(folder.as_fd(), name) {
            Ok(existing) => existing.or(wanted.mode),
            Err(what) => {
                return Err(WorkspaceError::new(Kind::NotRegular, action, path, what));
            }
        };
        let target = Target {
            folder: folder.as_fd(),
            name,
            mode,
            durability: wanted.durability,
            is_new: wanted.is_new,
        };
        let mut draft = |place: BorrowedFd<'_>| Draft::new(place)?.finish(&target, fill);
        let apart = self.drafts.get().map(|drafts| draft(drafts.as_fd()));
        match apart {
            Some(Ok(stat)) => Ok(stat),
            // The folder for drafts may be on another disk, or gone: then beside the file.
            _ => draft(folder.as_fd()),
        }
        .map_err(|error| WorkspaceError::io(action, path, &error))
    }
}

/// How a file is to be written.
pub(super) struct Wanted {
    pub(super) durability: Durability,
    /// Whether it is an error that something is there.
    pub(super) is_new: bool,
    /// Permissions of a file that is not there yet, where they are not the usual ones.
    pub(super) mode: Option<Mode>,
}

/// Another thread may be making the same folder.
fn make_folder(parent: BorrowedFd<'_>, name: &str) -> Result<(), Errno> {
    match fs::mkdirat(parent, name, PERMISSIONS) {
        Err(Errno::EXIST) => Ok(()),
        answer => answer,
    }
}

/// Parent and name of a path that names a file.
pub(super) fn split<'a>(
    action: &'static str,
    path: &'a Utf8Path,
) -> Result<(&'a str, &'a str), WorkspaceError> {
    let malformed = |what| WorkspaceError::new(Kind::Malformed, action, path, what);
    if path.as_str().ends_with('/') || path.as_str().ends_with("/.") {
        return Err(malformed("its end names a folder"));
    }
    let name = path
        .file_name()
        .ok_or_else(|| malformed("the path names no file"))?;
    let parent = path.parent().map_or("", Utf8Path::as_str);
    Ok((if parent.is_empty() { "." } else { parent }, name))
}

/// Permissions of the regular file that is about to be replaced, if there is one.
pub(super) fn existing_mode(
    folder: BorrowedFd<'_>,
    name: &str,
) -> Result<Option<Mode>, &'static str> {
    let Ok(stat) = fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else {
        return Ok(None);
    };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(Some(Mode::from_raw_mode(stat.st_mode) & PERMISSIONS)),
        FileType::Directory => Err("a folder is there"),
        FileType::Symlink => Err("a symbolic link is there, and codey writes through none"),
        _ => Err("a device, pipe or socket is there"),
    }
}
