//! One worker: its process, its talks and its end. Knows its model as a load order, and no other worker.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::ChildStdin;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::account::Account;
use super::super::wire::{self, FromWorker, Load, ToWorker};
use super::bell::{Bell, lock};
use super::death::{Gone, describe};
use super::listen;
use crate::clock::Stopwatch;
use crate::proc::{ProcError, Service, Spawn, serve};

/// Time that a worker has to end after it closed its output.
const DYING: Duration = Duration::from_secs(2);
/// Time that an idle worker has to end once it is told to leave.
const LEAVE_GRACE: Duration = Duration::from_secs(2);

/// A worker's process. Any thread may talk to it.
pub(super) struct Worker {
    service: Service,
    state: Mutex<State>,
    /// Where what it says is counted.
    account: Arc<Mutex<Account>>,
    bell: Arc<Bell>,
    /// Messages that told of progress.
    progress: AtomicU64,
    /// Talks that hold it.
    leases: AtomicU32,
}

struct State {
    phase: Phase,
    talks: BTreeMap<u32, Sender<FromWorker>>,
    /// What is sent to it; closed once it is to leave or gone.
    orders: Option<Sender<ToWorker>>,
    was_loaded: bool,
    /// Why it is being ended, and since when.
    ending: Option<(Gone, Stopwatch)>,
    idle: Stopwatch,
}

/// How far a worker is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// It reads its model: the share done, 0 to 1.
    Loading(f32),
    Ready,
    /// Its process is gone, and why.
    Gone(Gone),
}

impl Worker {
    /// Starts a process and has it load a model. Returns at once; the bell rings when something comes of it.
    pub(super) fn start(
        argv: &[String],
        env: &[(String, String)],
        load: Load,
        account: Arc<Mutex<Account>>,
        bell: Arc<Bell>,
    ) -> Result<Arc<Self>, ProcError> {
        let spawn = Spawn {
            argv,
            cwd: Path::new("/"),
            env,
            timeout: None,
        };
        let (service, input, output) = serve(&spawn)?;
        let (orders, received) = channel();
        // Its receiver is a few lines away.
        let _ = orders.send(ToWorker::Load(load));
        let worker = Arc::new(Self {
            service,
            state: Mutex::new(State {
                phase: Phase::Loading(0.0),
                talks: BTreeMap::new(),
                orders: Some(orders),
                was_loaded: false,
                ending: None,
                idle: Stopwatch::start(),
            }),
            account,
            bell,
            progress: AtomicU64::new(0),
            leases: AtomicU32::new(0),
        });
        let listener = Arc::clone(&worker);
        let named = |name: &str| std::thread::Builder::new().name(name.to_owned());
        named("model-orders")
            .spawn(move || forward(input, &received))
            .and_then(|_| named("model-words").spawn(move || listen::listen(&listener, output)))
            .map_err(|source| ProcError::System {
                program: argv.first().cloned().unwrap_or_default(),
                source,
            })?;
        Ok(worker)
    }

    /// How far it is.
    pub(super) fn phase(&self) -> Phase {
        lock(&self.state).phase.clone()
    }

    /// Whether its model was ready at any time.
    pub(super) fn was_loaded(&self) -> bool {
        lock(&self.state).was_loaded
    }

    /// Counts up whenever it gets on with any of its work.
    pub(super) fn progress(&self) -> u64 {
        self.progress.load(Ordering::Relaxed)
    }

    /// Takes up talk `number`: what the worker says of it arrives in the channel, which closes when the worker is gone.
    pub(super) fn begin(&self, number: u32) -> Result<Receiver<FromWorker>, Gone> {
        let mut state = lock(&self.state);
        if let Phase::Gone(gone) = &state.phase {
            return Err(gone.clone());
        }
        let (sender, receiver) = channel();
        state.talks.insert(number, sender);
        Ok(receiver)
    }

    /// Ends talk `number` on both sides.
    pub(super) fn close(&self, number: u32) {
        lock(&self.state).talks.remove(&number);
        self.send(ToWorker::Close(number));
    }

    /// Sends an order, in turn. One to a worker that is gone is dropped: whoever waits for its answer hears of the end.
    pub(super) fn send(&self, order: ToWorker) {
        if let Some(orders) = &lock(&self.state).orders {
            let _ = orders.send(order);
        }
    }

    /// Kills the process. What its talks hear is `why`, unless it is already being ended for something else.
    pub(super) fn kill(&self, why: Gone) {
        {
            let mut state = lock(&self.state);
            state.ending.get_or_insert((why, Stopwatch::start()));
            state.orders = None;
        }
        self.service.kill();
    }

    /// Asks an idle worker to end. One that is still loading hears nothing and has nothing to lose.
    pub(super) fn leave(&self) {
        let mut state = lock(&self.state);
        if state.phase == Phase::Ready {
            state.ending.get_or_insert((Gone::Left, Stopwatch::start()));
            state.orders = None;
        } else {
            drop(state);
            self.kill(Gone::Left);
        }
    }

    /// Kills one that was asked to leave and has not.
    pub(super) fn hurry(&self) {
        let late = |(_, since): &(Gone, Stopwatch)| since.elapsed() >= LEAVE_GRACE;
        if lock(&self.state).ending.as_ref().is_some_and(late) {
            self.service.kill();
        }
    }

    /// Whether it takes no more talks: it was killed or told to leave, or is gone already.
    pub(super) fn is_ending(&self) -> bool {
        let state = lock(&self.state);
        state.ending.is_some() || matches!(state.phase, Phase::Gone(_))
    }

    /// How long no talk has held it; nothing while one does.
    pub(super) fn idle_for(&self) -> Option<Duration> {
        let held = self.leases.load(Ordering::SeqCst) > 0;
        (!held).then(|| lock(&self.state).idle.elapsed())
    }

    /// Takes a message that is not of a talk, or hands it to its talk.
    pub(super) fn take(&self, message: FromWorker) -> Result<(), String> {
        self.progress.fetch_add(1, Ordering::Relaxed);
        let talk = match &message {
            FromWorker::Loading(share) => {
                self.enter(Phase::Loading(*share));
                return Ok(());
            }
            FromWorker::Loaded(loaded) => {
                let mut account = lock(&self.account);
                account.load_us = loaded.load_us;
                account.peak(loaded.peak_kib);
                drop(account);
                lock(&self.state).was_loaded = true;
                self.enter(Phase::Ready);
                return Ok(());
            }
            FromWorker::Unusable(reason) => {
                let why = Gone::Unusable(reason.clone());
                let mut state = lock(&self.state);
                state.ending.get_or_insert((why, Stopwatch::start()));
                return Ok(());
            }
            FromWorker::Ended {
                talk,
                generation,
                peak_kib,
            } => {
                let mut account = lock(&self.account);
                account.add(generation);
                account.peak(*peak_kib);
                *talk
            }
            FromWorker::Prefill { talk, .. }
            | FromWorker::Text { talk, .. }
            | FromWorker::TooLong { talk, .. }
            | FromWorker::Refused { talk, .. } => *talk,
            FromWorker::Hello(_) => {
                return Err("a message that nobody asked for".to_owned());
            }
        };
        // What a closed talk still had to say is heard by nobody.
        if let Some(listener) = lock(&self.state).talks.get(&talk) {
            let _ = listener.send(message);
        }
        Ok(())
    }

    fn enter(&self, phase: Phase) {
        lock(&self.state).phase = phase;
        self.bell.ring();
    }

    /// Sees the process to its end and lets every talk hear of it. `foreign` is what it said that is no message.
    pub(super) fn bury(&self, foreign: Option<String>) {
        if let Some(what) = foreign {
            self.kill(Gone::Foreign(what));
        }
        lock(&self.state).orders = None;
        let end = loop {
            if let Some(end) = self.service.wait(DYING) {
                break end;
            }
            self.service.kill();
        };
        let mut state = lock(&self.state);
        let ending = state.ending.take().map(|(why, _)| why);
        let died = || Gone::Died(describe(end, &self.service.last_lines()));
        let gone = ending.unwrap_or_else(died);
        state.phase = Phase::Gone(gone);
        state.talks.clear();
        drop(state);
        self.bell.ring();
    }
}

/// A talk's hold on a worker, which stays in memory meanwhile.
pub(super) struct Lease(Arc<Worker>);

impl Lease {
    pub(super) fn new(worker: Arc<Worker>) -> Self {
        worker.leases.fetch_add(1, Ordering::SeqCst);
        Self(worker)
    }

    pub(super) fn worker(&self) -> &Worker {
        &self.0
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        lock(&self.0.state).idle = Stopwatch::start();
        self.0.leases.fetch_sub(1, Ordering::SeqCst);
        self.0.bell.ring();
    }
}

/// Writes orders to the worker until there will be no more or it no longer reads. On a thread of its own, since the
/// pipe of a stopped worker takes nothing.
fn forward(mut input: ChildStdin, orders: &Receiver<ToWorker>) {
    for order in orders {
        if wire::write(&mut input, &order).is_err() {
            break;
        }
    }
    let _ = input.flush();
}
