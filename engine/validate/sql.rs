//! SQL by SQLite itself, on a database in memory. Knows no contract.

use std::ops::Range;

use camino::Utf8Path;
use rusqlite::Connection;

use super::place::place;
use super::python::lower;
use crate::diagnostic::{Finding, Place};

/// First words of the statements that are run and not only prepared: they make the tables and rows that
/// later statements need and can neither reach a file nor, without recursion, take long.
const RUN: &[&str] = &[
    "ALTER",
    "BEGIN",
    "COMMIT",
    "CREATE",
    "DELETE",
    "DROP",
    "END",
    "INSERT",
    "RELEASE",
    "REPLACE",
    "ROLLBACK",
    "SAVEPOINT",
    "UPDATE",
];

/// First words of statements that act while they are prepared, or on files: they are left out.
const LEFT_OUT: &[&str] = &["ATTACH", "DETACH", "PRAGMA", "VACUUM"];

/// A database in memory that has seen some files.
pub(super) struct Database {
    pub(super) db: Connection,
    /// Tables with the place of the statement that made them, in order.
    pub(super) made: Vec<(String, Place)>,
}

impl Database {
    /// An empty database; an error only when memory is short.
    pub(super) fn new() -> rusqlite::Result<Self> {
        let db = Connection::open_in_memory()?;
        // Without foreign keys rows can come before what they refer to; the keys are still declared.
        db.pragma_update(None, "foreign_keys", false)?;
        Ok(Self {
            db,
            made: Vec::new(),
        })
    }

    /// Takes the statements of a file in, and says which cannot be.
    pub(super) fn take(&mut self, path: &Utf8Path, text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        for range in statements(text) {
            let sql = &text[range.clone()];
            if let Err((message, at)) = self.step(sql) {
                let at = at.map_or(range.clone(), |at| {
                    range.start + at..range.start + at + word_length(&sql[at..])
                });
                findings.push(
                    Finding::error("sql::statement", format!("SQLite refuses this: {message}"))
                        .at(place(path, text, at))
                        .help("Correct the statement, or what it refers to."),
                );
            } else if first_word(sql) == "CREATE" {
                self.note_tables(&place(path, text, range));
            }
        }
        findings
    }

    /// Prepares a statement, and runs it where that is safe.
    fn step(&self, sql: &str) -> Result<(), (String, Option<usize>)> {
        let word = first_word(sql);
        if LEFT_OUT.contains(&word.as_str()) {
            return Ok(());
        }
        let mut statement = self.db.prepare(sql).map_err(|error| said(&error, sql))?;
        let recursive = sql.to_ascii_uppercase().contains("RECURSIVE");
        if statement.parameter_count() > 0 || recursive || !RUN.contains(&word.as_str()) {
            return Ok(());
        }
        let mut rows = statement.query([]).map_err(|error| said(&error, sql))?;
        while rows.next().map_err(|error| said(&error, sql))?.is_some() {}
        Ok(())
    }

    fn note_tables(&mut self, place: &Place) {
        let Ok(names) = self.tables() else { return };
        for name in names {
            if !self.made.iter().any(|(made, _)| *made == name) {
                self.made.push((name, place.clone()));
            }
        }
    }

    fn tables(&self) -> rusqlite::Result<Vec<String>> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid";
        let mut statement = self.db.prepare_cached(sql)?;
        statement.query_map([], |row| row.get(0))?.collect()
    }
}

/// What is wrong with one file by itself. What only another file can provide is not asked of it.
pub(super) fn syntax(path: &Utf8Path, text: &str) -> Vec<Finding> {
    let mut database = match Database::new() {
        Ok(database) => database,
        Err(error) => return vec![Finding::error("sql::statement", error.to_string())],
    };
    let mut findings = database.take(path, text);
    if continues_others(path) || database.made.is_empty() {
        findings.retain(|finding| !is_missing(finding));
    }
    findings
}

/// Whether the finding is about a table or column that is not there.
pub(super) fn is_missing(finding: &Finding) -> bool {
    ["no such table", "no such column", "has no column"]
        .iter()
        .any(|words| finding.message.contains(words))
}

/// Whether the file is a later one in a numbered series.
fn continues_others(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let digits = name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    name[..digits].parse::<u64>().is_ok_and(|number| number > 1)
}

/// SQLite's message and the byte it points to.
fn said(error: &rusqlite::Error, sql: &str) -> (String, Option<usize>) {
    match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } => {
            let at = usize::try_from(*offset)
                .ok()
                .filter(|at| sql.is_char_boundary(*at));
            (lower(msg), at)
        }
        rusqlite::Error::SqliteFailure(_, Some(message)) => (lower(message), None),
        other => (lower(&other.to_string()), None),
    }
}

/// The ranges of the statements, without surrounding space, comments before them included.
pub(super) fn statements(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut words = Words::default();
    let (mut start, mut at) = (None, 0);
    while at < bytes.len() {
        let length = token(&text[at..]);
        let part = &text[at..at + length];
        let comment = part.starts_with("--") || part.starts_with("/*");
        if !comment && !part.starts_with(char::is_whitespace) {
            let from = *start.get_or_insert(at);
            if part == ";" {
                if !words.open() {
                    found.push(from..at + 1);
                    (start, words) = (None, Words::default());
                }
            } else {
                words.push(part);
            }
        }
        at += length;
    }
    found.extend(start.map(|start| start..text.trim_end().len().max(start)));
    found.retain(|range| &text[range.clone()] != ";");
    found
}

/// The words of a statement, as far as they say where it ends: a trigger holds statements of its own.
#[derive(Default)]
struct Words {
    count: usize,
    create: bool,
    trigger: bool,
    cases: usize,
    ended: bool,
}

impl Words {
    fn push(&mut self, word: &str) {
        let word = word.to_ascii_uppercase();
        self.create |= self.count == 0 && word == "CREATE";
        self.trigger |= self.create && self.count <= 2 && word == "TRIGGER";
        self.ended = false;
        match word.as_str() {
            "CASE" => self.cases += 1,
            "END" if self.cases > 0 => self.cases -= 1,
            "END" => self.ended = true,
            _ => {}
        }
        self.count += 1;
    }

    /// Whether a semicolon here does not end the statement.
    fn open(&self) -> bool {
        self.trigger && !self.ended
    }
}

/// The length of the token that `text` begins with: a run of space, a comment, a quoted name or text, a
/// word, or one character.
fn token(text: &str) -> usize {
    let until = |from: usize, end: &str| {
        text[from..]
            .find(end)
            .map_or(text.len(), |at| from + at + end.len())
    };
    let first = text.chars().next().unwrap_or_default();
    match first {
        '-' if text.starts_with("--") => until(2, "\n"),
        '/' if text.starts_with("/*") => until(2, "*/"),
        '\'' => until(1, "'"),
        '"' => until(1, "\""),
        '`' => until(1, "`"),
        '[' => until(1, "]"),
        c if c.is_whitespace() => text.len() - text.trim_start().len(),
        c if c.is_alphanumeric() || c == '_' => word_length(text),
        c => c.len_utf8(),
    }
}

/// The length of the word that `text` begins with, at least one character.
fn word_length(text: &str) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let length = text.find(|c| !word(c)).unwrap_or(text.len());
    length.max(text.chars().next().map_or(0, char::len_utf8))
}

fn first_word(sql: &str) -> String {
    sql[..word_length(sql)].to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        statements(text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn semicolons_in_texts_comments_and_triggers_end_nothing() {
        let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; END;";
        let text = format!("-- a; b\nSELECT ';', \"a;b\" /* ; */;;\n{trigger}\nSELECT 1 -- end;");
        let due = ["SELECT ';', \"a;b\" /* ; */;", trigger, "SELECT 1 -- end;"];
        assert_eq!(split(&text), due);
        assert!(split(" -- nothing\n ; ").is_empty());
    }

    #[test]
    fn nothing_outside_memory_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("made.db");
        let text = format!(
            "ATTACH '{0}' AS other; VACUUM INTO '{0}'; PRAGMA temp_store_directory = '/';",
            file.display()
        );
        assert!(syntax("a.sql".into(), &text).is_empty());
        assert!(!file.exists());
    }

    #[test]
    fn a_recursion_without_end_is_not_run() {
        let text = "CREATE TABLE t (a);
            INSERT INTO t WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;";
        assert!(syntax("a.sql".into(), text).is_empty());
    }

    #[test]
    fn files_that_build_on_others_may_name_their_tables() {
        let seed = "INSERT INTO books (title) VALUES ('a');";
        let later = "ALTER TABLE books ADD COLUMN a; CREATE TABLE x (a);";
        assert!(syntax("seed.sql".into(), seed).is_empty());
        assert!(syntax("migrations/0002_more.sql".into(), later).is_empty());
        assert_eq!(syntax("migrations/0001_more.sql".into(), later).len(), 1);
    }
}
