//! From a label to decisions: which things are kept, what fields and references belong to. Knows no gradients.

use std::ops::Range;

use super::super::mention::{self, Thing};
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
    let things = mention::things(words, &tagged, &seen.wants, seen.domain);
    let matched = matched(&things, due);
    let mut choices = Vec::new();
    for ((thing, due_at), features) in things.iter().zip(&matched).zip(keep::features(
        words,
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

/// The required entity that each thing is.
fn matched(things: &[Thing], due: &[Due]) -> Vec<Option<usize>> {
    let mut taken = vec![false; due.len()];
    let is = |thing: &Thing, due: &Due, loose: bool| {
        due.names.iter().any(|name| {
            thing.is(name) || (loose && thing.names.iter().any(|known| is_near(known, name)))
        })
    };
    let mut found = vec![None; things.len()];
    for loose in [false, true] {
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
