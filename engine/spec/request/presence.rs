//! What an application is for where that is nothing to keep: a school project, the presence of a restaurant.
//! Knows words, no domains.

use super::learned;
use super::token::Token;
use super::whose::AUDIENCE;
use super::words::{self, Role};
use crate::spec::inflect;

/// Whose something is.
const WHOSE: [&str; 6] = ["my", "our", "a", "an", "the", "your"];
/// What a project is done for.
const OCCASIONS: [&str; 26] = [
    "school",
    "university",
    "college",
    "uni",
    "final",
    "year",
    "final-year",
    "class",
    "course",
    "semester",
    "capstone",
    "side",
    "pet",
    "hobby",
    "weekend",
    "portfolio",
    "group",
    "personal",
    "exam",
    "bachelor",
    "master",
    "thesis",
    "degree",
    "diploma",
    "homework",
    "own",
];
/// What shows somebody to the world.
const PRESENCES: [&str; 6] = ["website", "site", "homepage", "webpage", "web-site", "page"];
/// What somebody runs.
const VENTURES: [&str; 10] = [
    "business",
    "company",
    "practice",
    "studio",
    "firm",
    "agency",
    "startup",
    "shop",
    "store",
    "freelancer",
];
/// Most words of what somebody runs: a small family restaurant.
const MAX_WORDS: usize = 4;

/// Takes a project that is nothing but the occasion out of `tokens`: `something cool for my final year project`.
pub(super) fn take(tokens: &mut [Token]) {
    let whose = |token: &Token| WHOSE.contains(&token.text.as_str());
    let Some(end) = tokens.iter().rposition(|token| token.is_word) else {
        return;
    };
    let occasion = |token: &&Token| OCCASIONS.contains(&token.text.as_str());
    let count = tokens[..end].iter().rev().take_while(occasion).count();
    let first = end - count;
    let own = first > 0 && whose(&tokens[first - 1]);
    let all_small = || {
        tokens[..first]
            .iter()
            .all(|token| words::is(&token.text, Role::Filler))
    };
    let purpose = first > 1 && matches!(tokens[first - 2].text.as_str(), "for" | "as");
    if tokens[end].text == "project" && own && (purpose || all_small()) {
        for token in &mut tokens[first..=end] {
            token.used = true;
            token.meant = Some(AUDIENCE);
        }
    }
}

/// Whether all that is asked for is a site of what somebody runs: `a website for my restaurant`, `a bakery website`.
pub(super) fn is_presence(tokens: &[Token]) -> bool {
    let said: Vec<&Token> = tokens.iter().filter(|token| !is_idle(token)).collect();
    let presence = |token: &Token| PRESENCES.contains(&token.text.as_str());
    match said.as_slice() {
        [first, link, whose, run @ ..] if presence(first) && link.text == "for" => {
            WHOSE.contains(&whose.text.as_str()) && is_run(run)
        }
        [run @ .., last] if presence(last) => {
            run.len() == 1 && is_run(run) && run[0].text != "library"
        }
        _ => false,
    }
}

/// Words in front that only ask: `please make me a simple`.
fn is_idle(token: &Token) -> bool {
    let whose = WHOSE[..2].contains(&token.text.as_str());
    words::is(&token.text, Role::Filler) && !whose && token.text != "the"
        || matches!(
            token.text.as_str(),
            "simple" | "nice" | "modern" | "small" | "new" | "professional" | "." | "!"
        )
}

/// Whether the words are something that somebody runs, or somebody.
fn is_run(words: &[&Token]) -> bool {
    let runs = |token: &&&Token| {
        let is = |sense: &str| learned::is_noun_of(&token.one, sense);
        VENTURES.contains(&token.one.as_str()) || is("a place") || is("a group") || is("a role")
    };
    let one = |token: &&Token| token.is_word && !inflect::is_plural(&token.text);
    (1..=MAX_WORDS).contains(&words.len())
        && words.iter().all(one)
        && words.iter().any(|word| runs(&word))
}
