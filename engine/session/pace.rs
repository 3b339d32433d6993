//! How much of a running node's output is told. Knows neither the node nor who listens.

use crate::clock::Stopwatch;

/// Lines that pass at once.
const BURST: u64 = 64;

/// After those, one line passes in this many milliseconds: more is neither read nor worth a record.
const MS_PER_LINE: u64 = 50;

/// Lets through what people can follow, so that a program which prints without end fills no memory.
pub(super) struct Pace {
    watch: Stopwatch,
    passed: u64,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            watch: Stopwatch::start(),
            passed: 0,
        }
    }

    /// Whether the next line passes.
    pub(super) fn passes(&mut self) -> bool {
        let passes = self.passed < BURST + self.watch.elapsed_ms() / MS_PER_LINE;
        self.passed += u64::from(passes);
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_does_not() {
        let mut pace = Pace::new();
        let passed = (0..1_000_000).filter(|_| pace.passes()).count() as u64;
        let most = BURST + pace.watch.elapsed_ms() / MS_PER_LINE;
        assert!((BURST..=most).contains(&passed), "{passed} of {most}");
    }
}
