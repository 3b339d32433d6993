//! Resolves a path below a folder one component at a time, for systems without `openat2`. Opens no file.

use std::collections::VecDeque;
use std::ffi::{CStr, CString};

use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::confine::FOLDER;

/// Links followed before a path counts as endless, as the kernel does.
const MAX_LINKS: u32 = 40;

/// Where a path leads.
pub(super) struct Found {
    /// The folder that holds it.
    pub(super) parent: OwnedFd,
    /// Its name there, no symbolic link when it was looked at; absent when `parent` is what was asked for.
    pub(super) name: Option<CString>,
    /// The names of `parent` and of the folders above it, from the root on and without any link.
    pub(super) folders: Vec<CString>,
}

/// Follows `path` from `root`. Every step opens a real folder without following links; links are
/// read and their text is walked in turn, so a link swapped in between two steps is refused by
/// `NOFOLLOW` instead of being followed.
pub(super) fn walk(root: BorrowedFd<'_>, path: &str) -> Result<Found, Errno> {
    let mut above: Vec<OwnedFd> = Vec::new();
    let mut folders: Vec<CString> = Vec::new();
    let mut here = fs::openat(root, c".", FOLDER, Mode::empty())?;
    let mut todo = split(path.as_bytes())?;
    let mut links = 0;
    while let Some(name) = todo.pop_front() {
        match name.as_bytes() {
            // It stays in the list up to here because a file before it is an error.
            b"." => continue,
            b".." => {
                here = above.pop().ok_or(Errno::XDEV)?;
                folders.pop();
                continue;
            }
            _ => {}
        }
        let last = todo.is_empty();
        let stat = match fs::statat(&here, &*name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) if last => return Ok(found(here, name, folders)),
            answer => answer?,
        };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Symlink => {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::LOOP);
                }
                prepend(&mut todo, &follow(&here, &name)?)?;
            }
            FileType::Directory => {
                let next = fs::openat(&here, &*name, FOLDER | OFlags::NOFOLLOW, Mode::empty())?;
                above.push(std::mem::replace(&mut here, next));
                folders.push(name);
            }
            _ if last => return Ok(found(here, name, folders)),
            _ => return Err(Errno::NOTDIR),
        }
    }
    Ok(Found {
        parent: here,
        name: None,
        folders,
    })
}

fn found(parent: OwnedFd, name: CString, folders: Vec<CString>) -> Found {
    Found {
        parent,
        name: Some(name),
        folders,
    }
}

/// The text of a link; an absolute one always leads outside.
fn follow(folder: &OwnedFd, name: &CStr) -> Result<CString, Errno> {
    let target = fs::readlinkat(folder, name, Vec::new())?;
    if target.as_bytes().first() == Some(&b'/') {
        return Err(Errno::XDEV);
    }
    Ok(target)
}

fn prepend(todo: &mut VecDeque<CString>, target: &CStr) -> Result<(), Errno> {
    for name in split(target.to_bytes())?.into_iter().rev() {
        todo.push_front(name);
    }
    Ok(())
}

/// The names of a path; a `/` at its end asks for a folder, as `/.` does.
fn split(path: &[u8]) -> Result<VecDeque<CString>, Errno> {
    let end: &[u8] = if path.ends_with(b"/") { b"." } else { b"" };
    path.split(|byte| *byte == b'/')
        .chain([end])
        .filter(|name| !name.is_empty())
        .map(|name| CString::new(name).map_err(|_| Errno::INVAL))
        .collect()
}
