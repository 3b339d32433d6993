//! What can be wrong with a journal. Knows no caller.

use camino::{Utf8Path, Utf8PathBuf};
use rusqlite::ErrorCode;

/// Why the journal could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A newer codey wrote it; this one would misread it.
    #[error(
        "the journal {path} has version {found}, and this codey knows versions up to {known}: \
         use the newer codey, or another directory"
    )]
    Newer {
        /// The database file.
        path: Utf8PathBuf,
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// It is no journal any more.
    #[error("the journal {path} is damaged: {detail}")]
    Corrupt {
        /// The database file.
        path: Utf8PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// SQLite refused for another reason: a full disk, a lock, a read-only directory.
    #[error("the journal {path} cannot be used: {detail}")]
    Database {
        /// The database file.
        path: Utf8PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// A file beside the database could not be read or written.
    #[error("{path}: {detail}")]
    Io {
        /// The file.
        path: Utf8PathBuf,
        /// What the system says.
        detail: String,
    },
    /// The writer's thread has ended.
    #[error("the journal's writer has stopped")]
    Closed,
}

impl JournalError {
    /// Sorts what SQLite says into damage and the rest.
    pub(super) fn sqlite(path: &Utf8Path, error: &rusqlite::Error) -> Self {
        let (path, detail) = (path.to_owned(), error.to_string());
        let damage = match error {
            // Our statements and types are fixed: a table or column that they miss means that the
            // schema itself was damaged.
            rusqlite::Error::SqlInputError { .. }
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => true,
            _ => matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
            ),
        };
        if damage {
            Self::Corrupt { path, detail }
        } else {
            Self::Database { path, detail }
        }
    }

    /// An error of the file system.
    pub(super) fn io(path: &Utf8Path, error: &std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            detail: error.to_string(),
        }
    }

    /// Whether the database itself is damaged, so that setting it aside would help.
    pub fn is_corrupt(&self) -> bool {
        matches!(self, Self::Corrupt { .. })
    }
}
