//! The journal's writing side: one thread that commits what is queued together. Knows no node's work.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use camino::Utf8Path;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::known::manifest_sum;
use super::log::event_sum;
use super::{Journal, JournalError, NodeRecord, OutputRecord};
use crate::event::{Event, Outcome};
use crate::id::RunId;

/// Notes committed together at most, so that a long queue does not hold everything back to its end.
const MAX_BATCH: usize = 4_096;

/// Runs whose events are kept.
const RUNS_WITH_EVENTS: i64 = 20;

/// One thing to write down.
enum Note {
    Event(RunId, u64, Event),
    Done(Box<Finished>),
    Forget(String),
    Finish(RunId, Outcome),
    /// Answered once everything before it is committed.
    Flush(Sender<()>),
}

/// A node that finished.
struct Finished {
    run: RunId,
    id: String,
    record: NodeRecord,
    manifest: String,
}

/// Writes to the journal from one thread of its own. The first error stops it and is returned by every
/// later call and by [`Writer::close`].
#[derive(Debug)]
pub struct Writer {
    notes: Option<Sender<Note>>,
    failed: Arc<OnceLock<JournalError>>,
    thread: Option<JoinHandle<()>>,
}

impl Journal {
    /// Starts the writer, on a connection of its own.
    pub fn writer(&self) -> Result<Writer, JournalError> {
        let db = Self::connect(&self.path)?;
        let path = self.path.clone();
        let failed = Arc::new(OnceLock::new());
        let (notes, queue) = channel();
        let stop = Arc::clone(&failed);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || work(db, &path, &queue, &stop))
            .map_err(|error| JournalError::io(&self.path, &error))?;
        Ok(Writer {
            notes: Some(notes),
            failed,
            thread: Some(thread),
        })
    }
}

impl Writer {
    /// Notes the event number `seq` of a run.
    pub fn event(&self, run: RunId, seq: u64, event: &Event) -> Result<(), JournalError> {
        self.send(Note::Event(run, seq, event.clone()))
    }

    /// Notes that the node `id` is done: its record replaces the one before. `manifest` is the JSON of
    /// everything its key was made from.
    pub fn node_done(
        &self,
        run: RunId,
        id: &str,
        record: NodeRecord,
        manifest: String,
    ) -> Result<(), JournalError> {
        self.send(Note::Done(Box::new(Finished {
            run,
            id: id.to_owned(),
            record,
            manifest,
        })))
    }

    /// Forgets the node `id` and its outputs.
    pub fn forget(&self, id: &str) -> Result<(), JournalError> {
        self.send(Note::Forget(id.to_owned()))
    }

    /// Notes how a run ended.
    pub fn finish(&self, run: RunId, outcome: Outcome) -> Result<(), JournalError> {
        self.send(Note::Finish(run, outcome))
    }

    /// Waits until everything noted so far is committed.
    pub fn flush(&self) -> Result<(), JournalError> {
        let (answer, done) = channel();
        self.send(Note::Flush(answer))?;
        // The answer is dropped unsent when the commit failed.
        done.recv().map_err(|_| self.error())
    }

    /// Commits what is left and returns the first error there was.
    pub fn close(mut self) -> Result<(), JournalError> {
        self.join();
        self.failed.get().cloned().map_or(Ok(()), Err)
    }

    fn send(&self, note: Note) -> Result<(), JournalError> {
        if let Some(error) = self.failed.get() {
            return Err(error.clone());
        }
        let notes = self.notes.as_ref().ok_or(JournalError::Closed)?;
        notes.send(note).map_err(|_| self.error())
    }

    fn error(&self) -> JournalError {
        self.failed.get().cloned().unwrap_or(JournalError::Closed)
    }

    fn join(&mut self) {
        self.notes = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            self.failed.get_or_init(|| JournalError::Closed);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.join();
    }
}

/// Commits notes until the queue is closed or a commit fails; a failure ends the queue too.
fn work(
    mut db: Connection,
    path: &Utf8Path,
    queue: &Receiver<Note>,
    failed: &OnceLock<JournalError>,
) {
    while let Ok(first) = queue.recv() {
        match commit(&mut db, first, queue) {
            Ok(waiting) => {
                for answer in waiting {
                    answer.send(()).ok();
                }
            }
            Err(error) => {
                failed.get_or_init(|| JournalError::sqlite(path, &error));
                return;
            }
        }
    }
    if let Err((_, error)) = db.close() {
        failed.get_or_init(|| JournalError::sqlite(path, &error));
    }
}

/// Writes `first` and what is queued behind it in one transaction.
fn commit(
    db: &mut Connection,
    first: Note,
    queue: &Receiver<Note>,
) -> rusqlite::Result<Vec<Sender<()>>> {
    let mut waiting = Vec::new();
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for note in std::iter::once(first)
        .chain(queue.try_iter())
        .take(MAX_BATCH)
    {
        match note {
            Note::Event(run, seq, event) => add_event(&transaction, run, seq, &event)?,
            Note::Done(finished) => add_node(&transaction, &finished)?,
            Note::Forget(id) => forget(&transaction, &id)?,
            Note::Finish(run, outcome) => finish(&transaction, run, outcome)?,
            Note::Flush(answer) => waiting.push(answer),
        }
    }
    transaction.commit()?;
    Ok(waiting)
}

fn add_event(db: &Transaction<'_>, run: RunId, seq: u64, event: &Event) -> rusqlite::Result<()> {
    let json = serde_json::to_string(event)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let seq = seq.cast_signed();
    db.prepare_cached("INSERT INTO events (run, seq, json, sum) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![run.0, seq, json, event_sum(run.0, seq, &json)])?;
    Ok(())
}

fn add_node(db: &Transaction<'_>, finished: &Finished) -> rusqlite::Result<()> {
    let Finished {
        run, id, record, ..
    } = finished;
    let num = number(db, id)?;
    let outputs = i64::try_from(record.outputs.len()).unwrap_or(i64::MAX);
    let sum = record.sum(num, id, run.0, outputs);
    let ms = record.ms.cast_signed();
    db.prepare_cached(
        "UPDATE nodes SET key = ?2, ms = ?3, run = ?4, outputs = ?5, sum = ?6 WHERE num = ?1",
    )?
    .execute(params![num, record.key.0, ms, run.0, outputs, sum])?;
    let manifest = &finished.manifest;
    db.prepare_cached("INSERT OR REPLACE INTO manifests (num, json, sum) VALUES (?1, ?2, ?3)")?
        .execute(params![num, manifest, manifest_sum(num, manifest)])?;
    db.prepare_cached("DELETE FROM outputs WHERE num = ?1")?
        .execute([num])?;
    for output in &record.outputs {
        add_output(db, num, output)?;
    }
    Ok(())
}

/// The node's number, a new one for a new node.
fn number(db: &Transaction<'_>, id: &str) -> rusqlite::Result<i64> {
    let known = db
        .prepare_cached("SELECT num FROM nodes WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    if let Some(num) = known {
        return Ok(num);
    }
    db.prepare_cached(
        "INSERT INTO nodes (id, key, ms, run, outputs, sum) VALUES (?1, x'', 0, 0, 0, 0)",
    )?
    .execute([id])?;
    Ok(db.last_insert_rowid())
}

/// A path has one owner: a node that left it before no longer has all it made, and is forgotten.
fn add_output(db: &Transaction<'_>, num: i64, output: &OutputRecord) -> rusqlite::Result<()> {
    let path = output.path.as_str();
    let before: Option<String> = db
        .prepare_cached("SELECT id FROM outputs JOIN nodes USING (num) WHERE path = ?1")?
        .query_row([path], |row| row.get(0))
        .optional()?;
    if let Some(before) = before {
        forget(db, &before)?;
    }
    db.prepare_cached(
        "INSERT OR REPLACE INTO outputs (path, num, digest, base, bytes, mtime_ns, inode, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        path,
        num,
        output.digest.map(|digest| digest.0),
        output.base.map(|base| base.0),
        output.bytes.cast_signed(),
        output.mtime_ns,
        output.inode.cast_signed(),
        output.sum(num)
    ])?;
    Ok(())
}

fn forget(db: &Transaction<'_>, id: &str) -> rusqlite::Result<()> {
    for table in ["outputs", "manifests"] {
        let sql = format!("DELETE FROM {table} WHERE num = (SELECT num FROM nodes WHERE id = ?1)");
        db.prepare_cached(&sql)?.execute([id])?;
    }
    db.prepare_cached("DELETE FROM nodes WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

fn finish(db: &Transaction<'_>, run: RunId, outcome: Outcome) -> rusqlite::Result<()> {
    const SQL: &str = "
        UPDATE runs SET outcome = ?2, finished = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
        WHERE run = ?1";
    let word = serde_json::to_value(outcome)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    db.execute(SQL, params![run.0, word.as_str()])?;
    db.execute(
        "DELETE FROM events WHERE run <= ?1",
        [run.0 - RUNS_WITH_EVENTS],
    )?;
    Ok(())
}
