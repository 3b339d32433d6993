//! Which of the words of a mention its thing is called by: `ham radio contacts` may be contacts, `visit log` a visit.
//! Knows no tags.

use std::ops::Range;

use super::weights::{Weights, feature};
use super::word::Word;

/// Templates of this decision begin here.
const TEMPLATE: u8 = 176;

/// Which word is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    First,
    Last,
}

impl End {
    pub(super) const BOTH: [Self; 2] = [Self::Last, Self::First];

    /// The words of `span` without the one at this end.
    pub(super) fn cut(self, span: &Range<usize>) -> Range<usize> {
        match self {
            Self::First => span.start + 1..span.end,
            Self::Last => span.start..span.end - 1,
        }
    }
}

/// The features of leaving out the word at an end of `span`.
pub(super) fn features(words: &[Word], span: &Range<usize>, end: End) -> Vec<u32> {
    let (which, out) = match end {
        End::First => ("first", &words[span.start]),
        End::Last => ("last", &words[span.end - 1]),
    };
    let rest = end.cut(span);
    let head = &words[rest.end - 1];
    let text = |at: Option<usize>| {
        at.and_then(|at| words.get(at))
            .map_or("", |word| word.text.as_str())
    };
    let times = |one: &str| match words.iter().filter(|word| word.one == one).count() {
        1 => "1",
        2 => "2",
        _ => "3",
    };
    let long = if span.len() > 2 { "long" } else { "two" };
    let early = !words[..span.start].iter().any(|word| !word.spells);
    let early = if early { "early" } else { "late" };
    let mut list = Vec::with_capacity(40);
    let mut add = |template: u8, parts: &[&str]| list.push(feature(TEMPLATE + template, parts));
    add(0, &[which]);
    add(1, &[which, long, early]);
    add(2, &[which, &out.one]);
    add(3, &[which, &head.one]);
    add(4, &[which, times(&out.one), times(&head.one), early]);
    add(5, &[which, out.number(), head.number(), early]);
    add(6, &[which, text(span.start.checked_sub(1))]);
    add(7, &[which, text(Some(span.end)), early]);
    add(8, &[which, out.form, head.form]);
    for class in &out.classes {
        add(9, &[which, class, early]);
        for other in &head.classes {
            add(10, &[which, class, other]);
        }
    }
    for class in &head.classes {
        add(11, &[which, class, early]);
    }
    list
}

/// The words of `span` that name its thing.
pub(super) fn called(weights: &Weights, words: &[Word], span: &Range<usize>) -> Range<usize> {
    let mut span = span.clone();
    while span.len() > 1 {
        let out = End::BOTH
            .into_iter()
            .find(|end| weights.chance(&features(words, &span, *end)) > 0.5);
        let Some(end) = out else { break };
        span = end.cut(&span);
    }
    span
}
