//! One answer of a model: its slices up to the limit, written as they come. Knows no check and no repair.

use std::time::Duration;

use super::page::Page;
use super::{Bench, Outcome};
use crate::artifact::Splitter;
use crate::clock::Stopwatch;
use crate::event::State;
use crate::model::{Ask, ModelError, Sampling, Slice, Step, Stop, Talk};
use crate::prompt::Task;
use crate::workspace::WorkspaceError;

/// Slices of one answer: where the cap is reached so often, the text is given up as unfinished.
const MAX_SLICES: u32 = 4;

/// What an answer is made with.
pub(super) struct Desk<'a> {
    pub bench: &'a Bench<'a>,
    pub sampling: &'a Sampling,
    /// How long the attempt has been at work, and how long it may be.
    pub watch: Stopwatch,
    pub limit: Option<Duration>,
    pub progress: &'a mut dyn FnMut(&str),
    /// Tokens made in the attempt.
    pub tokens: u32,
    /// Answers that went on after their limit.
    pub continued: u32,
}

/// Why there is no answer.
pub(super) enum Stopped {
    Cancelled,
    TimedOut(Duration),
    Truncated(u32),
    Model(ModelError),
    Workspace(WorkspaceError),
}

impl From<Stopped> for Outcome {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Cancelled => Self::ended(State::Cancelled, "ended by the user"),
            Stopped::TimedOut(limit) => {
                let detail = format!("the model worked longer than {} s", limit.as_secs_f64());
                Self::ended(State::TimedOut, detail)
            }
            Stopped::Truncated(tokens) => Self::ended(
                State::Truncated,
                format!("unfinished at its limit of {tokens} tokens"),
            ),
            Stopped::Model(error @ ModelError::Stalled(_)) => {
                Self::ended(State::TimedOut, error.to_string())
            }
            Stopped::Model(error) if error.is_passing() => Self::failed(error.to_string()),
            Stopped::Model(error) => Self {
                is_final: true,
                ..Self::failed(error.to_string())
            },
            Stopped::Workspace(error) => error.into(),
        }
    }
}

impl Desk<'_> {
    /// Makes an answer and writes it to the end of `page`.
    pub(super) fn answer(
        &mut self,
        open: &mut dyn Talk,
        first: Ask<'_>,
        task: &Task,
        page: &mut Page,
    ) -> Result<Splitter, Stopped> {
        let start = page.text().len();
        let stop = [task.stop()];
        let mut splitter = Splitter::new(task.form());
        let mut made = 0;
        for number in 0..MAX_SLICES {
            let slice = Slice {
                ask: if number == 0 { first } else { Ask::More },
                max_tokens: task.cap,
                min_tokens: 0,
                stop: &stop,
                grammar: task.grammar(),
                sampling: self.sampling,
                stall: self.bench.stall,
            };
            let mut trouble = None;
            let mut meter = Meter::new(task, made);
            let mut on_step = |step: Step<'_>| {
                if let Step::Text { text, .. } = step {
                    splitter.push(text);
                    trouble = page.follow(start, &splitter).err();
                }
                if let Some(line) = meter.line(step) {
                    (self.progress)(&line);
                }
                let in_time = self.limit.is_none_or(|limit| self.watch.elapsed() < limit);
                in_time
                    && trouble.is_none()
                    && !splitter.is_over()
                    && !self.bench.cancel.is_cancelled()
            };
            let generation = open.slice(&slice, &mut on_step).map_err(Stopped::Model)?;
            made += generation.tokens;
            self.tokens += generation.tokens;
            if let Some(error) = trouble {
                return Err(Stopped::Workspace(error));
            }
            self.continued += u32::from(number == 1);
            match generation.stop {
                _ if splitter.is_over() => return Ok(splitter),
                Stop::End => {
                    splitter.finish();
                    page.follow(start, &splitter).map_err(Stopped::Workspace)?;
                    return Ok(splitter);
                }
                Stop::Limit => {}
                Stop::Cancelled => return Err(self.why_cancelled()),
            }
        }
        Err(Stopped::Truncated(made))
    }

    fn why_cancelled(&self) -> Stopped {
        match self.limit {
            Some(limit) if !self.bench.cancel.is_cancelled() => Stopped::TimedOut(limit),
            _ => Stopped::Cancelled,
        }
    }
}

/// What a slice shows while it is made.
struct Meter<'a> {
    task: &'a Task,
    before: u32,
    /// Since the first token of the slice.
    watch: Option<Stopwatch>,
}

impl<'a> Meter<'a> {
    fn new(task: &'a Task, before: u32) -> Self {
        Self {
            task,
            before,
            watch: None,
        }
    }

    fn line(&mut self, step: Step<'_>) -> Option<String> {
        match step {
            Step::Waiting => None,
            Step::Loading(share) => Some(format!("loading the model, {:.0} %", share * 100.0)),
            Step::Prefill { done, total } => Some(format!("prefill {done}/{total}")),
            Step::Text { tokens, .. } => {
                let watch = self.watch.get_or_insert_with(Stopwatch::start);
                let cap = self.before + self.task.cap;
                Some(shown(
                    &self.task.name,
                    self.before + tokens,
                    cap,
                    tokens,
                    watch.elapsed(),
                ))
            }
        }
    }
}

/// `slot intro: 64/256 tokens, 5.1 tok/s, about 38 s left`; the time is to the end of the slice.
fn shown(name: &str, tokens: u32, cap: u32, timed: u32, elapsed: Duration) -> String {
    let count = format!("slot {name}: {tokens}/{cap} tokens");
    // The clock starts with the first token.
    let per_second = f64::from(timed.saturating_sub(1)) / elapsed.as_secs_f64();
    if !per_second.is_finite() || per_second <= 0.0 {
        return count;
    }
    let left = f64::from(cap.saturating_sub(tokens)) / per_second;
    format!("{count}, {per_second:.1} tok/s, about {left:.0} s left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_tells_rate_and_time_left() {
        let second = Duration::from_secs(10);
        assert_eq!(
            shown("intro", 64, 256, 51, second),
            "slot intro: 64/256 tokens, 5.0 tok/s, about 38 s left"
        );
        assert_eq!(
            shown("intro", 1, 256, 1, second),
            "slot intro: 1/256 tokens"
        );
    }
}
