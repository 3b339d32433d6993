//! What talks have in common: evaluated once, kept in memory and on disk. Knows no talk but the one that asks.

use super::super::llama;
use super::lanes::Lanes;

/// Fewest tokens that are worth a prefix of their own.
pub(super) const MIN_PREFIX_TOKENS: usize = 16;

/// Tokens that are evaluated once for all talks that begin with them.
pub(super) struct Prefix {
    pub(super) id: u64,
    pub(super) tokens: Vec<i32>,
    pub(super) sequence: i32,
    /// How many of its first tokens are evaluated.
    pub(super) evaluated: usize,
    /// When it was last used, in steps of the worker.
    pub(super) used: u64,
}

impl Lanes<'_> {
    pub(super) fn prefix_of(&self, tokens: &[i32]) -> Option<u64> {
        let known = self.prefixes.iter().find(|known| known.tokens == tokens);
        known.map(|known| known.id)
    }

    pub(super) fn add_prefix(&mut self, talk: u32, length: usize) -> Option<u64> {
        let tokens = self.talks.get(&talk)?.tokens[..length].to_vec();
        let sequence = self.free.pop()?;
        let evaluated = if self.load_prefix(&tokens, sequence) {
            length
        } else {
            0
        };
        let id = self.next_prefix;
        self.next_prefix += 1;
        self.prefixes.push(Prefix {
            id,
            tokens,
            sequence,
            evaluated,
            used: self.steps,
        });
        Some(id)
    }

    /// Takes the sequence of a prefix away.
    pub(super) fn remove_prefix(&mut self, id: u64) {
        if let Some(at) = self.prefixes.iter().position(|known| known.id == id) {
            let prefix = self.prefixes.remove(at);
            self.model.context.remove(prefix.sequence);
            self.free.push(prefix.sequence);
        }
    }

    /// Fills a sequence from the disk; false when the tokens have to be evaluated.
    fn load_prefix(&mut self, tokens: &[i32], sequence: i32) -> bool {
        let Some(store) = &self.store else {
            return false;
        };
        match store.read(tokens) {
            Ok(saved) => {
                saved.is_some_and(|saved| self.model.context.restore(sequence, saved.state()))
            }
            Err(line) => {
                llama::say(&line);
                false
            }
        }
    }

    /// Keeps an evaluated prefix for later workers; where that fails, they evaluate it.
    pub(super) fn save_prefix(&mut self, id: u64) {
        let (Some(store), Some(prefix)) = (
            &self.store,
            self.prefixes.iter().find(|known| known.id == id),
        ) else {
            return;
        };
        let Some(state) = self.model.context.state(prefix.sequence) else {
            return;
        };
        if let Err(error) = store.write(&prefix.tokens, &state) {
            llama::say(&format!(
                "a prefix of {} tokens is not saved: {error}",
                prefix.tokens.len()
            ));
        }
    }
}
