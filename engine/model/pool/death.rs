//! Why a worker is gone, in words. Ends nothing.

use std::time::Duration;

use super::super::runtime::ModelError;
use crate::proc::{End, signal_name};

/// Longest line of a worker's last words that is passed on, in characters.
const MAX_LINE: usize = 300;
/// What marks the line in which llama.cpp, C++ or Rust gives its reason to abort.
const REASONS: [&str; 4] = [
    "GGML_ASSERT",
    "ggml_abort",
    "terminate called",
    "panicked at",
];
/// The signal by which a system short of memory ends a process.
const KILL: i32 = 9;

/// Why a worker is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Gone {
    /// It said that its model cannot be loaded.
    Unusable(String),
    /// It ended unasked: how.
    Died(String),
    /// It was killed because it sent something else than the messages agreed on: what.
    Foreign(String),
    /// It was killed because it made no progress for this long.
    Stalled(Duration),
    /// It was killed because it went on with an answer that it was told to end.
    Deaf(Duration),
    /// It was told to leave.
    Left,
}

impl Gone {
    /// The error of a talk that this befell.
    pub(super) fn error(&self) -> ModelError {
        match self {
            Self::Unusable(reason) => ModelError::Unusable(reason.clone()),
            Self::Died(how) => ModelError::Died(how.clone()),
            Self::Foreign(what) => ModelError::Died(format!("was ended because it sent {what}")),
            Self::Stalled(limit) => ModelError::Stalled(*limit),
            Self::Deaf(grace) => ModelError::Died(format!(
                "was ended because it went on for {} s after it was told to stop",
                grace.as_secs()
            )),
            Self::Left => ModelError::Died("was unloaded".to_owned()),
        }
    }
}

/// How a worker ended that nobody told to, with what it said last.
pub(super) fn describe(end: End, last_lines: &[String]) -> String {
    let how = match end {
        End::Exit(code) => format!("ended with exit code {code}"),
        End::Signal(KILL) => {
            "was killed by signal SIGKILL, which codey did not send: probably the system ran out of memory"
                .to_owned()
        }
        End::Signal(signal) => format!("was killed by signal {}", signal_name(signal)),
        End::TimedOut | End::Cancelled => "was ended".to_owned(),
    };
    let is_reason = |line: &&String| REASONS.iter().any(|reason| line.contains(reason));
    match last_lines.iter().rfind(is_reason).or(last_lines.last()) {
        Some(line) => {
            let line: String = line.trim().chars().take(MAX_LINE).collect();
            format!("{how}; its last line: {line}")
        }
        None => how,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_to_abort_is_found_among_the_last_lines() {
        let lines = [
            "loading",
            "ggml.c:1: GGML_ASSERT(a == b) failed",
            "[New LWP 7]",
        ];
        let lines = lines.map(str::to_owned);
        assert_eq!(
            describe(End::Signal(6), &lines),
            "was killed by signal SIGABRT; its last line: ggml.c:1: GGML_ASSERT(a == b) failed"
        );
        assert_eq!(
            describe(End::Signal(11), &lines[..1]),
            "was killed by signal SIGSEGV; its last line: loading"
        );
        assert_eq!(describe(End::Exit(3), &[]), "ended with exit code 3");
        assert!(describe(End::Signal(9), &[]).contains("out of memory"));
    }
}
