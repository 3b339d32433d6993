//! From a target to a run: the one module that knows all the stages and their order.

mod edits;

pub use edits::Edits;
