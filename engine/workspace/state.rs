//! codey's own folder in a workspace. Knows that git must not see it, and nothing of what it holds.

use std::fs::{File, TryLockError};

use camino::{Utf8Path, Utf8PathBuf};

use super::draft::Durability;
use super::error::WorkspaceError;
use super::place::Workspace;

/// The folder of codey's records, below the workspace.
pub const STATE_DIR: &str = ".codey";

/// The file that a run locks, in that folder.
const LOCK_FILE: &str = "lock";

/// Keeps the whole folder, this file included, out of every commit.
const IGNORE_EVERYTHING: &[u8] = b"*\n";

impl Workspace {
    /// The absolute path of codey's folder, made where it is missing.
    pub fn state_dir(&self) -> Result<Utf8PathBuf, WorkspaceError> {
        let folder = Utf8Path::new(STATE_DIR);
        let ignore = folder.join(".gitignore");
        if self.stat(&ignore)?.is_none() {
            self.make_folders("make", folder)?;
            self.replace("write", &ignore, Durability::Cached, None, |file| {
                std::io::Write::write_all(file, IGNORE_EVERYTHING)
            })?;
        }
        Ok(self.root().join(folder))
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
            Ok(()) => Ok(Some(RunLock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }
}
