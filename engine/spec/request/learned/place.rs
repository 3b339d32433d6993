//! What a field belongs to. Knows mentions, no types.

use std::ops::Range;

use super::keep::{few, yes};
use super::mention::Thing;
use super::weights::{Weights, feature};
use super::word::Word;

/// Templates of this decision begin here.
const TEMPLATE: u8 = 160;

/// The features of `thing` as what the words of `span` belong to.
pub(super) fn features(
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
    let mut add = |template: u8, parts: &[&str]| list.push(feature(TEMPLATE + template, parts));
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
    let noun = &words[before.end - 1];
    add(15, &[yes(noun.many), opens, rank]);
    list
}

fn text(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |word| word.text.as_str())
}

/// What stands behind a thing: a word that opens a list.
pub(super) fn opening(word: Option<&Word>) -> &str {
    match word {
        None => "end",
        Some(word) if word.is("has") => "has",
        Some(word) if word.is("with") => "with",
        Some(word) if word.is("belongs") => "belongs",
        Some(word) if word.is("container") => "container",
        Some(word) if word.is("link") => "link",
        Some(word) if word.spells => "word",
        Some(word) => &word.text,
    }
}

pub(super) fn distance(words: usize) -> &'static str {
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
pub(super) fn stops(words: &[Word]) -> usize {
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

/// Whether `span` are tags that stand beside a thing, and not in a list of its own: those of `notes with folders and tags`
/// belong to the notes.
pub(super) fn is_beside(words: &[Word], thing: &Thing, span: &Range<usize>) -> bool {
    const TAGS: [&str; 2] = ["tag", "label"];
    let tags = span.len() == 1 && words[span.start].many && TAGS.contains(&&*words[span.start].one);
    let ends = |at: usize| thing.is(&words[at].one).then_some(at + 1);
    let before = (0..span.start).rev().find_map(ends);
    let joins = |word: &Word| word.text == "," || word.is("and");
    tags && before.is_some_and(|end| {
        let between = &words[end..span.start];
        let opens = |word: &Word| {
            word.is("with") || word.is("has") || matches!(&*word.text, ":" | "(" | "." | ";")
        };
        between.last().is_some_and(joins) && !between.iter().any(opens)
    })
}

/// The thing that the words of `span` belong to.
pub(super) fn owner(
    weights: &Weights,
    words: &[Word],
    things: &[&Thing],
    span: &Range<usize>,
) -> Option<usize> {
    let chance = |thing: &usize| weights.chance(&features(words, things, *thing, span));
    (0..things.len()).max_by(|one, other| chance(one).total_cmp(&chance(other)))
}
