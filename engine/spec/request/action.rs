//! What people do with the things that are kept, said by verbs: `pupils borrow books`, `tag them`, `built with Django`.
//! Knows verbs and their places, no entity.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::token::Token;
use super::words::{self, Role};
use crate::spec::inflect::{self, lines};

/// Most things that verbs make in one request.
const MAX_ACTS: usize = 4;

/// What a verb says of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    /// It makes a thing: `loan` for `borrow`.
    Makes(&'static str),
    /// It gives things a field: `tags` for `tag`.
    Says(&'static str),
    /// It only tells what happens.
    Plain,
}

static VERBS: LazyLock<BTreeMap<&str, Verb>> = LazyLock::new(|| {
    let mut verbs = BTreeMap::new();
    for word in group("plain") {
        verbs.insert(word, Verb::Plain);
    }
    for (verb, made) in group("makes").filter_map(|pair| pair.split_once('=')) {
        verbs.insert(verb, Verb::Makes(made));
    }
    for (verb, field) in group("says").filter_map(|pair| pair.split_once('=')) {
        verbs.insert(verb, Verb::Says(field));
    }
    verbs
});

/// The words of a group of the table.
fn group(name: &'static str) -> impl Iterator<Item = &'static str> {
    lines(include_str!("../data/verbs.txt"))
        .filter_map(|line| line.split_once(' '))
        .filter(move |(group, _)| *group == name)
        .flat_map(|(_, words)| words.split_whitespace())
}

/// Every verb of the table.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    VERBS.keys().copied().chain(group("participle"))
}

/// A thing that a verb makes, with who does it and to what, as far as that is said.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub made: &'static str,
    pub subject: Option<String>,
    pub object: Option<String>,
}

/// What the verbs of a request say.
#[derive(Clone, Debug, Default)]
pub(super) struct Acts {
    pub made: Vec<Act>,
    /// Names of fields of what the request is about.
    pub fields: Vec<String>,
    /// Pairs of nouns: companies post jobs, so that a job has a company.
    pub does: Vec<(String, String)>,
}

/// Reads the verbs and takes them out of the names.
pub(super) fn take(tokens: &mut [Token]) -> Acts {
    let mut acts = Acts::default();
    let mut acting = false;
    for at in 0..tokens.len() {
        if tokens[at].used {
            continue;
        }
        acting &= !ends_doing(&tokens[at]);
        if let Some(made) = gerund(tokens, at) {
            tokens[at].one = made.to_owned();
            tokens[at].text = inflect::plural(made);
            continue;
        }
        let length = marked_as(tokens, at, &mut acts.fields);
        if length > 0 {
            mark(&mut tokens[at..at + length]);
            continue;
        }
        let Some(verb) = VERBS.get(tokens[at].text.as_str()).copied() else {
            continue;
        };
        let Some(subject) = acts_here(tokens, at, verb, acting) else {
            continue;
        };
        acting = true;
        let object = object(tokens, at);
        match verb {
            Verb::Makes(made) if acts.made.len() < MAX_ACTS => acts.made.push(Act {
                made,
                subject,
                object,
            }),
            Verb::Says(field) => acts.fields.push(field.to_owned()),
            Verb::Plain | Verb::Makes(_) => acts.does.extend(subject.zip(object)),
        }
        mark(&mut tokens[at..=at]);
    }
    acts
}

fn mark(tokens: &mut [Token]) {
    for token in tokens {
        token.used = true;
        token.meant = Some("what people do");
    }
}

fn word(tokens: &[Token], at: Option<usize>) -> &str {
    at.and_then(|at| tokens.get(at))
        .map_or("", |token| token.text.as_str())
}

fn separates(word: &str) -> bool {
    word == "," || words::is(word, Role::Separator)
}

/// Whether what people do ends here, and a list of names may begin.
fn ends_doing(token: &Token) -> bool {
    let opens = [Role::With, Role::Has];
    matches!(token.text.as_str(), "." | ":" | "(" | "\n" | "!" | "?")
        || opens.iter().any(|role| words::is(&token.text, *role))
}

/// Whether the word at `at` is a verb in its place, and the noun that does it where there is one.
fn acts_here(tokens: &[Token], at: usize, verb: Verb, acting: bool) -> Option<Option<String>> {
    const CAN: [&str; 7] = ["can", "to", "could", "may", "will", "let", "who"];
    let text = tokens[at].text.as_str();
    let before = word(tokens, at.checked_sub(1));
    let after = word(tokens, Some(at + 1));
    let last = at + 1 >= tokens.len();
    if CAN.contains(&before) {
        let known = !words::is(text, Role::Filler) && !words::is(text, Role::Has);
        return (known && (!last || text == "rsvp" || before != "to")).then_some(None);
    }
    let subject = at
        .checked_sub(1)
        .map(|at| &tokens[at])
        .filter(|token| is_doer(token));
    if let Some(subject) = subject {
        let ends = last || separates(after) || matches!(after, "." | "for" | "on");
        let them = matches!(after, "them" | "it" | "these");
        let acts = them || object(tokens, at).is_some() || (ends && verb != Verb::Plain);
        return (acts && !is_plural(text)).then(|| Some(subject.one.clone()));
    }
    let pronoun = matches!(after, "them" | "it" | "each" | "these" | "those");
    if pronoun && matches!(verb, Verb::Says(_)) {
        return Some(None);
    }
    let begins = separates(before);
    let sure = || group("sure").any(|sure| sure == text) && object(tokens, at).is_some();
    let goes_on = acting && verb != Verb::Plain && (last || !names_more(tokens, at));
    (begins && (sure() || goes_on)).then_some(None)
}

/// Whether the word is part of a longer name: the `order` of `order number`.
fn names_more(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).filter(|token| token.is_word);
    next.is_some_and(|token| !is_small(&token.text) && !is_plural(&token.text))
}

fn is_plural(word: &str) -> bool {
    inflect::is_plural(word)
}

fn is_small(word: &str) -> bool {
    const SMALL: [Role; 8] = [
        Role::Filler,
        Role::With,
        Role::Has,
        Role::Each,
        Role::Many,
        Role::Separator,
        Role::Link,
        Role::Negation,
    ];
    SMALL.iter().any(|role| words::is(word, *role))
}

/// Whether a noun in the plural can do something: `owners` of `owners bring pets`.
fn is_doer(token: &Token) -> bool {
    let people = matches!(token.text.as_str(), "people" | "everyone" | "everybody");
    let noun = token.is_word && is_plural(&token.text) && !is_small(&token.text);
    people || (noun && !words::is(&token.text, Role::Container))
}

/// The noun in the plural that follows the verb at `at`.
fn object(tokens: &[Token], at: usize) -> Option<String> {
    let next = tokens[at + 1..]
        .iter()
        .find(|token| !token.is_word || !is_small(&token.text))?;
    (next.is_word && is_plural(&next.text)).then(|| next.one.clone())
}

/// What a verb in a list of things stands for: the loans of `books, members and borrowing`.
fn gerund(tokens: &[Token], at: usize) -> Option<&'static str> {
    let (before, after) = (word(tokens, at.checked_sub(1)), word(tokens, Some(at + 1)));
    let opens = words::is(before, Role::With) || matches!(before, ":" | "(");
    let ends = after.is_empty() || separates(after) || matches!(after, "." | ")");
    let stem = tokens[at].text.strip_suffix("ing")?;
    if !(ends && (separates(before) || opens)) {
        return None;
    }
    let verb = |stem: &str| match VERBS.get(stem) {
        Some(Verb::Makes(made)) => Some(*made),
        _ => None,
    };
    verb(stem)
        .or_else(|| verb(&format!("{stem}e")))
        .or_else(|| verb(stem.strip_suffix(|last| stem.ends_with(&format!("{last}{last}")))?))
}

/// Reads `mark them as read`: a field `read`. Returns how many words say so.
fn marked_as(tokens: &[Token], at: usize, fields: &mut Vec<String>) -> usize {
    /// Most words between `mark` and `as`.
    const BETWEEN: usize = 3;
    if !matches!(
        word(tokens, Some(at)),
        "mark" | "marked" | "flag" | "flagged"
    ) {
        return 0;
    }
    let found = (at + 1..=at + 1 + BETWEEN).find(|at| word(tokens, Some(*at)) == "as");
    let Some(value) = found.and_then(|found| tokens.get(found + 1)) else {
        return 0;
    };
    if !value.is_word || is_small(&value.text) && value.text != "done" {
        return 0;
    }
    fields.push(format!("{}:bool", value.text));
    found.map_or(0, |found| found + 2 - at)
}

/// The words before token `at`, a stack or a language, that say only that it is built with it.
pub(super) fn built_with(tokens: &[Token], at: usize) -> usize {
    const JOINS: [&str; 7] = ["with", "in", "on", "by", "using", "upon", "for"];
    let small = |word: &str| matches!(word, "the" | "a" | "an" | "top" | "of" | "plain" | "pure");
    let mut first = at;
    while first > 0 && small(&tokens[first - 1].text) {
        first -= 1;
    }
    if first == 0 || !JOINS.contains(&tokens[first - 1].text.as_str()) {
        return 0;
    }
    first -= 1;
    let participle = |at: usize| group("participle").any(|word| word == tokens[at].text);
    match first > 0 && participle(first - 1) {
        true => at - (first - 1),
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn read(text: &str) -> (Acts, Vec<String>) {
        let mut tokens = tokens(text);
        let acts = take(&mut tokens);
        let left = tokens.into_iter().filter(|token| !token.used);
        (acts, left.map(|token| token.text).collect())
    }

    #[test]
    fn verbs_between_nouns_name_nothing() {
        let (acts, left) = read("companies post jobs and candidates apply");
        assert_eq!(left, ["companies", "jobs", "and", "candidates"]);
        assert_eq!(acts.does, [("company".to_owned(), "job".to_owned())]);
        assert_eq!(acts.made[0].made, "application");
        assert_eq!(acts.made[0].subject.as_deref(), Some("candidate"));
    }

    #[test]
    fn lists_of_doings_go_on() {
        let (acts, left) = read("people create polls, add options and vote");
        assert_eq!(left, ["people", "polls", ",", "options", "and"]);
        assert_eq!(acts.made[0].made, "vote");
    }

    #[test]
    fn verbs_give_fields() {
        let (acts, _) = read("put them into notebooks and tag them");
        assert_eq!(acts.fields, ["tags"]);
        let (acts, left) = read("links, mark them as read");
        assert_eq!((acts.fields, left.len()), (vec!["read:bool".to_owned()], 2));
    }

    #[test]
    fn nouns_that_look_like_verbs_stay() {
        for text in [
            "orders, order number and reviews",
            "with order, review and comment",
            "sports team members",
        ] {
            let (acts, _) = read(text);
            assert!(
                acts.made.is_empty() && acts.does.is_empty(),
                "{text}: {acts:?}"
            );
        }
        let (_, left) = read("books, members and borrowing");
        assert_eq!(left, ["books", ",", "members", "and", "loans"]);
    }
}
