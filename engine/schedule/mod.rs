//! Scheduling: states, lanes and one dispatcher. Knows nodes, costs and lanes, not tools, models or files.

mod dispatcher;
mod lane;
mod runner;
mod state;
mod work;

#[cfg(test)]
mod tests;

pub use dispatcher::dispatch;
pub use runner::{Ended, Input, Policy, Runner, Verdict};
pub use state::Tally;
pub use work::{Lane, LaneId, Task, Work};
