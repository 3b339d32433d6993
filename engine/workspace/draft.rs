//! A file on its way to its name: written elsewhere and renamed to it. Knows open folders, no path.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fd::BorrowedFd;
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::files::Stat;

/// Permissions of a new file, before the user's mask.
pub(super) const NEW_FILE: Mode = Mode::from_bits_truncate(0o666);

/// How the names of drafts begin and end.
const PREFIX: &str = ".codey-";
const SUFFIX: &str = ".tmp";

/// Whether a file of that name is a draft.
pub(super) fn is_draft(name: &CStr) -> bool {
    let name = name.to_bytes();
    name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes())
}

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
        let (name, file) = open_draft(folder)?;
        Ok(Self {
            folder,
            name,
            file,
            finished: false,
        })
    }

    /// Fills the file and gives it its name in the folder of `target`.
    pub(super) fn finish(
        mut self,
        target: &Target<'_>,
        fill: &mut dyn FnMut(&mut File) -> io::Result<()>,
    ) -> io::Result<Stat> {
        fill(&mut self.file)?;
        if let Some(mode) = target.mode {
            fs::fchmod(&self.file, mode)?;
        }
        if target.durability == Durability::Synced {
            self.file.sync_all()?;
        }
        let stat = fs::fstat(&self.file)?;
        if target.is_new {
            rename_new((self.folder, &self.name), (target.folder, target.name))?;
        } else {
            fs::renameat(self.folder, &*self.name, target.folder, target.name)?;
        }
        self.finished = true;
        if target.durability == Durability::Synced {
            sync_folder(target.folder)?;
        }
        Ok(Stat::of(&stat))
    }
}

/// A new file in `folder` under a name that says that it is a draft.
pub(super) fn open_draft(folder: BorrowedFd<'_>) -> Result<(String, File), Errno> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{number}{SUFFIX}", std::process::id());
        // A name that is taken was left by a killed process that had the same number.
        match fs::openat(folder, &*name, flags, NEW_FILE) {
            Err(Errno::EXIST) => {}
            answer => return Ok((name, File::from(answer?))),
        }
    }
}

/// What a draft is to become.
pub(super) struct Target<'a> {
    pub(super) folder: BorrowedFd<'a>,
    pub(super) name: &'a str,
    /// Its permissions, where they are not those of any new file.
    pub(super) mode: Option<Mode>,
    pub(super) durability: Durability,
    /// Whether it is an error that something has that name already.
    pub(super) is_new: bool,
}

/// Renames unless the new name is taken, which is [`Errno::EXIST`].
fn rename_new(from: (BorrowedFd<'_>, &str), to: (BorrowedFd<'_>, &str)) -> Result<(), Errno> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    match fs::renameat_with(from.0, from.1, to.0, to.1, fs::RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
        answer => return answer,
    }
    // File systems without that call: there the look and the rename are two steps.
    match fs::statat(to.0, to.1, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(_) => Err(Errno::EXIST),
        Err(Errno::NOENT) => fs::renameat(from.0, from.1, to.0, to.1),
        Err(errno) => Err(errno),
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
