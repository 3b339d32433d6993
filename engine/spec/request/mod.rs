//! Requests to specs, by rule. Words are compared whole, in the singular, never as parts of words.
//!
//! `token` cuts the text, `feature` takes out what names a stack or a feature, `item` groups the rest
//! into phrases and marks, `head` finds what the request is about, `clause` reads lists and relations,
//! `build` gives every entity its fields, `explicit` lays `--entity` over them, `notes` says what was
//! understood.

mod build;
mod clause;
mod explicit;
mod feature;
mod head;
mod item;
mod lexicon;
mod notes;
mod options;
mod read;
mod rewrite;
mod token;
mod want;
mod words;

#[cfg(test)]
mod tests;

pub use options::{Coverage, SpecOptions};
pub use read::{MAX_REQUEST_CHARS, read_request};
