//! The journal from outside: what one run writes the next one reads, and damage is noticed.
#![expect(
    clippy::disallowed_methods,
    clippy::iter_over_hash_type,
    reason = "tests make and damage files as they need, and fail by panicking"
)]

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use codey::event::{Event, Outcome};
use codey::id::{Digest, RunId};
use codey::journal::{Journal, JournalError, NodeRecord, Opened, OutputRecord};
use rusqlite::Connection;

struct Space {
    _dir: tempfile::TempDir,
    state: Utf8PathBuf,
}

impl Space {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let state = Utf8PathBuf::from_path_buf(dir.path().to_owned()).unwrap();
        Self { _dir: dir, state }
    }

    fn open(&self) -> Opened {
        Journal::open(&self.state).unwrap()
    }

    fn db(&self) -> Utf8PathBuf {
        self.state.join("journal.db")
    }
}

fn record(seed: u32, paths: &[&str]) -> NodeRecord {
    let output = |path: &&str| OutputRecord {
        path: path.into(),
        digest: (!path.ends_with('/')).then(|| Digest::of(path.as_bytes())),
        base: None,
        bytes: u64::MAX - u64::from(seed),
        mtime_ns: -1 - i64::from(seed),
        inode: u64::MAX / 2 + u64::from(seed),
    };
    NodeRecord {
        key: Digest::of(&seed.to_le_bytes()),
        ms: u64::from(seed),
        outputs: paths.iter().map(output).collect(),
    }
}

fn notice(text: &str) -> Event {
    Event::Notice {
        text: text.to_owned(),
    }
}

/// A journal of `count` nodes with an output each, in `space`.
fn fill(space: &Space, count: u32) {
    let journal = space.open().journal;
    let run = journal
        .begin_run("plan", Digest::of(b"plan"), None, 2)
        .unwrap();
    let writer = journal.writer().unwrap();
    for n in 0..count {
        let (id, path) = (format!("node-{n}"), format!("src/file-{n:05}.py"));
        writer
            .node_done(run, &id, record(n, &[&path]), format!("{{\"n\":{n}}}"))
            .unwrap();
    }
    writer.finish(run, Outcome::Done).unwrap();
    writer.close().unwrap();
}

#[test]
fn a_later_run_knows_what_an_earlier_one_did() {
    let space = Space::new();
    let opened = space.open();
    assert!(opened.known.nodes.is_empty() && opened.set_aside.is_none());
    let run = opened
        .journal
        .begin_run("app", Digest::of(b"p"), Some("a todo app"), 4)
        .unwrap();
    assert_eq!(run, RunId(1));
    let writer = opened.journal.writer().unwrap();
    let style = record(7, &["static/a.css", "static/"]);
    writer
        .node_done(run, "style", style.clone(), "{\"inputs\":[]}".to_owned())
        .unwrap();
    writer.event(run, 0, &notice("hello")).unwrap();
    writer.event(run, 1, &notice("world")).unwrap();
    writer.finish(run, Outcome::Done).unwrap();
    writer.close().unwrap();

    let Opened { journal, known, .. } = space.open();
    let mut read = known.nodes["style"].clone();
    read.outputs.sort_by(|a, b| b.path.cmp(&a.path));
    let mut due = style;
    due.outputs.sort_by(|a, b| b.path.cmp(&a.path));
    assert_eq!(read, due);
    assert_eq!(known.damaged, 0);
    assert_eq!(known.files()[Utf8Path::new("static/a.css")].0, "style");
    assert_eq!(journal.known().unwrap(), known);
    assert_eq!(
        journal.manifest("style").unwrap().as_deref(),
        Some("{\"inputs\":[]}")
    );
    assert_eq!(journal.manifest("none").unwrap(), None);
    assert_eq!(
        journal.events(run).unwrap(),
        [notice("hello"), notice("world")]
    );
    let runs = journal.runs(10).unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].plan.as_str(), runs[0].jobs), ("app", 4));
    assert_eq!(runs[0].request.as_deref(), Some("a todo app"));
    assert_eq!(runs[0].outcome, Some(Outcome::Done));
    assert!(runs[0].finished.is_some());
}

#[test]
fn a_node_done_again_replaces_its_record_and_its_outputs() {
    let space = Space::new();
    let journal = space.open().journal;
    let run = journal.begin_run("app", Digest::of(b"p"), None, 1).unwrap();
    let writer = journal.writer().unwrap();
    writer
        .node_done(run, "a", record(1, &["old", "same"]), "1".into())
        .unwrap();
    writer
        .node_done(run, "b", record(2, &["b"]), "2".into())
        .unwrap();
    writer
        .node_done(run, "a", record(3, &["same", "new"]), "3".into())
        .unwrap();
    writer.flush().unwrap();
    let known = journal.known().unwrap();
    assert_eq!(known.nodes["a"].key, record(3, &[]).key);
    let mut paths: Vec<_> = known.files().into_keys().collect();
    paths.sort_unstable();
    assert_eq!(paths, ["b", "new", "same"]);
    assert_eq!(journal.manifest("a").unwrap().as_deref(), Some("3"));

    // Another node that takes a path over makes the first one unfinished; forgetting leaves nothing.
    writer
        .node_done(run, "c", record(4, &["new"]), "4".into())
        .unwrap();
    writer.forget("b").unwrap();
    writer.close().unwrap();
    let known = journal.known().unwrap();
    assert_eq!(known.damaged, 0);
    assert_eq!(known.nodes.into_keys().collect::<Vec<_>>(), ["c"]);
    assert_eq!(journal.manifest("b").unwrap(), None);
}

#[test]
fn runs_are_listed_newest_first_and_old_events_go() {
    let space = Space::new();
    let journal = space.open().journal;
    let writer = journal.writer().unwrap();
    for n in 1..=25 {
        let run = journal
            .begin_run(&format!("p{n}"), Digest::of(b"p"), None, 1)
            .unwrap();
        writer.event(run, 0, &notice("event")).unwrap();
        writer.finish(run, Outcome::UpToDate).unwrap();
        writer.flush().unwrap();
    }
    let cut_off = journal.begin_run("cut", Digest::of(b"p"), None, 1).unwrap();
    writer.close().unwrap();
    let runs = journal.runs(3).unwrap();
    let names: Vec<_> = runs.iter().map(|run| run.plan.as_str()).collect();
    assert_eq!(names, ["cut", "p25", "p24"]);
    assert_eq!((runs[0].run, runs[0].outcome), (cut_off, None));
    assert_eq!(journal.events(RunId(1)).unwrap(), []);
    assert_eq!(journal.events(RunId(25)).unwrap().len(), 1);
}

#[test]
fn everything_queued_is_written_before_the_writer_closes() {
    let space = Space::new();
    let journal = space.open().journal;
    let run = journal.begin_run("app", Digest::of(b"p"), None, 1).unwrap();
    let writer = journal.writer().unwrap();
    for seq in 0..10_000 {
        writer.event(run, seq, &notice(&seq.to_string())).unwrap();
    }
    writer.close().unwrap();
    let events = journal.events(run).unwrap();
    assert_eq!(events.len(), 10_000);
    assert_eq!(events[9_999], notice("9999"));
}

#[test]
fn a_journal_that_cannot_be_written_is_an_error_for_every_later_call() {
    let space = Space::new();
    let journal = space.open().journal;
    let run = journal.begin_run("app", Digest::of(b"p"), None, 1).unwrap();
    let writer = journal.writer().unwrap();
    writer.event(run, 0, &notice("first")).unwrap();
    writer.flush().unwrap();
    Connection::open(space.db())
        .unwrap()
        .execute("DROP TABLE events", [])
        .unwrap();
    writer.event(run, 1, &notice("lost")).unwrap();
    let flushed = writer.flush().unwrap_err();
    assert!(matches!(flushed, JournalError::Corrupt { .. }), "{flushed}");
    assert_eq!(writer.finish(run, Outcome::Done).unwrap_err(), flushed);
    assert_eq!(writer.close().unwrap_err(), flushed);
}

#[test]
fn a_journal_of_a_newer_codey_is_refused_and_left_alone() {
    let space = Space::new();
    fill(&space, 1);
    Connection::open(space.db())
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = fs::read(space.db()).unwrap();
    let error = Journal::open(&space.state).unwrap_err();
    assert!(
        matches!(error, JournalError::Newer { found: 99, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("version 99"), "{error}");
    assert_eq!(fs::read(space.db()).unwrap(), before);
}

#[test]
fn another_programs_database_and_plain_text_are_set_aside_whole() {
    let space = Space::new();
    Connection::open(space.db())
        .unwrap()
        .execute("CREATE TABLE other (a)", [])
        .unwrap();
    let foreign = fs::read(space.db()).unwrap();
    for (n, bytes) in [
        (1, foreign),
        (2, b"not a database, but long enough to look".repeat(99)),
    ] {
        fs::write(space.db(), &bytes).unwrap();
        let opened = space.open();
        let (aside, why) = opened.set_aside.expect("set aside");
        assert_eq!(aside, space.state.join(format!("journal.db.corrupt-{n}")));
        assert!(why.is_corrupt(), "{why}");
        assert_eq!(fs::read(aside).unwrap(), bytes);
        assert!(opened.known.nodes.is_empty());
        opened
            .journal
            .begin_run("app", Digest::of(b"p"), None, 1)
            .unwrap();
    }
}

#[test]
fn looking_makes_and_changes_nothing() {
    let space = Space::new();
    assert!(Journal::open_existing(&space.state).unwrap().is_none());
    assert_eq!(fs::read_dir(&space.state).unwrap().count(), 0);
    fill(&space, 3);
    let looked = Journal::open_existing(&space.state).unwrap().unwrap();
    assert_eq!(looked.known.nodes.len(), 3);
    assert!(
        looked
            .journal
            .begin_run("p", Digest::of(b"p"), None, 1)
            .is_err()
    );
    drop(looked);
    fs::write(space.db(), "nonsense that is no database at all").unwrap();
    assert!(
        Journal::open_existing(&space.state)
            .unwrap_err()
            .is_corrupt()
    );
    assert_eq!(fs::read_dir(&space.state).unwrap().count(), 1);
}

/// Whatever is read back from a damaged journal was written, and nothing panics.
fn holds_nothing_false(space: &Space, whole: &Opened, what: &str) {
    let opened = match Journal::open(&space.state) {
        Ok(opened) => opened,
        // A flipped version is indistinguishable from a newer codey's.
        Err(JournalError::Newer { .. }) => return,
        Err(error) => panic!("{what}: {error}"),
    };
    for (id, node) in &opened.known.nodes {
        assert_eq!(whole.known.nodes.get(id), Some(node), "{what}: {id}");
    }
    if let Ok(Some(manifest)) = opened.journal.manifest("node-3") {
        assert_eq!(manifest, "{\"n\":3}", "{what}");
    }
    let lost = whole.known.nodes.len() - opened.known.nodes.len();
    let said = opened.set_aside.is_some() || opened.known.damaged > 0;
    // Rows that vanish with their page's cell count are redone, which is safe without a word.
    assert!(
        lost == 0 || said || lost < whole.known.nodes.len(),
        "{what}: lost {lost} silently"
    );
}

#[test]
fn a_truncated_journal_is_never_believed() {
    let space = Space::new();
    fill(&space, 100);
    let whole = space.open();
    let bytes = fs::read(space.db()).unwrap();
    // An empty file is a fresh journal and cannot be told from one.
    for cut in (1..bytes.len()).step_by(1_500) {
        let damaged = Space::new();
        fs::write(damaged.db(), &bytes[..cut]).unwrap();
        holds_nothing_false(&damaged, &whole, &format!("cut at {cut}"));
    }
}

#[test]
fn a_bit_flip_is_never_believed() {
    let space = Space::new();
    fill(&space, 12);
    let whole = space.open();
    let bytes = fs::read(space.db()).unwrap();
    let damaged = Space::new();
    for at in (0..bytes.len()).step_by(61) {
        for entry in fs::read_dir(&damaged.state).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(damaged.db(), &flipped).unwrap();
        holds_nothing_false(&damaged, &whole, &format!("flip at {at}"));
    }
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let space = Space::new();
    let error = Journal::open(&space.state.join("missing")).unwrap_err();
    assert!(matches!(error, JournalError::Database { .. }), "{error}");
}
