//! Which of two things refers to the other, where the words were read both ways: a vote is for an option of a poll, and
//! no poll has a vote. Knows what is usual, not the request's text.

use std::collections::BTreeSet;

use super::head::Head;
use super::lexicon;
use super::noun::{self, Noun};
use super::relate::refers_to;
use super::want::{Listed, Want};
use crate::spec::{Field, FieldType, inflect};

/// Takes away references that close a circle with usual ones, and those to one of what there usually are several.
pub(super) fn open(head: &mut Head) {
    one_of_several(head);
    for one in 0..head.wants.len() {
        for other in 0..head.wants.len() {
            let refers = one != other && refers_to(&head.wants[one], &head.wants[other].name);
            if refers && !usual(head, one, other) && reaches(head, other, one) {
                let target = head.wants[other].name.clone();
                let want = &mut head.wants[one];
                want.parents.retain(|parent| *parent != target);
                want.fields
                    .retain(|field| !matches!(field, Listed::Reference(name) if *name == target));
            }
        }
    }
}

/// The actors of movies, of which a movie has many: a reference to one of them is none that the words asked for.
fn one_of_several(head: &mut Head) {
    let many =
        |want: &Want| inflect::is_plural(want.from.split(' ').next_back().unwrap_or_default());
    let several: Vec<String> = head
        .wants
        .iter()
        .filter(|want| many(want))
        .map(|want| want.name.clone())
        .collect();
    let domain = head.domain;
    for want in &mut head.wants {
        let Some(usual) = lexicon::entity(want.domain.or(domain), &want.name) else {
            continue;
        };
        let shares = |name: &String| {
            let is_it = |field: &Field| {
                field.kind == FieldType::Many && field.references.as_ref() == Some(name)
            };
            several.contains(name) && usual.entity.fields.iter().any(is_it)
        };
        want.fields
            .retain(|field| !matches!(field, Listed::Reference(name) if shares(name)));
    }
}

/// Whether rows of `one` usually refer to rows of `other`.
fn usual(head: &Head, one: usize, other: usize) -> bool {
    let (one, other) = (&head.wants[one], &head.wants[other]);
    let domain = one.domain.or(head.domain);
    let original = domain.and_then(|domain| domain.original(&other.name));
    let is_it = |target: &String| *target == other.name || Some(target.as_str()) == original;
    lexicon::entity(domain, &one.name).is_some_and(|parsed| {
        let mut fields = parsed.entity.fields.iter();
        fields.any(|field| field.references.as_ref().is_some_and(is_it))
    })
}

/// Whether usual references lead from one thing to another.
fn reaches(head: &Head, from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        let next = (0..head.wants.len()).filter(|next| usual(head, at, *next));
        open.extend(next.filter(|next| seen.insert(*next)));
    }
    seen.contains(&to)
}

/// Whether rows of one of two things usually refer to the other's, or the table does not have both.
pub(super) fn may_relate(head: &Head, one: &Want, other: &Want) -> bool {
    let Some(domain) = head.domain else {
        return true;
    };
    let both = domain.knows(&one.name) && domain.knows(&other.name);
    let holds = |want: &Want| noun::is(&want.name, Noun::Holder);
    !both || holds(one) || holds(other) || domain.relates(&one.name, &other.name)
}
