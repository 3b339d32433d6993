//! One batch: a token of each running talk, and beside them a part of the prompts that are not evaluated yet.
//! Knows no pipe.

use super::super::llama::{DecodeError, Grammar};
use super::super::runtime::Stop;
use super::super::wire::FromWorker;
use super::lanes::Lanes;
use super::talk::{Answer, count};
use super::turns::turn;

/// What a stretch of the batch belongs to.
#[derive(Clone, Copy)]
enum Part {
    /// Tokens of a prefix, evaluated on behalf of a talk.
    Prefix { id: u64, by: u32, tokens: usize },
    /// Tokens of a talk; where its next token is chosen, the index whose scores say which.
    Talk {
        id: u32,
        tokens: usize,
        scored: Option<usize>,
    },
}

/// What choosing a token came to.
enum Chosen {
    Token { text: String, is_end: bool },
    End,
    Nothing,
}

impl Lanes<'_> {
    /// Evaluates the next batch and tells what came of it.
    pub(super) fn step(&mut self) {
        self.admit();
        let parts = self.fill();
        if parts.is_empty() {
            return;
        }
        self.steps += 1;
        match self.model.context.decode(&mut self.batch) {
            Ok(()) => {
                for part in parts {
                    self.settle(part);
                }
            }
            // Room was counted beforehand, so that this is a model with more state than its tokens.
            Err(DecodeError::Full) => self.fail("its keys and values found no room"),
            Err(DecodeError::Ended) => self.fail("the worker is ending"),
            Err(DecodeError::Code(code)) => self.fail(&format!("llama.cpp's decode gave {code}")),
        }
    }

    fn fail(&mut self, reason: &str) {
        let running = self.running.clone();
        self.clear_running();
        for id in running {
            self.refuse(id, reason);
        }
    }

    /// Fills the batch: first what makes tokens, then prompts within the limit of a slice.
    fn fill(&mut self) -> Vec<Part> {
        self.batch.clear();
        let mut parts = Vec::with_capacity(self.running.len() + 1);
        let running = self.running.clone();
        for id in &running {
            self.join_prefix(*id);
        }
        let (ready, waiting): (Vec<u32>, Vec<u32>) = running.into_iter().partition(|id| {
            self.talks
                .get(id)
                .is_some_and(|talk| talk.pending() == 1 && !self.awaits_prefix(*id))
        });
        // Beside a part of a prompt a batch is large anyway.
        let tiled = self.settings.multiplies_in_tiles() && waiting.is_empty();
        for id in turn(ready, self.steps, tiled) {
            parts.extend(self.add_own(id, 1));
        }
        let mut left = usize::try_from(self.settings.prefill_slice).unwrap_or(1);
        for id in waiting {
            let part = if self.awaits_prefix(id) {
                self.add_shared(id, left)
            } else {
                self.add_own(id, left)
            };
            let taken = part.as_ref().map_or(0, |part| match part {
                Part::Prefix { tokens, .. } | Part::Talk { tokens, .. } => *tokens,
            });
            parts.extend(part);
            left -= taken;
            if left == 0 {
                break;
            }
        }
        parts
    }

    /// Takes the tokens of a prefix over once they are evaluated.
    fn join_prefix(&mut self, id: u32) {
        let Some(talk) = self.talks.get_mut(&id).filter(|talk| talk.evaluated == 0) else {
            return;
        };
        let prefix = self
            .prefixes
            .iter()
            .find(|known| Some(known.id) == talk.prefix);
        let Some(prefix) = prefix.filter(|prefix| prefix.evaluated == prefix.tokens.len()) else {
            return;
        };
        if let Some(sequence) = talk.sequence {
            self.model.context.copy(prefix.sequence, sequence);
            talk.evaluated = prefix.evaluated;
            if let Some(slice) = &mut talk.slice {
                slice.reused += prefix.evaluated - slice.prefilled_shared;
            }
        }
    }

    fn awaits_prefix(&self, id: u32) -> bool {
        let talk = self.talks.get(&id);
        talk.is_some_and(|talk| talk.evaluated == 0 && talk.prefix.is_some())
    }

    /// Adds tokens of the talk itself.
    fn add_own(&mut self, id: u32, limit: usize) -> Option<Part> {
        let talk = self.talks.get(&id)?;
        let sequence = talk.sequence?;
        let tokens = talk.pending().min(limit);
        let end = talk.evaluated + tokens;
        let mut scored = None;
        for at in talk.evaluated..end {
            let is_last = at + 1 == talk.tokens.len();
            if is_last {
                scored = Some(self.batch.len());
            }
            let position = i32::try_from(at).ok()?;
            self.batch
                .push(talk.tokens[at], position, sequence, is_last);
        }
        Some(Part::Talk { id, tokens, scored })
    }

    /// Adds tokens of the prefix that a talk waits for, unless another talk's turn added some.
    fn add_shared(&mut self, by: u32, limit: usize) -> Option<Part> {
        let id = self.talks.get(&by)?.prefix?;
        let prefix = self.prefixes.iter().find(|known| known.id == id)?;
        if self.batch.has(prefix.sequence) {
            return None;
        }
        let tokens = (prefix.tokens.len() - prefix.evaluated).min(limit);
        for at in prefix.evaluated..prefix.evaluated + tokens {
            let position = i32::try_from(at).ok()?;
            self.batch
                .push(prefix.tokens[at], position, prefix.sequence, false);
        }
        Some(Part::Prefix { id, by, tokens })
    }

    /// Takes note of what is evaluated now.
    fn settle(&mut self, part: Part) {
        match part {
            Part::Prefix { id, by, tokens } => self.settle_prefix(id, by, tokens),
            Part::Talk { id, tokens, scored } => {
                let Some(talk) = self.talks.get_mut(&id) else {
                    return;
                };
                talk.evaluated += tokens;
                let (done, total) = (count(talk.evaluated), count(talk.tokens.len()));
                if let Some(slice) = talk
                    .slice
                    .as_mut()
                    .filter(|slice| slice.prefill_us.is_none())
                {
                    slice.prefilled += tokens;
                    if scored.is_some() {
                        slice.prefill_us = Some(slice.elapsed_us());
                    }
                    self.outbox.push(FromWorker::Prefill {
                        talk: id,
                        done,
                        total,
                    });
                }
                if let Some(index) = scored {
                    self.choose(id, index);
                }
            }
        }
    }

    fn settle_prefix(&mut self, id: u64, by: u32, tokens: usize) {
        let Some(prefix) = self.prefixes.iter_mut().find(|known| known.id == id) else {
            return;
        };
        prefix.evaluated += tokens;
        let done = prefix.evaluated;
        let is_whole = done == prefix.tokens.len();
        for other in &self.running {
            let Some(talk) = self
                .talks
                .get_mut(other)
                .filter(|talk| talk.prefix == Some(id))
            else {
                continue;
            };
            if let Some(slice) = talk.slice.as_mut().filter(|_| *other == by) {
                slice.prefilled += tokens;
                slice.prefilled_shared += tokens;
            }
            if talk.evaluated == 0 {
                let total = count(talk.tokens.len());
                self.outbox.push(FromWorker::Prefill {
                    talk: *other,
                    done: count(done),
                    total,
                });
            }
        }
        if is_whole {
            self.save_prefix(id);
        }
    }

    /// Chooses the next token of a talk by the scores at `index`.
    fn choose(&mut self, id: u32, index: usize) {
        match self.chosen(id, index) {
            Chosen::End => self.end(id, Stop::End),
            Chosen::Nothing => self.refuse(id, "no token can follow under the grammar"),
            Chosen::Token { text, is_end } => {
                let Some(slice) = self.talks.get_mut(&id).and_then(|talk| talk.slice.as_mut())
                else {
                    return;
                };
                slice.made += 1;
                let tokens = slice.made;
                let is_full = tokens == slice.max_tokens;
                self.outbox.push(FromWorker::Text {
                    talk: id,
                    text,
                    tokens,
                });
                if is_end {
                    self.end(id, Stop::End);
                } else if is_full {
                    self.end(id, Stop::Limit);
                }
            }
        }
    }

    fn chosen(&mut self, id: u32, index: usize) -> Chosen {
        let Some(talk) = self.talks.get_mut(&id) else {
            return Chosen::Nothing;
        };
        let (Some(answer), Some(scores)) = (&mut talk.answer, self.model.context.scores(index))
        else {
            return Chosen::Nothing;
        };
        let vocabulary = &self.model.vocabulary;
        let may_end = talk
            .slice
            .as_ref()
            .is_none_or(|slice| slice.made >= slice.min_tokens);
        let is_barred = |token| !may_end && vocabulary.is_end(token);
        let next = answer.next(scores, &talk.tokens, &is_barred, &mut self.allowed);
        let Some(token) = next else {
            return Chosen::Nothing;
        };
        if vocabulary.is_end(token) {
            return Chosen::End;
        }
        talk.tokens.push(token);
        self.bytes.clear();
        self.model.vocabulary.bytes(token, &mut self.bytes);
        let piece = answer.outlet.push(&self.bytes);
        Chosen::Token {
            text: piece.text,
            is_end: piece.is_end,
        }
    }
}

impl Answer<'_> {
    /// The next token that is not barred. A grammar is asked about the plain choice first, as asking it about all
    /// tokens takes longer than choosing.
    fn next(
        &mut self,
        scores: &[f32],
        said: &[i32],
        is_barred: &dyn Fn(i32) -> bool,
        allowed: &mut Vec<f32>,
    ) -> Option<i32> {
        let mut token = self.chooser.choose(scores, said)?;
        let keeps = |grammar: &mut Grammar<'_>| grammar.allows(token);
        if is_barred(token) || !self.grammar.as_mut().is_none_or(keeps) {
            if let Some(grammar) = &mut self.grammar {
                grammar.mask(scores, allowed);
            } else {
                allowed.clear();
                allowed.extend_from_slice(scores);
            }
            token = self.chooser.choose(allowed, said)?;
            while is_barred(token) {
                *allowed.get_mut(usize::try_from(token).ok()?)? = f32::NEG_INFINITY;
                token = self.chooser.choose(allowed, said)?;
            }
        }
        if let Some(grammar) = &mut self.grammar {
            grammar.accept(token);
        }
        Some(token)
    }
}
