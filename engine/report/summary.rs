//! What to know after a run: files, failures and how to go on. Knows events only.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use super::look::{Look, Tone};
use super::reporter::Reporter;
use super::text::{count, pad, size, visible, width, wrap};
use crate::event::{Artifact, Change, Event, Outcome, State};
use crate::id::NodeId;

/// Last lines of a failed node's output that are shown.
const LOG_LINES: usize = 8;

/// Files, failures and skipped nodes listed before the rest is counted.
const LISTED: usize = 30;

/// Columns of the words before the lists.
const LABEL_COLUMNS: usize = 10;

/// How to repeat what failed.
const RERUN: &str = "the same command: what is done is not repeated";

/// Collects a run's events and tells what came of it.
pub struct Summary {
    look: Look,
    outcome: Option<(Outcome, u64)>,
    states: BTreeMap<&'static str, u32>,
    files: BTreeMap<&'static str, Vec<(String, u64)>>,
    failures: Vec<Failure>,
    skipped: BTreeMap<String, Vec<String>>,
    logs: BTreeMap<NodeId, VecDeque<String>>,
}

/// A node that failed.
struct Failure {
    id: String,
    chunk: String,
    word: &'static str,
    attempt: u32,
    reason: String,
    log: Vec<String>,
}

impl Summary {
    /// An empty summary in the form of `look`.
    pub fn new(look: Look) -> Self {
        Self {
            look,
            outcome: None,
            states: BTreeMap::new(),
            files: BTreeMap::new(),
            failures: Vec::new(),
            skipped: BTreeMap::new(),
            logs: BTreeMap::new(),
        }
    }

    /// How the run ended, once it has.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome.map(|(outcome, _)| outcome)
    }

    /// The text: files by change, failures, skipped nodes, how it ended, and `next` steps, which
    /// follow a run that went well, as lines of their own.
    pub fn render(&self, next: &[String]) -> String {
        let mut out = String::new();
        self.files(&mut out);
        self.failures(&mut out);
        self.skipped(&mut out);
        let ended = self.ended();
        if !ended.is_empty() {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&ended);
            out.push('\n');
        }
        let well = matches!(self.outcome(), Some(Outcome::Done | Outcome::UpToDate));
        if well && !next.is_empty() {
            out.push_str("\nnext\n");
            for step in next {
                let _ = writeln!(out, "  {}", visible(step));
            }
        }
        out
    }

    /// [`Self::render`] set off by a blank line from the lines above it.
    pub(super) fn render_after_lines(&self, next: &[String]) -> String {
        let text = self.render(next);
        if text.is_empty() || text.starts_with('\n') {
            return text;
        }
        format!("\n{text}")
    }

    fn files(&self, out: &mut String) {
        let columns = self.path_width();
        for (word, files) in &self.files {
            for (index, (path, bytes)) in files.iter().take(LISTED).enumerate() {
                let word = if index == 0 { word } else { "" };
                let word = self.look.paint(Tone::Good, &pad(word, LABEL_COLUMNS));
                let path = pad(&visible(path), columns);
                let bytes = self.look.paint(Tone::Faint, &size(*bytes));
                let _ = writeln!(out, "{word}{path}  {bytes}");
            }
            if files.len() > LISTED {
                let more = count(files.len() - LISTED, "more file");
                let _ = writeln!(out, "{:LABEL_COLUMNS$}and {more}", "");
            }
        }
    }

    fn path_width(&self) -> usize {
        const WIDEST: usize = 48;
        let files = self
            .files
            .values()
            .flat_map(|files| files.iter().take(LISTED));
        files
            .map(|(path, _)| width(path))
            .max()
            .unwrap_or(0)
            .min(WIDEST)
    }

    fn failures(&self, out: &mut String) {
        for failure in self.failures.iter().take(LISTED) {
            if !out.is_empty() {
                out.push('\n');
            }
            let attempts = if failure.attempt > 1 {
                format!(" after {} attempts", failure.attempt)
            } else {
                String::new()
            };
            let id = visible(&failure.id);
            let what = format!("{id} ({}){attempts}", visible(&failure.chunk));
            self.item(out, failure.word, Tone::Bad, &what);
            if !failure.reason.is_empty() {
                self.item(out, "  because", Tone::Faint, &failure.reason);
            }
            for line in &failure.log {
                let bar = self.look.paint(Tone::Frame, "  |");
                let _ = writeln!(out, "{bar} {}", visible(line));
            }
        }
        if self.failures.len() > LISTED {
            let more = count(self.failures.len() - LISTED, "more failure");
            let _ = writeln!(out, "and {more}");
        }
        if !self.failures.is_empty() {
            self.item(out, "  rerun", Tone::Faint, RERUN);
        }
    }

    fn skipped(&self, out: &mut String) {
        for (by, ids) in &self.skipped {
            let mut text = ids
                .iter()
                .take(LISTED)
                .map(|id| visible(id))
                .collect::<Vec<_>>()
                .join(", ");
            if ids.len() > LISTED {
                let _ = write!(text, " and {} more", ids.len() - LISTED);
            }
            if by.is_empty() {
                text.push_str(", left out on request");
            } else {
                let _ = write!(text, ", because of {}", visible(by));
            }
            self.item(out, "skipped", Tone::Warn, &text);
        }
    }

    /// `word` in its column, then `text`, wrapped.
    fn item(&self, out: &mut String, word: &str, tone: Tone, text: &str) {
        let word = pad(word, LABEL_COLUMNS.max(word.len() + 1));
        let indent = word.len();
        let text = wrap(&visible(text), indent, indent, self.look.columns());
        let _ = writeln!(out, "{}{text}", self.look.paint(tone, &word));
    }

    /// `done in 1.20s: 16 done, 2 up to date`
    fn ended(&self) -> String {
        let Some((outcome, ms)) = self.outcome else {
            return String::new();
        };
        let (word, tone) = match outcome {
            // The display above has said so.
            Outcome::UpToDate => return String::new(),
            Outcome::Done => ("done", Tone::Good),
            Outcome::Failed => ("failed", Tone::Bad),
            Outcome::Refused => ("refused", Tone::Bad),
            Outcome::Interrupted => ("interrupted", Tone::Warn),
        };
        let counts: Vec<String> = self
            .states
            .iter()
            .map(|(state, number)| format!("{number} {state}"))
            .collect();
        let word = self.look.paint(tone, word);
        format!("{word} in {}: {}", self.look.time(ms), counts.join(", "))
    }

    fn ended_node(&mut self, event: &Event) {
        let Event::Node {
            node,
            id,
            chunk,
            state,
            attempt,
            detail,
            artifacts,
            ..
        } = event
        else {
            return;
        };
        let word = match state {
            State::Cached => "up to date",
            other => other.word(),
        };
        *self.states.entry(word).or_insert(0) += 1;
        for artifact in artifacts
            .iter()
            .filter(|artifact| artifact.digest.is_some())
        {
            if let Some(word) = change_word(artifact, state) {
                let files = self.files.entry(word).or_default();
                files.push((artifact.path.to_string(), artifact.bytes));
            }
        }
        let log = self.logs.remove(node).unwrap_or_default();
        if let State::Skipped { by } = state {
            let because = if by.is_empty() { detail } else { by };
            self.skipped
                .entry(because.clone())
                .or_default()
                .push(id.clone());
        } else if state.is_failure() {
            let mut lines = detail.lines();
            let reason = lines.next().unwrap_or_default().to_owned();
            let rest: Vec<String> = lines.map(str::to_owned).collect();
            let log = if rest.is_empty() { log.into() } else { rest };
            self.failures.push(Failure {
                id: id.clone(),
                chunk: chunk.clone(),
                word,
                attempt: *attempt,
                reason,
                log: log[log.len().saturating_sub(LOG_LINES)..].to_vec(),
            });
        }
    }
}

impl Reporter for Summary {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Node { state, .. } if state.is_final() => self.ended_node(event),
            Event::Progress { node, text } => {
                let log = self.logs.entry(*node).or_default();
                for line in text.lines() {
                    if log.len() == LOG_LINES {
                        log.pop_front();
                    }
                    log.push_back(line.to_owned());
                }
            }
            Event::Retry { node, .. } => {
                self.logs.remove(node);
            }
            Event::RunFinished { outcome, ms } => {
                self.outcome = Some((*outcome, *ms));
                for files in self.files.values_mut() {
                    files.sort_unstable();
                    files.dedup();
                }
            }
            _ => {}
        }
    }
}

/// The word for what happened to a file; nothing for files that are as they were.
fn change_word(artifact: &Artifact, state: &State) -> Option<&'static str> {
    match artifact.change {
        _ if *state == State::Cached => None,
        Change::Created => Some("created"),
        Change::Updated => Some("updated"),
        Change::Merged => Some("merged"),
        Change::Kept => Some("kept"),
        Change::Deleted => Some("deleted"),
        Change::Identical => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{failed_run, finished, made, started, turned};
    use super::*;

    const REDACTED: Look = Look {
        redact: true,
        ..Look::PLAIN
    };

    fn summary(events: &[Event]) -> Summary {
        let mut summary = Summary::new(REDACTED);
        for event in events {
            summary.event(event);
        }
        summary
    }

    #[test]
    fn a_failed_run_says_why_and_how_to_go_on() {
        let summary = summary(&failed_run());
        let next = ["python3 app.py".to_owned()];
        insta::assert_snapshot!(summary.render(&next));
        assert_eq!(summary.outcome(), Some(Outcome::Failed));
        assert!(!summary.render(&next).contains("python3 app.py"));
    }

    #[test]
    fn a_run_that_made_files_lists_them_sorted_by_change() {
        let mut events = vec![started(60)];
        for index in (0..40).rev() {
            let event = turned(index, &format!("n{index}"), "file", State::Done);
            events.push(made(event, &format!("src/f{index:02}.py"), Change::Created));
        }
        for (index, change) in (40..).zip([
            Change::Updated,
            Change::Identical,
            Change::Merged,
            Change::Kept,
            Change::Deleted,
        ]) {
            let event = turned(index, &format!("n{index}"), "file", State::Done);
            events.push(made(event, &format!("other{index}.txt"), change));
        }
        events.push(finished(Outcome::Done));
        let next = ["cd todo-app".to_owned(), "python3 app.py".to_owned()];
        insta::assert_snapshot!(summary(&events).render(&next));
    }

    #[test]
    fn a_run_with_nothing_to_do_has_nothing_to_sum_up() {
        let mut events = vec![started(3)];
        for index in 0..3 {
            let event = turned(index, "n", "file", State::Cached);
            events.push(made(event, "a.txt", Change::Created));
        }
        events.push(finished(Outcome::UpToDate));
        assert_eq!(summary(&events).render(&[]), "");
    }
}
