//! Languages that programs are written in: where a word such as `go` or `c` means one. Knows no stack.

use std::sync::LazyLock;

use super::action;
use super::token::Token;
use super::words::{self, Role};
use crate::spec::inflect::lines;

/// Words for programs: those that others build on, and the rest.
static PROGRAMS: LazyLock<(Vec<&str>, Vec<&str>)> = LazyLock::new(|| {
    let group = |name: &str| -> Vec<&str> {
        lines(include_str!("../data/programs.txt"))
            .filter_map(|line| line.strip_prefix(name))
            .flat_map(str::split_whitespace)
            .collect()
    };
    (group("package "), group("program "))
});

/// Words before `go` that make it a verb or part of a name: `to go`, `on the go`, `we go`.
const NO_LANGUAGE: [&str; 14] = [
    "to", "the", "and", "i", "we", "you", "they", "can", "let", "on", "should", "or", "n",
    "pokemon",
];
/// What belongs to the game of go and to karts.
const NO_GO: [&str; 9] = [
    "game",
    "tournament",
    "match",
    "club",
    "board",
    "player",
    "kart",
    "karting",
    "problem",
];
/// Short names mean much else, so that more has to stand around them.
const SHORT: usize = 1;

/// Whether the `length` tokens at `at`, which can mean something else, name a language here.
pub(super) fn is_meant(tokens: &[Token], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let next = tokens.get(at + length);
    let short = tokens[at].text.len() <= SHORT;
    if action::built_with(tokens, at) > 0 {
        return true;
    }
    let denied = before.is_some_and(|token| NO_LANGUAGE.contains(&token.text.as_str()));
    let opens = before.is_none_or(|token| !token.is_word || is_small(token));
    if next.is_some_and(|next| builds_on(next) || (is_program(next) && (opens || !short))) {
        return !denied;
    }
    // `go todo app`, but not a go tournament.
    let far = tokens
        .get(at + length + 1)
        .is_some_and(|token| builds_on(token) || is_program(token));
    let between = next
        .is_some_and(|next| next.is_word && !NO_GO.contains(&next.one.as_str()) && !is_small(next));
    if tokens[at].text == "go" && opens && far && between {
        return !denied;
    }
    let inside = before.is_some_and(|token| token.text == "in");
    let ends = next.is_none_or(|next| !next.is_word || words::is(&next.text, Role::With));
    let holder = at.checked_sub(2).map(|holder| &tokens[holder]);
    let program = holder.is_some_and(|token| {
        builds_on(token) || is_program(token) || words::is(&token.text, Role::Container)
    });
    inside && (program || (ends && !short))
}

/// Whether a word for a package stands beside the language in the `length` tokens at `at`: `c library`, `lib in rust`.
pub(super) fn packs(tokens: &[Token], at: usize, length: usize) -> bool {
    if tokens.get(at + length).is_some_and(builds_on) {
        return true;
    }
    let joins = |at: &usize| matches!(tokens[*at].text.as_str(), "in" | "for");
    let first = match action::built_with(tokens, at) {
        0 => at.checked_sub(1).filter(joins),
        words => at.checked_sub(words),
    };
    first
        .and_then(|first| tokens.get(first.checked_sub(1)?))
        .is_some_and(builds_on)
}

pub(super) fn builds_on(token: &Token) -> bool {
    PROGRAMS.0.contains(&token.one.as_str())
}

fn is_program(token: &Token) -> bool {
    PROGRAMS.1.contains(&token.one.as_str())
}

fn is_small(token: &Token) -> bool {
    const SMALL: [Role; 5] = [
        Role::Filler,
        Role::Verb,
        Role::Link,
        Role::With,
        Role::Separator,
    ];
    SMALL.iter().any(|role| words::is(&token.text, *role))
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    /// Whether `word` means a language where it first stands in `text`.
    fn meant(text: &str, word: &str) -> bool {
        let tokens = tokens(text);
        let at = tokens.iter().position(|token| token.text == word);
        is_meant(&tokens, at.expect("the word is there"), 1)
    }

    #[test]
    fn words_are_languages_beside_words_for_programs() {
        for (text, word) in [
            ("go library for json", "go"),
            ("go cli for todos", "go"),
            ("a small Go service for notes", "go"),
            ("c library for json", "c"),
            ("fast C library", "c"),
            ("go todo app", "go"),
            ("json parser in C", "c"),
            ("a library written in C", "c"),
            ("R package for plots", "r"),
            ("expense tracker in swift", "swift"),
            ("todos in elixir", "elixir"),
            ("dart package", "dart"),
        ] {
            assert!(meant(text, word), "{text}");
        }
    }

    #[test]
    fn elsewhere_they_are_what_they_are() {
        for (text, word) in [
            ("places to go", "go"),
            ("to go app with meals", "go"),
            ("todo list to go through", "go"),
            ("go tournaments with players", "go"),
            ("go tournament app", "go"),
            ("vitamin c app", "c"),
            ("oven log with temperature in c", "c"),
            ("swift sightings with date", "swift"),
            ("dart scores", "dart"),
            ("plan b and c", "c"),
        ] {
            assert!(!meant(text, word), "{text}");
        }
    }

    #[test]
    fn packages_are_told_from_libraries_of_books() {
        for (text, at, due) in [
            ("c library for json", 0, true),
            ("a library in rust", 3, true),
            ("library written in rust", 3, true),
            ("library management in rust", 3, false),
            ("rust app for a library", 0, false),
        ] {
            assert_eq!(packs(&tokens(text), at, 1), due, "{text}");
        }
    }
}
