//! What people do with the things that are kept, said by verbs: `pupils borrow books`, `tag them`, `built with Django`.
//! Knows verbs and their places, no entity.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::noun::{self, Noun};
use super::token::Token;
use super::words::{self, Role};
use crate::spec::by_name;
use crate::spec::inflect::{self, lines};

/// Words that only a verb can follow.
const MODALS: [&str; 8] = [
    "can", "could", "may", "must", "should", "will", "shall", "might",
];
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
            tokens[at].read_as(made);
            tokens[at].text = inflect::plural(made);
            tokens[at].meant = Some("what comes of it");
            continue;
        }
        let length = marked_as(tokens, at, &mut acts.fields).max(ordered_by(tokens, at));
        if length > 0 {
            mark(&mut tokens[at..at + length]);
            continue;
        }
        let Some(verb) = verb_at(tokens, at) else {
            continue;
        };
        let Some(doer) = acts_here(tokens, at, verb, acting) else {
            continue;
        };
        let subject = doer.noun();
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
        let somebody = at > 0 && matches!(tokens[at - 1].text.as_str(), "everybody" | "everyone");
        mark(&mut tokens[at - usize::from(somebody)..=at]);
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

/// Who does what a verb tells.
enum Doer {
    Anybody,
    Noun(String),
}

impl Doer {
    fn noun(self) -> Option<String> {
        match self {
            Self::Anybody => None,
            Self::Noun(noun) => Some(noun),
        }
    }
}

/// The verb at `at`: of the table, its gerund between nouns, or what stands where only a verb can stand.
fn verb_at(tokens: &[Token], at: usize) -> Option<Verb> {
    let text = tokens[at].text.as_str();
    let known = VERBS.get(text).copied();
    if known.is_none() && follows_pronoun(tokens, at) {
        return VERBS
            .get(tokens[at].one.as_str())
            .copied()
            .or(Some(Verb::Plain));
    }
    known.or_else(|| {
        let between = at > 0 && is_doer(&tokens[at - 1]) && object(tokens, at).is_some();
        let gerund = || stems(text).find_map(|stem| VERBS.get(stem.as_str()).copied());
        let plain = is_predicate(tokens, at) || is_able(tokens, at);
        (between.then(gerund).flatten()).or_else(|| plain.then_some(Verb::Plain))
    })
}

/// Whether a word that no table knows stands where only a verb can: `employees request holidays`. The words in
/// front of a noun are in the singular.
fn is_predicate(tokens: &[Token], at: usize) -> bool {
    let Some([before, verb, after]) = at
        .checked_sub(1)
        .and_then(|first| tokens.get(first..at + 2))
    else {
        return false;
    };
    let noun = |token: &Token| is_doer(token) && !token.used;
    let plain = verb.is_word && !is_small(&verb.text) && !is_plural(&verb.text);
    let known = words::is(&verb.text, Role::Container) || words::is(&verb.text, Role::Nothing);
    let field = by_name::type_of(&format!("{}_{}", verb.one, after.one)).is_some();
    plain && !known && !field && noun(before) && noun(after)
}

/// Whether the word at `at` tells what somebody does who has no name: `everybody rates them`.
fn follows_pronoun(tokens: &[Token], at: usize) -> bool {
    const SOMEBODY: [&str; 6] = ["everybody", "everyone", "somebody", "someone", "he", "she"];
    let before = word(tokens, at.checked_sub(1));
    let one = tokens[at].one.as_str();
    let verb = words::is(one, Role::Verb) || VERBS.contains_key(one);
    let behind = words::is(word(tokens, at.checked_sub(2)), Role::Container);
    let relative = matches!(before, "that" | "which") && (verb || behind);
    let plain = tokens[at].is_word && !is_small(&tokens[at].text);
    let one = relative || SOMEBODY.contains(&before);
    // The spending of `what I spend` is a thing.
    let asks = matches!(
        word(tokens, at.checked_sub(2)),
        "what" | "which" | "how" | "when"
    );
    let many = !asks && matches!(before, "i" | "we" | "they" | "you");
    plain
        && if is_plural(&tokens[at].text) {
            one
        } else {
            many
        }
}

/// Whether a word that no table knows follows `can` and has something done to it: `users can leave reviews`.
fn is_able(tokens: &[Token], at: usize) -> bool {
    let before = word(tokens, at.checked_sub(1));
    let plain = tokens[at].is_word && !is_small(&tokens[at].text) && !is_plural(&tokens[at].text);
    MODALS.contains(&before) && plain && object(tokens, at).is_some()
}

/// The verbs that a gerund may be of: `borrow`, `borrowe` of `borrowing`.
fn stems(word: &str) -> impl Iterator<Item = String> {
    let stem = word.strip_suffix("ing").unwrap_or_default();
    let twice = stem.chars().last().map(|last| format!("{last}{last}"));
    let short = twice.and_then(|twice| {
        stem.strip_suffix(twice.as_str())
            .map(|front| (front, twice))
    });
    let short = short.map(|(front, twice)| format!("{front}{}", &twice[..twice.len() / 2]));
    [stem.to_owned(), format!("{stem}e")]
        .into_iter()
        .chain(short)
}

/// Who does what the word at `at` tells, where it is a verb in its place.
fn acts_here(tokens: &[Token], at: usize, verb: Verb, acting: bool) -> Option<Doer> {
    const CAN: [&str; 7] = ["can", "to", "could", "may", "will", "let", "who"];
    let text = tokens[at].text.as_str();
    let before = word(tokens, at.checked_sub(1));
    let after = word(tokens, Some(at + 1));
    let last = at + 1 >= tokens.len();
    if follows_pronoun(tokens, at) {
        return Some(Doer::Anybody);
    }
    if CAN.contains(&before) {
        let known = !words::is(text, Role::Filler) && !words::is(text, Role::Has);
        return (known && (!last || text == "rsvp" || before != "to")).then_some(Doer::Anybody);
    }
    let subject = at
        .checked_sub(1)
        .map(|at| &tokens[at])
        .filter(|token| is_doer(token));
    if let Some(subject) = subject {
        let ends = last || separates(after) || goes_on_behind(after);
        let them = matches!(after, "them" | "it" | "these");
        // `attendees rsvp`
        let person = noun::is(&subject.one, Noun::Person) && !words::is(text, Role::Container);
        let acts =
            them || object(tokens, at).is_some() || (ends && (verb != Verb::Plain || person));
        let has = words::is(text, Role::Has) || is_plural(text);
        return (acts && !has).then(|| Doer::Noun(subject.one.clone()));
    }
    let pronoun = matches!(after, "them" | "it" | "each" | "these" | "those");
    if pronoun && matches!(verb, Verb::Says(_)) {
        return Some(Doer::Anybody);
    }
    let begins = separates(before);
    if begins && determined(tokens, at) && object(tokens, at).is_some() {
        // `users log in and book a room`
        return Some(Doer::Anybody);
    }
    let sure = || group("sure").any(|sure| sure == text) && object(tokens, at).is_some();
    let goes_on = acting && verb != Verb::Plain && (last || !names_more(tokens, at));
    (begins && (sure() || goes_on)).then_some(Doer::Anybody)
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

/// Whether what follows a verb may be more of its sentence, but nothing that it is done to.
fn goes_on_behind(word: &str) -> bool {
    matches!(
        word,
        "." | "for" | "on" | "with" | "to" | "in" | "at" | "by" | "via" | "from"
    )
}

/// Whether an article follows: nouns in a list are followed by none.
fn determined(tokens: &[Token], at: usize) -> bool {
    const ARTICLES: [&str; 9] = ["a", "an", "the", "their", "his", "her", "your", "my", "our"];
    tokens
        .get(at + 1)
        .is_some_and(|next| ARTICLES.contains(&next.text.as_str()))
}

/// Whether a noun in the plural can do something: `owners` of `owners bring pets`.
fn is_doer(token: &Token) -> bool {
    let people = matches!(token.text.as_str(), "people" | "everyone" | "everybody");
    let noun = token.is_word && noun::is_many(&token.text) && !is_small(&token.text);
    people || (noun && !words::is(&token.text, Role::Container))
}

/// The noun that follows the verb at `at`, in the plural or behind an article.
fn object(tokens: &[Token], at: usize) -> Option<String> {
    let opens =
        |token: &Token| words::is(&token.text, Role::With) || words::is(&token.text, Role::Has);
    let next = tokens[at + 1..]
        .iter()
        .find(|token| !token.is_word || opens(token) || !is_small(&token.text))?;
    let noun = next.is_word && !opens(next) && (is_plural(&next.text) || determined(tokens, at));
    noun.then(|| next.one.clone())
}

/// What a verb in a list of things stands for: the loans of `books, members and borrowing`.
fn gerund(tokens: &[Token], at: usize) -> Option<&'static str> {
    let (before, after) = (word(tokens, at.checked_sub(1)), word(tokens, Some(at + 1)));
    let opens = words::is(before, Role::With) || matches!(before, ":" | "(");
    let ends = after.is_empty() || separates(after) || matches!(after, "." | ")");
    if !(ends && (separates(before) || opens)) {
        return None;
    }
    stems(&tokens[at].text).find_map(|stem| match VERBS.get(stem.as_str()) {
        Some(Verb::Makes(made)) => Some(*made),
        _ => None,
    })
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

/// Reads `sorted by course`, which tells how lists are shown. Returns how many words say so.
fn ordered_by(tokens: &[Token], at: usize) -> usize {
    const WAYS: [&str; 7] = [
        "sorted",
        "ordered",
        "grouped",
        "arranged",
        "organised",
        "organized",
        "sort",
    ];
    let by = WAYS.contains(&word(tokens, Some(at))) && word(tokens, Some(at + 1)) == "by";
    let noun = tokens
        .get(at + 2)
        .filter(|next| next.is_word && !is_small(&next.text));
    let known = noun.is_some_and(|noun| by_name::type_of(&noun.one).is_some());
    if by && noun.is_some() && !known { 3 } else { 0 }
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
