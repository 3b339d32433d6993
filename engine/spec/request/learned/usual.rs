//! What a domain is about, and what usually comes along with that, where a request hardly says more than the domain. Knows
//! no weights.

use std::collections::BTreeSet;

use super::super::lexicon::Domain;
use super::super::noun::{self, Noun};
use super::super::want::Want;
use super::mention::Thing;
use super::word::Word;

/// Most words and marks of a request that hardly says more than what it is about.
const MAX_PLAIN_WORDS: usize = 12;

/// Keeps some of the things beside those that are `kept`.
pub(super) fn keep(words: &[Word], things: &[Thing], kept: &mut [bool], domain: Option<&Domain>) {
    let Some(domain) = domain else {
        return;
    };
    let usual = domain.usual();
    let Some(main) = usual.first() else {
        return;
    };
    let said = |(thing, kept): (&Thing, &bool)| *kept && !thing.mentions.is_empty();
    let silent = !things.iter().zip(&*kept).any(said);
    if silent || names_main_only(things, kept, main) {
        add(things, kept, |thing| {
            thing.names.iter().any(|name| usual.contains(name))
        });
    }
    let belongs = |name: &String| usual.contains(name) || domain.relates(name, main);
    let said = |(thing, kept): (&Thing, &bool)| -> Vec<String> {
        let named = *kept && !thing.mentions.is_empty();
        thing.names.iter().filter(|_| named).cloned().collect()
    };
    let named: Vec<String> = things.iter().zip(&*kept).flat_map(said).collect();
    if is_plain(words) {
        let way = named.iter().filter_map(|name| domain.way(name, main));
        let mut needed: BTreeSet<String> = way.flatten().collect();
        if named.iter().any(belongs) {
            needed.insert(main.clone());
            // The entries of a time tracker of projects.
            let holds = |name: &&String| noun::is(name, Noun::Holder) && domain.needs(name, main);
            needed.extend(usual.iter().filter(holds).cloned());
        }
        add(things, kept, |thing| {
            thing.names.iter().any(|name| needed.contains(name))
        });
    }
}

/// Puts what a domain is about first where no word names it: the posts of a blog before their comments. `unsaid` are the
/// entities that no word names.
pub(super) fn lead(wants: &mut [Want], unsaid: &[String], domain: Option<&Domain>) {
    if let Some(main) = domain.and_then(|domain| domain.usual().into_iter().next()) {
        wants.sort_by_key(|want| !(want.name == main && unsaid.contains(&main)));
    }
}

/// Whether a request names what it is about and nothing else: habits, to which check-ins belong.
fn names_main_only(things: &[Thing], kept: &[bool], main: &str) -> bool {
    let mut named = things
        .iter()
        .zip(kept)
        .filter(|(thing, kept)| **kept && (thing.is(main) || !thing.mentions.is_empty()));
    named.next().is_some_and(|(thing, _)| thing.is(main)) && named.next().is_none()
}

/// Whether a request lists a few words at most: a blog with comments, to which posts belong.
fn is_plain(words: &[Word]) -> bool {
    let marks =
        |word: &Word| matches!(word.text.as_str(), ":" | "(" | "[" | "{" | "=" | ";" | "\n");
    words.len() <= MAX_PLAIN_WORDS && !words.iter().any(marks)
}

/// Keeps those that the rules found where no word names them.
fn add(things: &[Thing], kept: &mut [bool], is: impl Fn(&Thing) -> bool) {
    for (thing, kept) in things.iter().zip(kept) {
        *kept |= thing.want.is_some() && thing.mentions.is_empty() && is(thing);
    }
}
