//! The graph of a plan: who waits for whom, in which order, on which model. Knows nothing of running a node.

mod dag;
mod loads;
mod order;

pub use dag::Graph;
pub use loads::{Loads, ModelGroup, model_groups};
pub use order::{critical_lengths, start_order};
