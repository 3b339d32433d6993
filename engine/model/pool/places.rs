//! The workers of a pool and the models that have none at the moment. Decides nothing: see `residency`.

use std::sync::{Arc, Mutex};

use super::super::account::Account;
use super::super::chat::ChatTemplate;
use super::super::chosen::Chosen;
use super::super::runtime::ModelError;
use super::super::wire::Load;
use super::bell::{Bell, lock};
use super::death::Gone;
use super::residency::{Admission, Place, Presence, admit};
use super::worker::{Lease, Phase, Worker};
use super::{PoolOptions, environment};

/// Workers that died or stalled while they were loading a model after which it counts as unusable.
const MAX_LOAD_DEATHS: u32 = 2;
/// KiB in a MiB.
const KIB_PER_MIB: u64 = 1024;

/// All models of a pool.
pub(super) struct Places {
    options: PoolOptions,
    models: Vec<Model>,
    bell: Arc<Bell>,
    /// Progress of workers that are gone.
    past_progress: u64,
}

/// A model with or without a worker.
struct Model {
    chosen: Chosen,
    keep: bool,
    worker: Option<Arc<Worker>>,
    account: Arc<Mutex<Account>>,
    load_deaths: u32,
    /// Why no worker can load it.
    unusable: Option<String>,
}

impl Places {
    /// Roles with the same file under the same settings share a place.
    pub(super) fn new(options: PoolOptions, bell: Arc<Bell>) -> Self {
        let mut models: Vec<Model> = Vec::new();
        for chosen in &options.models {
            let keep = options.keep.contains(&chosen.role);
            let same = |model: &&mut Model| {
                model.chosen.path == chosen.path && model.chosen.settings == chosen.settings
            };
            if let Some(model) = models.iter_mut().find(same) {
                model.keep |= keep;
                lock(&model.account).roles.push(chosen.role.clone());
                continue;
            }
            models.push(Model {
                chosen: chosen.clone(),
                keep,
                worker: None,
                account: Arc::new(Mutex::new(Account {
                    roles: vec![chosen.role.clone()],
                    name: chosen.name.clone(),
                    need_kib: chosen.need.total(),
                    ..Account::default()
                })),
                load_deaths: 0,
                unusable: None,
            });
        }
        Self {
            options,
            models,
            bell,
            past_progress: 0,
        }
    }

    /// The place of a role's model.
    pub(super) fn find(&self, role: &str) -> Option<usize> {
        let serves = |model: &Model| lock(&model.account).roles.iter().any(|own| own == role);
        self.models.iter().position(serves)
    }

    /// The form of a model's conversations.
    pub(super) fn chat(&self, place: usize) -> ChatTemplate {
        self.models[place].chosen.chat.clone()
    }

    pub(super) fn accounts(&self) -> Vec<Account> {
        let accounts = self.models.iter().map(|model| lock(&model.account).clone());
        accounts.collect()
    }

    pub(super) fn progress(&self) -> u64 {
        let workers = self.models.iter().filter_map(|model| model.worker.as_ref());
        self.past_progress + workers.map(|worker| worker.progress()).sum::<u64>()
    }

    /// Takes hold of the worker of a model, which it starts where there is room; nothing while there is none.
    pub(super) fn admit(&mut self, place: usize) -> Result<Option<Lease>, ModelError> {
        self.tend(place);
        let model = &self.models[place];
        if let Some(reason) = &model.unusable {
            return Err(ModelError::Unusable(reason.clone()));
        }
        match admit(&self.view(), place, self.options.budget_kib) {
            Admission::Here => {}
            Admission::Load => self.start(place)?,
            Admission::Evict(leaving) => {
                for index in leaving {
                    if let Some(worker) = &self.models[index].worker {
                        worker.leave();
                    }
                }
                return Ok(None);
            }
            Admission::Wait => return Ok(None),
            Admission::TooLarge => {
                return Err(ModelError::OverBudget(format!(
                    "{} takes {} MiB and the memory budget is {} MiB: raise `memory_budget_mb`, or choose a \
                     smaller model, fewer lanes or a shorter context",
                    model.chosen.name,
                    model.chosen.need.mib(),
                    self.options.budget_kib / KIB_PER_MIB,
                )));
            }
        }
        let worker = self.models[place].worker.as_ref();
        Ok(worker.map(|worker| Lease::new(Arc::clone(worker))))
    }

    /// Starts the worker of a model if nobody has to leave for it. What goes wrong is said to whoever needs it later.
    pub(super) fn prefetch(&mut self, place: usize) {
        self.tend(place);
        let usable = self.models[place].unusable.is_none();
        if usable && admit(&self.view(), place, self.options.budget_kib) == Admission::Load {
            let _ = self.start(place);
        }
    }

    /// Tells all workers to go.
    pub(super) fn leave(&self) {
        for worker in self.models.iter().filter_map(|model| model.worker.as_ref()) {
            worker.leave();
        }
    }

    /// Whether no worker is left; hurries those that were told to go.
    pub(super) fn are_empty(&self) -> bool {
        let mut empty = true;
        for worker in self.models.iter().filter_map(|model| model.worker.as_ref()) {
            worker.hurry();
            empty &= matches!(worker.phase(), Phase::Gone(_));
        }
        empty
    }

    /// Forgets workers that are gone and lets go those that nobody has needed for long, except for `wanted`.
    fn tend(&mut self, wanted: usize) {
        for (index, model) in self.models.iter_mut().enumerate() {
            let Some(worker) = &model.worker else {
                continue;
            };
            worker.hurry();
            match worker.phase() {
                Phase::Gone(gone) => {
                    self.past_progress += worker.progress();
                    let was_loaded = worker.was_loaded();
                    model.worker = None;
                    model.learn(gone, was_loaded);
                }
                Phase::Ready | Phase::Loading(_) => {
                    let idle = worker.idle_for();
                    if index != wanted && idle.is_some_and(|idle| idle >= self.options.idle) {
                        worker.leave();
                    }
                }
            }
        }
    }

    fn view(&self) -> Vec<Place> {
        let presence = |worker: &Worker| match worker.idle_for() {
            _ if worker.is_ending() => Presence::Leaving,
            Some(idle) => Presence::Idle(idle),
            None => Presence::Busy,
        };
        let place = |model: &Model| Place {
            need_kib: model.chosen.need.total(),
            keep: model.keep,
            presence: model.worker.as_deref().map_or(Presence::Absent, presence),
        };
        self.models.iter().map(place).collect()
    }

    fn start(&mut self, place: usize) -> Result<(), ModelError> {
        let model = &mut self.models[place];
        let load = Load {
            path: model.chosen.path.clone(),
            digest: model.chosen.identity.clone(),
            settings: model.chosen.settings.clone(),
            prefixes: self.options.prefixes.clone(),
            prefix_bytes: self.options.prefix_bytes,
        };
        let worker = Worker::start(
            &self.options.worker,
            &environment::environment(&model.chosen.settings),
            load,
            Arc::clone(&model.account),
            Arc::clone(&self.bell),
        );
        let worker = worker.map_err(|error| {
            ModelError::Unusable(format!(
                "the model worker cannot be started: {error}. {}",
                error.help()
            ))
        })?;
        lock(&model.account).loads += 1;
        model.worker = Some(worker);
        Ok(())
    }
}

impl Model {
    /// Draws the conclusion from the end of a worker: a model that cannot be loaded is not tried for ever.
    fn learn(&mut self, gone: Gone, was_loaded: bool) {
        match gone {
            Gone::Unusable(reason) => self.unusable = Some(reason),
            Gone::Died(_) | Gone::Foreign(_) | Gone::Stalled(_) if !was_loaded => {
                self.load_deaths += 1;
                if self.load_deaths >= MAX_LOAD_DEATHS {
                    self.unusable = Some(format!(
                        "{} cannot be loaded, tried {} times: {}; `codey models verify` looks whether the file is whole",
                        self.chosen.name,
                        self.load_deaths,
                        gone.error()
                    ));
                }
            }
            _ => {}
        }
    }
}
