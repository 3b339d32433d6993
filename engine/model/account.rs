//! What a model cost and gave in a run. Counts only.

use super::runtime::Generation;

/// A model's account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The roles that it serves.
    pub roles: Vec<String>,
    /// Its name for people.
    pub name: String,
    /// Times that it was loaded.
    pub loads: u32,
    /// Time of the last load, in microseconds.
    pub load_us: u64,
    /// Memory that it was expected to take, in KiB.
    pub need_kib: u64,
    /// Most memory that a process of it took, in KiB.
    pub peak_kib: u64,
    /// Tokens made.
    pub tokens: u64,
    /// Tokens of prompts that were evaluated.
    pub prefilled: u64,
    /// Tokens of prompts that were known.
    pub reused: u64,
    /// Time for prompts, in microseconds; talks at the same time are counted each.
    pub prefill_us: u64,
    /// Time for tokens, in microseconds; talks at the same time are counted each.
    pub decode_us: u64,
}

impl Account {
    /// Adds a slice.
    pub(in crate::model) fn add(&mut self, slice: &Generation) {
        self.tokens += u64::from(slice.tokens);
        self.prefilled += u64::from(slice.prefilled);
        self.reused += u64::from(slice.reused);
        self.prefill_us = self.prefill_us.saturating_add(slice.prefill_us);
        self.decode_us = self.decode_us.saturating_add(slice.decode_us);
    }

    /// Notes the highest memory that a worker says it had.
    pub(in crate::model) fn peak(&mut self, kib: u64) {
        self.peak_kib = self.peak_kib.max(kib);
    }
}
