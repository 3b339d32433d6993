//! codey's own folder in a workspace. Knows that git must not see it, and nothing of what it holds.

use camino::{Utf8Path, Utf8PathBuf};

use super::draft::Durability;
use super::error::WorkspaceError;
use super::place::Workspace;

/// The folder of codey's records, below the workspace.
pub const STATE_DIR: &str = ".codey";

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
