//! The worker's loop: what is said comes over a channel and is heard between two batches. Knows no talk.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

use super::super::llama::{self, Opened};
use super::super::wire::{self, FrameError, FromWorker, Load, Loaded, ToWorker, VERSION};
use super::lanes::Lanes;
use super::memory;
use super::saved::Store;
use super::shield::{self, Shield};
use crate::clock::Stopwatch;

/// Messages read ahead of the batch at hand.
const MAX_AHEAD: usize = 64;
/// Least share of a load between two messages about it.
const LOADING_STEP: f32 = 0.01;

/// Why a worker ends, apart from being told to.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// What comes in are no messages.
    #[error("standard input: {0}; a worker is started by codey and by nobody else")]
    Foreign(FrameError),
    /// A message at the wrong time.
    #[error("{0}")]
    Order(&'static str),
    /// The other side is gone.
    #[error("standard output: {0}")]
    Gone(FrameError),
    /// The system gives no thread.
    #[error("no thread for reading: {0}")]
    Thread(std::io::Error),
    /// The kernel refuses to confine the worker.
    #[error("the model worker cannot be confined: {0}")]
    Shield(String),
    /// The model cannot be used; the other side was told why.
    #[error("the model cannot be loaded: {0}")]
    Unusable(String),
}

type Message = Result<ToWorker, FrameError>;

/// Runs a worker until `input` is closed.
///
/// # Errors
/// When it has to end before that.
pub fn serve(
    mut input: impl Read + Send + 'static,
    mut output: impl Write,
) -> Result<(), WorkerError> {
    let watch = Stopwatch::start();
    send(&mut output, &FromWorker::Hello(VERSION))?;
    let load = match wire::read(&mut input) {
        Ok(ToWorker::Load(load)) => load,
        Ok(_) => return Err(WorkerError::Order("the first message is to name the model")),
        Err(FrameError::Closed) => return Ok(()),
        Err(error) => return Err(WorkerError::Foreign(error)),
    };
    let store = Store::open(&load).unwrap_or_else(|error| {
        llama::say(&format!("prefixes are not kept between runs: {error}"));
        None
    });
    shield::forgo_core_dumps();
    let shield =
        shield::raise(&load.path, load.prefixes.as_deref()).map_err(WorkerError::Shield)?;
    let ended = Arc::new(AtomicBool::new(false));
    let messages = listen(input, Arc::clone(&ended)).map_err(WorkerError::Thread)?;
    let outcome = run(&load, store, shield, watch, &messages, &ended, &mut output);
    if let Err(WorkerError::Unusable(reason)) = &outcome {
        if ended.load(Ordering::Relaxed) {
            return Ok(());
        }
        send(&mut output, &FromWorker::Unusable(reason.clone()))?;
    }
    outcome
}

fn run(
    load: &Load,
    store: Option<Store>,
    shield: Shield,
    watch: Stopwatch,
    messages: &Receiver<Message>,
    ended: &Arc<AtomicBool>,
    output: &mut impl Write,
) -> Result<(), WorkerError> {
    if let Some(fault) = load.settings.fault() {
        return Err(WorkerError::Unusable(fault));
    }
    let output = RefCell::new(output);
    let mut told = 0.0;
    let mut progress = |share: f32| {
        let is_news = share - told >= LOADING_STEP;
        if is_news {
            told = share;
        }
        let is_heard = !is_news || send(*output.borrow_mut(), &FromWorker::Loading(share)).is_ok();
        is_heard && !ended.load(Ordering::Relaxed)
    };
    let work = |model: Opened<'_>| {
        let output = &mut **output.borrow_mut();
        let load_us = u64::try_from(watch.elapsed().as_micros()).unwrap_or(u64::MAX);
        let loaded = Loaded {
            system: system(shield),
            load_us,
            peak_kib: memory::peak_kib(),
        };
        send(output, &FromWorker::Loaded(loaded))?;
        work(
            &mut Lanes::new(model, load.settings.clone(), store),
            messages,
            output,
        )
    };
    llama::open(&load.path, &load.settings, ended, &mut progress, work)
        .map_err(WorkerError::Unusable)?
}

/// What the worker runs on and how far it is confined.
fn system(shield: Shield) -> String {
    let instructions =
        llama::linked().map_or(String::new(), |linked| linked.instructions.join(" "));
    format!("{instructions}; {shield}")
}

/// Makes one batch after the other and listens in between; waits for a message when there is nothing to do.
fn work(
    lanes: &mut Lanes<'_>,
    messages: &Receiver<Message>,
    output: &mut impl Write,
) -> Result<(), WorkerError> {
    loop {
        let message = if lanes.is_idle() {
            messages.recv().ok()
        } else {
            match messages.try_recv() {
                Ok(message) => Some(message),
                Err(TryRecvError::Disconnected) => None,
                Err(TryRecvError::Empty) => {
                    lanes.step();
                    tell(lanes, output)?;
                    continue;
                }
            }
        };
        match message {
            None | Some(Err(FrameError::Closed)) => return Ok(()),
            Some(Err(error)) => return Err(WorkerError::Foreign(error)),
            Some(Ok(message)) => {
                if !lanes.hear(message) {
                    return Err(WorkerError::Order("a worker loads one model"));
                }
                tell(lanes, output)?;
            }
        }
    }
}

fn tell(lanes: &mut Lanes<'_>, output: &mut impl Write) -> Result<(), WorkerError> {
    lanes.told().try_for_each(|message| send(output, &message))
}

/// Reads messages in a thread of their own. Once they end, so does any evaluation under way.
fn listen(
    mut input: impl Read + Send + 'static,
    ended: Arc<AtomicBool>,
) -> std::io::Result<Receiver<Message>> {
    let (sender, receiver) = sync_channel(MAX_AHEAD);
    let thread = thread::Builder::new().name("messages".to_owned());
    thread.spawn(move || {
        loop {
            let message = wire::read(&mut input);
            let is_end = message.is_err();
            if is_end {
                ended.store(true, Ordering::Relaxed);
            }
            if sender.send(message).is_err() || is_end {
                return;
            }
        }
    })?;
    Ok(receiver)
}

fn send(output: &mut impl Write, message: &FromWorker) -> Result<(), WorkerError> {
    wire::write(output, message).map_err(WorkerError::Gone)
}
