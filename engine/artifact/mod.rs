//! Texts on their way to a file: what a model's answer holds, and what becomes of the user's edits. Knows no model, path
//! or prompt.

mod edits;
mod elision;
mod repetition;
mod splitter;

pub use edits::{Before, Decision, Edits, decide};
pub use splitter::{Fault, FaultKind, Form, Splitter};

#[cfg(test)]
mod tests;
