//! Requests to specs, by rules and learned weights. Words are compared whole, in the singular, never as parts of words.
//!
//! `token` cuts the text, `tongue` tells its language, `spelling` reads misspelt words, `feature` and `way` take out what
//! names a feature, a stack or a kind of project, `language` knows where a word is a language that programs are written
//! in, `unwanted` takes out what stands behind `no` and `without`, `presence` what something is made for, `rewrite` and
//! `action` take turns of phrase and verbs, `item` groups the rest into phrases and marks, `whose` knows whose things are,
//! `head` finds what the request is about, `shape` tells what a list is like, `clause`, `listed` and `inside` read lists and
//! relations, `kept` drops what only holds other things, `learned` decides with all that as a hint what is kept and what
//! belongs to it, `relate` relates what the words leave open, `circle` takes away what relates the wrong way round, `build`
//! gives every entity its fields, `site` reads the pages of a static site and `reply` what it cannot do, `purpose` what a
//! package is for and `versions` what its checks run on, `explicit` lays `--entity` over the entities, `notes` says what was
//! understood, `ask` what would make a refused request buildable.

mod action;
mod ask;
mod build;
mod circle;
mod clause;
mod domain_phrase;
mod explicit;
mod feature;
mod head;
mod inside;
mod item;
mod kept;
mod language;
mod learned;
mod lexicon;
mod listed;
mod notes;
mod noun;
mod options;
mod presence;
mod purpose;
mod read;
mod relate;
mod reply;
mod rewrite;
mod shape;
mod site;
mod spelling;
mod token;
mod tongue;
mod unwanted;
mod versions;
mod want;
mod way;
mod whose;
mod words;

#[cfg(test)]
mod tests;

pub use options::{Coverage, SpecOptions};
pub use read::{MAX_REQUEST_CHARS, read_request};
