//! The quiet display: nothing but what went wrong. Knows no terminal.

use std::io::Write;

use super::look::Look;
use super::reporter::Reporter;
use super::summary::Summary;
use crate::event::{Event, Outcome};

/// Writes the summary of a run that did not end well, and nothing else.
pub struct Quiet {
    out: Box<dyn Write + Send>,
    summary: Summary,
}

impl Quiet {
    /// Writes to `out` in the form of `look`.
    pub fn new(out: Box<dyn Write + Send>, look: Look) -> Self {
        Self {
            out,
            summary: Summary::new(look),
        }
    }
}

impl Reporter for Quiet {
    fn event(&mut self, event: &Event) {
        self.summary.event(event);
        if let Event::RunFinished { outcome, .. } = event
            && !matches!(outcome, Outcome::Done | Outcome::UpToDate)
        {
            // A display that is gone does not stop the run.
            let _ = self.out.write_all(self.summary.render(&[]).as_bytes());
            let _ = self.out.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Shared, failed_run, finished, started, turned};
    use super::*;
    use crate::event::State;

    fn shown(events: &[Event]) -> String {
        let shared = Shared::default();
        let mut reporter = Quiet::new(Box::new(shared.clone()), Look::PLAIN);
        for event in events {
            reporter.event(event);
        }
        shared.text()
    }

    #[test]
    fn a_failure_is_shown_and_success_is_not() {
        assert!(shown(&failed_run()).contains("failed    verify (check)"));
        let well = [
            started(1),
            turned(0, "a", "file", State::Done),
            finished(Outcome::Done),
        ];
        assert_eq!(shown(&well), "");
    }
}
