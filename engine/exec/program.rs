//! Nodes that run a program. Knows how a program's end becomes a node's, not how it is spawned.

use std::time::Duration;

use camino::Utf8Path;

use super::{Bench, Job, Outcome};
use crate::event::State;
use crate::proc::{self, End, Ended, Spawn};

/// Wall time of one attempt where the plan sets none.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);

/// Lines of a failed program's output that are shown.
const MAX_SHOWN_LINES: usize = 30;

pub(super) fn run(
    argv: &[String],
    cwd: Option<&Utf8Path>,
    env: &[(String, String)],
    job: &Job<'_>,
    bench: &Bench<'_>,
    progress: &mut dyn FnMut(&str),
) -> Outcome {
    let cwd = match directory(cwd, bench) {
        Ok(cwd) => cwd,
        Err(outcome) => return outcome,
    };
    let spawn = Spawn {
        argv,
        cwd: cwd.as_std_path(),
        env,
        timeout: Some(job.timeout(DEFAULT_TIMEOUT)),
    };
    match proc::run(&spawn, bench.cancel, progress) {
        Ok(ended) => outcome(&argv[0], &ended, job.timeout(DEFAULT_TIMEOUT)),
        Err(error) => Outcome::findings(&[error.finding()]),
    }
}

/// The absolute directory to run in.
pub(super) fn directory(
    cwd: Option<&Utf8Path>,
    bench: &Bench<'_>,
) -> Result<camino::Utf8PathBuf, Outcome> {
    match cwd {
        None => Ok(bench.workspace.root().to_owned()),
        Some(cwd) => bench.workspace.locate(cwd).map_err(Outcome::from),
    }
}

/// The outcome of a program that ended.
pub(super) fn outcome(program: &str, ended: &Ended, timeout: Duration) -> Outcome {
    let text = &ended.output.text;
    let last = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    match ended.end {
        End::Exit(0) => Outcome::done(last.trim()),
        End::Exit(code) => failure(
            State::Failed,
            format!("`{program}` exited with {code}"),
            text,
        ),
        End::Signal(signal) => failure(
            State::Failed,
            format!("`{program}` was ended by signal {signal}"),
            text,
        ),
        End::TimedOut => {
            let seconds = timeout.as_secs_f64();
            failure(
                State::TimedOut,
                format!("`{program}` ran longer than {seconds} s"),
                text,
            )
        }
        End::Cancelled => Outcome::ended(State::Cancelled, "ended by the user"),
    }
}

fn failure(state: State, reason: String, text: &str) -> Outcome {
    let lines: Vec<&str> = text.lines().collect();
    let shown = &lines[lines.len().saturating_sub(MAX_SHOWN_LINES)..];
    let detail = if shown.is_empty() {
        reason
    } else {
        format!("{reason}\n{}", shown.join("\n"))
    };
    Outcome::ended(state, detail)
}
