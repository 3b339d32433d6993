//! A talk with a server: slices, tries, time without progress, cancelling. Knows no bytes.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::Endpoint;
use super::answer::{Counted, Finish, read};
use super::echo::Echo;
use super::messages::Messages;
use super::reader::{Call, Heard};
use super::stop::StopTexts;
use crate::clock::Stopwatch;
use crate::model::runtime::{Generation, ModelError, Prompt, Slice, Step, Stop, Talk};

/// How often the listener is heard while nothing comes.
const TICK: Duration = Duration::from_millis(50);
/// Requests that may fail in passing before a slice fails.
const TRIES: u32 = 5;
/// Longest pause between two of them, whatever the server asks for.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// Statuses that pass: too many requests, and servers that are starting, busy or restarted.
const PASSING: [u16; 6] = [408, 429, 500, 502, 503, 504];
/// Statuses for a request that has something the server does not know.
const UNKNOWN_FIELD: [u16; 2] = [400, 422];

type OnStep<'s> = &'s mut dyn FnMut(Step<'_>) -> bool;

/// Messages with a server.
pub(super) struct Conversation<'a> {
    endpoint: &'a Endpoint,
    model: String,
    messages: Messages,
}

/// How a request ended.
enum Ended {
    Slice(Generation),
    /// It failed before any text, and may be made again after a pause.
    Passing(ModelError, Option<Duration>),
    /// The server does not know a field.
    Unknown(ModelError),
}

impl<'a> Conversation<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, model: &str, prompt: &Prompt) -> Self {
        Self {
            endpoint,
            model: model.to_owned(),
            messages: Messages::new(prompt),
        }
    }

    fn call(&self, slice: &Slice<'_>, is_plain: bool) -> Result<Receiver<Heard>, ModelError> {
        let call = Call {
            agent: self.endpoint.agent.clone(),
            url: self.endpoint.url.to_string(),
            key: self.endpoint.key.clone(),
            body: self.messages.body(&self.model, slice, is_plain).to_string(),
            // Whoever waits gives up first, and by its own name for it.
            stall: slice.stall.saturating_mul(2) + TICK * 20,
        };
        let failed =
            |error| ModelError::Refused(format!("there is no thread for a request: {error}"));
        call.begin().map_err(failed)
    }

    /// The error for what the server at this address did.
    fn died(&self, what: &str) -> ModelError {
        ModelError::Died(format!("at {} {what}", self.endpoint.url))
    }

    fn refused(&self, status: u16, line: &str, after: Option<u64>) -> Result<Ended, ModelError> {
        let colon = if line.is_empty() { "" } else { ": " };
        let what = format!("answers with {status}{colon}{line}");
        if PASSING.contains(&status) {
            return Ok(Ended::Passing(
                self.died(&what),
                after.map(Duration::from_secs),
            ));
        }
        let help = match status {
            401 | 403 => "; set its key in `CODEY_ENDPOINT_KEY`",
            404 => "; check the address and the model's name",
            _ => "",
        };
        let error =
            ModelError::Refused(format!("the server at {} {what}{help}", self.endpoint.url));
        match UNKNOWN_FIELD.contains(&status) {
            true => Ok(Ended::Unknown(error)),
            false => Err(error),
        }
    }

    /// Hears one request to its end.
    fn hear(
        &mut self,
        slice: &Slice<'_>,
        heard: &Receiver<Heard>,
        on_step: OnStep<'_>,
    ) -> Result<Ended, ModelError> {
        let mut hearing = Hearing::new(&self.messages.answer, slice);
        let mut quiet = Stopwatch::start();
        loop {
            let message = match heard.recv_timeout(TICK) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => {
                    if quiet.elapsed() > slice.stall {
                        return Err(ModelError::Stalled(slice.stall));
                    }
                    if !on_step(Step::Waiting) {
                        return Ok(Ended::Slice(hearing.ended(Stop::Cancelled)));
                    }
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.died("went away")),
            };
            quiet = Stopwatch::start();
            let stop = match message {
                Heard::Alive => (!on_step(Step::Waiting)).then_some(Stop::Cancelled),
                Heard::Event(data) => {
                    let (answer, step) = (&mut self.messages.answer, &mut *on_step);
                    hearing.event(&data, answer, step)?
                }
                Heard::Refused(status, line, after) => return self.refused(status, &line, after),
                Heard::Broken(reason) if hearing.has_text() => {
                    let what = format!(
                        "cut the answer off after {} tokens: {reason}",
                        hearing.tokens
                    );
                    return Err(self.died(&what));
                }
                Heard::Broken(reason) => {
                    return Ok(Ended::Passing(
                        self.died(&format!("cannot be reached: {reason}")),
                        None,
                    ));
                }
                Heard::End => {
                    let Some(finish) = hearing.finish else {
                        let what = format!("cut the answer off after {} tokens", hearing.tokens);
                        return Err(self.died(&what));
                    };
                    hearing.flush(&mut self.messages.answer, on_step);
                    Some(match finish {
                        Finish::Limit => Stop::Limit,
                        Finish::Done | Finish::Filtered => Stop::End,
                    })
                }
            };
            if let Some(stop) = stop {
                return Ok(Ended::Slice(hearing.ended(stop)));
            }
        }
    }
}

impl Talk for Conversation<'_> {
    fn slice(
        &mut self,
        slice: &Slice<'_>,
        on_step: &mut dyn FnMut(Step<'_>) -> bool,
    ) -> Result<Generation, ModelError> {
        self.messages.ask(slice.ask);
        let known = &self.endpoint.is_plain;
        let mut is_plain = known.load(Ordering::Relaxed);
        let mut failed = 0;
        loop {
            if is_plain && slice.grammar.is_some() {
                let what = format!("the server at {} takes no grammar", self.endpoint.url);
                return Err(ModelError::Refused(what));
            }
            let heard = self.call(slice, is_plain)?;
            match self.hear(slice, &heard, on_step)? {
                Ended::Slice(generation) => {
                    // Only a server that answers to less has shown that it is plain.
                    known.store(is_plain, Ordering::Relaxed);
                    return Ok(generation);
                }
                Ended::Unknown(error) if is_plain => return Err(error),
                Ended::Unknown(_) => is_plain = true,
                Ended::Passing(error, asked) => {
                    failed += 1;
                    if failed >= TRIES {
                        return Err(error);
                    }
                    let pause = self.endpoint.pause.saturating_mul(1 << (failed - 1));
                    let pause = asked.unwrap_or(pause).min(MAX_PAUSE);
                    if !wait(pause, on_step) {
                        return Ok(Hearing::new("", slice).ended(Stop::Cancelled));
                    }
                }
            }
        }
    }
}

/// Waits; false when the listener asks to stop.
fn wait(pause: Duration, on_step: OnStep<'_>) -> bool {
    let begun = Stopwatch::start();
    while begun.elapsed() < pause {
        if !on_step(Step::Waiting) {
            return false;
        }
        std::thread::sleep(TICK.min(pause.saturating_sub(begun.elapsed())));
    }
    true
}

/// What was heard of an answer so far.
struct Hearing<'a> {
    echo: Echo,
    stop: StopTexts<'a>,
    tokens: u32,
    finish: Option<Finish>,
    counted: Option<Counted>,
    begun: Stopwatch,
    /// Time until the first text.
    first: Option<Duration>,
}

impl<'a> Hearing<'a> {
    fn new(begin: &str, slice: &Slice<'a>) -> Self {
        Self {
            echo: Echo::of(begin),
            stop: StopTexts::new(slice.stop),
            tokens: 0,
            finish: None,
            counted: None,
            begun: Stopwatch::start(),
            first: None,
        }
    }

    fn has_text(&self) -> bool {
        self.first.is_some()
    }

    /// Takes an event; gives why the slice ends, if it does.
    fn event(
        &mut self,
        data: &str,
        answer: &mut String,
        on_step: OnStep<'_>,
    ) -> Result<Option<Stop>, ModelError> {
        let said = read(data).map_err(ModelError::Refused)?;
        self.counted = said.counted.or(self.counted);
        self.finish = said.finish.or(self.finish);
        if self.finish == Some(Finish::Filtered) {
            let what = "the server keeps the answer back by its own rules".to_owned();
            return Err(ModelError::Refused(what));
        }
        if said.text.is_empty() {
            return Ok((!on_step(Step::Waiting)).then_some(Stop::Cancelled));
        }
        self.first.get_or_insert_with(|| self.begun.elapsed());
        self.tokens += 1;
        let new = self.echo.take(&said.text);
        let (text, ended) = self.stop.take(&new);
        answer.push_str(&text);
        let goes_on = on_step(Step::Text {
            text: &text,
            tokens: self.tokens,
        });
        Ok(match (ended, goes_on) {
            (true, _) => Some(Stop::End),
            (false, false) => Some(Stop::Cancelled),
            (false, true) => None,
        })
    }

    /// Gives what was held back.
    fn flush(&mut self, answer: &mut String, on_step: OnStep<'_>) {
        let held = self.echo.rest();
        let (mut text, _) = self.stop.take(&held);
        text.push_str(&self.stop.rest());
        answer.push_str(&text);
        if !text.is_empty() {
            on_step(Step::Text {
                text: &text,
                tokens: self.tokens,
            });
        }
    }

    fn ended(&self, stop: Stop) -> Generation {
        let counted = self.counted.unwrap_or_default();
        let whole = self.begun.elapsed();
        let first = self.first.unwrap_or(whole);
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        Generation {
            stop,
            tokens: counted.answer.max(self.tokens),
            prefilled: counted.prompt.saturating_sub(counted.cached),
            reused: counted.cached,
            prefill_us: micros(first),
            decode_us: micros(whole.saturating_sub(first)),
        }
    }
}
