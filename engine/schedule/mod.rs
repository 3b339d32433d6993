//! Scheduling: states, lanes and one dispatcher. Knows nodes, costs and lanes, not tools, models or files.

mod dispatcher;
mod lane;
mod state;
mod work;

#[cfg(test)]
mod tests;

pub use dispatcher::{Ended, Input, Policy, Runner, Verdict, dispatch};
pub use state::Tally;
pub use work::{Lane, LaneId, Task, Work};
