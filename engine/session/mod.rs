//! From a target to a run: the one module that knows all the stages and their order.

mod compiled;
mod eject;
mod explain;
mod grow;
mod inplace;
mod ledger;
mod log;
mod overrides;
mod port;
mod preflight;
mod prepare;
mod preview;
mod produced;
pub mod recorded;
mod run;
mod runner;
mod serve;
mod setup;
mod shelf;
mod start;
mod survey;
mod target;
mod template_folder;
mod undone;
mod verify;
mod worker;

pub use crate::artifact::Edits;
pub use eject::{EjectError, EjectTo, eject};
pub use explain::{Explanation, explain};
pub use grow::{Cleared, Gone, GrowError, Grown, Growth, Migration, clear, grow};
pub use ledger::SAME_TEXT;
pub use overrides::{ListedTemplate, Overrides, TemplateOrigin};
pub use prepare::{producers, roles};
pub use preview::preview;
pub use run::{RunError, Summary, run};
pub use serve::{DEFAULT_PORT, ServeError, ServeOptions, Serving, serve};
pub use setup::{Options, SetupError};
pub use shelf::Shelf;
pub use target::{
    Closed, Opened, Requested, Target, names_a_plan, open, open_plan_file, read_request,
};
pub use verify::{ProgramCheck, Verified, VerifyOptions, verify};
