//! Large files of the models folder: linked, copied, renamed and removed whole. Knows no index.
#![expect(
    clippy::disallowed_methods,
    reason = "model files are too large for the workspace's way of writing, and lie in a folder of their own"
)]

use std::fs::{self, File, OpenOptions};
use std::io;

use camino::Utf8Path;
use rustix::fs::FlockOperation;
use rustix::io::Errno;

/// A lock that other processes see, for as long as it lives. Its file stays.
#[derive(Debug)]
pub(in crate::model) struct Lock(
    #[expect(dead_code, reason = "the lock lives as long as the open file")] File,
);

impl Lock {
    /// Waits for the lock at `path`; whoever holds it does so for milliseconds.
    pub(super) fn wait(path: &Utf8Path) -> io::Result<Self> {
        let file = Self::file(path)?;
        rustix::fs::flock(&file, FlockOperation::LockExclusive)?;
        Ok(Self(file))
    }

    /// Takes the lock at `path`; nothing when another process has it.
    #[cfg(feature = "fetch")]
    pub(in crate::model) fn take(path: &Utf8Path) -> io::Result<Option<Self>> {
        let file = Self::file(path)?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self(file))),
            Err(Errno::AGAIN) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    fn file(path: &Utf8Path) -> io::Result<File> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).open(path)
    }
}

/// Gives the file `from` the further name `to`; false where the file system cannot.
pub(super) fn link(from: &Utf8Path, to: &Utf8Path) -> io::Result<bool> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(true),
        Err(error) => match Errno::from_io_error(&error) {
            Some(Errno::XDEV | Errno::PERM | Errno::OPNOTSUPP | Errno::MLINK | Errno::ACCESS) => {
                Ok(false)
            }
            _ => Err(error),
        },
    }
}

/// Copies `from` to the new file `to`. What is left of a copy that failed is removed.
pub(super) fn copy(from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
    let copied = fs::copy(from, to).and_then(|_| File::open(to)?.sync_all());
    if copied.is_err() {
        remove(to)?;
    }
    copied
}

/// Removes the file at `path`, if there is one.
pub(in crate::model) fn remove(path: &Utf8Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        answer => answer,
    }
}

/// Gives a finished file its name, and makes sure of it.
pub(in crate::model) fn settle(from: &Utf8Path, to: &Utf8Path) -> io::Result<()> {
    fs::rename(from, to)?;
    match to.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
