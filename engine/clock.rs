//! The only reader of the clock. Knows nothing of what is timed.
#![expect(
    clippy::disallowed_methods,
    reason = "this module is the owner of the clock"
)]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Time since a start, unaffected by changes of the system's clock.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// A stopwatch that runs from now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since it was started.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// The time since it was started in whole milliseconds.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Milliseconds since 1970, by the system's clock; 0 when that is set before then.
pub fn unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopwatch_never_runs_backwards() {
        let watch = Stopwatch::start();
        let first = watch.elapsed();
        assert!(watch.elapsed() >= first);
    }

    #[test]
    fn the_calendar_clock_is_past_this_code() {
        const FIRST_OF_JANUARY_2025: u64 = 1_735_689_600_000;
        assert!(unix_ms() > FIRST_OF_JANUARY_2025);
    }
}
