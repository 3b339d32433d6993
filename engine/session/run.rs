//! One run: what stands in the way is found before anything is written, then workers, journal and display
//! are set up around the dispatcher.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use camino::{Utf8Path, Utf8PathBuf};

use super::ledger::{Fate, is_model};
use super::runner::{Order, Records, Runs, work};
use super::setup::{Options, Setup, SetupError};
use super::target::Opened;
use crate::clock::Stopwatch;
use crate::diagnostic::Finding;
use crate::event::{Change, EVENT_VERSION, Event, Outcome, State};
use crate::exec::Bench;
use crate::graph::{critical_lengths, start_order};
use crate::id::RunId;
use crate::journal::{Journal, JournalError};
use crate::model::Runtime;
use crate::proc::Cancel;
use crate::report::Reporter;
use crate::schedule::{Input, Policy, Tally, dispatch};
use crate::workspace::{Workspace, WorkspaceError};

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
    /// Nodes need a model and there is none.
    #[error("{} need a model, and this version runs none", .0.join(", "))]
    NoModel(Vec<String>),
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

/// Runs an opened plan. `interrupts` gives the sending side of the run's inputs to whoever hears signals.
///
/// # Errors
/// When the run could not begin or be recorded; a node that fails is no error but an [`Outcome`].
pub fn run(
    opened: &Opened,
    options: &Options,
    runtime: Option<Box<dyn Runtime>>,
    reporter: &mut dyn Reporter,
    interrupts: &dyn Fn(Sender<Input>),
) -> Result<Summary, RunError> {
    let watch = Stopwatch::start();
    let mut setup = Setup::new(opened, options)?;
    preflight(&setup, runtime.is_some())?;
    if setup.workspace.is_none() {
        setup.workspace = Some(Workspace::create(&options.dir)?);
    }
    let workspace = setup.workspace.as_ref().expect("made above");
    let state_dir = workspace.state_dir()?;
    let _lock = workspace.lock()?.ok_or(RunError::Locked)?;
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
    let setup = setup;
    Run {
        setup: &setup,
        opened,
        options,
        watch,
    }
    .go(runtime, reporter, interrupts)
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
        runtime: Option<Box<dyn Runtime>>,
        reporter: &mut dyn Reporter,
        interrupts: &dyn Fn(Sender<Input>),
    ) -> Result<Summary, RunError> {
        let journal = self.setup.journal.as_ref().expect("opened before the run");
        let writer = journal.writer()?;
        let run = journal.next_run()?;
        let cancel = Cancel::new()?;
        let runtime = runtime.map(Mutex::new);
        let bench = Bench {
            workspace: self.setup.workspace.as_ref().expect("made before the run"),
            cancel: &cancel,
            cache_dir: &self.options.cache_dir,
            install_env: &self.options.install_env,
            contract: self.opened.contract.as_ref(),
            stack: self.opened.stack.as_ref(),
            runtime: runtime.as_ref(),
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
            held: Vec::new(),
            seq: 0,
            error: None,
            reporter,
        };
        log.event(self.started(run));
        let tally = self.dispatch(&bench, &records, &mut log, interrupts);
        let summary = Summary {
            outcome: outcome(&tally),
            tally,
        };
        log.event(Event::RunFinished {
            outcome: summary.outcome,
            ms: self.watch.elapsed_ms(),
        });
        log.close(summary.outcome)?;
        writer.close()?;
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

    /// Starts the workers, lets the dispatcher run dry, and ends them by closing their queues.
    fn dispatch(
        &self,
        bench: &Bench<'_>,
        records: &Records<'_>,
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
            let mut started = 0;
            for index in 0..workers {
                started += usize::from(spawn(format!("tool-{index}"), &tool_orders).is_ok());
            }
            assert!(started > 0, "the system gives no thread");
            if !self.setup.loads.groups.is_empty() {
                spawn("model".to_owned(), &model_orders).expect("the system gives a thread");
            }
            let mut runner = Runs {
                ledger: self.setup.ledger(),
                cancel: bench.cancel,
                contract: bench.contract,
                tools,
                models,
                found: HashMap::new(),
            };
            let now = || self.watch.elapsed();
            dispatch(&task, policy, &mut runner, &received, &now, &mut |event| {
                log.event(event)
            })
        })
    }
}

/// Finds everything that stands in the way before anything is written.
fn preflight(setup: &Setup<'_>, has_model: bool) -> Result<(), RunError> {
    let mut ledger = setup.ledger();
    let (mut in_the_way, mut needs_model) = (same_files(setup)?, Vec::new());
    for node in start_order(&setup.graph, &critical_lengths(&setup.graph)) {
        let prepared = &setup.prepared[node.index()];
        let plan_node = &setup.opened.plan.nodes[node.index()];
        if prepared.content.is_none() && !is_model(prepared) {
            continue;
        }
        let finding = ledger.examine(node)?;
        match finding.fate {
            Fate::Deny => in_the_way.push(
                Finding::error("run::in-the-way", finding.reason).node(&plan_node.id).help(
                    "keep your version with `--ours`, take codey's with `--theirs`, or move the file away",
                ),
            ),
            Fate::Run(_) if is_model(prepared) && !has_model => needs_model.push(plan_node.id.clone()),
            Fate::Cached(artifacts) => ledger.finished(node, &finding.manifest, &artifacts),
            Fate::Run(_) | Fate::Skip => {}
        }
    }
    if !in_the_way.is_empty() {
        return Err(RunError::InTheWay(in_the_way));
    }
    if needs_model.is_empty() {
        Ok(())
    } else {
        Err(RunError::NoModel(needs_model))
    }
}

/// Files that two nodes write under different names, because a folder on the way is a link to another.
fn same_files(setup: &Setup<'_>) -> Result<Vec<Finding>, WorkspaceError> {
    let Some(workspace) = &setup.workspace else {
        return Ok(Vec::new());
    };
    let outputs = setup.opened.plan.nodes.iter().flat_map(|node| {
        let id = &node.id;
        node.outputs.iter().map(move |path| (id, path.as_path()))
    });
    let mut folders: HashMap<&Utf8Path, Utf8PathBuf> = HashMap::new();
    let mut is_linked = false;
    for (_, path) in outputs.clone() {
        if let Some(folder) = path.parent()
            && !folders.contains_key(folder)
        {
            let real = workspace.real(path)?.parent().unwrap_or(folder).to_owned();
            is_linked |= real != folder;
            folders.insert(folder, real);
        }
    }
    let mut findings = Vec::new();
    let mut writers: HashMap<Utf8PathBuf, &Utf8Path> = HashMap::new();
    for (id, path) in outputs.filter(|_| is_linked) {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            continue;
        };
        let first = *writers.entry(folders[folder].join(name)).or_insert(path);
        if first != path {
            let message =
                format!("`{first}` and `{path}` are one file: a symbolic link is on the way");
            let help = "let one chunk write the file, or remove the link";
            findings.push(
                Finding::error("run::same-file", message)
                    .node(id)
                    .help(help),
            );
        }
    }
    Ok(findings)
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

/// Hands every event to the display at once and to the journal from the first that is worth a record on:
/// a run that finds everything in place leaves the journal as it was.
struct Log<'a> {
    run: RunId,
    jobs: u32,
    opened: &'a Opened,
    journal: &'a Journal,
    writer: &'a crate::journal::Writer,
    held: Vec<Event>,
    seq: u64,
    error: Option<JournalError>,
    reporter: &'a mut dyn Reporter,
}

impl Log<'_> {
    fn event(&mut self, event: Event) {
        self.reporter.event(&event);
        if let Some(notice) = kept_notice(&event) {
            self.event(notice);
        }
        if self.error.is_some() {
            return;
        }
        let begins = self.seq == 0 && is_worth_a_record(&event);
        self.held.push(event);
        if begins || self.seq > 0 {
            self.error = self.write().err();
        }
    }

    fn write(&mut self) -> Result<(), JournalError> {
        if self.seq == 0 {
            let (plan, request) = (&self.opened.plan, self.opened.request.as_ref());
            let request = request.map(|request| request.text.as_str());
            let begun = self
                .journal
                .begin_run(&plan.name, plan.digest, request, self.jobs)?;
            debug_assert_eq!(begun, self.run, "the lock keeps other runs out");
        }
        for event in self.held.drain(..) {
            self.seq += 1;
            self.writer.event(self.run, self.seq, &event)?;
        }
        Ok(())
    }

    fn close(self, outcome: Outcome) -> Result<(), JournalError> {
        match self.error {
            Some(error) => Err(error),
            None if self.seq > 0 => self.writer.finish(self.run, outcome),
            None => Ok(()),
        }
    }
}

/// What to tell of a file that was edited by hand and left as it is.
fn kept_notice(event: &Event) -> Option<Event> {
    let Event::Node {
        state: State::Cached,
        artifacts,
        detail,
        ..
    } = event
    else {
        return None;
    };
    let kept = artifacts
        .iter()
        .find(|artifact| artifact.change == Change::Kept)?;
    Some(Event::Notice {
        text: format!("{}: {detail}", kept.path),
    })
}

fn is_worth_a_record(event: &Event) -> bool {
    match event {
        Event::Node { state, .. } => matches!(state, State::Queued { .. } | State::Denied),
        _ => false,
    }
}
