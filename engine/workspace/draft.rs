//! A file on its way to its name: written beside it and renamed over it. Knows an open folder, no path.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fd::BorrowedFd;
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::files::Stat;

/// Permissions of a new file, before the user's mask.
const NEW_FILE: Mode = Mode::from_bits_truncate(0o666);

/// What survives of a written file when the power fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The old file or the new one, whenever the system gets to it.
    Cached,
    /// The new file: its bytes and its name are on the disk before the call returns.
    Synced,
}

/// A file that has no name of its own yet; it is gone unless it is finished.
pub(super) struct Draft<'a> {
    folder: BorrowedFd<'a>,
    name: String,
    file: File,
    finished: bool,
}

impl<'a> Draft<'a> {
    pub(super) fn new(folder: BorrowedFd<'a>) -> Result<Self, Errno> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!(".codey-{}-{number}.tmp", std::process::id());
            // A name that is taken was left by a killed process that had the same number.
            match fs::openat(folder, &*name, flags, NEW_FILE) {
                Err(Errno::EXIST) => {}
                answer => {
                    return Ok(Self {
                        folder,
                        name,
                        file: File::from(answer?),
                        finished: false,
                    });
                }
            }
        }
    }

    pub(super) fn finish(
        mut self,
        name: &str,
        mode: Option<Mode>,
        durability: Durability,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<Stat> {
        fill(&mut self.file)?;
        if let Some(mode) = mode {
            fs::fchmod(&self.file, mode)?;
        }
        if durability == Durability::Synced {
            self.file.sync_all()?;
        }
        let stat = fs::fstat(&self.file)?;
        fs::renameat(self.folder, &*self.name, self.folder, name)?;
        self.finished = true;
        if durability == Durability::Synced {
            sync_folder(self.folder)?;
        }
        Ok(Stat::of(&stat))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing better can be done: the error that led here is the one to report.
            let _ = fs::unlinkat(self.folder, &*self.name, AtFlags::empty());
        }
    }
}

/// A descriptor that only names a folder cannot be synced, so the folder is opened again to read.
fn sync_folder(folder: BorrowedFd<'_>) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let readable = fs::openat(folder, c".", flags, Mode::empty())?;
    Ok(fs::fsync(&readable)?)
}
