//! Who has room for keys and values: sequences and tokens, given out before a slice starts, so that none fails in
//! the middle. Knows nothing of how tokens come about.

use super::lanes::Lanes;
use super::prefix::MIN_PREFIX_TOKENS;

/// What can be forgotten when there is no room: it is evaluated anew when it is wanted again.
#[derive(Clone, Copy)]
enum Victim {
    Talk(u32),
    Prefix(u64),
}

impl Lanes<'_> {
    /// Gives a talk its sequence, its prefix and room up to the end of its slice; false when it has to wait.
    pub(super) fn make_room(&mut self, id: u32) -> bool {
        let Some(talk) = self.talks.get(&id) else {
            return false;
        };
        let shared = talk.shared.min(talk.tokens.len().saturating_sub(1));
        let is_placed = talk.sequence.is_some();
        let (prefix, held) = match talk.prefix {
            Some(prefix) => (Some(prefix), talk.shared),
            None if is_placed || shared < MIN_PREFIX_TOKENS => (None, 0),
            None => (self.prefix_of(&talk.tokens[..shared]), shared),
        };
        let is_new_prefix = !is_placed && prefix.is_none() && shared >= MIN_PREFIX_TOKENS;
        let own = talk.end() - if is_new_prefix { 0 } else { held };
        let sequences = usize::from(!is_placed) + usize::from(is_new_prefix);
        while self.held_but(id) + own > self.cells || self.free.len() < sequences {
            match self.victim(id, prefix) {
                Some(victim) => self.forget(victim),
                None => return false,
            }
        }
        let prefix = if is_new_prefix {
            self.add_prefix(id, shared)
        } else {
            prefix
        };
        self.place(id, prefix);
        true
    }

    fn place(&mut self, id: u32, prefix: Option<u64>) {
        let used = self.steps;
        if let Some(prefix) = self
            .prefixes
            .iter_mut()
            .find(|known| Some(known.id) == prefix)
        {
            prefix.used = used;
        }
        let Some(talk) = self.talks.get_mut(&id) else {
            return;
        };
        talk.used = used;
        if talk.sequence.is_none() {
            talk.sequence = self.free.pop();
            talk.prefix = prefix;
            talk.evaluated = 0;
        }
    }

    /// Tokens that have room or are promised some, those of one talk left out.
    fn held_but(&self, id: u32) -> usize {
        let prefixes = self.prefixes.iter().map(|prefix| prefix.tokens.len());
        let talks = self
            .talks
            .iter()
            .filter(|(other, talk)| **other != id && talk.sequence.is_some());
        let own = talks.map(|(other, talk)| {
            let end = if self.running.contains(other) {
                talk.end()
            } else {
                talk.evaluated
            };
            end.saturating_sub(talk.prefix.map_or(0, |_| talk.shared))
        });
        prefixes.sum::<usize>() + own.sum::<usize>()
    }

    /// Whatever was used longest ago and is needed by nobody.
    fn victim(&self, id: u32, prefix: Option<u64>) -> Option<Victim> {
        let idle = self.talks.iter().filter(|(other, talk)| {
            **other != id && talk.sequence.is_some() && !self.running.contains(other)
        });
        let idle = idle.map(|(other, talk)| (talk.used, Victim::Talk(*other)));
        let unused = self.prefixes.iter().filter(|known| {
            Some(known.id) != prefix
                && !self
                    .talks
                    .values()
                    .any(|talk| talk.prefix == Some(known.id))
        });
        let unused = unused.map(|known| (known.used, Victim::Prefix(known.id)));
        let oldest = idle.chain(unused).min_by_key(|(used, _)| *used);
        oldest.map(|(_, victim)| victim)
    }

    fn forget(&mut self, victim: Victim) {
        match victim {
            Victim::Talk(id) => self.unplace(id),
            Victim::Prefix(id) => self.remove_prefix(id),
        }
    }

    /// Takes a talk's sequence away; its tokens stay and can be evaluated anew.
    pub(super) fn unplace(&mut self, id: u32) {
        let Some(talk) = self.talks.get_mut(&id) else {
            return;
        };
        talk.evaluated = 0;
        talk.prefix = None;
        if let Some(sequence) = talk.sequence.take() {
            self.model.context.remove(sequence);
            self.free.push(sequence);
        }
    }

    /// Frees what a failed evaluation may have left half done: everything that a running talk uses.
    pub(super) fn clear_running(&mut self) {
        for id in std::mem::take(&mut self.running) {
            let prefix = self.talks.get(&id).and_then(|talk| talk.prefix);
            self.unplace(id);
            let cut = self
                .prefixes
                .iter()
                .find(|known| Some(known.id) == prefix && known.evaluated < known.tokens.len());
            if let Some(id) = cut.map(|known| known.id) {
                for talk in self.talks_of(id) {
                    self.unplace(talk);
                }
                self.remove_prefix(id);
            }
        }
    }

    fn talks_of(&self, prefix: u64) -> Vec<u32> {
        let users = self
            .talks
            .iter()
            .filter(|(_, talk)| talk.prefix == Some(prefix));
        users.map(|(id, _)| *id).collect()
    }
}
