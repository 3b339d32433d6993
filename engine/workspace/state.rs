//! codey's own folder in a workspace. Knows that git must not see it, and nothing of what it holds.

use std::fs::{File, TryLockError};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::Errno;

use super::draft::{Durability, is_draft};
use super::error::WorkspaceError;
use super::place::Workspace;
use super::write::Wanted;

/// The folder of codey's records, below the workspace.
pub const STATE_DIR: &str = ".codey";

/// The file that a run locks, in that folder.
const LOCK_FILE: &str = "lock";

/// The folder in it where files are prepared before they get their names.
const DRAFTS: &str = "drafts";

/// Keeps the whole folder, this file included, out of every commit.
const IGNORE_EVERYTHING: &[u8] = b"*\n";

impl Workspace {
    /// The absolute path of codey's folder, made where it is missing.
    pub fn state_dir(&self) -> Result<Utf8PathBuf, WorkspaceError> {
        let folder = Utf8Path::new(STATE_DIR);
        let ignore = folder.join(".gitignore");
        if self.stat(&ignore)?.is_none() {
            self.make_folders("make", folder)?;
            let wanted = Wanted {
                durability: Durability::Cached,
                is_new: false,
                mode: None,
            };
            self.replace("write", &ignore, &wanted, &mut |file| {
                std::io::Write::write_all(file, IGNORE_EVERYTHING)
            })?;
        }
        Ok(self.root().join(folder))
    }

    /// Writes one of codey's own records whole, or leaves it as it was.
    pub fn write_record(&self, name: &str, bytes: &[u8]) -> Result<(), WorkspaceError> {
        self.state_dir()?;
        let wanted = Wanted {
            durability: Durability::Synced,
            is_new: false,
            mode: None,
        };
        self.replace(
            "write",
            &Utf8Path::new(STATE_DIR).join(name),
            &wanted,
            &mut |file| std::io::Write::write_all(file, bytes),
        )
        .map(drop)
    }
}

/// Held for as long as a run works in the workspace; the system lets go of it when the process ends.
#[derive(Debug)]
pub struct RunLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl Workspace {
    /// Takes the workspace for one run; nothing when another process has it.
    pub fn lock(&self) -> Result<Option<RunLock>, WorkspaceError> {
        const ACTION: &str = "lock";
        let path = self.state_dir()?.join(LOCK_FILE);
        let failed = |error: &std::io::Error| WorkspaceError::io(ACTION, &path, error);
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|e| failed(&e))?;
        match file.try_lock() {
            Ok(()) => {
                self.prepare_drafts()?;
                Ok(Some(RunLock(file)))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }

    /// Opens the folder in which files are prepared. What lies there was left by a run that was
    /// killed: only the holder of the lock may call this.
    fn prepare_drafts(&self) -> Result<(), WorkspaceError> {
        const ACTION: &str = "prepare";
        let path = Utf8Path::new(STATE_DIR).join(DRAFTS);
        let system = |errno| WorkspaceError::system(ACTION, &path, errno);
        self.make_folders(ACTION, &path)?;
        let folder = match self.beneath.real_folder(path.as_str()) {
            // Where links lead, files of the user may lie: then drafts are made beside their targets.
            Err(Errno::LOOP) => return Ok(()),
            answer => answer.map_err(system)?,
        };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let readable = fs::openat(&folder, c".", flags, Mode::empty()).map_err(system)?;
        for entry in fs::Dir::new(readable).map_err(system)? {
            let entry = entry.map_err(system)?;
            if is_draft(entry.file_name()) {
                fs::unlinkat(&folder, entry.file_name(), AtFlags::empty()).map_err(system)?;
            }
        }
        // It is set already where this process has held the lock before.
        self.drafts.get_or_init(|| folder);
        Ok(())
    }
}
