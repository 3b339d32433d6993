//! From a target to a run: the one module that knows all the stages and their order.

mod compiled;
mod edits;
mod explain;
mod grow;
mod inplace;
mod ledger;
mod log;
mod preflight;
mod prepare;
mod preview;
pub mod recorded;
mod run;
mod runner;
mod setup;
mod target;
mod worker;

pub use edits::Edits;
pub use explain::{Explanation, explain};
pub use grow::{GrowError, Grown, Growth, Migration, grow};
pub use ledger::SAME_TEXT;
pub use preview::preview;
pub use run::{RunError, Summary, run};
pub use setup::{Options, SetupError};
pub use target::{
    Closed, Opened, Requested, Target, names_a_plan, open, open_plan_file, read_request,
};
