//! Reading and looking at files of a workspace. Decides no path: see `place.rs`.

use std::fs::File;
use std::io::Read;

use camino::Utf8Path;
use rustix::fs::{self, FileType};
use rustix::io::Errno;

use super::error::{Kind, WorkspaceError};
use super::place::{Workspace, accept};
use crate::id::Digest;

/// Bytes of the largest file that is read into memory.
const MAX_READ_BYTES: u64 = 256 << 20;

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

    /// Opens a regular file for reading, with its size.
    pub(super) fn open_file(
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
}
