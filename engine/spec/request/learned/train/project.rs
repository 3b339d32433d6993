//! From a label to tags of the request's words. Knows labels and words, no weights.

use std::ops::Range;

use super::super::tagged::{FIELD, IN_FIELD, IN_THING, OTHER, THING};
use super::super::word::Word;
use super::label::Due;
use crate::spec::inflect;

/// The places where the words spell `name`; misspelt ones where there are no others.
pub(super) fn spans(words: &[Word], name: &str) -> Vec<Range<usize>> {
    let parts: Vec<String> = name
        .split('_')
        .filter(|part| !part.is_empty())
        .map(inflect::singular)
        .collect();
    for loose in [false, true] {
        let found: Vec<Range<usize>> = (0..words.len())
            .filter_map(|at| span_at(words, at, &parts, loose))
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn span_at(words: &[Word], at: usize, parts: &[String], loose: bool) -> Option<Range<usize>> {
    let (mut end, mut done) = (at, 0);
    while done < parts.len() {
        let word = words
            .get(end)
            .filter(|word| word.spells && !word.parts.is_empty())?;
        let rest = &parts[done..];
        let same =
            |(one, other): (&String, &String)| one == other || (loose && is_near(one, other));
        if word.parts.len() > rest.len() || !word.parts.iter().zip(rest).all(same) {
            return None;
        }
        done += word.parts.len();
        end += 1;
    }
    Some(at..end)
}

/// Whether two words differ by a letter, or by two where they are long.
pub(super) fn is_near(one: &str, other: &str) -> bool {
    const SHORT: usize = 5;
    const LONG: usize = 8;
    if one == other {
        return true;
    }
    if one.len().min(other.len()) < SHORT || one.as_bytes()[0] != other.as_bytes()[0] {
        return false;
    }
    strsim::damerau_levenshtein(one, other) <= if one.len() < LONG { 1 } else { 2 }
}

/// The tags that the label asks for; none where it leaves open whether a thing is kept.
pub(super) fn tags(words: &[Word], due: &[Due]) -> Vec<Option<usize>> {
    let mut tags = vec![OTHER; words.len()];
    let is_field = |name: &String| {
        due.iter()
            .any(|due| due.fields.iter().any(|field| field.contains(name)))
    };
    let mut anchors = vec![Vec::new(); due.len()];
    let mut open = vec![false; words.len()];
    let mut order: Vec<usize> = (0..due.len()).collect();
    order.sort_by_key(|at| due[*at].optional);
    for at in order {
        let one = &due[at];
        let skipped = one.optional && one.names.iter().any(is_field);
        let mut found: Vec<Range<usize>> = one
            .names
            .iter()
            .flat_map(|name| spans(words, name))
            .collect();
        found.sort_by_key(|span| (usize::MAX - span.len(), span.start));
        for span in found.into_iter().filter(|_| !skipped) {
            if tags[span.clone()].iter().all(|tag| *tag == OTHER) {
                anchors[at].push(span.start);
                set(&mut tags, &span, THING, IN_THING);
                open[span].fill(one.optional);
            }
        }
    }
    for (one, anchors) in due.iter().zip(&anchors) {
        for field in &one.fields {
            let found = field.iter().flat_map(|name| spans(words, name));
            let free = found.filter(|span| {
                tags[span.clone()]
                    .iter()
                    .all(|tag| !matches!(*tag, THING | IN_THING))
            });
            let cost = |span: &Range<usize>| {
                let before = anchors
                    .iter()
                    .filter(|at| **at < span.start)
                    .map(|at| span.start - at)
                    .min();
                (
                    usize::MAX - span.len(),
                    before.unwrap_or(1_000 + span.start),
                )
            };
            if let Some(span) = free.min_by_key(cost)
                && tags[span.clone()].iter().all(|tag| *tag == OTHER)
            {
                set(&mut tags, &span, FIELD, IN_FIELD);
            }
        }
    }
    let decided = tags.into_iter().zip(open);
    decided.map(|(tag, open)| (!open).then_some(tag)).collect()
}

fn set(tags: &mut [usize], span: &Range<usize>, first: usize, inner: usize) {
    tags[span.clone()].fill(inner);
    tags[span.start] = first;
}
