//! Tells slow from stuck: time counts only while nothing moves on.

use std::time::Duration;

use crate::clock::Stopwatch;

/// A deadline that every progress puts off.
pub(super) struct Patience {
    limit: Duration,
    seen: u64,
    since: Stopwatch,
}

impl Patience {
    /// A deadline of `limit` from now on, with `progress` so far.
    pub(super) fn new(limit: Duration, progress: u64) -> Self {
        Self {
            limit,
            seen: progress,
            since: Stopwatch::start(),
        }
    }

    /// Whether `progress` has been the same for too long.
    pub(super) fn is_over(&mut self, progress: u64) -> bool {
        if progress != self.seen {
            self.seen = progress;
            self.since = Stopwatch::start();
        }
        self.since.elapsed() >= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends_without_progress_only() {
        let mut none = Patience::new(Duration::ZERO, 7);
        assert!(none.is_over(7));
        let mut much = Patience::new(Duration::MAX, 7);
        assert!(!much.is_over(7) && !much.is_over(8));
    }
}
