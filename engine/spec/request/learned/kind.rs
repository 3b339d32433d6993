//! The kind of project that the words of a request ask for. Knows no things.

use super::weights::{Weights, feature};
use super::word::Word;

/// Kinds of projects.
pub(super) const KINDS: [&str; 6] = ["web", "api", "static", "cli", "package", "ci"];
/// Templates of this decision begin here.
const TEMPLATE: u8 = 230;
/// The chance from which on a kind is likely.
const LIKELY: f32 = 0.5;
/// Words at the beginning, which say most.
const BEGINNING: usize = 6;

/// The features of `kind`, where the rules say `ruled`.
pub(super) fn features(words: &[Word], kind: &str, ruled: &str) -> Vec<u32> {
    let mut list = Vec::with_capacity(words.len() * 3 + 2);
    list.push(feature(TEMPLATE, &[kind, ruled]));
    list.push(feature(TEMPLATE + 1, &[kind]));
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1).map_or("", |next| next.text.as_str());
        list.push(feature(TEMPLATE + 2, &[kind, &word.text]));
        list.push(feature(TEMPLATE + 3, &[kind, &word.text, next]));
        if at < BEGINNING {
            list.push(feature(TEMPLATE + 4, &[kind, &word.text]));
        }
    }
    list.sort_unstable();
    list.dedup();
    list
}

/// The likeliest kind; what the rules say where none is likelier.
pub(super) fn kind(weights: &Weights, words: &[Word], ruled: &'static str) -> &'static str {
    let chance = |kind: &&str| weights.chance(&features(words, kind, ruled));
    if chance(&ruled) > LIKELY {
        return ruled;
    }
    let mut best = (ruled, LIKELY);
    for kind in KINDS {
        let chance = chance(&kind);
        if chance > best.1 {
            best = (kind, chance);
        }
    }
    best.0
}
