//! What a model's answer holds: the text between its fences, and signs that it is not to be believed. Knows no model,
//! file or prompt.

mod elision;
mod repetition;
mod splitter;

pub use splitter::{Fault, FaultKind, Form, Splitter};

#[cfg(test)]
mod tests;
