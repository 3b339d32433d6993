//! The files below a folder of a workspace, by name. Opens folders and no file; follows no link to a folder.

use std::ffi::CStr;

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fd::OwnedFd;
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::error::{Kind, WorkspaceError};
use super::place::{Workspace, accept};

/// Entries that are looked at before a folder counts as too large to be a project.
const MAX_ENTRIES: usize = 100_000;

const ACTION: &str = "list";

impl Workspace {
    /// Paths of the files below the folder `below`, sorted; none when there is no such folder. Links to files
    /// are listed, wherever they lead: reading refuses those that lead outside. `skip` is asked for every path,
    /// and what lies below a folder that it skips is not looked at. A folder that may not be read is listed in
    /// place of what it holds. Names that are no UTF-8 are left out.
    pub fn list(
        &self,
        below: &Utf8Path,
        skip: &dyn Fn(&Utf8Path) -> bool,
    ) -> Result<Vec<Utf8PathBuf>, WorkspaceError> {
        let mut found = Vec::new();
        let mut looked_at = 0;
        let mut pending = vec![below.to_owned()];
        while let Some(folder) = pending.pop() {
            let entries = match self.entries(&folder) {
                Err(error) if error.kind == Kind::Permission && folder != below => {
                    found.push(folder);
                    continue;
                }
                answer => answer?,
            };
            for (name, kind) in entries {
                looked_at += 1;
                if looked_at > MAX_ENTRIES {
                    let what = format!("it holds more than {MAX_ENTRIES} files and folders");
                    return Err(WorkspaceError::new(Kind::TooLarge, ACTION, below, &what));
                }
                let path = folder.join(name);
                if skip(&path) {
                    continue;
                }
                match kind {
                    FileType::Directory => pending.push(path),
                    FileType::RegularFile => found.push(path),
                    FileType::Symlink if !self.leads_to_folder(&path) => found.push(path),
                    _ => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Names and kinds of what lies in `folder`; nothing when it is not there.
    fn entries(&self, folder: &Utf8Path) -> Result<Vec<(String, FileType)>, WorkspaceError> {
        let system = |errno| WorkspaceError::system(ACTION, folder, errno);
        let inside = if folder == "" {
            Utf8Path::new(".")
        } else {
            accept(ACTION, folder)?
        };
        let opened = match self.beneath.real_folder(inside.as_str()) {
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(Vec::new()),
            answer => answer.map_err(system)?,
        };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let readable = fs::openat(&opened, c".", flags, Mode::empty()).map_err(system)?;
        let mut entries = Vec::new();
        for entry in fs::Dir::new(readable).map_err(system)? {
            let entry = entry.map_err(system)?;
            let Ok(name) = entry.file_name().to_str() else {
                continue;
            };
            if !matches!(name, "." | "..") {
                let kind = match entry.file_type() {
                    FileType::Unknown => kind_of(&opened, entry.file_name()),
                    kind => kind,
                };
                entries.push((name.to_owned(), kind));
            }
        }
        Ok(entries)
    }

    fn leads_to_folder(&self, path: &Utf8Path) -> bool {
        self.stat(path)
            .is_ok_and(|stat| stat.is_none_or(|stat| stat.is_dir))
    }
}

/// The kind of an entry where the file system does not say it with the name.
fn kind_of(folder: &OwnedFd, name: &CStr) -> FileType {
    fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).map_or(FileType::Unknown, |stat| {
        FileType::from_raw_mode(stat.st_mode)
    })
}
