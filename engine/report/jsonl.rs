//! Events as JSON Lines, for programs. Knows nothing about what they mean.

use std::io::Write;

use super::reporter::Reporter;
use crate::event::Event;

/// Writes every event as one JSON object a line.
pub struct JsonLines {
    /// Nothing once the reader is gone.
    out: Option<Box<dyn Write + Send>>,
}

impl JsonLines {
    /// Writes to `out`.
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self { out: Some(out) }
    }
}

impl Reporter for JsonLines {
    fn event(&mut self, event: &Event) {
        let Some(out) = &mut self.out else { return };
        let mut line = serde_json::to_string(event).expect("events have string keys only");
        line.push('\n');
        if out
            .write_all(line.as_bytes())
            .and_then(|()| out.flush())
            .is_err()
        {
            self.out = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Shared, failed_run};
    use super::*;

    #[test]
    fn events_read_back_as_they_were() {
        let shared = Shared::default();
        let mut reporter = JsonLines::new(Box::new(shared.clone()));
        for event in failed_run() {
            reporter.event(&event);
        }
        let read: Vec<Event> = shared
            .text()
            .lines()
            .map(|line| serde_json::from_str(line).expect("an event"))
            .collect();
        assert_eq!(read, failed_run());
        insta::assert_snapshot!(shared.text());
    }

    #[test]
    fn a_reader_that_is_gone_is_left_alone() {
        struct Gone(u32);
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                self.0 += 1;
                assert_eq!(self.0, 1, "written to again");
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut reporter = JsonLines::new(Box::new(Gone(0)));
        for event in failed_run() {
            reporter.event(&event);
        }
    }
}
