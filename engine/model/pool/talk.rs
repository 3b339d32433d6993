//! A talk over the wire: slices, cancelling and the end of patience. Knows one worker at a time.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::super::chat::{ChatTemplate, Parts};
use super::super::runtime::{Ask, Generation, ModelError, Prompt, Slice, Step, Stop, Talk};
use super::super::wire::{FromWorker, Opening, SliceOrder, ToWorker};
use super::Pool;
use super::death::Gone;
use super::patience::Patience;
use super::worker::{Lease, Phase};
use crate::clock::Stopwatch;

/// Longest time between two steps.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// What came of a slice that was ended before a worker knew of it.
const NOTHING: Generation = Generation {
    stop: Stop::Cancelled,
    tokens: 0,
    prefilled: 0,
    reused: 0,
    prefill_us: 0,
    decode_us: 0,
};

/// A talk with a model of the pool.
pub(super) struct PoolTalk<'a> {
    pub(super) pool: &'a Pool,
    /// The model's place in the pool.
    pub(super) place: usize,
    pub(super) chat: ChatTemplate,
    pub(super) prompt: Prompt,
    pub(super) begun: Option<Begun>,
}

/// A talk that a worker knows.
pub(super) struct Begun {
    lease: Lease,
    number: u32,
    heard: Receiver<FromWorker>,
    /// Time that the worker has to end a slice once it is told to.
    cancel_grace: Duration,
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.lease.worker().close(self.number);
    }
}

type OnStep<'a> = dyn FnMut(Step<'_>) -> bool + 'a;

impl Talk for PoolTalk<'_> {
    fn slice(
        &mut self,
        slice: &Slice<'_>,
        on_step: &mut dyn FnMut(Step<'_>) -> bool,
    ) -> Result<Generation, ModelError> {
        let result = self.make(slice, on_step);
        if result.is_err() {
            self.begun = None;
        }
        result
    }
}

impl PoolTalk<'_> {
    fn make(
        &mut self,
        slice: &Slice<'_>,
        on_step: &mut OnStep<'_>,
    ) -> Result<Generation, ModelError> {
        if slice.ask == Ask::Answer && !self.start(slice.stall, on_step)? {
            return Ok(NOTHING);
        }
        let begun = self.begun.as_ref().ok_or_else(|| {
            ModelError::Died("no longer has the talk that this continues".to_owned())
        })?;
        let append = match slice.ask {
            Ask::Answer | Ask::More => Vec::new(),
            Ask::Again { message, lead } => self.chat.again(message, lead),
        };
        begun.lease.worker().send(ToWorker::Slice(SliceOrder {
            talk: begun.number,
            append,
            is_new_answer: slice.ask != Ask::More,
            max_tokens: slice.max_tokens,
            min_tokens: slice.min_tokens,
            stop: slice.stop.to_vec(),
            grammar: slice.grammar.map(str::to_owned),
            sampling: slice.sampling.clone(),
        }));
        begun.hear(slice.stall, on_step)
    }

    /// Begins the talk anew with a worker that is ready; false when the listener did not want to wait for it.
    fn start(&mut self, stall: Duration, on_step: &mut OnStep<'_>) -> Result<bool, ModelError> {
        self.begun = None;
        let Some(lease) = self.admitted(stall, on_step)? else {
            return Ok(false);
        };
        if !loaded(&lease, self.pool, stall, on_step)? {
            return Ok(false);
        }
        let number = self.pool.next_talk();
        let heard = lease.worker().begin(number).map_err(|gone| gone.error())?;
        let Parts { segments, shared } = self.chat.open(&self.prompt);
        lease.worker().send(ToWorker::Open(Opening {
            talk: number,
            segments,
            shared,
        }));
        self.begun = Some(Begun {
            lease,
            number,
            heard,
            cancel_grace: self.pool.cancel_grace,
        });
        Ok(true)
    }

    /// Waits for a worker to be there or on its way; nothing when the listener did not want to.
    fn admitted(
        &self,
        stall: Duration,
        on_step: &mut OnStep<'_>,
    ) -> Result<Option<Lease>, ModelError> {
        let mut patience = Patience::new(stall, self.pool.progress());
        loop {
            let seen = self.pool.bell().count();
            if let Some(lease) = self.pool.admit(self.place)? {
                return Ok(Some(lease));
            }
            if !on_step(Step::Waiting) {
                return Ok(None);
            }
            // Others get on meanwhile, and some time they end.
            if patience.is_over(self.pool.progress()) {
                return Err(ModelError::Stalled(stall));
            }
            self.pool.bell().wait(seen, TICK);
        }
    }
}

/// Waits until the worker's model is loaded; false when the listener did not want to.
fn loaded(
    lease: &Lease,
    pool: &Pool,
    stall: Duration,
    on_step: &mut OnStep<'_>,
) -> Result<bool, ModelError> {
    let worker = lease.worker();
    let mut patience = Patience::new(stall, worker.progress());
    let mut told = None;
    loop {
        let seen = pool.bell().count();
        let step = match worker.phase() {
            Phase::Ready => return Ok(true),
            Phase::Gone(gone) => return Err(gone.error()),
            Phase::Loading(share) if told != Some(share) => {
                told = Some(share);
                Step::Loading(share)
            }
            Phase::Loading(_) => Step::Waiting,
        };
        if !on_step(step) {
            return Ok(false);
        }
        if patience.is_over(worker.progress()) {
            worker.kill(Gone::Stalled(stall));
            return Err(ModelError::Stalled(stall));
        }
        pool.bell().wait(seen, TICK);
    }
}

impl Begun {
    /// Hears the answer to a slice out.
    fn hear(&self, stall: Duration, on_step: &mut OnStep<'_>) -> Result<Generation, ModelError> {
        let worker = self.lease.worker();
        let mut patience = Patience::new(stall, worker.progress());
        let mut cancelled: Option<Stopwatch> = None;
        loop {
            let message = match self.heard.recv_timeout(TICK) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return Err(self.end()),
            };
            let step = match &message {
                None => Step::Waiting,
                Some(message) => match Said::from(message) {
                    Said::Step(step) => step,
                    Said::End(result) => return result,
                },
            };
            if cancelled.is_none() && !on_step(step) {
                worker.send(ToWorker::Cancel(self.number));
                cancelled = Some(Stopwatch::start());
            }
            let ended_for = match cancelled {
                Some(since) if since.elapsed() >= self.cancel_grace => {
                    Gone::Deaf(self.cancel_grace)
                }
                None if patience.is_over(worker.progress()) => Gone::Stalled(stall),
                _ => continue,
            };
            let error = ended_for.error();
            worker.kill(ended_for);
            return Err(error);
        }
    }

    /// Why the worker is gone.
    fn end(&self) -> ModelError {
        match self.lease.worker().phase() {
            Phase::Gone(gone) => gone.error(),
            Phase::Loading(_) | Phase::Ready => Gone::Left.error(),
        }
    }
}

/// What a message means to a slice.
enum Said<'a> {
    Step(Step<'a>),
    End(Result<Generation, ModelError>),
}

impl<'a> From<&'a FromWorker> for Said<'a> {
    fn from(message: &'a FromWorker) -> Self {
        Self::End(match message {
            FromWorker::Prefill { done, total, .. } => {
                return Self::Step(Step::Prefill {
                    done: *done,
                    total: *total,
                });
            }
            FromWorker::Text { text, tokens, .. } => {
                return Self::Step(Step::Text {
                    text,
                    tokens: *tokens,
                });
            }
            FromWorker::Ended { generation, .. } => Ok(*generation),
            FromWorker::TooLong {
                prompt,
                answer,
                context,
                ..
            } => Err(ModelError::TooLong {
                prompt: *prompt,
                answer: *answer,
                context: *context,
            }),
            FromWorker::Refused { reason, .. } => Err(ModelError::Refused(reason.clone())),
            // These are of no talk, so none reaches a slice.
            FromWorker::Hello(_)
            | FromWorker::Loading(_)
            | FromWorker::Loaded(_)
            | FromWorker::Unusable(_) => return Self::Step(Step::Waiting),
        })
    }
}
