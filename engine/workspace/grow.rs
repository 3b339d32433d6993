//! A file that grows as its text comes: at its final path where nothing is, beside it and renamed over where
//! something is. Knows open folders and one name, no producer.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::draft::{NEW_FILE, open_draft};
use super::error::{Kind, WorkspaceError};
use super::place::{Workspace, accept_change};
use super::write::{existing_mode, split};

const ACTION: &str = "write";

/// A file that is being written. It goes away unless it is kept.
#[derive(Debug)]
pub struct Growing {
    path: Utf8PathBuf,
    folder: OwnedFd,
    file: File,
    /// The name that it has now.
    name: String,
    /// The permissions of the file that it takes the place of.
    replaces: Option<Mode>,
    bytes: u64,
    is_kept: bool,
}

impl Workspace {
    /// Begins the file at `path`, making missing folders.
    ///
    /// # Errors
    /// When the path is none that codey may write, or the system refuses.
    pub fn grow(&self, path: &Utf8Path) -> Result<Growing, WorkspaceError> {
        let inside = accept_change(ACTION, path)?;
        let (parent, name) = split(ACTION, inside)?;
        let (folder, _) = self.folder_for_writing(ACTION, Utf8Path::new(parent))?;
        let system = |errno| WorkspaceError::system(ACTION, path, errno);
        let not_regular = |what| WorkspaceError::new(Kind::NotRegular, ACTION, path, what);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let (name, file, replaces) = match fs::openat(&folder, name, flags, NEW_FILE) {
            Err(Errno::EXIST) => {
                let mode = existing_mode(folder.as_fd(), name).map_err(not_regular)?;
                let (name, file) = open_draft(folder.as_fd()).map_err(system)?;
                (name, file, Some(mode.unwrap_or(NEW_FILE)))
            }
            answer => (name.to_owned(), File::from(answer.map_err(system)?), None),
        };
        Ok(Growing {
            path: path.to_owned(),
            folder,
            file,
            name,
            replaces,
            bytes: 0,
            is_kept: false,
        })
    }
}

impl Growing {
    /// Whether there is a file whose place it takes.
    pub fn replaces(&self) -> bool {
        self.replaces.is_some()
    }

    /// Adds text at the end; whoever reads the file sees it at once.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn append(&mut self, text: &str) -> Result<(), WorkspaceError> {
        self.file
            .write_all(text.as_bytes())
            .map_err(|error| WorkspaceError::io(ACTION, &self.path, &error))?;
        self.bytes += text.len() as u64;
        Ok(())
    }

    /// Takes everything after the first `bytes` away.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn cut(&mut self, bytes: u64) -> Result<(), WorkspaceError> {
        if bytes >= self.bytes {
            return Ok(());
        }
        self.file
            .set_len(bytes)
            .and_then(|()| self.file.seek(SeekFrom::Start(bytes)))
            .map_err(|error| WorkspaceError::io(ACTION, &self.path, &error))?;
        self.bytes = bytes;
        Ok(())
    }

    /// Leaves the file at its final path.
    ///
    /// # Errors
    /// When the system refuses; the file is gone then, and what it would have replaced is as it was.
    pub fn keep(mut self) -> Result<(), WorkspaceError> {
        if let (Some(mode), Some(name)) = (self.replaces, self.path.file_name()) {
            fs::fchmod(&self.file, mode)
                .and_then(|()| fs::renameat(&self.folder, &*self.name, &self.folder, name))
                .map_err(|errno| WorkspaceError::system(ACTION, &self.path, errno))?;
        }
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        if !self.is_kept {
            // Nothing better can be done: a file that stays is known as one that was begun.
            let _ = fs::unlinkat(&self.folder, &*self.name, AtFlags::empty());
        }
    }
}
