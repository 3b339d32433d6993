//! What a request does not want: the comments of `a blog without comments`. Knows words, and no things until it is told.

use super::head::Head;
use super::token::Token;
use super::want::Listed;
use super::words::{self, Role};
use crate::spec::{inflect, names};

/// What is said of words that stand behind `no` or `without`.
pub(super) const NOT_WANTED: &str = "not wanted";
/// Most words of something that is not wanted.
const MAX_WORDS: usize = 3;
/// Words behind `no` with which it says something else: no-shows, no more than ten.
const OTHERWISE: [&str; 9] = [
    "show", "shows", "more", "longer", "less", "later", "matter", "one", "need",
];
/// Words that only say what kind of part is not wanted.
const PARTS: [&str; 15] = [
    "field",
    "column",
    "flag",
    "section",
    "page",
    "feature",
    "support",
    "needed",
    "required",
    "necessary",
    "please",
    "table",
    "part",
    "stuff",
    "thing",
];
/// Small words that end what is not wanted.
const ENDS: [Role; 10] = [
    Role::With,
    Role::Has,
    Role::Link,
    Role::Each,
    Role::Separator,
    Role::Belongs,
    Role::Verb,
    Role::Negation,
    Role::Called,
    Role::Container,
];

/// Names of what is not wanted.
#[derive(Debug, Default)]
pub(super) struct Unwanted {
    names: Vec<String>,
}

/// Takes what is not wanted out of `tokens`.
pub(super) fn take(tokens: &mut [Token]) -> Unwanted {
    let mut unwanted = Unwanted::default();
    let mut at = 0;
    while at < tokens.len() {
        let mut from = at;
        at += 1;
        if !negates(tokens, from) {
            continue;
        }
        let mut list = phrase(tokens, from + 1);
        while let Some((first, end)) = list {
            if let Some(name) = name(&tokens[first..end]) {
                unwanted.names.push(name);
            }
            for token in &mut tokens[from..end] {
                token.used = true;
                token.meant = Some(NOT_WANTED);
            }
            (from, at) = (end, end);
            list = tokens.get(end).and_then(|token| next(tokens, token, end));
        }
    }
    unwanted
}

/// Whether what stands behind the word at `at` is not wanted; the `no` of `receipt no` is a number.
fn negates(tokens: &[Token], at: usize) -> bool {
    let word = |back: usize| {
        let at = at.checked_sub(back)?;
        Some(tokens[at].text.as_str())
    };
    let before = at.checked_sub(1).map(|at| &tokens[at]);
    let behind = |token: &Token| {
        token.is_word && !token.used && !is_small(token) && !words::is(&token.text, Role::Nothing)
    };
    let asks = matches!(word(2), Some("yes" | "y")) || matches!(word(1), Some("yes" | "/"));
    let after = tokens.get(at + 1).map_or("", |token| token.text.as_str());
    match tokens[at].text.as_str() {
        _ if tokens[at].used => false,
        "without" => true,
        "no" => !asks && !before.is_some_and(behind) && !OTHERWISE.contains(&after),
        "need" | "want" => matches!(word(1), Some("don't" | "dont" | "doesn't" | "not")),
        _ => false,
    }
}

fn is_small(token: &Token) -> bool {
    words::is(&token.text, Role::Filler) || ENDS.iter().any(|role| words::is(&token.text, *role))
}

/// The words from `at` on that name one thing.
fn phrase(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let filler = |token: &&Token| token.is_word && words::is(&token.text, Role::Filler);
    let first = at + tokens.get(at..)?.iter().take_while(filler).count();
    let names = |token: &&Token| token.is_word && !token.used && !is_small(token);
    let count = tokens.get(first..)?.iter().take_while(names).count();
    (1..=MAX_WORDS)
        .contains(&count)
        .then_some((first, first + count))
}

/// What is listed behind something that is not wanted: the tags of `no ratings or tags`.
fn next(tokens: &[Token], link: &Token, at: usize) -> Option<(usize, usize)> {
    let (first, end) = phrase(tokens, at + 1)?;
    let ends = tokens
        .get(end)
        .is_none_or(|token| !token.is_word || token.text == "and");
    match link.text.as_str() {
        "or" | "nor" => Some((first, end)),
        "and" if ends => Some((first, end)),
        _ => None,
    }
}

fn name(tokens: &[Token]) -> Option<String> {
    let part = |token: &&Token| PARTS.contains(&token.one.as_str());
    let parts = tokens.iter().rev().take_while(part).count();
    let rest: Vec<&str> = tokens[..tokens.len() - parts]
        .iter()
        .map(|token| token.text.as_str())
        .collect();
    let (name, _) = names::entity_names(&rest.join(" ")).ok()?;
    Some(names::bare(&name).to_owned())
}

impl Unwanted {
    /// Besides, what words of features name that cannot be made: a checkout is nothing to keep, while deployments are.
    pub(super) fn with(mut self, phrases: &[String]) -> Self {
        let names = phrases
            .iter()
            .filter(|phrase| {
                let many = inflect::plural(phrase);
                !inflect::is_plural(phrase) && !phrases.contains(&many)
            })
            .filter_map(|phrase| names::entity_names(phrase).ok());
        self.names
            .extend(names.map(|(name, _)| names::bare(&name).to_owned()));
        self
    }

    /// Takes what is not wanted out of what was found.
    pub(super) fn leave_out(&self, head: &mut Head) {
        let domain = head.domain;
        let is = |name: &str| {
            let other = domain.and_then(|domain| domain.original(name));
            let known = |name: &str| self.names.iter().any(|one| one == names::bare(name));
            known(name) || other.is_some_and(known)
        };
        let goes = |field: &Listed| match field {
            Listed::Reference(name) | Listed::Many(name) | Listed::Named(name, _) => {
                names::entity_names(name).is_ok_and(|(name, _)| is(&name))
            }
            Listed::Typed(_) | Listed::Without(_) => false,
        };
        head.wants.retain(|want| !is(&want.name));
        for want in &mut head.wants {
            want.parents.retain(|parent| !is(parent));
            want.fields.retain(|field| !goes(field));
            let without = self.names.iter().cloned().map(Listed::Without);
            want.fields.extend(without);
        }
    }
}
