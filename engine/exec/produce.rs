//! Files that a model writes: text and slots in their order, checks, repairs, and what follows when they fail. Knows no
//! backend and no prompt file.

use std::fmt::Write as _;
use std::sync::Arc;

use super::answer::{Desk, Stopped};
use super::judge::Judge;
use super::page::Page;
use super::{Bench, Job, Outcome};
use crate::artifact::{Before, Decision, Edits, Fault, FaultKind, Splitter, decide};
use crate::clock::Stopwatch;
use crate::diagnostic::{self, Finding};
use crate::event::{Artifact, Change, State};
use crate::id::Digest;
use crate::model::{Ask, ModelError, Prompt, Runtime};
use crate::plan::{OnFail, Produce, chunk_type};
use crate::prompt::{Brief, Piece, Place, Prompts, Task};

/// Answers that are asked for after the first did not pass its checks.
const MAX_REPAIRS: u32 = 2;

pub(super) fn by_model(
    produce: &Produce,
    job: &Job<'_>,
    bench: &Bench<'_>,
    progress: &mut dyn FnMut(&str),
) -> Outcome {
    let (Some(runtime), Some(prompts), Some(brief)) = (bench.runtime, bench.prompts, &job.brief)
    else {
        return Outcome::ended(State::Denied, "there is no model to run");
    };
    let own = own_text(&brief.pieces);
    let writer = Writer {
        produce,
        brief,
        runtime,
        prompts,
        judge: Judge::new(&produce.path, own.as_deref(), bench),
        place: Place {
            role: &produce.model,
            path: &produce.path,
            chunk: &job.node.chunk,
            purpose: chunk_type(&job.node.chunk).map_or("", |found| &found.about),
            about: &produce.about,
        },
        bench,
        base: job.base.as_ref(),
    };
    let mut desk = Desk {
        bench,
        sampling: &job.sampling,
        watch: Stopwatch::start(),
        limit: job.node.timeout,
        progress,
        tokens: 0,
        continued: 0,
    };
    writer.write(&mut desk).unwrap_or_else(|outcome| outcome)
}

/// The template's version of pieces of a file, where it has one of all.
fn own_text(pieces: &[Piece]) -> Option<String> {
    let own = |piece: &Piece| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Task(task) => task.own.clone(),
    };
    pieces.iter().map(own).collect()
}

struct Writer<'a> {
    produce: &'a Produce,
    brief: &'a Brief,
    runtime: &'a dyn Runtime,
    prompts: &'a Prompts,
    judge: Judge<'a>,
    place: Place<'a>,
    bench: &'a Bench<'a>,
    base: Option<&'a (Digest, Vec<u8>)>,
}

/// How a task ended without a text that passed.
enum Failure {
    Stopped(Stopped),
    Findings(Vec<Finding>),
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Stopped(stopped) => stopped.into(),
            Failure::Findings(findings) => Self::findings(&findings),
        }
    }
}

impl Writer<'_> {
    fn write(&self, desk: &mut Desk<'_>) -> Result<Outcome, Outcome> {
        let mut page = Page::begin(self.bench.workspace, &self.produce.path)?;
        let (mut repairs, mut replaced) = (0, Vec::new());
        for (index, piece) in self.brief.pieces.iter().enumerate() {
            let task = match piece {
                Piece::Text(text) => {
                    page.append(text)?;
                    continue;
                }
                Piece::Task(task) => task,
            };
            let start = page.text().len();
            let rest = own_text(&self.brief.pieces[index + 1..]).unwrap_or_default();
            match self.fill(task, &rest, &mut page, desk) {
                Ok(rounds) => repairs += rounds,
                Err(failure) => {
                    let own = self.stand_in(task, &failure).ok_or(failure)?;
                    page.cut(start)?;
                    page.append(own)?;
                    replaced.push(task.name.as_str());
                }
            }
        }
        if !replaced.is_empty() {
            let findings = self.judge.findings(page.text());
            if !findings.is_empty() {
                return Err(Outcome::findings(&findings));
            }
        }
        let generated: Arc<[u8]> = Arc::from(page.text().as_bytes());
        let change = self.settle(page)?;
        let artifact = Artifact {
            path: self.produce.path.clone(),
            digest: None,
            bytes: 0,
            change,
        };
        Ok(Outcome {
            artifacts: vec![artifact],
            generated: Some(generated),
            ..Outcome::done(told(desk, repairs, &replaced))
        })
    }

    /// Leaves the finished page at its path, merged with what the user changed there.
    fn settle(&self, mut page: Page) -> Result<Change, Outcome> {
        if !page.replaces() {
            page.keep()?;
            return Ok(Change::Created);
        }
        let disk = self.bench.workspace.read(&self.produce.path)?;
        let before = Before {
            disk: disk.as_deref(),
            base: self.base.map(|(digest, _)| *digest),
            base_text: self.base.map(|(_, text)| text.as_slice()),
        };
        // Without a base the file is codey's own, or the user gave it up: that was found out before the run.
        let decision = match self.base {
            Some(_) => decide(page.text().as_bytes(), before, Edits::Merge),
            None => Decision::Update,
        };
        Ok(match decision {
            Decision::Create | Decision::Update | Decision::Identical => {
                page.keep()?;
                Change::Updated
            }
            Decision::Merge(merged) => {
                let merged = String::from_utf8_lossy(&merged);
                page.cut(0)?;
                page.append(&merged)?;
                page.keep()?;
                Change::Merged
            }
            Decision::Keep => Change::Kept,
            Decision::Conflict(why) => {
                let message = format!("`{}` {why}", self.produce.path);
                let finding = Finding::error("run::in-the-way", message).help(
                    "keep your version with `--ours`, take codey's with `--theirs`, or move the file away",
                );
                return Err(Outcome {
                    state: State::Denied,
                    ..Outcome::findings(&[finding])
                });
            }
        })
    }

    /// Has the model write one task at the end of `page`; `rest` is what follows it. Gives how often it was repaired.
    fn fill(
        &self,
        task: &Task,
        rest: &str,
        page: &mut Page,
        desk: &mut Desk<'_>,
    ) -> Result<u32, Failure> {
        let lead = task.lead();
        let prompt = Prompt {
            shared: self.brief.shared.clone(),
            own: task.prompt.clone(),
            lead: lead.clone(),
        };
        let start = page.text().len();
        let mut open = self
            .runtime
            .open(&self.produce.model, &prompt)
            .map_err(Stopped::Model)?;
        let mut message = String::new();
        for round in 0..=MAX_REPAIRS {
            page.cut(start).map_err(Stopped::Workspace)?;
            let ask = if round == 0 {
                Ask::Answer
            } else {
                Ask::Again {
                    message: &message,
                    lead: &lead,
                }
            };
            let splitter = desk.answer(&mut *open, ask, task, page)?;
            if task.ends_line {
                page.append("\n").map_err(Stopped::Workspace)?;
            }
            let findings = self.findings(task, &splitter, start, page, rest);
            if findings.is_empty() {
                return Ok(round);
            }
            if round == MAX_REPAIRS {
                return Err(Failure::Findings(findings));
            }
            let file = format!("{}{rest}", page.text());
            message = self
                .prompts
                .repair(&self.place, task, &findings, &file)
                .map_err(|finding| Failure::Findings(vec![finding]))?;
        }
        unreachable!("the last round returns")
    }

    /// What is wrong with the text of `task`, which begins at `start`.
    fn findings(
        &self,
        task: &Task,
        splitter: &Splitter,
        start: usize,
        page: &Page,
        rest: &str,
    ) -> Vec<Finding> {
        let first_line = page.text()[..start].matches('\n').count() + 1;
        if let Some(fault) = splitter.fault() {
            return vec![self.fault(fault, first_line)];
        }
        if let Some(why) = task.fault(splitter.content()) {
            let finding = Finding::error("model::answer", why)
                .help("Answer with the text that is asked for alone.");
            return vec![finding.at(self.line(first_line))];
        }
        self.judge.findings(&format!("{}{rest}", page.text()))
    }

    fn fault(&self, fault: Fault, first_line: usize) -> Finding {
        let place = self.line(first_line + fault.line);
        match fault.kind {
            FaultKind::Elision => Finding::error(
                "model::elision",
                "this line stands in for text that was left out",
            )
            .help("Write everything in full."),
            FaultKind::Repetition => {
                Finding::error("model::repetition", "the text runs in a circle")
                    .help("Say each thing once, and stop.")
            }
        }
        .at(place)
    }

    fn line(&self, line: usize) -> diagnostic::Place {
        diagnostic::Place {
            file: self.produce.path.clone(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: 1,
            length: 1,
        }
    }

    /// The template's version of a task, where the plan wants it to take the place of a text that failed.
    fn stand_in<'t>(&self, task: &'t Task, failure: &Failure) -> Option<&'t str> {
        let is_texts_fault = matches!(
            failure,
            Failure::Findings(_)
                | Failure::Stopped(
                    Stopped::Truncated(_) | Stopped::Model(ModelError::TooLong { .. })
                )
        );
        let wanted = self.produce.on_fail == OnFail::Template && is_texts_fault;
        task.own.as_deref().filter(|_| wanted)
    }
}

/// One line on how the file came to be.
fn told(desk: &Desk<'_>, repairs: u32, replaced: &[&str]) -> String {
    // Writing to a `String` cannot fail.
    let mut line = format!("{} tokens", desk.tokens);
    if desk.continued > 0 {
        let _ = write!(line, ", {} continued", desk.continued);
    }
    match repairs {
        0 => {}
        1 => line.push_str(", 1 repair"),
        more => {
            let _ = write!(line, ", {more} repairs");
        }
    }
    if !replaced.is_empty() {
        let names = replaced.join(", ");
        let _ = write!(line, "; the template's own text stands in for {names}");
    }
    line
}
