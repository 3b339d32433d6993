//! Reading, writing and looking at files of a workspace. Decides no path: see `place.rs`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicU32, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::error::{Kind, WorkspaceError};
use super::place::{Workspace, accept, accept_change};
use crate::id::Digest;

/// Bytes of the largest file that is read into memory.
const MAX_READ_BYTES: u64 = 256 << 20;

/// Permissions of a new file and of a new folder, before the user's mask.
const NEW_FILE: Mode = Mode::from_bits_truncate(0o666);
const NEW_FOLDER: Mode = Mode::from_bits_truncate(0o777);

/// What survives of a written file when the power fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The old file or the new one, whenever the system gets to it.
    Cached,
    /// The new file: its bytes and its name are on the disk before the call returns.
    Synced,
}

/// What is known of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Its size in bytes.
    pub bytes: u64,
    /// When its content last changed, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Its number in the file system: another one after every write by codey.
    pub inode: u64,
    /// Whether it is a folder.
    pub is_dir: bool,
    /// Whether it is a regular file.
    pub is_file: bool,
}

impl Stat {
    pub(super) fn of(stat: &fs::Stat) -> Self {
        let kind = FileType::from_raw_mode(stat.st_mode);
        Self {
            bytes: u64::try_from(stat.st_size).unwrap_or(0),
            mtime_ns: nanoseconds(stat),
            inode: stat.st_ino,
            is_dir: kind == FileType::Directory,
            is_file: kind == FileType::RegularFile,
        }
    }
}

/// The fields have other widths on other systems.
fn nanoseconds(stat: &fs::Stat) -> i64 {
    const PER_SECOND: i128 = 1_000_000_000;
    let since = i128::from(stat.st_mtime) * PER_SECOND + i128::from(stat.st_mtime_nsec);
    i64::try_from(since).unwrap_or(i64::MAX)
}

impl Workspace {
    /// Looks at what is at `path`; nothing is there when the answer is `None`.
    pub fn stat(&self, path: &Utf8Path) -> Result<Option<Stat>, WorkspaceError> {
        const ACTION: &str = "look at";
        let inside = accept(ACTION, path)?;
        match self.beneath.stat(inside.as_str()) {
            Ok(stat) => Ok(Some(Stat::of(&stat))),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
            Err(errno) => Err(WorkspaceError::system(ACTION, path, errno)),
        }
    }

    /// The content of the file at `path`; no file is there when the answer is `None`.
    pub fn read(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>, WorkspaceError> {
        const ACTION: &str = "read";
        let Some((mut file, bytes)) = self.open_file(ACTION, path)? else {
            return Ok(None);
        };
        if bytes > MAX_READ_BYTES {
            let what = format!("it has {bytes} bytes, {MAX_READ_BYTES} are the most");
            return Err(WorkspaceError::new(Kind::TooLarge, ACTION, path, &what));
        }
        let mut content = Vec::with_capacity(usize::try_from(bytes).unwrap_or(0) + 1);
        file.read_to_end(&mut content)
            .map_err(|error| WorkspaceError::io(ACTION, path, &error))?;
        Ok(Some(content))
    }

    /// The digest of the file at `path`; no file is there when the answer is `None`.
    pub fn digest(&self, path: &Utf8Path) -> Result<Option<Digest>, WorkspaceError> {
        const ACTION: &str = "read";
        let Some((file, _)) = self.open_file(ACTION, path)? else {
            return Ok(None);
        };
        let mut hasher = blake3::Hasher::new();
        hasher
            .update_reader(file)
            .map_err(|error| WorkspaceError::io(ACTION, path, &error))?;
        Ok(Some(Digest(*hasher.finalize().as_bytes())))
    }

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
        self.replace(ACTION, inside, durability, None, |file| {
            file.write_all(bytes)
        })
    }

    /// Copies the file `from` to `to`, as [`Workspace::write`] does; a new file gets the
    /// permissions of the one it is copied from.
    pub fn copy(
        &self,
        from: &Utf8Path,
        to: &Utf8Path,
        durability: Durability,
    ) -> Result<Stat, WorkspaceError> {
        const ACTION: &str = "copy";
        let inside = accept_change(ACTION, to)?;
        let Some((mut source, _)) = self.open_file(ACTION, from)? else {
            return Err(WorkspaceError::system(ACTION, from, Errno::NOENT));
        };
        let mode = fs::fstat(&source)
            .map_err(|errno| WorkspaceError::system(ACTION, from, errno))?
            .st_mode;
        let mode = Some(Mode::from_raw_mode(mode) & NEW_FOLDER);
        self.replace(ACTION, inside, durability, mode, |file| {
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
        let unlinked = self
            .beneath
            .folder(parent)
            .and_then(|folder| fs::unlinkat(&folder, name, AtFlags::empty()));
        match unlinked {
            Ok(()) => Ok(true),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(false),
            Err(errno) => Err(WorkspaceError::system(ACTION, path, errno)),
        }
    }

    /// Opens a regular file for reading, with its size.
    fn open_file(
        &self,
        action: &'static str,
        path: &Utf8Path,
    ) -> Result<Option<(File, u64)>, WorkspaceError> {
        let inside = accept(action, path)?;
        let system = |errno| WorkspaceError::system(action, path, errno);
        let opened = match self.beneath.read(inside.as_str()) {
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
            answer => answer.map_err(system)?,
        };
        let stat = Stat::of(&fs::fstat(&opened).map_err(system)?);
        if !stat.is_file {
            let what = if stat.is_dir {
                "it is a folder"
            } else {
                "it is not a regular file"
            };
            return Err(WorkspaceError::new(Kind::NotRegular, action, path, what));
        }
        Ok(Some((File::from(opened), stat.bytes)))
    }

    /// Opens the folder at `path`, making what is missing; whether anything was.
    pub(super) fn make_folders(
        &self,
        action: &'static str,
        path: &Utf8Path,
    ) -> Result<bool, WorkspaceError> {
        self.folder_for_writing(action, path).map(|(_, made)| made)
    }

    fn folder_for_writing(
        &self,
        action: &'static str,
        path: &Utf8Path,
    ) -> Result<(OwnedFd, bool), WorkspaceError> {
        let system = |errno| WorkspaceError::system(action, path, errno);
        match self.beneath.folder(path.as_str()) {
            Err(Errno::NOENT) => {}
            answer => return answer.map(|folder| (folder, false)).map_err(system),
        }
        let mut done = Utf8PathBuf::from(".");
        let mut here = self.beneath.folder(".").map_err(system)?;
        for name in path.components() {
            done.push(name);
            here = match self.beneath.folder(done.as_str()) {
                Err(Errno::NOENT) => {
                    make_folder(here.as_fd(), name.as_str()).map_err(system)?;
                    self.beneath.folder(done.as_str()).map_err(system)?
                }
                answer => answer.map_err(system)?,
            };
        }
        Ok((here, true))
    }

    /// Writes a new file beside `path` and renames it over whatever regular file is there.
    pub(super) fn replace(
        &self,
        action: &'static str,
        path: &Utf8Path,
        durability: Durability,
        mode: Option<Mode>,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<Stat, WorkspaceError> {
        let (parent, name) = split(action, path)?;
        let (folder, _) = self.folder_for_writing(action, Utf8Path::new(parent))?;
        let mode = match existing_mode(folder.as_fd(), name) {
            Ok(existing) => existing.or(mode),
            Err(what) => {
                return Err(WorkspaceError::new(Kind::NotRegular, action, path, what));
            }
        };
        let draft = Draft::new(folder.as_fd())
            .map_err(|errno| WorkspaceError::system(action, path, errno))?;
        draft
            .finish(name, mode, durability, fill)
            .map_err(|error| WorkspaceError::io(action, path, &error))
    }
}

/// Another thread may be making the same folder.
fn make_folder(parent: BorrowedFd<'_>, name: &str) -> Result<(), Errno> {
    match fs::mkdirat(parent, name, NEW_FOLDER) {
        Err(Errno::EXIST) => Ok(()),
        answer => answer,
    }
}

/// Parent and name of a path that names a file.
fn split<'a>(
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
fn existing_mode(folder: BorrowedFd<'_>, name: &str) -> Result<Option<Mode>, &'static str> {
    let Ok(stat) = fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else {
        return Ok(None);
    };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(Some(Mode::from_raw_mode(stat.st_mode) & NEW_FOLDER)),
        FileType::Directory => Err("a folder is there"),
        FileType::Symlink => Err("a symbolic link is there, and codey writes through none"),
        _ => Err("a device, pipe or socket is there"),
    }
}

/// A file that has no name of its own yet; it is gone unless it is finished.
struct Draft<'a> {
    folder: BorrowedFd<'a>,
    name: String,
    file: File,
    finished: bool,
}

impl<'a> Draft<'a> {
    fn new(folder: BorrowedFd<'a>) -> Result<Self, Errno> {
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

    fn finish(
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
