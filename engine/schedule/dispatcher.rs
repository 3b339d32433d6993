//! The one loop of a run: it admits what may start, waits for one input, and settles what follows from it.
//!
//! Every input arrives over one channel, so events are in one order by construction. The dispatcher does
//! not know what a node does: a [`Runner`] looks results up and runs attempts.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::lane::Lanes;
use super::runner::{Ended, Input, Policy, Runner, Verdict};
use super::state::{About, Table, Tally};
use super::work::Work;
use crate::event::{Event, State};
use crate::graph::critical_lengths;
use crate::id::NodeId;
use crate::plan::On;

/// Longest pause between two attempts.
const MAX_BACKOFF: Duration = Duration::from_mins(5);

/// Runs every node of `work` to its final state and says how many ended how.
///
/// `now` is monotonic time since any fixed moment. Events go to `emit` in the order they become true.
pub fn dispatch(
    work: &Work,
    policy: Policy,
    runner: &mut dyn Runner,
    inputs: &Receiver<Input>,
    now: &dyn Fn() -> Duration,
    emit: &mut dyn FnMut(Event),
) -> Tally {
    let mut dispatcher = Dispatcher::new(work, policy, runner, emit);
    dispatcher.settle();
    loop {
        dispatcher.admit(now());
        if dispatcher.is_over() {
            return dispatcher.table.tally;
        }
        match dispatcher.next_input(inputs, now) {
            Some(first) => {
                dispatcher.handle(first, now());
                while let Ok(input) = inputs.try_recv() {
                    dispatcher.handle(input, now());
                }
            }
            None => dispatcher.requeue_due(now()),
        }
        dispatcher.settle();
    }
}

struct Dispatcher<'a> {
    work: &'a Work,
    policy: Policy,
    runner: &'a mut dyn Runner,
    table: Table<'a>,
    lanes: Lanes<'a>,
    /// Needs that have not ended yet, by node.
    remaining: Vec<u32>,
    /// Nodes that answer a failure, or follow one that does: a stopped run still admits them.
    handlers: Vec<bool>,
    /// Nodes whose needs have all ended.
    settling: VecDeque<NodeId>,
    /// Nodes that pause before their next attempt.
    paused: BinaryHeap<Reverse<(Duration, NodeId)>>,
    running: u32,
    /// Model nodes that have not ended yet, by load.
    load_left: Vec<u32>,
    current_load: usize,
    loaded: Option<usize>,
    /// The load that the runner was last told to prepare.
    prefetched: Option<usize>,
    /// The node whose failure stopped the run.
    stopped_by: Option<NodeId>,
    interrupts: u32,
}

impl<'a> Dispatcher<'a> {
    fn new(
        work: &'a Work,
        policy: Policy,
        runner: &'a mut dyn Runner,
        emit: &'a mut dyn FnMut(Event),
    ) -> Self {
        let graph = &work.graph;
        let remaining: Vec<u32> = graph.nodes().map(|node| graph.need_count(node)).collect();
        let settling = graph
            .nodes()
            .filter(|node| remaining[node.index()] == 0)
            .collect();
        let mut load_left = vec![0; work.loads.len()];
        work.tasks
            .iter()
            .filter_map(|task| task.load)
            .for_each(|load| load_left[load] += 1);
        let lengths = critical_lengths(graph);
        Self {
            work,
            policy,
            runner,
            table: Table::new(&work.tasks, emit),
            lanes: Lanes::new(&work.tasks, &work.lanes, lengths, policy.jobs),
            remaining,
            handlers: handlers(work),
            settling,
            paused: BinaryHeap::new(),
            running: 0,
            load_left,
            current_load: 0,
            loaded: None,
            prefetched: None,
            stopped_by: None,
            interrupts: 0,
        }
    }

    /// Decides for every node whose needs have ended: skipped, cached, denied or queued.
    fn settle(&mut self) {
        while let Some(node) = self.settling.pop_front() {
            if self.interrupts > 0 {
                self.end(
                    node,
                    State::Cancelled,
                    About::detail("the run was interrupted"),
                );
            } else if let Some((by, reason)) = self.obstacle(node) {
                self.end(node, State::Skipped { by }, About::detail(reason));
            } else {
                self.look_up(node);
            }
        }
    }

    /// The need because of which `node` cannot run, or the failure that stopped the run.
    fn obstacle(&self, node: NodeId) -> Option<(String, String)> {
        let unmet = self.work.graph.needs(node).find_map(|(need, on)| {
            let state = self.table.state(need);
            let is_met = match on {
                On::Success => state.is_success(),
                On::Failure => state.is_failure(),
                On::Always => true,
            };
            let id = &self.work.tasks[need.index()].id;
            (!is_met).then(|| (id.clone(), format!("{id} {}", state.word())))
        });
        unmet.or_else(|| self.stop_reason(node))
    }

    fn stop_reason(&self, node: NodeId) -> Option<(String, String)> {
        let by = self.stopped_by.filter(|_| !self.handlers[node.index()])?;
        let id = self.work.tasks[by.index()].id.clone();
        let reason = format!("stopped after {id} {}", self.table.state(by).word());
        Some((id, reason))
    }

    fn look_up(&mut self, node: NodeId) {
        self.table.set(node, State::Ready, About::default());
        match self.runner.lookup(node) {
            Verdict::Run => self.queue(node),
            Verdict::Cached { artifacts, detail } => {
                self.runner.finished(node, &artifacts);
                self.end(
                    node,
                    State::Cached,
                    About {
                        artifacts,
                        detail,
                        ms: None,
                    },
                );
            }
            Verdict::Skip(reason) => {
                self.end(
                    node,
                    State::Skipped { by: String::new() },
                    About::detail(reason),
                );
            }
            Verdict::Denied(reason) => self.end(node, State::Denied, About::detail(reason)),
        }
    }

    fn queue(&mut self, node: NodeId) {
        let lane = Lanes::name(&self.work.lanes, self.work.tasks[node.index()].lane);
        self.table
            .set(node, State::Queued { lane }, About::default());
        self.lanes.push(node);
    }

    /// Starts whatever its lane has room for.
    fn admit(&mut self, now: Duration) {
        self.requeue_due(now);
        while let Some(node) = self.lanes.admit(self.current_load) {
            if let Some(load) = self.work.tasks[node.index()].load
                && self.loaded != Some(load)
            {
                self.loaded = Some(load);
                let model = self.work.loads[load].clone();
                self.table.announce(Event::ModelLoaded { model });
            }
            self.running += 1;
            self.table.set(node, State::Running, About::default());
            self.runner.start(node, self.table.attempt(node));
        }
        self.prefetch();
    }

    /// Has the next model prepared while tools make what the loaded one waits for. It is sure to be needed then: one of
    /// its nodes was looked up and has to run.
    fn prefetch(&mut self) {
        let is_pause = self.running > 0 && self.loaded == Some(self.current_load);
        let next = self.lanes.next_load(self.current_load);
        if let Some(load) = next.filter(|_| is_pause)
            && self.prefetched != next
        {
            self.prefetched = next;
            self.runner.prefetch(&self.work.loads[load]);
        }
    }

    fn requeue_due(&mut self, now: Duration) {
        while self
            .paused
            .peek()
            .is_some_and(|Reverse((due, _))| *due <= now)
        {
            if let Some(Reverse((_, node))) = self.paused.pop() {
                self.lanes.push(node);
            }
        }
    }

    fn is_over(&self) -> bool {
        let over = self.running == 0 && self.paused.is_empty();
        let tally = &self.table.tally;
        let ended = tally.done
            + tally.cached
            + tally.failed
            + tally.denied
            + tally.skipped
            + tally.cancelled;
        assert!(
            !over || ended as usize == self.work.tasks.len(),
            "nothing runs and {ended} nodes have ended"
        );
        over
    }

    /// The next input, or nothing when a paused node is due first.
    fn next_input(&self, inputs: &Receiver<Input>, now: &dyn Fn() -> Duration) -> Option<Input> {
        let Some(Reverse((due, _))) = self.paused.peek() else {
            return Some(inputs.recv().expect("the runner keeps the sending side"));
        };
        match inputs.recv_timeout(due.saturating_sub(now())) {
            Ok(input) => Some(input),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                unreachable!("the runner keeps the sending side")
            }
        }
    }

    fn handle(&mut self, input: Input, now: Duration) {
        match input {
            Input::Progress(node, text) => self.table.announce(Event::Progress { node, text }),
            Input::Interrupt => self.interrupt(),
            Input::Ended(node, ended) => {
                self.running -= 1;
                self.lanes.release(node);
                self.attempt_ended(node, ended, now);
            }
        }
    }

    fn attempt_ended(&mut self, node: NodeId, ended: Ended, now: Duration) {
        let task = &self.work.tasks[node.index()];
        let attempt = self.table.attempt(node);
        let is_repeatable =
            ended.state.is_failure() && ended.state != State::Denied && !ended.is_final;
        if is_repeatable
            && attempt < task.attempts
            && self.interrupts == 0
            && self.stop_reason(node).is_none()
        {
            let delay = backoff(task.backoff, attempt);
            self.table.announce(Event::Retry {
                node,
                attempt,
                delay_ms: millis(delay),
                reason: ended.detail,
            });
            let lane = Lanes::name(&self.work.lanes, task.lane);
            self.table
                .set(node, State::Queued { lane }, About::default());
            self.paused.push(Reverse((now + delay, node)));
            return;
        }
        if ended.state.is_success() {
            self.runner.finished(node, &ended.artifacts);
        }
        let about = About {
            ms: Some(millis(ended.elapsed)),
            detail: ended.detail,
            artifacts: ended.artifacts,
        };
        self.end(node, ended.state, about);
    }

    /// Puts `node` into a final state and tells everything that waits for it.
    fn end(&mut self, node: NodeId, state: State, about: About) {
        let stops = state.is_failure() && !self.policy.keep_going && self.stopped_by.is_none();
        self.table.set(node, state, about);
        if let Some(load) = self.work.tasks[node.index()].load {
            self.load_left[load] -= 1;
            while self.load_left.get(self.current_load) == Some(&0) {
                self.current_load += 1;
            }
        }
        for (next, _) in self.work.graph.dependants(node) {
            let remaining = &mut self.remaining[next.index()];
            *remaining -= 1;
            if *remaining == 0 {
                self.settling.push_back(next);
            }
        }
        if stops {
            self.stopped_by = Some(node);
            self.drop_queued();
        }
    }

    fn interrupt(&mut self) {
        self.interrupts += 1;
        let text = match (self.interrupts, self.running) {
            (1, 0) => "stopping".to_owned(),
            (1, 1) => "stopping when what runs has ended; interrupt again to end it".to_owned(),
            (1, running) => {
                format!(
                    "stopping when {running} running nodes have ended; interrupt again to end them"
                )
            }
            (2, _) => "asking what runs to end; interrupt again to kill it".to_owned(),
            _ => "killing what runs".to_owned(),
        };
        self.table.announce(Event::Notice { text });
        if self.interrupts > 1 {
            self.runner.cancel(self.interrupts > 2);
        }
        self.drop_queued();
    }

    /// Ends what is queued or paused and may no longer start.
    fn drop_queued(&mut self) {
        let paused = std::mem::take(&mut self.paused)
            .into_iter()
            .map(|Reverse((_, node))| node);
        let mut waiting: Vec<NodeId> = paused.chain(self.lanes.drain()).collect();
        waiting.sort_unstable();
        for node in waiting {
            if self.interrupts > 0 {
                self.end(
                    node,
                    State::Cancelled,
                    About::detail("the run was interrupted"),
                );
            } else if let Some((by, reason)) = self.stop_reason(node) {
                self.end(node, State::Skipped { by }, About::detail(reason));
            } else {
                self.lanes.push(node);
            }
        }
    }
}

/// The nodes with an edge that does not ask for success, and those that follow them.
fn handlers(work: &Work) -> Vec<bool> {
    let graph = &work.graph;
    let mut handlers = vec![false; graph.len()];
    let mut stack: Vec<NodeId> = graph
        .nodes()
        .filter(|&node| graph.needs(node).any(|(_, on)| on != On::Success))
        .collect();
    while let Some(node) = stack.pop() {
        if !std::mem::replace(&mut handlers[node.index()], true) {
            stack.extend(graph.dependants(node).map(|(next, _)| next));
        }
    }
    handlers
}

fn backoff(first: Duration, attempt: u32) -> Duration {
    first
        .saturating_mul(
            1_u32
                .checked_shl(attempt.saturating_sub(1))
                .unwrap_or(u32::MAX),
        )
        .min(MAX_BACKOFF)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
