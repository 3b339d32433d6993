//! Relations that the words of a request leave open. Knows kinds of nouns, not the request's text.

use super::head::Head;
use super::lexicon;
use super::noun::{self, Noun};
use super::rewrite::Said;
use super::want::{Listed, Want};

/// Relates what stands beside each other: the logs of `vehicles and fuel logs` are of vehicles.
pub(super) fn relate(head: &mut Head, said: Said) {
    if said.many_to_many {
        share(&mut head.wants);
    }
    if let Some(act) = said.act {
        ensure(head, act);
    }
    for at in 0..head.wants.len() {
        let want = &head.wants[at];
        let alone = want.parents.is_empty() && !refers(head, want);
        if !(alone && want.named && noun::is(&want.name, Noun::Dependent)) {
            continue;
        }
        let owners = head.wants.iter().filter(|other| {
            other.name != want.name
                && other.named
                && !noun::is(&other.name, Noun::Dependent)
                && !refers_to(other, &want.name)
        });
        let person = |other: &&Want| noun::is(&other.name, Noun::Person);
        let thing = owners.clone().find(|other| !person(other));
        let owner = thing.or_else(|| owners.clone().next());
        if let Some(owner) = owner.map(|owner| owner.name.clone()) {
            head.wants[at].belongs_to(&owner);
        }
    }
}

/// What people make by what they do: the bookings of what they can book.
fn ensure(head: &mut Head, act: &str) {
    const SAME: [&str; 3] = ["booking", "reservation", "appointment"];
    let is_it = |want: &Want| {
        let both = SAME.contains(&want.name.as_str()) && SAME.contains(&act);
        both || want.name == act
    };
    let Some(first) = head.wants.first().map(|want| want.name.clone()) else {
        return;
    };
    if !head.wants.iter().any(is_it) {
        let mut made = Want::new(act.to_owned(), act.to_owned(), true);
        made.belongs_to(&first);
        if let Some(second) = head.wants.get(1).filter(|second| second.named) {
            made.fields.push(Listed::Reference(second.name.clone()));
        }
        head.wants.push(made);
    }
}

/// Two things of which each has many of the other.
fn share(wants: &mut [Want]) {
    let [first, second, ..] = wants else { return };
    first.parents.retain(|parent| *parent != second.name);
    second.parents.retain(|parent| *parent != first.name);
    first
        .fields
        .retain(|field| !names_entity(field, &second.name));
    first.fields.push(Listed::Many(second.name.clone()));
}

fn names_entity(field: &Listed, name: &str) -> bool {
    matches!(field, Listed::Reference(target) | Listed::Many(target) if target == name)
}

fn refers_to(want: &Want, name: &str) -> bool {
    want.parents.iter().any(|parent| parent == name)
        || want.fields.iter().any(|field| names_entity(field, name))
}

/// Whether `want` refers to another entity of the request by what is said or usual.
fn refers(head: &Head, want: &Want) -> bool {
    let others = || head.wants.iter().filter(|other| other.name != want.name);
    if others().any(|other| refers_to(want, &other.name)) {
        return true;
    }
    let Some(usual) = lexicon::entity(head.domain, &want.name) else {
        return false;
    };
    usual.entity.fields.iter().any(|field| {
        field.references.as_ref().is_some_and(|target| {
            others().any(|other| {
                other.name == *target
                    || head.domain.and_then(|domain| domain.original(&other.name)) == Some(target)
            })
        })
    })
}
