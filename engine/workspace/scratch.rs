//! A copy of files of a workspace in the system's folder for temporary files, for programs that may write beside
//! what they read. It goes when its value does.

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use super::draft::Durability;
use super::error::{Kind, WorkspaceError};
use super::place::Workspace;

/// Bytes that are copied before a project counts as too large for it.
const MAX_BYTES: u64 = 512 << 20;

const ACTION: &str = "copy for its checks";

/// A workspace that nobody else uses.
#[derive(Debug)]
pub struct Scratch {
    workspace: Workspace,
    _folder: TempDir,
}

impl Scratch {
    /// Copies `files` of `from`. What went away, leads outside or may not be read is left out.
    pub fn copy(from: &Workspace, files: &[Utf8PathBuf]) -> Result<Self, WorkspaceError> {
        let temporary = Utf8Path::new("a temporary folder");
        let io = |error: std::io::Error| WorkspaceError::io(ACTION, temporary, &error);
        let folder = TempDir::new().map_err(io)?;
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned());
        let path = path.map_err(|_| io(std::io::ErrorKind::InvalidData.into()))?;
        let workspace = Workspace::open(&path)?;
        let mut bytes = 0;
        for file in files {
            match workspace.copy_from(from, file, file, Durability::Cached) {
                Ok(stat) => bytes += stat.bytes,
                Err(error)
                    if matches!(
                        error.kind,
                        Kind::Outside
                            | Kind::NotFound
                            | Kind::NotRegular
                            | Kind::Permission
                            | Kind::Protected
                    ) => {}
                Err(error) => return Err(error),
            }
            if bytes > MAX_BYTES {
                let what = format!("the project holds more than {MAX_BYTES} bytes");
                return Err(WorkspaceError::new(Kind::TooLarge, ACTION, file, &what));
            }
        }
        Ok(Self {
            workspace,
            _folder: folder,
        })
    }

    /// The copy.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }
}
