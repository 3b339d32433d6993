//! Runs and their events, to begin and to read back. Knows no display.

use rusqlite::{Row, params};

use super::schema::sum;
use super::{Journal, JournalError};
use crate::event::{Event, Outcome};
use crate::id::{Digest, RunId};

/// A run as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// Its number.
    pub run: RunId,
    /// The plan's name.
    pub plan: String,
    /// The plan's digest.
    pub plan_digest: Digest,
    /// The request it came from, where it came from one.
    pub request: Option<String>,
    /// Tool nodes that could run at once.
    pub jobs: u32,
    /// When it began, in UTC.
    pub started: String,
    /// When it ended, in UTC; absent for one that was cut off or still runs.
    pub finished: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

impl Journal {
    /// Notes that a run begins, and gives it its number.
    pub fn begin_run(
        &self,
        plan: &str,
        plan_digest: Digest,
        request: Option<&str>,
        jobs: u32,
    ) -> Result<RunId, JournalError> {
        const SQL: &str = "
            INSERT INTO runs (plan, plan_digest, request, jobs, started)
            VALUES (?1, ?2, ?3, ?4, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))";
        self.db
            .execute(SQL, params![plan, plan_digest.0, request, jobs])
            .map_err(|error| self.error(&error))?;
        Ok(RunId(self.db.last_insert_rowid()))
    }

    /// The number that the next run will get, as long as this process alone begins runs here.
    pub fn next_run(&self) -> Result<RunId, JournalError> {
        self.db
            .query_row("SELECT coalesce(max(run), 0) + 1 FROM runs", [], |row| {
                row.get(0).map(RunId)
            })
            .map_err(|error| self.error(&error))
    }

    /// The latest runs, newest first.
    pub fn runs(&self, limit: u32) -> Result<Vec<RunRecord>, JournalError> {
        const SQL: &str = "
            SELECT run, plan, plan_digest, request, jobs, started, finished, outcome
            FROM runs ORDER BY run DESC LIMIT ?1";
        let read = || -> rusqlite::Result<Vec<RunRecord>> {
            let mut statement = self.db.prepare(SQL)?;
            statement.query_map([limit], run)?.collect()
        };
        read().map_err(|error| self.error(&error))
    }

    /// The events of a run in their order; those of old runs are let go.
    pub fn events(&self, run: RunId) -> Result<Vec<Event>, JournalError> {
        const SQL: &str = "SELECT seq, json, sum FROM events WHERE run = ?1 ORDER BY seq";
        let read = || -> rusqlite::Result<Vec<Option<Event>>> {
            let mut statement = self.db.prepare(SQL)?;
            let row = |row: &Row<'_>| Ok(event(row, run));
            statement.query_map([run.0], row)?.collect()
        };
        read()
            .map_err(|error| self.error(&error))?
            .into_iter()
            .enumerate()
            .map(|(at, event)| {
                event.ok_or_else(|| JournalError::Corrupt {
                    path: self.path.clone(),
                    detail: format!("event {} of run {} cannot be read", at + 1, run.0),
                })
            })
            .collect()
    }
}

/// The checksum of an event's row.
pub(super) fn event_sum(run: i64, seq: i64, json: &str) -> i64 {
    sum(&[&run.to_le_bytes(), &seq.to_le_bytes(), json.as_bytes()])
}

/// An event's row, unless it was damaged.
fn event(row: &Row<'_>, run: RunId) -> Option<Event> {
    let (seq, stored): (i64, i64) = (row.get(0).ok()?, row.get(2).ok()?);
    let json: String = row.get(1).ok()?;
    if event_sum(run.0, seq, &json) != stored {
        return None;
    }
    serde_json::from_str(&json).ok()
}

fn run(row: &Row<'_>) -> rusqlite::Result<RunRecord> {
    let outcome: Option<String> = row.get(7)?;
    Ok(RunRecord {
        run: RunId(row.get(0)?),
        plan: row.get(1)?,
        plan_digest: Digest(row.get(2)?),
        request: row.get(3)?,
        jobs: row.get(4)?,
        started: row.get(5)?,
        finished: row.get(6)?,
        outcome: outcome.and_then(|word| serde_json::from_value(word.into()).ok()),
    })
}
