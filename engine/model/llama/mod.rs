//! llama.cpp: a model, its vocabulary, its evaluation and its grammars. Knows no talk, lane or message.

mod ffi;
mod grammar;
mod linked;
mod log;
mod open;
#[cfg(test)]
mod products;
mod vocabulary;

pub(super) use ffi::{Batch, DecodeError};
pub(super) use grammar::Grammar;
pub use linked::linked;
pub(super) use log::say;
pub(super) use open::{Opened, open};
