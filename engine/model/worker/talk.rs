//! A talk as the worker holds it: its tokens, how many of them are evaluated, and the answer under way.
//! Knows no other talk.

use super::super::llama::Grammar;
use super::super::runtime::{Generation, Stop};
use super::sample::Chooser;
use super::stop::Outlet;
use crate::clock::Stopwatch;

/// A prompt with everything that was said after it.
pub(super) struct Talk<'m> {
    /// All tokens, the last one chosen included, which is evaluated only when the next one is wanted.
    pub(super) tokens: Vec<i32>,
    /// How many of the first tokens are shared with other talks.
    pub(super) shared: usize,
    /// Where it is evaluated, if it is.
    pub(super) sequence: Option<i32>,
    /// How many of the first tokens are evaluated there.
    pub(super) evaluated: usize,
    /// The prefix that its first tokens come from: it stays as long as the talk is evaluated.
    pub(super) prefix: Option<u64>,
    /// The answer given last.
    pub(super) answer: Option<Answer<'m>>,
    /// The slice that is asked for.
    pub(super) slice: Option<Slice>,
    /// When it was last used, in steps of the worker.
    pub(super) used: u64,
}

/// An answer, over all its slices.
pub(super) struct Answer<'m> {
    pub(super) chooser: Chooser,
    pub(super) outlet: Outlet,
    pub(super) grammar: Option<Grammar<'m>>,
    /// Whether it is complete.
    pub(super) is_over: bool,
}

/// A slice that waits for a lane or has one.
pub(super) struct Slice {
    pub(super) max_tokens: u32,
    /// Tokens before which the model cannot say that it is done.
    pub(super) min_tokens: u32,
    pub(super) made: u32,
    /// Tokens evaluated for it before the first one was made.
    pub(super) prefilled: usize,
    /// Those of them that belong to the shared prefix.
    pub(super) prefilled_shared: usize,
    /// Tokens that others had evaluated.
    pub(super) reused: usize,
    /// Runs from the moment it has a lane.
    pub(super) clock: Option<Stopwatch>,
    /// Time until the first token was made, in microseconds.
    pub(super) prefill_us: Option<u64>,
}

impl Slice {
    pub(super) fn new(max_tokens: u32, min_tokens: u32) -> Self {
        Self {
            max_tokens,
            min_tokens,
            made: 0,
            prefilled: 0,
            prefilled_shared: 0,
            reused: 0,
            clock: None,
            prefill_us: None,
        }
    }

    /// Time since it has a lane, in microseconds.
    pub(super) fn elapsed_us(&self) -> u64 {
        let elapsed = self.clock.map(|clock| clock.elapsed()).unwrap_or_default();
        u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
    }

    /// What it came to.
    pub(super) fn generation(&self, stop: Stop) -> Generation {
        let all_us = self.elapsed_us();
        let prefill_us = self.prefill_us.unwrap_or(all_us);
        Generation {
            stop,
            tokens: self.made,
            prefilled: count(self.prefilled),
            reused: count(self.reused),
            prefill_us,
            decode_us: all_us.saturating_sub(prefill_us),
        }
    }
}

impl Talk<'_> {
    /// Tokens that have to be evaluated before the next one can be chosen.
    pub(super) fn pending(&self) -> usize {
        self.tokens.len() - self.evaluated
    }

    /// Tokens at most, once its slice is done.
    pub(super) fn end(&self) -> usize {
        let left = self
            .slice
            .as_ref()
            .map_or(0, |slice| slice.max_tokens - slice.made);
        self.tokens.len() + usize::try_from(left).unwrap_or(usize::MAX)
    }
}

/// A number of tokens for a message.
pub(super) fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}
