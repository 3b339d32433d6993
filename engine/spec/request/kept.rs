//! Which of the things that were found are kept: no mere containers, no companions that a list leaves out.
//! Knows what was read, not the request's text.

use super::head::Head;
use super::lexicon::{self, Domain};
use super::noun::{self, Noun};
use super::relate;
use super::want::{Listed, Want};
use crate::spec::{inflect, names};

/// Things beside the first from which on a list says what is kept.
const OTHERS: usize = 2;
/// Things of its own from which on a request says all that is kept.
const WHOLE: usize = 3;

/// Leaves only what is to be kept.
pub(super) fn keep(head: Head) -> Head {
    let mut head = without_mere_container(head);
    drop_companions(&mut head);
    drop_name(&mut head);
    head
}

/// Whether rows of `want` refer to rows of `name`, by what was said or by what is usual.
fn points_to(head: &Head, want: &Want, name: &str) -> bool {
    relate::refers_to(want, name) || relate::usually_refers(head, want, name)
}

/// Takes away what usually comes along, where the request names things of its own: a church's volunteers, teams
/// and rotas need no employees. What brings named things together stays, as the entries of a time sheet of clients
/// and projects do, and so does what a kept thing cannot be without.
fn drop_companions(head: &mut Head) {
    let Some(domain) = head.domain.filter(|domain| !domain.frame) else {
        return;
    };
    let own = |want: &Want| want.named || !is_silent(want);
    let count = head.wants.iter().filter(|want| own(want)).count();
    // `library: books (title, author, shelf)` says what is kept.
    let told = |want: &Want| {
        let last = last_word(&want.from).to_lowercase();
        let itself = inflect::is_plural(&last) && inflect::singular(&last) == want.name;
        want.named && want.fields.len() >= OTHERS && itself
    };
    let whole = !head.named && head.wants.iter().any(told);
    if count < OTHERS && !whole {
        return;
    }
    let mut at = 0;
    hand_on(head, domain);
    while at < head.wants.len() {
        let want = &head.wants[at];
        let others = || head.wants.iter().filter(|other| other.name != want.name);
        let below: Vec<&str> = others()
            .filter(|other| own(other) && points_to(head, want, &other.name))
            .map(|other| other.name.as_str())
            .collect();
        // The transactions of accounts and categories leave nothing to expenses.
        let taken = others()
            .any(|other| own(other) && below.iter().all(|name| points_to(head, other, name)));
        // A repair log with repairs keeps no work orders besides.
        let said = inflect::singular(&last_word(&want.from).to_lowercase());
        let taken = taken || others().any(|other| other.named && other.name == said);
        let holds = !below.is_empty() && !taken && count >= OTHERS;
        let needed = others().any(|other| {
            let bare = other.parents.is_empty() && is_silent(other);
            count < WHOLE
                && bare
                && other
                    .domain
                    .unwrap_or(domain)
                    .needs(&other.name, &want.name)
        });
        let of = want.domain.unwrap_or(domain);
        if own(want) || !of.usual().contains(&want.name) || holds || needed {
            at += 1;
        } else {
            head.wants.remove(at);
        }
    }
}

/// Gives what a list says of a companion to the first thing that is named: the status of a helpdesk with tickets.
fn hand_on(head: &mut Head, domain: &Domain) {
    let named = |want: &Want| want.named && domain.knows(&want.name);
    let Some(to) = head.wants.iter().position(named).filter(|to| *to > 0) else {
        return;
    };
    let first = &head.wants[0];
    let plain = |field: &Listed| matches!(field, Listed::Named(..));
    let free = !first.named && !first.again && first.parents.is_empty();
    let refers = head
        .wants
        .iter()
        .skip(1)
        .any(|other| points_to(head, first, &other.name));
    let beside = head.wants.iter().filter(|want| want.named).count();
    if free && !refers && beside >= OTHERS && first.fields.iter().all(plain) {
        let fields = std::mem::take(&mut head.wants[0].fields);
        head.wants[to].fields.extend(fields);
    }
}

/// Takes away what only names the application, `budget app, accounts, transactions`: one thing of which nothing is
/// said, which has nothing to do with what is named beside it.
fn drop_name(head: &mut Head) {
    let Some(first) = head.wants.first() else {
        return;
    };
    let one = !inflect::is_plural(last_word(&first.from));
    let others = || head.wants.iter().skip(1);
    let related = others()
        .any(|other| points_to(head, other, &first.name) || points_to(head, first, &other.name));
    let beside = others().filter(|other| other.named).count();
    if one && is_silent(first) && !first.again && !related && beside >= OTHERS {
        let name = head.wants.remove(0).name;
        head.title = Some(names::title(&name));
    }
}

/// Whether nothing was said of `want` but what it refers to.
fn is_silent(want: &Want) -> bool {
    let refers = |field: &Listed| matches!(field, Listed::Reference(_) | Listed::Many(_));
    want.fields.iter().all(refers) && want.parents.is_empty()
}

/// Takes away where things are kept, when the things are named: `catalogue for my pottery shop: products with
/// photo and price`.
fn drop_place(wants: &mut Vec<Want>) -> bool {
    let Some((first, others)) = wants.split_first_mut() else {
        return false;
    };
    let beside = others.iter().filter(|want| want.named).count();
    let one = !inflect::is_plural(last_word(&first.from));
    first.place |= one && noun::is(&first.name, Noun::Place) && !first.again && beside >= OTHERS;
    let named = others.iter().any(|want| want.named && !want.place);
    if !(first.place && is_silent(first) && named) {
        return false;
    }
    let goes = |want: &&Want| want.place && is_silent(want) && !want.again;
    let gone: Vec<String> = wants
        .iter()
        .filter(goes)
        .map(|want| want.name.clone())
        .collect();
    wants.retain(|want| !gone.contains(&want.name));
    for want in wants {
        want.parents.retain(|parent| !gone.contains(parent));
    }
    true
}

/// Takes away what only says where things are kept, when the things are named.
fn without_mere_container(mut head: Head) -> Head {
    let silent = is_silent;
    onto_cards(&mut head);
    let Some(first) = head.wants.first() else {
        return head;
    };
    let named = match head.domain {
        Some(_) => first.named,
        None => head.named,
    };
    // `boardgame nights: games, players, sessions` keeps games, players and sessions.
    let mere = first.name.contains('_')
        && silent(first)
        && !first.again
        && head.wants.len() > OTHERS
        && lexicon::entity(head.domain, &first.name).is_none();
    if drop_place(&mut head.wants) {
        return head;
    }
    if let Some(domain) = head.domain.filter(|_| !head.named && !mere) {
        keep_listed(&mut head.wants, domain);
        return without_unasked(head, domain);
    }
    if named && !mere {
        return head;
    }
    if let Some(domain) = head.domain.filter(|_| !mere) {
        return without_unasked(head, domain);
    }
    let name = head.wants[0].name.clone();
    let first = &head.wants[0];
    let known = lexicon::entity(None, &first.name).is_some();
    let many = inflect::is_plural(last_word(&first.from));
    let whose = noun::is(&name, Noun::Place) || noun::is(&name, Noun::Collective);
    let listed = first.again || (known && (many || !whose));
    if head.wants.len() > OTHERS && silent(&head.wants[0]) && !listed {
        // `zoo app with animals and keepers` keeps animals and keepers: the zoo is where.
        head.wants.remove(0);
        head.title = Some(names::title(&name));
        for want in &mut head.wants {
            want.parents.retain(|parent| *parent != name);
        }
    } else if let [first, only] = head.wants.as_mut_slice()
        && !first.again
        && only.parents.is_empty()
    {
        // `album app with songs`
        only.belongs_to(&name);
    }
    head
}

/// `kanban with tasks and labels`: the tasks are the cards, and have what is listed.
fn onto_cards(head: &mut Head) {
    let Some(domain) = head.domain.filter(|domain| domain.frame) else {
        return;
    };
    let other = |want: &&Want| {
        want.named && !domain.knows(&want.name) && !noun::is(&want.name, Noun::Person)
    };
    let Some(cards) = head.wants.iter().find(other).map(|want| want.name.clone()) else {
        return;
    };
    let usual = domain.usual();
    let (columns, mut kept): (Vec<Want>, Vec<Want>) = std::mem::take(&mut head.wants)
        .into_iter()
        .partition(|want| !want.named && usual.contains(&want.name));
    let gone: Vec<&String> = columns.iter().map(|want| &want.name).collect();
    for want in &mut kept {
        want.parents.retain(|parent| !gone.contains(&parent));
        if want.name == cards {
            want.fields
                .extend(columns.iter().flat_map(|column| column.fields.clone()));
        }
    }
    kept.sort_by_key(|want| want.name != cards);
    head.wants = kept;
}

/// `gym app with members and classes` keeps members and classes, no workouts.
fn without_unasked(mut head: Head, domain: &Domain) -> Head {
    let silent = is_silent;
    let usual = domain.usual();
    let is_usual = |want: &Want| usual.contains(&want.name);
    let unasked = head
        .wants
        .iter()
        .filter(|want| is_usual(want))
        .all(|want| !want.named && silent(want));
    // Categories and brands are of something.
    let own = |want: &&Want| !is_usual(want) && !noun::is(&want.name, Noun::Referred);
    if unasked
        && head.wants.iter().filter(own).count() > 0
        && head.wants.iter().filter(|want| !is_usual(want)).count() >= OTHERS
    {
        head.title = head
            .wants
            .first()
            .map(|want| names::title(&want.from.to_lowercase()));
        let needed: Vec<String> = usual
            .iter()
            .filter(|name| {
                let mut others = head.wants.iter().filter(|want| !is_usual(want));
                others.any(|want| domain.needs(&want.name, name))
            })
            .cloned()
            .collect();
        head.wants
            .retain(|want| !usual.contains(&want.name) || needed.contains(&want.name));
    }
    head
}

/// `library with books and members` keeps no loans: what a list leaves out of what is usual is not wanted,
/// unless it is what all is about.
fn keep_listed(wants: &mut Vec<Want>, domain: &Domain) {
    let usual = domain.usual();
    let listed: Vec<String> = wants
        .iter()
        .filter(|want| want.named)
        .map(|want| want.name.clone())
        .collect();
    if listed.len() < OTHERS || !listed.iter().any(|name| usual.contains(name)) {
        return;
    }
    let main = usual.first().cloned();
    wants.retain(|want| {
        let said = want.named || !want.fields.is_empty() || !want.parents.is_empty();
        said || Some(&want.name) == main.as_ref()
            || !usual.contains(&want.name)
            || listed.iter().any(|name| domain.needs(name, &want.name))
    });
}

fn last_word(text: &str) -> &str {
    text.split_whitespace().last().unwrap_or_default()
}
