//! The user's files: the only writer, confined below one folder. Knows nothing of nodes or runs.

mod confine;
mod draft;
mod error;
mod files;
mod grow;
mod list;
mod place;
mod scratch;
mod state;
mod walk;
mod write;

pub use draft::Durability;
pub use error::{Kind, WorkspaceError};
pub use files::Stat;
pub use grow::Growing;
pub use place::Workspace;
pub use scratch::Scratch;
pub use state::{RunLock, STATE_DIR};

#[cfg(test)]
mod tests;
