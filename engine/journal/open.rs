//! Opening a journal: fresh, known, newer or damaged. Knows no plan and prints nothing.
#![expect(
    clippy::disallowed_methods,
    reason = "the journal owns its database and sets a damaged one aside"
)]

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use rusqlite::{Connection, OpenFlags};

use super::known::{self, Known};
use super::{Blobs, FileCache, JournalError, schema};
use crate::id::Digest;

/// The database's name in the state directory.
const FILE: &str = "journal.db";

/// Bytes of the smallest page, and so of the smallest database.
const MIN_BYTES: u64 = 512;

/// Damaged journals that may lie side by side before the user has to look.
const MAX_SET_ASIDE: u32 = 1_000;

/// The record of a workspace's runs.
#[derive(Debug)]
pub struct Journal {
    pub(super) db: Connection,
    pub(super) path: Utf8PathBuf,
    blobs: Blobs,
    cache: FileCache,
}

/// A journal that could be opened, with what was in it.
#[derive(Debug)]
pub struct Opened {
    /// The journal.
    pub journal: Journal,
    /// What earlier runs left: read while opening, since that shows whether the journal is whole.
    pub known: Known,
    /// Where a damaged journal was moved to, and what was wrong with it. The user must be told.
    pub set_aside: Option<(Utf8PathBuf, JournalError)>,
}

impl Journal {
    /// Opens the journal in the existing directory `state_dir`, making it or replacing a damaged one.
    pub fn open(state_dir: &Utf8Path) -> Result<Opened, JournalError> {
        let damage = match Self::try_open(state_dir) {
            Err(error) if error.is_corrupt() => error,
            other => return other,
        };
        let aside = Self::set_aside(state_dir)?;
        let fresh = Self::try_open(state_dir)?;
        Ok(Opened {
            set_aside: Some((aside, damage)),
            ..fresh
        })
    }

    /// Opens the journal for reading where there is one; makes, changes and moves nothing.
    pub fn open_existing(state_dir: &Utf8Path) -> Result<Option<Opened>, JournalError> {
        let path = state_dir.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&path, flags)
            .and_then(|db| schema::configure(&db).map(|()| db))
            .map_err(|error| JournalError::sqlite(&path, &error))?;
        if schema::check(&db, &path)? < schema::version() {
            return Ok(None);
        }
        db.pragma_update(None, "query_only", true)
            .map_err(|error| JournalError::sqlite(&path, &error))?;
        Self::with(db, path, state_dir).map(Some)
    }

    /// Lets a journal that was opened for reading be written too.
    pub fn allow_writing(&self) -> Result<(), JournalError> {
        self.db
            .pragma_update(None, "query_only", false)
            .map_err(|error| JournalError::sqlite(&self.path, &error))
    }

    /// Moves the database out of the way, to `journal.db.corrupt-N`, and says where to.
    pub fn set_aside(state_dir: &Utf8Path) -> Result<Utf8PathBuf, JournalError> {
        let path = state_dir.join(FILE);
        let aside = (1..=MAX_SET_ASIDE)
            .map(|n| state_dir.join(format!("{FILE}.corrupt-{n}")))
            .find(|aside| aside.symlink_metadata().is_err())
            .ok_or_else(|| JournalError::Io {
                path: path.clone(),
                detail: format!("{MAX_SET_ASIDE} damaged journals lie beside it already"),
            })?;
        fs::rename(&path, &aside).map_err(|error| JournalError::io(&path, &error))?;
        for suffix in ["-wal", "-shm"] {
            // A write-ahead log belongs to its database: a fresh one must not find it.
            fs::rename(format!("{path}{suffix}"), format!("{aside}{suffix}")).ok();
        }
        Ok(aside)
    }

    fn try_open(state_dir: &Utf8Path) -> Result<Opened, JournalError> {
        let path = state_dir.join(FILE);
        if fs::metadata(&path).is_ok_and(|file| (1..MIN_BYTES).contains(&file.len())) {
            // SQLite would take such a stump for an empty database.
            return Err(JournalError::Corrupt {
                path,
                detail: "the file is cut off".to_owned(),
            });
        }
        let mut db = Self::connect(&path)?;
        schema::migrate(&mut db, &path)?;
        Self::with(db, path, state_dir)
    }

    fn with(db: Connection, path: Utf8PathBuf, dir: &Utf8Path) -> Result<Opened, JournalError> {
        let known = known::load(&db).map_err(|error| JournalError::sqlite(&path, &error))?;
        let journal = Self {
            db,
            path,
            blobs: Blobs::new(dir),
            cache: FileCache::new(dir),
        };
        Ok(Opened {
            journal,
            known,
            set_aside: None,
        })
    }

    /// Another connection to the same database.
    pub(super) fn connect(path: &Utf8Path) -> Result<Connection, JournalError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Connection::open_with_flags(path, flags)
            .and_then(|db| schema::configure(&db).map(|()| db))
            .map_err(|error| JournalError::sqlite(path, &error))
    }

    /// What earlier runs left, read again.
    pub fn known(&self) -> Result<Known, JournalError> {
        known::load(&self.db).map_err(|error| self.error(&error))
    }

    /// The parts of the cache key under which `node_id` last finished, as JSON.
    pub fn manifest(&self, node_id: &str) -> Result<Option<String>, JournalError> {
        known::manifest(&self.db, node_id).map_err(|error| self.error(&error))
    }

    /// The blob store; it may be shared between threads.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// The cache of computed values; it may be shared between threads.
    pub fn cache(&self) -> &FileCache {
        &self.cache
    }

    /// Keeps `bytes` in the blob store.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<Digest, JournalError> {
        self.blobs.put(bytes)
    }

    /// The bytes with this digest, where the blob store has them whole.
    pub fn get_blob(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.blobs.get(digest)
    }

    pub(super) fn error(&self, error: &rusqlite::Error) -> JournalError {
        JournalError::sqlite(&self.path, error)
    }
}
