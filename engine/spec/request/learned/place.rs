//! What a field belongs to, and which things refer to which. Knows mentions, no types.

use std::ops::Range;

use super::keep::{few, yes};
use super::mention::Thing;
use super::weights::{Weights, feature};
use super::word::Word;

/// Templates of the two decisions begin here.
const FIELD: u8 = 160;
const REFERENCE: u8 = 200;
/// Least chance of a reference.
const LEAST_CHANCE: f32 = 0.5;

/// The features of `thing` as what the words of `span` belong to.
pub(super) fn owner_features(
    words: &[Word],
    things: &[&Thing],
    thing: usize,
    span: &Range<usize>,
) -> Vec<u32> {
    let starts = |thing: &Thing| {
        thing
            .mentions
            .iter()
            .map(|mention| mention.span.clone())
            .collect::<Vec<_>>()
    };
    let mine = starts(things[thing]);
    let before = mine.iter().rfind(|mention| mention.end <= span.start);
    let mut list = Vec::with_capacity(24);
    let mut add = |template: u8, parts: &[&str]| list.push(feature(FIELD + template, parts));
    let first = yes(thing == 0);
    add(0, &[few(things.len()), first]);
    let Some(before) = before else {
        let next = mine.iter().find(|mention| mention.start >= span.end);
        let far = next.map_or(20, |next| next.start - span.end);
        let stops = next.map_or(3, |next| stops(&words[span.end..next.start]));
        add(1, &[few(stops), distance(far)]);
        add(2, &[few(stops), few(things.len()), first]);
        add(3, &[text(words, span.end)]);
        return list;
    };
    let between = before.end..span.start;
    let closer = things
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != thing);
    let closer = closer
        .flat_map(|(_, other)| starts(other))
        .filter(|other| other.start >= before.end && other.end <= span.start);
    let rank = few(closer.count());
    let stops = few(stops(&words[between.clone()]));
    let behind = words.get(before.end);
    let opens = opening(behind);
    let front = before
        .start
        .checked_sub(1)
        .map_or("", |at| words[at].text.as_str());
    let each = yes(before.start > 0 && words[before.start - 1].is("each"));
    let inside = yes(is_inside(words, before.end, span.start));
    let lists = words[between.clone()]
        .iter()
        .any(|word| word.is("with") || word.is("has") || word.text == ":");
    add(4, &[rank, stops]);
    add(5, &[rank, stops, opens]);
    add(6, &[opens, each]);
    add(7, &[inside, rank]);
    add(8, &[inside, opens, stops]);
    add(9, &[distance(between.len()), rank]);
    add(10, &[front]);
    add(11, &[front, opens, rank]);
    add(12, &[yes(lists), rank, stops]);
    add(13, &[few(things.len()), rank, stops, first]);
    add(14, &[text(words, span.start.wrapping_sub(1)), rank]);
    let last = &words[before.end - 1];
    add(15, &[yes(last.many), opens, rank]);
    list
}

fn text(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |word| word.text.as_str())
}

/// What stands behind a thing: a word that opens a list.
fn opening(word: Option<&Word>) -> &str {
    match word {
        None => "end",
        Some(word) if word.is("has") => "has",
        Some(word) if word.is("with") => "with",
        Some(word) if word.is("belongs") => "belongs",
        Some(word) if word.is("container") => "container",
        Some(word) if word.is("link") => "link",
        Some(word) if word.is_word => "word",
        Some(word) => &word.text,
    }
}

fn distance(words: usize) -> &'static str {
    match words {
        0..=1 => "1",
        2..=3 => "3",
        4..=7 => "7",
        8..=15 => "15",
        16..=30 => "30",
        _ => "31",
    }
}

/// Ends of sentences and lines.
fn stops(words: &[Word]) -> usize {
    let is_stop = |word: &&Word| matches!(word.text.as_str(), "." | "!" | "?" | ";" | "\n");
    words.iter().filter(is_stop).count()
}

/// Whether a bracket right behind `from` is still open at `to`.
fn is_inside(words: &[Word], from: usize, to: usize) -> bool {
    let Some(list) = words.get(from..to) else {
        return false;
    };
    let opens = |word: &Word| matches!(word.text.as_str(), "(" | "[" | "{");
    let closes = |word: &Word| matches!(word.text.as_str(), ")" | "]" | "}");
    list.first().is_some_and(opens) && {
        let opened = list.iter().filter(|word| opens(word)).count();
        opened > list.iter().filter(|word| closes(word)).count()
    }
}

/// The thing that the words of `span` belong to.
pub(super) fn owner(
    weights: &Weights,
    words: &[Word],
    things: &[&Thing],
    span: &Range<usize>,
) -> Option<usize> {
    let chance = |thing: &usize| weights.chance(&owner_features(words, things, *thing, span));
    (0..things.len()).max_by(|one, other| chance(one).total_cmp(&chance(other)))
}

/// What is said of two things beside their words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints {
    /// The rules let the one refer to the other.
    pub ruled: bool,
    /// The rules let the other refer to the one.
    pub reversed: bool,
}

/// The features of a reference from thing `one` to thing `other`.
pub(super) fn reference_features(
    weights: &Weights,
    words: &[Word],
    things: &[&Thing],
    (one, other): (usize, usize),
    hints: Hints,
) -> Vec<u32> {
    let mut list = Vec::with_capacity(40);
    let mut add = |template: u8, parts: &[&str]| list.push(feature(REFERENCE + template, parts));
    let hint = match (hints.ruled, hints.reversed) {
        (true, _) => "ruled",
        (_, true) => "reversed",
        _ => "none",
    };
    add(0, &[]);
    add(1, &[hint]);
    add(2, &[few(things.len()), hint]);
    let (from, to) = (things[one], things[other]);
    let mut near: Option<(usize, bool, String)> = None;
    for mine in &from.mentions {
        for theirs in &to.mentions {
            let forth = mine.span.end <= theirs.span.start;
            let between = if forth {
                mine.span.end..theirs.span.start
            } else {
                theirs.span.end..mine.span.start
            };
            if between.start > between.end {
                continue;
            }
            let way = if forth { "forth" } else { "back" };
            let passed = things
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != one && *at != other);
            let passed = passed
                .flat_map(|(_, thing)| &thing.mentions)
                .filter(|mention| {
                    mention.span.start >= between.start && mention.span.end <= between.end
                })
                .count();
            let said = joined(&words[between.clone()]);
            let far = between.len();
            add(3, &[way, &said]);
            add(4, &[way, &said, hint]);
            let first = words[between.clone()].first();
            add(
                5,
                &[
                    way,
                    opening(first),
                    few(passed),
                    few(stops(&words[between.clone()])),
                ],
            );
            let front = mine.span.start.min(theirs.span.start).checked_sub(1);
            add(
                6,
                &[
                    way,
                    front.map_or("", |at| words[at].text.as_str()),
                    opening(first),
                    few(passed),
                ],
            );
            if words[between.clone()].iter().any(|word| word.is("many")) {
                add(7, &[way, "many", few(passed)]);
            }
            let number = yes(words[theirs.span.end - 1].many);
            let own = yes(words[mine.span.end - 1].many);
            add(16, &[way, &said, own, number]);
            add(17, &[way, opening(first), own, number, few(passed)]);
            let last = words[between.clone()].last();
            add(18, &[way, opening(last), own, number, few(passed)]);
            add(19, &[way, opening(first), opening(last), own, number]);
            add(8, &[way, number, few(passed), few(stops(&words[between]))]);
            if near.as_ref().is_none_or(|(least, ..)| far < *least) {
                near = Some((far, forth, said));
            }
        }
    }
    if let Some((far, forth, _)) = near {
        add(9, &[yes(forth), distance(far), hint]);
    }
    let listed = to.mentions.iter().any(|mention| {
        owner(weights, words, &without(things, other), &mention.span)
            .map(|at| at + usize::from(at >= other))
            == Some(one)
    });
    let single = to
        .mentions
        .iter()
        .any(|mention| !words[mention.span.end - 1].many);
    add(10, &[yes(listed), hint]);
    add(11, &[yes(listed), yes(single)]);
    for (template, thing) in [(12, from), (13, to)] {
        for class in [
            "person",
            "place",
            "dependent",
            "referred",
            "collective",
            "holder",
        ] {
            let is = thing
                .mentions
                .iter()
                .any(|mention| words[mention.span.end - 1].is(class));
            if is {
                add(template, &[class, hint]);
                add(template + 2, &[class, yes(listed)]);
            }
        }
    }
    list
}

fn without<'t>(things: &[&'t Thing], at: usize) -> Vec<&'t Thing> {
    let others = things.iter().enumerate().filter(|(other, _)| *other != at);
    others.map(|(_, thing)| *thing).collect()
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
    weights.chance(&reference_features(weights, words, things, pair, hints)) > LEAST_CHANCE
}
