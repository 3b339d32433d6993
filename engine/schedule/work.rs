//! What the dispatcher is given: tasks, lanes and the order of model loads. Knows no node's content.

use std::time::Duration;

use crate::graph::Graph;

/// A lane's place in [`Work::lanes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LaneId(pub usize);

/// A concurrency class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// The sum of costs that may run in it at once.
    pub depth: u32,
    /// Whether its nodes also take one of the run's jobs, as everything but the model does.
    pub takes_job: bool,
}

/// A node as the dispatcher sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id in the plan.
    pub id: String,
    /// Its chunk type.
    pub chunk: String,
    /// The lane it runs in.
    pub lane: LaneId,
    /// What it takes of the lane's depth.
    pub cost: u32,
    /// Attempts in all, from 1.
    pub attempts: u32,
    /// Pause before the second attempt; doubled before each further one.
    pub backoff: Duration,
    /// The model load it belongs to, an index into [`Work::loads`].
    pub load: Option<usize>,
}

/// Everything the dispatcher needs to know of a run, by [`crate::id::NodeId`].
#[derive(Clone, Debug)]
pub struct Work {
    /// Who waits for whom.
    pub graph: Graph,
    /// The nodes.
    pub tasks: Vec<Task>,
    /// The lanes.
    pub lanes: Vec<Lane>,
    /// The models in the order in which they are loaded.
    pub loads: Vec<String>,
}
