//! The journal's tables and settings. Knows no row's meaning.

use camino::Utf8Path;
use rusqlite::{Connection, TransactionBehavior};

use super::JournalError;

/// Marks a SQLite file as a journal of codey: the letters `codJ`.
pub(super) const APPLICATION_ID: i64 = 0x636f_644a;

/// How long a statement waits for another process's lock, in milliseconds.
const BUSY_TIMEOUT_MS: u64 = 5_000;

/// How hard each commit is pushed to the disk. `NORMAL` keeps the database whole after a power cut and may
/// lose the last commits; crash safety raises it to `FULL`, so that `done` is said only once it is true.
const SYNCHRONOUS: &str = "NORMAL";

/// Statements that lead from each version to the next; the version of a journal is how many it has seen.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE runs (
        run         INTEGER PRIMARY KEY,
        plan        TEXT NOT NULL,
        plan_digest BLOB NOT NULL,
        request     TEXT,
        jobs        INTEGER NOT NULL,
        started     TEXT NOT NULL,
        finished    TEXT,
        outcome     TEXT
    );
    CREATE TABLE events (
        run  INTEGER NOT NULL,
        seq  INTEGER NOT NULL,
        json TEXT NOT NULL,
        sum  INTEGER NOT NULL,
        PRIMARY KEY (run, seq)
    ) WITHOUT ROWID;
    CREATE TABLE nodes (
        num     INTEGER PRIMARY KEY,
        id      TEXT NOT NULL UNIQUE,
        key     BLOB NOT NULL,
        ms      INTEGER NOT NULL,
        run     INTEGER NOT NULL,
        outputs INTEGER NOT NULL,
        sum     INTEGER NOT NULL
    );
    CREATE TABLE manifests (
        num  INTEGER PRIMARY KEY,
        json TEXT NOT NULL,
        sum  INTEGER NOT NULL
    );
    CREATE TABLE outputs (
        path     TEXT PRIMARY KEY,
        num      INTEGER NOT NULL,
        digest   BLOB,
        base     BLOB,
        bytes    INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode    INTEGER NOT NULL,
        sum      INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX outputs_num ON outputs (num);
"];

/// The version that the last migration leads to.
pub(super) fn version() -> i64 {
    i64::try_from(MIGRATIONS.len()).expect("a handful of migrations")
}

/// Sets what holds for a connection only.
pub(super) fn configure(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(std::time::Duration::from_millis(BUSY_TIMEOUT_MS))?;
    db.pragma_update(None, "synchronous", SYNCHRONOUS)
}

/// Brings the database to the current version, or says why it is not ours to change.
pub(super) fn migrate(db: &mut Connection, path: &Utf8Path) -> Result<(), JournalError> {
    let found = check(db, path)?;
    let step = |db: &mut Connection| -> rusqlite::Result<()> {
        // Answers with the mode in force; a file system without shared memory keeps its own.
        db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        if found == version() {
            return Ok(());
        }
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for statements in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
            transaction.execute_batch(statements)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", version())?;
        transaction.commit()
    };
    step(db).map_err(|error| JournalError::sqlite(path, &error))
}

/// The version of the database: 0 for an empty one, an error for a newer or a foreign one.
pub(super) fn check(db: &Connection, path: &Utf8Path) -> Result<i64, JournalError> {
    let read = |sql: &str| -> Result<i64, JournalError> {
        db.query_row(sql, [], |row| row.get(0))
            .map_err(|error| JournalError::sqlite(path, &error))
    };
    let found = read("PRAGMA user_version")?;
    let ours = read("PRAGMA application_id")? == APPLICATION_ID;
    let tables = read("SELECT count(*) FROM sqlite_schema")?;
    if !ours && (found != 0 || tables != 0) {
        return Err(JournalError::Corrupt {
            path: path.to_owned(),
            detail: "it is not a journal of codey".to_owned(),
        });
    }
    if found > version() {
        return Err(JournalError::Newer {
            path: path.to_owned(),
            found,
            known: version(),
        });
    }
    Ok(found.max(0))
}

/// A checksum of a row's values, so that a flipped bit is noticed and not believed.
pub(super) fn sum(parts: &[&[u8]]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_le_bytes(first)
}
