//! Models in processes of their own: who is loaded, under which budget, and talks with them. Knows no llama.cpp.

mod bell;
mod death;
mod environment;
mod listen;
mod patience;
mod places;
mod residency;
mod talk;
mod worker;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use camino::Utf8PathBuf;

use super::account::Account;
use super::chosen::Chosen;
use super::runtime::{ModelError, Prompt, Runtime, Talk};
use crate::clock::Stopwatch;
use bell::{Bell, lock};
use places::Places;
use talk::PoolTalk;
use worker::Lease;

/// Time after which a model that no talk needs is unloaded.
pub const IDLE: Duration = Duration::from_mins(10);
/// Time that a worker has to end an answer once it is told to: a step of a large model on a slow processor takes
/// several seconds.
pub const CANCEL_GRACE: Duration = Duration::from_secs(10);
/// Time that workers have to end with their pool; one that hangs in the kernel is left behind.
const FAREWELL: Duration = Duration::from_secs(10);

/// What a pool is made of.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// Program and arguments of a worker.
    pub worker: Vec<String>,
    /// The models, one for each role.
    pub models: Vec<Chosen>,
    /// Roles whose model leaves only when no other can.
    pub keep: Vec<String>,
    /// Memory that all workers together may take, in KiB.
    pub budget_kib: u64,
    /// Where evaluated prefixes are kept between runs; nothing keeps none.
    pub prefixes: Option<Utf8PathBuf>,
    /// Most bytes of kept prefixes.
    pub prefix_bytes: u64,
    /// Time after which a model that no talk needs is unloaded; see [`IDLE`].
    pub idle: Duration,
    /// Time that a worker has to end an answer once it is told to; see [`CANCEL_GRACE`].
    pub cancel_grace: Duration,
}

impl Default for PoolOptions {
    /// No models, and no memory for any.
    fn default() -> Self {
        Self {
            worker: Vec::new(),
            models: Vec::new(),
            keep: Vec::new(),
            budget_kib: 0,
            prefixes: None,
            prefix_bytes: 0,
            idle: IDLE,
            cancel_grace: CANCEL_GRACE,
        }
    }
}

/// Runs models in worker processes. Dropping it ends them.
pub struct Pool {
    places: Mutex<Places>,
    bell: Arc<Bell>,
    talks: AtomicU32,
    cancel_grace: Duration,
}

impl Pool {
    /// A pool with nothing loaded.
    pub fn new(options: PoolOptions) -> Self {
        let bell = Arc::<Bell>::default();
        let cancel_grace = options.cancel_grace;
        Self {
            cancel_grace,
            places: Mutex::new(Places::new(options, Arc::clone(&bell))),
            bell,
            talks: AtomicU32::new(0),
        }
    }

    /// Takes hold of a worker that is loaded or loading; nothing while there is no room for it.
    fn admit(&self, place: usize) -> Result<Option<Lease>, ModelError> {
        lock(&self.places).admit(place)
    }

    /// Counts up whenever any worker gets on.
    fn progress(&self) -> u64 {
        lock(&self.places).progress()
    }

    fn next_talk(&self) -> u32 {
        self.talks.fetch_add(1, Ordering::Relaxed)
    }

    fn bell(&self) -> &Bell {
        &self.bell
    }
}

impl Runtime for Pool {
    fn open<'a>(&'a self, role: &str, prompt: &Prompt) -> Result<Box<dyn Talk + 'a>, ModelError> {
        let places = lock(&self.places);
        let place = places.find(role).ok_or_else(|| {
            ModelError::Unusable(format!(
                "there is no model for the role `{role}`; `codey models list` shows what there is"
            ))
        })?;
        Ok(Box::new(PoolTalk {
            pool: self,
            place,
            chat: places.chat(place),
            prompt: prompt.clone(),
            begun: None,
        }))
    }

    fn prefetch(&self, role: &str) {
        let mut places = lock(&self.places);
        if let Some(place) = places.find(role) {
            places.prefetch(place);
        }
    }

    fn accounts(&self) -> Vec<Account> {
        lock(&self.places).accounts()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let places = lock(&self.places);
        places.leave();
        let clock = Stopwatch::start();
        while clock.elapsed() < FAREWELL {
            let seen = self.bell.count();
            if places.are_empty() {
                return;
            }
            self.bell.wait(seen, talk::TICK);
        }
    }
}
