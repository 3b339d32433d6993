//! Lanes: queues with a depth, and the only place where a node is admitted. Knows costs, not states.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::work::{Lane, LaneId, Task};
use crate::id::NodeId;

/// Queued nodes leave by model load, then the longest path behind them, then plan order.
type Place = (Reverse<usize>, u32, Reverse<NodeId>);

struct Queue {
    depth: u32,
    takes_job: bool,
    used: u32,
    waiting: BinaryHeap<Place>,
}

/// The lanes of a run and the jobs they share.
pub(super) struct Lanes<'a> {
    tasks: &'a [Task],
    lengths: Vec<u32>,
    queues: Vec<Queue>,
    jobs_left: u32,
}

impl<'a> Lanes<'a> {
    pub(super) fn new(tasks: &'a [Task], lanes: &[Lane], lengths: Vec<u32>, jobs: u32) -> Self {
        let queue = |lane: &Lane| Queue {
            depth: lane.depth.max(1),
            takes_job: lane.takes_job,
            used: 0,
            waiting: BinaryHeap::new(),
        };
        Self {
            tasks,
            lengths,
            queues: lanes.iter().map(queue).collect(),
            jobs_left: jobs.max(1),
        }
    }

    pub(super) fn push(&mut self, node: NodeId) {
        let task = &self.tasks[node.index()];
        let place = (
            Reverse(task.load.unwrap_or(0)),
            self.lengths[node.index()],
            Reverse(node),
        );
        self.queues[task.lane.0].waiting.push(place);
    }

    /// Takes the next node that may start now, where there is one. Of a model's lane only nodes of
    /// `current_load` may.
    pub(super) fn admit(&mut self, current_load: usize) -> Option<NodeId> {
        let (mut best, mut best_lane) = (None, 0);
        for (index, queue) in self.queues.iter().enumerate() {
            let Some(place @ (_, length, Reverse(node))) = queue.waiting.peek() else {
                continue;
            };
            let task = &self.tasks[node.index()];
            let has_room = queue.used + task.cost.min(queue.depth) <= queue.depth
                && (!queue.takes_job || self.jobs_left > 0)
                && task.load.is_none_or(|load| load == current_load);
            // Lanes narrower than the jobs are the scarce ones: among equals they go first.
            let rank = (*length, Reverse(queue.depth), place.2);
            if has_room && best.is_none_or(|best| rank > best) {
                (best, best_lane) = (Some(rank), index);
            }
        }
        best?;
        let queue = &mut self.queues[best_lane];
        let (_, _, Reverse(node)) = queue.waiting.pop()?;
        queue.used += self.tasks[node.index()].cost.min(queue.depth);
        self.jobs_left -= u32::from(queue.takes_job);
        Some(node)
    }

    /// The load of the next model node that waits for another load than `current_load` while no model works.
    pub(super) fn next_load(&self, current_load: usize) -> Option<usize> {
        let idle = self.queues.iter().filter(|queue| queue.used == 0);
        let first = |queue: &Queue| {
            let (_, _, Reverse(node)) = queue.waiting.peek()?;
            self.tasks[node.index()].load
        };
        idle.filter_map(first).find(|load| *load > current_load)
    }

    /// Gives back what `node` took.
    pub(super) fn release(&mut self, node: NodeId) {
        let task = &self.tasks[node.index()];
        let queue = &mut self.queues[task.lane.0];
        queue.used -= task.cost.min(queue.depth);
        self.jobs_left += u32::from(queue.takes_job);
    }

    /// Takes everything that waits, in plan order.
    pub(super) fn drain(&mut self) -> Vec<NodeId> {
        let waiting = self
            .queues
            .iter_mut()
            .flat_map(|queue| std::mem::take(&mut queue.waiting));
        let mut nodes: Vec<NodeId> = waiting.map(|(_, _, Reverse(node))| node).collect();
        nodes.sort_unstable();
        nodes
    }

    pub(super) fn name(lanes: &[Lane], lane: LaneId) -> String {
        lanes[lane.0].name.clone()
    }
}
