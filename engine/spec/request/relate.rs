//! Relations that the words of a request leave open. Knows kinds of nouns, not the request's text.

use super::action::{Act, Acts};
use super::circle;
use super::head::Head;
use super::lexicon;
use super::noun::{self, Noun};
use super::rewrite::Said;
use super::want::{Listed, Want};
use crate::spec::grammar::typed_field;
use crate::spec::names::MAX_ENTITIES;

/// Things that belong to others or stand for themselves.
const OWN: [&str; 8] = [
    "note", "task", "expense", "photo", "picture", "image", "log", "entry",
];
/// Things from which on these stand for themselves, unless they are said to belong to the first one.
const OWN_BESIDE: usize = 2;

/// Relates what stands beside each other: the logs of `vehicles and fuel logs` are of vehicles.
pub(super) fn relate(head: &mut Head, said: &Said) {
    if said.many_to_many {
        share(&mut head.wants);
    }
    place_fields(head);
    for act in &said.acts.made {
        ensure(head, act);
    }
    give(head, &said.acts);
    for at in 0..head.wants.len() {
        let want = &head.wants[at];
        let alone = want.parents.is_empty() && !refers(head, want);
        if !(alone && want.named && noun::is(&want.name, Noun::Dependent)) {
            continue;
        }
        let owners = head.wants.iter().enumerate().filter(|(at, other)| {
            other.name != want.name
                && (other.named || *at == 0)
                && !noun::is(&other.name, Noun::Dependent)
                && !refers_to(other, &want.name)
                && circle::may_relate(head, want, other)
        });
        let owners = owners.map(|(_, owner)| owner);
        let person = |other: &&Want| noun::is(&other.name, Noun::Person);
        let thing = owners.clone().find(|other| !person(other));
        let owner = thing.or_else(|| owners.clone().next());
        // Tasks, events and notes of a planner stand beside each other.
        let first = head
            .wants
            .first()
            .filter(|_| head.named)
            .map(|want| want.name.clone());
        let own = OWN.contains(&want.name.as_str()) && head.wants.len() > OWN_BESIDE;
        let owner = owner.filter(|owner| !own || Some(&owner.name) == first.as_ref());
        if let Some(owner) = owner.map(|owner| owner.name.clone()) {
            head.wants[at].belongs_to(&owner);
        }
    }
    connect(head);
}

/// Gives what stands alone to something that refers to it: the boat and the member of a booking.
fn connect(head: &mut Head) {
    // Many of them take part in many things: one reference would be wrong.
    const TAKING_PART: [&str; 12] = [
        "member",
        "student",
        "pupil",
        "customer",
        "client",
        "user",
        "guest",
        "participant",
        "attendee",
        "visitor",
        "employee",
        "patient",
    ];
    let alone: Vec<String> = head
        .wants
        .iter()
        .filter(|want| want.named && want.parents.is_empty() && !refers(head, want))
        .filter(|want| {
            let mut others = head.wants.iter().filter(|other| other.name != want.name);
            !others.any(|other| {
                refers_to(other, &want.name) || usually_refers(head, other, &want.name)
            })
        })
        .map(|want| want.name.clone())
        .collect();
    for name in alone {
        let person = noun::is(&name, Noun::Person);
        let takes_part = TAKING_PART.contains(&name.as_str());
        let others = || {
            head.wants
                .iter()
                .enumerate()
                .filter(|(_, other)| other.name != name)
        };
        let holder = others().find(|(_, other)| noun::is(&other.name, Noun::Holder));
        let thing = others()
            .find(|(_, other)| !noun::is(&other.name, Noun::Person))
            .filter(|_| !takes_part && (person || noun::is(&name, Noun::Referred)));
        let group = others()
            .find(|(_, other)| other.named && noun::is(&other.name, Noun::Collective))
            .filter(|_| person);
        let Some((at, found)) = holder.or(group).or(thing) else {
            continue;
        };
        if person && noun::is(&found.name, Noun::Collective) {
            let group = found.name.clone();
            if let Some(want) = head.wants.iter_mut().find(|want| want.name == name) {
                want.fields.push(Listed::Reference(group));
            }
        } else {
            head.wants[at].fields.push(Listed::Reference(name));
        }
    }
}

/// Gives the fields of a list to the thing that usually has them: those of a log to its entries.
fn place_fields(head: &mut Head) {
    let Some(domain) = head.domain.filter(|_| !head.named) else {
        return;
    };
    let usual_of = |want: &Want| -> Vec<String> {
        let usual = lexicon::entity(Some(domain), &want.name);
        let fields = usual.into_iter().flat_map(|parsed| parsed.entity.fields);
        fields.map(|field| field.name).collect()
    };
    let score = |want: &Want, fields: &[Listed]| {
        let usual = usual_of(want);
        let is_usual = |field: &&Listed| match field {
            Listed::Named(name, _) => usual.contains(&name.replace(' ', "_")),
            _ => false,
        };
        fields.iter().filter(is_usual).count()
    };
    let Some((first, others)) = head.wants.split_first_mut() else {
        return;
    };
    if first.fields.is_empty() {
        return;
    }
    let least = score(first, &first.fields);
    let best = others
        .iter_mut()
        .max_by_key(|other| score(other, &first.fields));
    if let Some(best) =
        best.filter(|best| best.fields.is_empty() && score(best, &first.fields) > least)
    {
        best.fields = std::mem::take(&mut first.fields);
        let own = best.name.clone();
        best.fields.retain(|field| !names_entity(field, &own));
    }
}

/// Whether an entity usually refers to `name`.
pub(super) fn usually_refers(head: &Head, want: &Want, name: &str) -> bool {
    let domain = want.domain.or(head.domain);
    let original = domain
        .and_then(|domain| domain.original(name))
        .unwrap_or(name);
    lexicon::entity(domain, &want.name).is_some_and(|usual| {
        let mut fields = usual.entity.fields.iter();
        fields.any(|field| {
            let target = field.references.as_deref().unwrap_or(&field.name);
            target == name || target == original
        })
    })
}

/// What people make by what they do: the bookings of what they can book.
fn ensure(head: &mut Head, act: &Act) {
    const SAME: [&str; 3] = ["booking", "reservation", "appointment"];
    let is_it = |want: &Want| {
        let both = SAME.contains(&want.name.as_str()) && SAME.contains(&act.made);
        both || want.name == act.made
    };
    let there = |name: &Option<String>| {
        let name = name.as_ref()?;
        head.wants
            .iter()
            .find(|want| want.name == *name)
            .map(|want| want.name.clone())
    };
    let (subject, object) = (there(&act.subject), there(&act.object));
    let Some(first) = head.wants.first().map(|want| want.name.clone()) else {
        return;
    };
    if head.wants.iter().any(is_it) || head.wants.len() >= MAX_ENTITIES {
        return;
    }
    let mut made = Want::new(act.made.to_owned(), act.made.to_owned(), true);
    if !refers(head, &made) {
        made.belongs_to(object.as_ref().unwrap_or(&first));
        let second = head.wants.get(1).filter(|second| second.named);
        let second = subject.or_else(|| second.map(|second| second.name.clone()));
        let second = second.filter(|second| !made.parents.contains(second));
        made.fields.extend(second.map(Listed::Reference));
    }
    head.wants.push(made);
}

/// Gives things what verbs say of them: tags of what people tag, the company of jobs that companies post.
fn give(head: &mut Head, acts: &Acts) {
    for (subject, object) in &acts.does {
        let Some(subject) = known(head, subject) else {
            continue;
        };
        let Some(at) = head.wants.iter().position(|want| want.name == *object) else {
            continue;
        };
        let own = head.wants[at].name == subject;
        let of = head.wants.iter().find(|want| want.name == subject);
        let back = of.is_some_and(|of| refers_to(of, object) || usually_refers(head, of, object));
        if !own && !back && !refers_to(&head.wants[at], &subject) {
            head.wants[at].fields.push(Listed::Reference(subject));
        }
    }
    let Some(first) = head.wants.first_mut() else {
        return;
    };
    for field in &acts.fields {
        let bare = field.split(':').next().unwrap_or_default();
        let there = first.fields.iter().any(|listed| match listed {
            Listed::Typed(field) => field.name == bare,
            Listed::Named(name, _) => name == bare,
            _ => false,
        });
        if there {
            continue;
        }
        let typed = typed_field(field).filter(|_| field.contains(':'));
        first.fields.push(match typed {
            Some((field, _)) => Listed::Typed(field),
            None => Listed::Named(field.clone(), None),
        });
    }
}

/// The name of what is there and called `name`, or so by another name.
fn known(head: &Head, name: &str) -> Option<String> {
    let mut wants = head.wants.iter();
    wants
        .find(|want| want.name == name)
        .map(|want| want.name.clone())
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

/// Whether the request says that rows of `want` refer to rows of `name`.
pub(super) fn refers_to(want: &Want, name: &str) -> bool {
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
