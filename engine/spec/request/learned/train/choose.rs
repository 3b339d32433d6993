//! From a label to decisions: which things are kept, what fields and references belong to. Knows no gradients.

use std::ops::Range;

use super::super::mention::{self, Mention, Thing};
use super::super::naming::{self, End};
use super::super::refer::{self, Hints};
use super::super::sight::features;
use super::super::tagged::Lattice;
use super::super::weights::Weights;
use super::super::word::Word;
use super::super::{hints, keep, kind, place};
use super::label::Due;
use super::learn::Choice;
use super::project::is_near;
use crate::spec::request::lexicon::Domain;
use crate::spec::request::want::Want;

/// What was read of a request before decisions: its words and what the rules found.
#[derive(Clone, Debug)]
pub(in super::super) struct Seen {
    pub words: Vec<Word>,
    pub wants: Vec<Want>,
    /// The kind that the rules say.
    pub ruled: &'static str,
    pub domain: Option<&'static Domain>,
}

/// The decisions about its kind.
pub(super) fn kinds(seen: &Seen, due: &str) -> Vec<Choice> {
    let choice = |kind: &&str| Choice {
        features: kind::features(&seen.words, kind, seen.ruled),
        yes: *kind == due,
    };
    kind::KINDS.iter().map(choice).collect()
}

/// The decisions that a label asks for, with tags as these weights give them.
pub(super) fn choices(weights: &Weights, seen: &Seen, due: &[Due]) -> Vec<Choice> {
    let words = &seen.words;
    let tagged = Lattice::new(weights, &features(words)).tagged();
    let things = mention::things(weights, words, &tagged, &seen.wants, seen.domain);
    let matched = matched(words, &things, due);
    let mut choices = Vec::new();
    for (thing, due_at) in things.iter().zip(&matched) {
        if let Some(due_at) = due_at {
            for mention in &thing.mentions {
                called(words, &mention.span, &due[*due_at].names, &mut choices);
            }
        }
    }
    for ((thing, due_at), features) in things.iter().zip(&matched).zip(keep::features(
        (words, seen.ruled),
        &things,
        &mention::fields(&tagged),
        &seen.wants,
    )) {
        let optional = due
            .iter()
            .any(|due| due.optional && due.names.iter().any(|name| thing.is(name)));
        if due_at.is_some() || !optional {
            choices.push(Choice {
                features,
                yes: due_at.is_some(),
            });
        }
    }
    let kept: Vec<(&Thing, usize)> = things
        .iter()
        .zip(&matched)
        .filter_map(|(thing, due)| Some((thing, (*due)?)))
        .collect();
    let owned: Vec<usize> = kept.iter().map(|(_, due)| *due).collect();
    let kept: Vec<&Thing> = kept.into_iter().map(|(thing, _)| thing).collect();
    for span in mention::fields(&tagged) {
        owners(words, &kept, &owned, due, &span, &mut choices);
    }
    references(weights, seen, &kept, &owned, due, &mut choices);
    choices
}

/// Which words of a mention name what is due.
fn called(words: &[Word], span: &Range<usize>, names: &[String], choices: &mut Vec<Choice>) {
    let Some(due) = named(words, span, names) else {
        return;
    };
    let mut span = span.clone();
    let mut add = |span: &Range<usize>, end: End, yes: bool| {
        choices.push(Choice {
            features: naming::features(words, span, end),
            yes,
        });
    };
    while span.end > due.end {
        add(&span, End::Last, true);
        span = End::Last.cut(&span);
    }
    while span.start < due.start {
        add(&span, End::Last, false);
        add(&span, End::First, true);
        span = End::First.cut(&span);
    }
    for end in End::BOTH.into_iter().filter(|_| span.len() > 1) {
        if named(words, &end.cut(&span), names).is_none() {
            add(&span, end, false);
        }
    }
}

/// The longest part of `span` that is one of the names.
fn named(words: &[Word], span: &Range<usize>, names: &[String]) -> Option<Range<usize>> {
    let parts = span
        .clone()
        .flat_map(|from| (from + 1..=span.end).map(move |to| from..to));
    let is_it = |part: &Range<usize>| names.contains(&mention::name_of(words, part));
    parts.filter(is_it).max_by_key(ExactSizeIterator::len)
}

/// The required entity that each thing is.
fn matched(words: &[Word], things: &[Thing], due: &[Due]) -> Vec<Option<usize>> {
    let mut taken = vec![false; due.len()];
    let is = |thing: &Thing, due: &Due, loose: usize| {
        let near = |name: &String| thing.names.iter().any(|known| is_near(known, name));
        let part = |mention: &Mention| named(words, &mention.span, &due.names).is_some();
        due.names.iter().any(|name| thing.is(name))
            || (loose > 0 && due.names.iter().any(near))
            || (loose > 1 && thing.mentions.iter().any(part))
    };
    let mut found = vec![None; things.len()];
    for loose in 0..3 {
        for (thing, found) in things
            .iter()
            .zip(&mut found)
            .filter(|(_, found)| found.is_none())
        {
            let at = (0..due.len())
                .find(|at| !due[*at].optional && !taken[*at] && is(thing, &due[*at], loose));
            if let Some(at) = at {
                taken[at] = true;
                *found = Some(at);
            }
        }
    }
    found
}

/// Whose field the words of `span` are.
fn owners(
    words: &[Word],
    kept: &[&Thing],
    owned: &[usize],
    due: &[Due],
    span: &Range<usize>,
    choices: &mut Vec<Choice>,
) {
    let name = mention::name_of(words, span);
    let before = |thing: &Thing| {
        let ends = thing
            .mentions
            .iter()
            .map(|mention| mention.span.end)
            .filter(|end| *end <= span.start);
        ends.max().map_or(usize::MAX, |end| span.start - end)
    };
    let has = |at: &usize| {
        due[owned[*at]]
            .fields
            .iter()
            .flatten()
            .any(|field| *field == name || is_near(field, &name))
    };
    let Some(mine) = (0..kept.len())
        .filter(has)
        .min_by_key(|at| before(kept[*at]))
    else {
        return;
    };
    if kept.len() < 2 {
        return;
    }
    for at in 0..kept.len() {
        let features = place::features(words, kept, at, span);
        choices.push(Choice {
            features,
            yes: at == mine,
        });
    }
}

/// Which of the things refer to which.
fn references(
    weights: &Weights,
    seen: &Seen,
    kept: &[&Thing],
    owned: &[usize],
    due: &[Due],
    choices: &mut Vec<Choice>,
) {
    for one in 0..kept.len() {
        for other in 0..kept.len() {
            if one == other {
                continue;
            }
            let is_it = |field: &String| due[owned[other]].names.contains(field);
            let yes = due[owned[one]].fields.iter().flatten().any(is_it);
            let hints: Hints = hints(kept, &seen.wants, one, other);
            let features = refer::features(weights, &seen.words, kept, (one, other), hints);
            choices.push(Choice { features, yes });
        }
    }
}
