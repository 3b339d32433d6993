//! What a measurement came to, as data. Measures nothing.

use std::time::Duration;

use serde::Serialize;

use super::super::runtime::Generation;
use super::super::settings::Settings;

/// Microseconds in a millisecond, milliseconds in a second.
const US_PER_MS: f64 = 1000.0;
const MS_PER_S: f64 = 1000.0;

/// Everything that was measured of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Its name for people.
    pub model: String,
    /// What stands for its content.
    pub identity: String,
    /// Bytes of its file.
    pub file_bytes: u64,
    /// How it was loaded.
    pub settings: Settings,
    /// How long that took.
    pub load: Load,
    /// Tokens of prompts a second, median over the tasks.
    pub prefill_tokens_per_s: f64,
    /// Tokens of one answer a second, median over the tasks.
    pub decode_tokens_per_s: f64,
    /// The tasks, one after another.
    pub tasks: Vec<Task>,
    /// Several talks at once.
    pub lanes: Vec<Lanes>,
    /// The number of lanes that pays.
    pub best_lanes: u32,
    /// The first task in a process that had nothing.
    pub first_run: Run,
    /// The first task in the next process, with the prefix that the first one kept.
    pub second_run: Run,
    /// Memory, with all lanes.
    pub memory: Memory,
}

/// Time to load a model, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Load {
    /// From the disk; nothing where the system cannot be made to forget a file.
    pub cold_ms: Option<f64>,
    /// From the system's cache.
    pub warm_ms: f64,
}

/// A task by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Task {
    /// What is asked for.
    pub name: String,
    /// What it came to.
    pub run: Run,
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Run {
    /// Tokens of the prompt that were evaluated.
    pub evaluated: u32,
    /// Tokens of the prompt that were known.
    pub reused: u32,
    /// Time until the first token, in milliseconds.
    pub prefill_ms: f64,
    /// Tokens of the answer.
    pub tokens: u32,
    /// Time from the first token to the last, in milliseconds.
    pub decode_ms: f64,
}

impl From<&Generation> for Run {
    fn from(generation: &Generation) -> Self {
        Self {
            evaluated: generation.prefilled,
            reused: generation.reused,
            prefill_ms: ms(generation.prefill_us),
            tokens: generation.tokens,
            decode_ms: ms(generation.decode_us),
        }
    }
}

impl Run {
    /// Tokens of the prompt a second.
    pub fn prefill(&self) -> f64 {
        per_ms(self.evaluated, self.prefill_ms)
    }

    /// Tokens of the answer a second. The first one comes of the prompt.
    pub fn decode(&self) -> f64 {
        per_ms(self.tokens.saturating_sub(1), self.decode_ms)
    }
}

/// Several talks at once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Lanes {
    /// How many.
    pub lanes: u32,
    /// Tokens of all together.
    pub tokens: u32,
    /// Tokens of all together a second.
    pub tokens_per_s: f64,
}

/// Memory of the worker, in KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// What was expected.
    pub need_kib: u64,
    /// The most that it had.
    pub peak_kib: u64,
}

impl Memory {
    /// How far the expectation is above the peak, as a share of the peak.
    pub fn excess(&self) -> f64 {
        (float(self.need_kib) - float(self.peak_kib)) / float(self.peak_kib).max(1.0)
    }
}

/// Microseconds as milliseconds.
pub(super) fn ms(us: u64) -> f64 {
    float(us) / US_PER_MS
}

/// A speed.
pub(super) fn per_second(tokens: u32, time: Duration) -> f64 {
    per_ms(tokens, time.as_secs_f64() * MS_PER_S)
}

fn per_ms(tokens: u32, ms: f64) -> f64 {
    if ms > 0.0 {
        f64::from(tokens) / ms * MS_PER_S
    } else {
        0.0
    }
}

/// The median; 0 of nothing.
pub(super) fn rate(rates: impl Iterator<Item = f64>) -> f64 {
    let mut rates: Vec<f64> = rates.collect();
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

/// A count as a number to divide by, exact up to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds and KiB stay far below 2^53"
)]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_tokens_by_time_and_the_first_token_is_the_prompts() {
        let run = Run {
            evaluated: 300,
            reused: 0,
            prefill_ms: 1500.0,
            tokens: 11,
            decode_ms: 2000.0,
        };
        assert_eq!(run.prefill().to_bits(), 200_f64.to_bits());
        assert_eq!(run.decode().to_bits(), 5_f64.to_bits());
        let nothing = Run {
            prefill_ms: 0.0,
            tokens: 0,
            ..run
        };
        assert_eq!(nothing.prefill().to_bits(), 0_f64.to_bits());
        assert_eq!(nothing.decode().to_bits(), 0_f64.to_bits());
        assert_eq!(rate([3.0, 1.0, 2.0].into_iter()).to_bits(), 2_f64.to_bits());
    }

    #[test]
    fn an_estimate_below_the_peak_is_negative() {
        let memory = Memory {
            need_kib: 90,
            peak_kib: 100,
        };
        assert!((memory.excess() + 0.1).abs() < 1e-9);
    }
}
