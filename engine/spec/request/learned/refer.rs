//! Which things refer to which. Knows mentions and what fields belong to, no types.

use std::ops::Range;

use super::keep::{few, yes};
use super::mention::{Mention, Thing};
use super::place::{distance, opening, owner, stops};
use super::weights::{Weights, feature};
use super::word::Word;

/// Templates of this decision begin here.
const TEMPLATE: u8 = 200;
/// Least chance of a reference.
const LEAST_CHANCE: f32 = 0.5;
/// Classes of words that tell who refers to whom.
const CLASSES: [&str; 6] = [
    "person",
    "place",
    "dependent",
    "referred",
    "collective",
    "holder",
];

/// What is said of two things beside their words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints {
    /// The rules let the one refer to the other.
    pub ruled: bool,
    /// The rules let the other refer to the one.
    pub reversed: bool,
}

impl Hints {
    fn text(self) -> &'static str {
        match (self.ruled, self.reversed) {
            (true, _) => "ruled",
            (_, true) => "reversed",
            _ => "none",
        }
    }
}

/// Two things of a request, the one of which may refer to the other.
struct Pair<'r> {
    words: &'r [Word],
    things: &'r [&'r Thing],
    one: usize,
    other: usize,
    hint: &'static str,
    features: Vec<u32>,
}

/// The features of a reference from thing `one` to thing `other`.
pub(super) fn features(
    weights: &Weights,
    words: &[Word],
    things: &[&Thing],
    (one, other): (usize, usize),
    hints: Hints,
) -> Vec<u32> {
    let mut pair = Pair {
        words,
        things,
        one,
        other,
        hint: hints.text(),
        features: Vec::with_capacity(40),
    };
    let hint = pair.hint;
    pair.add(0, &[]);
    pair.add(1, &[hint]);
    pair.add(2, &[few(things.len()), hint]);
    let mut nearest: Option<(usize, bool)> = None;
    for mine in &things[one].mentions {
        for theirs in &things[other].mentions {
            let Some(between) = between(&mine.span, &theirs.span) else {
                continue;
            };
            pair.mentions(mine, theirs, &between);
            let forth = between.start == mine.span.end;
            if nearest.is_none_or(|(least, _)| between.len() < least) {
                nearest = Some((between.len(), forth));
            }
        }
    }
    if let Some((far, forth)) = nearest {
        pair.add(9, &[yes(forth), distance(far), hint]);
    }
    pair.kinds(weights);
    pair.features
}

/// What stands between two spans.
fn between(one: &Range<usize>, other: &Range<usize>) -> Option<Range<usize>> {
    let range = match one.end <= other.start {
        true => one.end..other.start,
        false => other.end..one.start,
    };
    (range.start <= range.end).then_some(range)
}

impl Pair<'_> {
    fn add(&mut self, template: u8, parts: &[&str]) {
        self.features.push(feature(TEMPLATE + template, parts));
    }

    /// A mention of each, and what stands between them.
    fn mentions(&mut self, mine: &Mention, theirs: &Mention, between: &Range<usize>) {
        let words = self.words;
        let inner = &words[between.clone()];
        let way = if between.start == mine.span.end {
            "forth"
        } else {
            "back"
        };
        let said = joined(inner);
        let (first, last) = (opening(inner.first()), opening(inner.last()));
        let (passed, stops) = (few(self.passed(between)), few(stops(inner)));
        let front = mine.span.start.min(theirs.span.start).checked_sub(1);
        let front = front.map_or("", |at| words[at].text.as_str());
        let number = |mention: &Mention| yes(words[mention.span.end - 1].many);
        let (own, number) = (number(mine), number(theirs));
        let hint = self.hint;
        self.add(3, &[way, &said]);
        self.add(4, &[way, &said, hint]);
        self.add(5, &[way, first, passed, stops]);
        self.add(6, &[way, front, first, passed]);
        if inner.iter().any(|word| word.is("many")) {
            self.add(7, &[way, "many", passed]);
        }
        self.add(8, &[way, number, passed, stops]);
        self.add(16, &[way, &said, own, number]);
        self.add(17, &[way, first, own, number, passed]);
        self.add(18, &[way, last, own, number, passed]);
        self.add(19, &[way, first, last, own, number]);
    }

    /// Mentions of other things between.
    fn passed(&self, between: &Range<usize>) -> usize {
        let others = self.things.iter().enumerate();
        let others = others.filter(|(at, _)| *at != self.one && *at != self.other);
        let inside = |mention: &&Mention| {
            mention.span.start >= between.start && mention.span.end <= between.end
        };
        let mentions = others.flat_map(|(_, thing)| &thing.mentions);
        mentions.filter(inside).count()
    }

    /// What the things are, and whether the other stands in a list of the one.
    fn kinds(&mut self, weights: &Weights) {
        let (words, hint) = (self.words, self.hint);
        let (from, to) = (self.things[self.one], self.things[self.other]);
        let rest: Vec<&Thing> = self.others();
        let is_mine = |mention: &Mention| {
            let owner = owner(weights, words, &rest, &mention.span);
            owner.map(|at| at + usize::from(at >= self.other)) == Some(self.one)
        };
        let listed = yes(to.mentions.iter().any(is_mine));
        let single = |mention: &Mention| !words[mention.span.end - 1].many;
        let single = yes(to.mentions.iter().any(single));
        self.add(10, &[listed, hint]);
        self.add(11, &[listed, single]);
        for (template, thing) in [(12, from), (13, to)] {
            for class in CLASSES {
                let is = |mention: &Mention| words[mention.span.end - 1].is(class);
                if thing.mentions.iter().any(is) {
                    self.add(template, &[class, hint]);
                    self.add(template + 2, &[class, listed]);
                }
            }
        }
    }

    fn others(&self) -> Vec<&'_ Thing> {
        let others = self.things.iter().enumerate();
        let others = others.filter(|(at, _)| *at != self.other);
        others.map(|(_, thing)| *thing).collect()
    }
}

/// Whether two things are named side by side, with nothing but commas and `and` between.
pub(super) fn are_listed(words: &[Word], one: &Thing, other: &Thing) -> bool {
    let joins = |word: &Word| word.text == "," || word.is("and");
    let listed = |range: Range<usize>| !range.is_empty() && words[range].iter().all(joins);
    one.mentions.iter().any(|mine| {
        let mut theirs = other.mentions.iter();
        theirs.any(|theirs| between(&mine.span, &theirs.span).is_some_and(listed))
    })
}

/// Up to four words as one text; longer ones say only how they begin and end.
fn joined(words: &[Word]) -> String {
    const MOST: usize = 4;
    let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    match text.as_slice() {
        text if text.len() <= MOST => text.join(" "),
        [first, .., last] => format!("{first} .. {last}"),
        _ => String::new(),
    }
}

/// Whether thing `one` refers to thing `other`.
pub(super) fn refers(
    weights: &Weights,
    words: &[Word],
    things: &[&Thing],
    pair: (usize, usize),
    hints: Hints,
) -> bool {
    weights.chance(&features(weights, words, things, pair, hints)) > LEAST_CHANCE
}
