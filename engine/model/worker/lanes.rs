//! All talks of a worker: takes what is asked and gives lanes to slices in order. Knows no pipe.

use std::collections::{BTreeMap, VecDeque};

use super::super::llama::{Batch, Opened};
use super::super::runtime::Stop;
use super::super::settings::Settings;
use super::super::wire::{FromWorker, Opening, Segment, SliceOrder, ToWorker};
use super::memory;
use super::prefix::Prefix;
use super::sample::Chooser;
use super::saved::Store;
use super::stop::Outlet;
use super::talk::{Answer, Slice, Talk, count};
use crate::clock::Stopwatch;

/// Talks, lanes and what is evaluated of them.
pub(super) struct Lanes<'m> {
    pub(super) model: Opened<'m>,
    pub(super) settings: Settings,
    /// Tokens that there is room for.
    pub(super) cells: usize,
    pub(super) talks: BTreeMap<u32, Talk<'m>>,
    /// Talks whose slice waits for a lane, in order.
    queue: VecDeque<u32>,
    /// Talks whose slice has a lane.
    pub(super) running: Vec<u32>,
    pub(super) prefixes: Vec<Prefix>,
    pub(super) next_prefix: u64,
    /// Sequences that nobody has.
    pub(super) free: Vec<i32>,
    pub(super) batch: Batch,
    /// Batches so far.
    pub(super) steps: u64,
    /// Bytes of the token at hand, and scores under a grammar: kept to spare allocations.
    pub(super) bytes: Vec<u8>,
    pub(super) allowed: Vec<f32>,
    /// Where evaluated prefixes are kept between runs.
    pub(super) store: Option<Store>,
    /// What is to be sent.
    pub(super) outbox: Vec<FromWorker>,
}

impl<'m> Lanes<'m> {
    /// Empty lanes.
    pub(super) fn new(model: Opened<'m>, settings: Settings, store: Option<Store>) -> Self {
        let sequences = i32::try_from(settings.sequences()).unwrap_or(i32::MAX);
        Self {
            model,
            cells: settings
                .cells()
                .and_then(|cells| usize::try_from(cells).ok())
                .unwrap_or(0),
            settings,
            talks: BTreeMap::new(),
            queue: VecDeque::new(),
            running: Vec::new(),
            prefixes: Vec::new(),
            next_prefix: 0,
            free: (0..sequences).rev().collect(),
            batch: Batch::default(),
            steps: 0,
            bytes: Vec::new(),
            allowed: Vec::new(),
            store,
            outbox: Vec::new(),
        }
    }

    /// Whether there is nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.running.is_empty()
    }

    /// What is to be sent since the last call.
    pub(super) fn told(&mut self) -> std::vec::Drain<'_, FromWorker> {
        self.outbox.drain(..)
    }

    /// Takes a message; false for one that has no place here.
    pub(super) fn hear(&mut self, message: ToWorker) -> bool {
        match message {
            ToWorker::Load(_) => return false,
            ToWorker::Open(opening) => self.open(&opening),
            ToWorker::Slice(order) => self.order(&order),
            ToWorker::Cancel(talk) => self.cancel(talk),
            ToWorker::Close(talk) => self.close(talk),
        }
        true
    }

    /// Tokens of a prompt, with the token that starts every prompt where the model has one.
    fn prompt(&self, segments: &[Segment]) -> Vec<i32> {
        let mut tokens = self.model.vocabulary.tokens(segments);
        if let Some(start) = self.model.vocabulary.start(&tokens) {
            tokens.insert(0, start);
        }
        tokens
    }

    fn open(&mut self, opening: &Opening) {
        let shared = usize::try_from(opening.shared).unwrap_or(usize::MAX);
        let (shared, own) = opening
            .segments
            .split_at(shared.min(opening.segments.len()));
        let mut tokens = if shared.is_empty() {
            self.prompt(own)
        } else {
            self.prompt(shared)
        };
        let mut length = 0;
        if !shared.is_empty() {
            length = tokens.len();
            tokens.extend(self.model.vocabulary.tokens(own));
        }
        self.close(opening.talk);
        let talk = Talk {
            // At least one token has to be the talk's own, as a token follows on a token.
            shared: length.min(tokens.len().saturating_sub(1)),
            tokens,
            sequence: None,
            evaluated: 0,
            prefix: None,
            answer: None,
            slice: None,
            used: self.steps,
        };
        self.talks.insert(opening.talk, talk);
    }

    fn order(&mut self, order: &SliceOrder) {
        if let Err(message) = self.begin(order) {
            self.close(order.talk);
            self.outbox.push(message);
        }
    }

    fn begin(&mut self, order: &SliceOrder) -> Result<(), FromWorker> {
        let id = order.talk;
        let refused = |reason: &str| FromWorker::Refused {
            talk: id,
            reason: reason.to_owned(),
        };
        let appended = self.model.vocabulary.tokens(&order.append);
        let talk = self
            .talks
            .get_mut(&id)
            .ok_or_else(|| refused("there is no such talk"))?;
        if talk.slice.is_some() {
            return Err(refused("the talk has a slice already"));
        }
        let prompt = talk.tokens.len() + appended.len();
        let wanted = prompt.saturating_add(usize::try_from(order.max_tokens).unwrap_or(usize::MAX));
        if wanted > usize::try_from(self.settings.context).unwrap_or(0) {
            return Err(FromWorker::TooLong {
                talk: id,
                prompt: count(prompt),
                answer: order.max_tokens,
                context: self.settings.context,
            });
        }
        if order.is_new_answer || talk.answer.is_none() {
            let grammar = order.grammar.as_ref().map(|text| self.model.grammar(text));
            talk.answer = Some(Answer {
                chooser: Chooser::new(&order.sampling),
                outlet: Outlet::new(&order.stop),
                grammar: grammar.transpose().map_err(|reason| refused(&reason))?,
                is_over: false,
            });
        }
        talk.tokens.extend(appended);
        talk.slice = Some(Slice::new(order.max_tokens, order.min_tokens));
        if talk.answer.as_ref().is_some_and(|answer| answer.is_over) {
            self.end(id, Stop::End);
        } else if order.max_tokens == 0 {
            self.end(id, Stop::Limit);
        } else if talk.pending() == 0 {
            return Err(refused("there is nothing to answer"));
        } else {
            self.queue.push_back(id);
        }
        Ok(())
    }

    fn cancel(&mut self, id: u32) {
        // A slice that has ended meanwhile needs no cancelling.
        if self.talks.get(&id).is_some_and(|talk| talk.slice.is_some()) {
            self.end(id, Stop::Cancelled);
        }
    }

    fn close(&mut self, id: u32) {
        self.leave(id);
        self.unplace(id);
        self.talks.remove(&id);
    }

    fn leave(&mut self, id: u32) {
        self.queue.retain(|other| *other != id);
        self.running.retain(|other| *other != id);
    }

    /// Ends a slice. The talk stays evaluated.
    pub(super) fn end(&mut self, id: u32, stop: Stop) {
        self.leave(id);
        let Some(talk) = self.talks.get_mut(&id) else {
            return;
        };
        talk.used = self.steps;
        let Some(slice) = talk.slice.take() else {
            return;
        };
        if let Some(answer) = talk.answer.as_mut().filter(|_| stop == Stop::End) {
            answer.is_over = true;
            let text = answer.outlet.finish();
            if !text.is_empty() {
                self.outbox.push(FromWorker::Text {
                    talk: id,
                    text,
                    tokens: slice.made,
                });
            }
        }
        self.outbox.push(FromWorker::Ended {
            talk: id,
            generation: slice.generation(stop),
            peak_kib: memory::peak_kib(),
        });
    }

    /// Ends a talk that cannot go on.
    pub(super) fn refuse(&mut self, id: u32, reason: &str) {
        self.close(id);
        self.outbox.push(FromWorker::Refused {
            talk: id,
            reason: reason.to_owned(),
        });
    }

    /// Gives free lanes to those who wait for one, in order.
    pub(super) fn admit(&mut self) {
        let lanes = usize::try_from(self.settings.lanes).unwrap_or(usize::MAX);
        while self.running.len() < lanes {
            let Some(id) = self.queue.front().copied() else {
                return;
            };
            if !self.make_room(id) {
                if self.running.is_empty() {
                    self.refuse(id, "there is no room for the keys and values of the talk");
                    continue;
                }
                return;
            }
            self.queue.pop_front();
            self.running.push(id);
            let Some(talk) = self.talks.get_mut(&id) else {
                continue;
            };
            // The token that was chosen last is always evaluated late: that is no prompt.
            let is_ready = talk.evaluated > 0 && talk.pending() == 1;
            if let Some(slice) = talk.slice.as_mut() {
                slice.clock = Some(Stopwatch::start());
                slice.prefill_us = is_ready.then_some(0);
            }
        }
    }
}
