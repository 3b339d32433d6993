//! One run: what stands in the way is found before anything is written, then workers, journal and display
//! are set up around the dispatcher.

use std::collections::BTreeSet;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock};

use camino::Utf8Path;

use super::log::{Log, LogState};
use super::preflight::preflight;
use super::recorded;
use super::runner::{GIT, Hired, Runs};
use super::setup::{Options, Setup, SetupError};
use super::target::Opened;
use super::worker::{Order, Records, work};
use crate::clock::Stopwatch;
use crate::diagnostic::Finding;
use crate::event::{EVENT_VERSION, Event, ModelUse, Outcome};
use crate::exec::Bench;
use crate::id::RunId;
use crate::journal::{Begun, Journal, JournalError, Writer};
use crate::model::{Account, Runtime};
use crate::proc::Cancel;
use crate::report::Reporter;
use crate::schedule::{Input, Policy, Tally, dispatch};
use crate::workspace::{RunLock, STATE_DIR, Workspace, WorkspaceError};

/// KiB in a MiB.
const KIB_PER_MIB: u64 = 1024;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How.
    pub outcome: Outcome,
    /// How many nodes ended how.
    pub tally: Tally,
}

/// Why a run did not begin, or could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// See [`SetupError`].
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Files of the user are in the way.
    #[error("{} files are in the way", .0.len())]
    InTheWay(Vec<Finding>),
    /// Nodes need models for these roles, and there are none.
    #[error("{}: there is no model for {}", .nodes.join(", "), named(.roles))]
    NoModel {
        /// The nodes.
        nodes: Vec<String>,
        /// The roles without a model.
        roles: BTreeSet<String>,
    },
    /// Another run works here.
    #[error("another run works in this workspace")]
    Locked,
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The system gave no pipe.
    #[error("the system gives no more files: {0}")]
    System(#[from] std::io::Error),
    /// The workspace failed.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

fn named(roles: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = roles
        .iter()
        .map(|role| format!("the role `{role}`"))
        .collect();
    quoted.join(" and ")
}

/// Runs an opened plan. `interrupts` gives the sending side of the run's inputs to whoever hears signals.
///
/// # Errors
/// When the run could not begin or be recorded; a node that fails is no error but an [`Outcome`].
#[expect(
    clippy::missing_panics_doc,
    reason = "workspace and journal are there before they are used"
)]
pub fn run(
    opened: &Opened,
    options: &Options,
    runtime: Option<&dyn Runtime>,
    reporter: &mut dyn Reporter,
    interrupts: &dyn Fn(Sender<Input>),
) -> Result<Summary, RunError> {
    let watch = Stopwatch::start();
    // What earlier runs left is read under the lock, so that no other run changes it in between.
    let known = lock_existing(&options.dir)?;
    let mut setup = Setup::new(opened, options)?;
    preflight(&setup, runtime.is_some())?;
    let locked = if known.is_some() {
        known
    } else {
        // Nothing was here, and only now is it sure that the run begins.
        Workspace::create(&options.dir)?.state_dir()?;
        let lock = lock_existing(&options.dir)?;
        setup = Setup::new(opened, options)?;
        preflight(&setup, runtime.is_some())?;
        lock
    };
    let (workspace, _lock) = locked.ok_or(RunError::Locked)?;
    // Only the workspace that was locked writes its drafts apart.
    setup.workspace = Some(workspace);
    let workspace = setup.workspace.as_ref().expect("it is locked");
    let state_dir = workspace.state_dir()?;
    if let Some(journal) = &setup.journal {
        journal.allow_writing()?;
    } else {
        let opened = Journal::open(&state_dir)?;
        if let Some((path, why)) = opened.set_aside {
            reporter.event(&Event::Notice {
                text: format!("{why}; it was moved to {path}"),
            });
        }
        setup.journal = Some(opened.journal);
    }
    recorded::keep(opened, workspace)?;
    let setup = setup;
    if let (Some(compiled), Some(journal)) = (&opened.compiled, &setup.journal) {
        compiled.keep(&opened.plan, journal.cache());
    }
    Run {
        setup: &setup,
        opened,
        options,
        watch,
    }
    .go(runtime, reporter, interrupts)
}

/// Takes the lock of a workspace where codey has been before; nothing where it has not.
fn lock_existing(dir: &Utf8Path) -> Result<Option<(Workspace, RunLock)>, RunError> {
    if !dir.join(STATE_DIR).is_dir() {
        return Ok(None);
    }
    let workspace = Workspace::open(dir)?;
    let lock = workspace.lock()?.ok_or(RunError::Locked)?;
    Ok(Some((workspace, lock)))
}

struct Run<'a> {
    setup: &'a Setup<'a>,
    opened: &'a Opened,
    options: &'a Options,
    watch: Stopwatch,
}

impl Run<'_> {
    fn go(
        &self,
        runtime: Option<&dyn Runtime>,
        reporter: &mut dyn Reporter,
        interrupts: &dyn Fn(Sender<Input>),
    ) -> Result<Summary, RunError> {
        let journal = self.setup.journal.as_ref().expect("opened before the run");
        let writer = OnceLock::new();
        let run = journal.next_run()?;
        let cancel = Cancel::new()?;
        let bench = Bench {
            workspace: self.setup.workspace.as_ref().expect("made before the run"),
            cancel: &cancel,
            cache_dir: &self.options.cache_dir,
            contract: self.opened.contract.as_ref(),
            stack: self.opened.stack.as_ref(),
            runtime,
            prompts: Some(&self.setup.prompts),
            stall: self.options.stall,
            install_env: &self.options.install_env,
        };
        let records = Records {
            run,
            writer: &writer,
            blobs: journal.blobs(),
        };
        let mut log = Log {
            run,
            jobs: self.options.jobs,
            opened: self.opened,
            journal,
            writer: &writer,
            reporter,
            state: LogState::default(),
        };
        log.event(self.started(run));
        let mut begun = Begun::new(&bench.workspace.state_dir()?, self.setup.begun.clone());
        let tally = self.dispatch(&bench, &records, &mut begun, &mut log, interrupts);
        let summary = Summary {
            outcome: outcome(&tally),
            tally,
        };
        let accounts = runtime.map(Runtime::accounts).unwrap_or_default();
        for account in accounts.into_iter().filter(|account| account.loads > 0) {
            log.event(Event::ModelUsed(model_use(account)));
        }
        log.event(Event::RunFinished {
            outcome: summary.outcome,
            ms: self.watch.elapsed_ms(),
        });
        log.close(summary.outcome)?;
        writer.into_inner().map_or(Ok(()), Writer::close)?;
        // Only now is everything that was made known as made.
        begun.finish(Utf8Path::new(GIT));
        begun.close()?;
        Ok(summary)
    }

    fn started(&self, run: RunId) -> Event {
        Event::RunStarted {
            version: EVENT_VERSION,
            run,
            plan: self.opened.plan.name.clone(),
            nodes: u32::try_from(self.opened.plan.nodes.len()).unwrap_or(u32::MAX),
            jobs: self.options.jobs,
        }
    }

    /// Lets the dispatcher run dry. Workers are started with the first node that runs, since often there is
    /// none, and end when their queues are closed.
    fn dispatch(
        &self,
        bench: &Bench<'_>,
        records: &Records<'_>,
        begun: &mut Begun,
        log: &mut Log<'_>,
        interrupts: &dyn Fn(Sender<Input>),
    ) -> Tally {
        let (tools, tool_orders) = channel::<Order<'_>>();
        let (models, model_orders) = channel::<Order<'_>>();
        let (tool_orders, model_orders) = (Mutex::new(tool_orders), Mutex::new(model_orders));
        let (inputs, received) = channel();
        interrupts(inputs.clone());
        let task = self.setup.work();
        let policy = Policy {
            jobs: self.options.jobs,
            keep_going: self.options.keep_going,
        };
        let workers = (self.options.jobs as usize).min(self.opened.plan.nodes.len().max(1));
        std::thread::scope(|scope| {
            let spawn = |name: String, orders| {
                let inputs = inputs.clone();
                let body = move || work(orders, bench, records, &inputs);
                std::thread::Builder::new()
                    .name(name)
                    .spawn_scoped(scope, body)
            };
            // Fewer workers than asked for do the same work; none at all is told by the nodes that they were for.
            let hire_for = |kind: &str, count: usize, orders| {
                let spawned = (0..count).map(|index| spawn(format!("{kind}-{index}"), orders));
                spawned.flatten().count() > 0
            };
            let has_models = !self.setup.loads.groups.is_empty();
            let lanes = self.setup.model_lanes() as usize;
            let hire = || Hired {
                tools: hire_for("tool", workers, &tool_orders),
                models: has_models && hire_for("model", lanes, &model_orders),
            };
            let mut runner = Runs {
                ledger: self.setup.ledger(),
                cancel: bench.cancel,
                hire: &hire,
                hired: None,
                inputs: inputs.clone(),
                begun,
                tools,
                models,
                runtime: bench.runtime,
                found: std::collections::HashMap::new(),
            };
            let now = || self.watch.elapsed();
            dispatch(&task, policy, &mut runner, &received, &now, &mut |event| {
                log.event(event);
            })
        })
    }
}

fn model_use(account: Account) -> ModelUse {
    let mib = |kib: u64| kib.div_ceil(KIB_PER_MIB);
    ModelUse {
        roles: account.roles,
        name: account.name,
        loads: account.loads,
        need_mib: mib(account.need_kib),
        peak_mib: mib(account.peak_kib),
        tokens: account.tokens,
        prefilled: account.prefilled,
        reused: account.reused,
    }
}

fn outcome(tally: &Tally) -> Outcome {
    match tally {
        Tally { cancelled: 1.., .. } => Outcome::Interrupted,
        Tally { failed: 1.., .. } => Outcome::Failed,
        Tally { denied: 1.., .. } => Outcome::Refused,
        Tally { done: 0, .. } => Outcome::UpToDate,
        _ => Outcome::Done,
    }
}
