//! The state of every node and the one function that changes it. Knows which changes are legal, not why they happen.

use crate::event::{Artifact, Event, State};
use crate::id::NodeId;

use super::work::Task;

/// How many nodes ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Done in this run.
    pub done: u32,
    /// Their result was in place.
    pub cached: u32,
    /// Failed, truncated or timed out.
    pub failed: u32,
    /// Refused.
    pub denied: u32,
    /// Not run because of another node.
    pub skipped: u32,
    /// Ended or never started because the run was cancelled.
    pub cancelled: u32,
}

/// What a transition has to say besides the state.
#[derive(Default)]
pub(super) struct About {
    pub ms: Option<u64>,
    pub detail: String,
    pub artifacts: Vec<Artifact>,
}

impl About {
    pub(super) fn detail(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::default()
        }
    }
}

/// Dense tables of states and attempts, one row a node.
pub(super) struct Table<'a> {
    tasks: &'a [Task],
    states: Vec<State>,
    attempts: Vec<u32>,
    pub(super) tally: Tally,
    emit: &'a mut dyn FnMut(Event),
}

impl<'a> Table<'a> {
    pub(super) fn new(tasks: &'a [Task], emit: &'a mut dyn FnMut(Event)) -> Self {
        Self {
            tasks,
            states: vec![State::Waiting; tasks.len()],
            attempts: vec![0; tasks.len()],
            tally: Tally::default(),
            emit,
        }
    }

    pub(super) fn state(&self, node: NodeId) -> &State {
        &self.states[node.index()]
    }

    pub(super) fn attempt(&self, node: NodeId) -> u32 {
        self.attempts[node.index()]
    }

    /// Passes on an event that is no transition.
    pub(super) fn announce(&mut self, event: Event) {
        (self.emit)(event);
    }

    /// Puts `node` into `next` and emits the one event that says so.
    ///
    /// # Panics
    /// When the transition is none of the legal ones, which is a bug of the dispatcher.
    pub(super) fn set(&mut self, node: NodeId, next: State, about: About) {
        let current = &mut self.states[node.index()];
        assert!(is_legal(current, &next), "{current:?} -> {next:?}");
        if next == State::Running {
            self.attempts[node.index()] += 1;
        }
        match &next {
            State::Done => self.tally.done += 1,
            State::Cached => self.tally.cached += 1,
            State::Failed | State::Truncated | State::TimedOut => self.tally.failed += 1,
            State::Denied => self.tally.denied += 1,
            State::Skipped { .. } => self.tally.skipped += 1,
            State::Cancelled => self.tally.cancelled += 1,
            State::Waiting | State::Ready | State::Queued { .. } | State::Running => {}
        }
        *current = next.clone();
        let task = &self.tasks[node.index()];
        (self.emit)(Event::Node {
            node,
            id: task.id.clone(),
            chunk: task.chunk.clone(),
            state: next,
            attempt: self.attempts[node.index()],
            ms: about.ms,
            detail: about.detail,
            artifacts: about.artifacts,
        });
    }
}

fn is_legal(from: &State, to: &State) -> bool {
    use State::{Cached, Cancelled, Denied, Queued, Ready, Running, Skipped, Waiting};
    match from {
        Waiting => matches!(to, Ready | Skipped { .. } | Cancelled),
        Ready => matches!(to, Cached | Queued { .. } | Skipped { .. } | Denied),
        Queued { .. } => matches!(to, Running | Skipped { .. } | Cancelled),
        // A failed attempt that has another one left goes back to its lane.
        Running => {
            matches!(to, Queued { .. }) || (to.is_final() && !matches!(to, Cached | Skipped { .. }))
        }
        _ => false,
    }
}
