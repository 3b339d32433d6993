//! Whose things are and where they are kept: `for teachers`, `for my pottery shop`. Knows no entity.

use super::head::{Head, link};
use super::item::{Item, Phrase};
use super::lexicon::domain_at;
use super::noun::{self, Noun};
use super::token::Token;
use super::words::Role;

/// What is said of people that an application is for.
pub(super) const AUDIENCE: &str = "who it is for";

/// Whether the phrase at `at` is where things are kept: the shop of `catalogue for my pottery shop`.
pub(super) fn is_place(tokens: &[Token], main: &[Item], at: usize) -> bool {
    const WHOSE: [&str; 7] = ["a", "an", "our", "my", "the", "your", "this"];
    let (Some(Item::Phrase(phrase)), Some(Item::Word(Role::Link, link))) =
        (main.get(at), at.checked_sub(1).and_then(|at| main.get(at)))
    else {
        return false;
    };
    let behind = matches!(tokens[*link].text.as_str(), "for" | "in" | "at");
    let one = tokens[*link..phrase.first]
        .iter()
        .any(|token| WHOSE.contains(&token.text.as_str()));
    let last = phrase.words.last().map_or("", String::as_str);
    behind && one && !phrase.is_plural() && noun::is(last, Noun::Place)
}

/// Who an application is for, where it is about something else: `tool for teachers to plan lessons`.
pub(super) fn audience<'i>(tokens: &[Token], main: &'i [Item], listed: bool) -> Option<&'i Phrase> {
    let is_for = |pair: &[Item]| link(&pair[0], tokens) == Some("for");
    let at = main.windows(2).position(|pair| match &pair[1] {
        Item::Phrase(phrase) => {
            let last = phrase.entity_name().unwrap_or_default();
            is_for(pair) && phrase.is_plural() && noun::is(&last, Noun::Person)
        }
        _ => false,
    })?;
    let more = main[at + 2..].iter().any(|item| match item {
        Item::Phrase(phrase) => phrase.is_plural(),
        _ => false,
    });
    let to = || main.get(at + 2).and_then(|item| link(item, tokens)) == Some("to");
    let last = at + 2 == main.len() && listed && at > 0;
    match &main[at + 1] {
        Item::Phrase(phrase) if last || (more && to()) => Some(phrase),
        _ => None,
    }
}

/// Marks words that name the domain once more: the bakery of `cake orders for a bakery`.
pub(super) fn know_context(tokens: &mut [Token], main: &[Item], head: &Head) {
    let Some(domain) = head.domain else { return };
    for item in main {
        let Item::Phrase(phrase) = item else { continue };
        for at in phrase.first..phrase.end {
            if let Some((other, length)) = domain_at(tokens, at)
                && other.name == domain.name
            {
                for token in &mut tokens[at..at + length] {
                    token.meant = token.meant.or(Some("what it is about"));
                }
            }
        }
    }
}
