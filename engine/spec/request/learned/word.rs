//! A word or mark of a request as the weights see it: its form, what tables say of it, and its surroundings.
//! Knows no weights.

use super::super::lexicon;
use super::super::noun::{self, Noun};
use super::super::token::Token;
use super::super::words::{self, Role};
use super::weights::feature;
use crate::spec::grammar::is_type_word;
use crate::spec::{by_name, inflect};

/// A token and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Lowercase.
    pub text: String,
    /// The singular of its last part.
    pub one: String,
    /// Its parts in the singular: `JobRun` and `job_run` have two.
    pub parts: Vec<String>,
    /// It is a plural.
    pub many: bool,
    /// It is a word and not a mark.
    pub is_word: bool,
    /// Something else has made use of it already: a feature, a stack.
    pub used: bool,
    /// How it is written.
    form: &'static str,
    /// The tables it is in.
    classes: Vec<&'static str>,
}

const ROLES: [(Role, &str); 16] = [
    (Role::Filler, "filler"),
    (Role::Container, "container"),
    (Role::With, "with"),
    (Role::Has, "has"),
    (Role::Verb, "verb"),
    (Role::Belongs, "belongs"),
    (Role::Each, "each"),
    (Role::Many, "many"),
    (Role::Separator, "and"),
    (Role::Link, "link"),
    (Role::Called, "called"),
    (Role::Negation, "no"),
    (Role::Nothing, "nothing"),
    (Role::Required, "required"),
    (Role::Optional, "optional"),
    (Role::Unique, "unique"),
];
const NOUNS: [(Noun, &str); 9] = [
    (Noun::Dependent, "dependent"),
    (Noun::Referred, "referred"),
    (Noun::Person, "person"),
    (Noun::Collective, "collective"),
    (Noun::Holder, "holder"),
    (Noun::Mass, "mass"),
    (Noun::Place, "place"),
    (Noun::Several, "several"),
    (Noun::Modifier, "modifier"),
];
/// Classes of small words, which stand between things.
const SMALL: usize = 16;

impl Word {
    fn new(text: &str, tokens: &[Token], at: usize) -> Self {
        let token = &tokens[at];
        let raw = &text[token.start..token.end];
        let parts = parts(raw, &token.text);
        let one = parts.last().cloned().unwrap_or_else(|| token.text.clone());
        let roles = ROLES
            .iter()
            .filter(|(role, _)| words::is(&token.text, *role));
        let nouns = NOUNS.iter().filter(|(noun, _)| noun::is(&one, *noun));
        let mut classes: Vec<&str> = roles.map(|(_, name)| *name).collect();
        classes.extend(nouns.map(|(_, name)| *name));
        let known = [
            (by_name::type_of(&one).is_some(), "field"),
            (lexicon::entity(None, &one).is_some(), "thing"),
            (is_type_word(&token.text), "type"),
            (lexicon::domain_at(tokens, at).is_some(), "domain"),
        ];
        classes.extend(
            known
                .into_iter()
                .filter(|(is, _)| *is)
                .map(|(_, name)| name),
        );
        Self {
            many: token.is_word
                && inflect::is_plural(token.text.rsplit(['-', '_']).next().unwrap_or("")),
            text: token.text.clone(),
            one,
            parts,
            is_word: token.is_word,
            used: token.used,
            form: form(raw),
            classes,
        }
    }

    /// Whether a table says that it is of this class.
    pub(super) fn is(&self, class: &str) -> bool {
        self.classes.contains(&class)
    }

    fn is_small(&self) -> bool {
        !self.is_word || ROLES[..SMALL].iter().any(|(_, name)| self.is(name))
    }

    fn number(&self) -> &'static str {
        if self.many { "many" } else { "one" }
    }
}

/// How a word is written.
fn form(raw: &str) -> &'static str {
    let inner = || raw.chars().skip(1);
    match raw.chars().next() {
        Some(first) if first.is_numeric() => "digit",
        Some(first) if first.is_uppercase() && inner().any(char::is_lowercase) => {
            match inner().any(char::is_uppercase) {
                true => "Camel",
                false => "Upper",
            }
        }
        Some(first) if first.is_uppercase() => "UPPER",
        Some(first) if first.is_alphabetic() => match raw.contains(['_', '-']) {
            true => "joined",
            false => "lower",
        },
        _ => "mark",
    }
}

/// The parts of a word, in the singular.
fn parts(raw: &str, lower: &str) -> Vec<String> {
    let camel = form(raw) == "Camel";
    let split = if camel { humps(raw) } else { lower.to_owned() };
    split
        .split(['-', '_'])
        .filter(|part| !part.is_empty())
        .map(inflect::singular)
        .collect()
}

/// `JobRun` as `job_run`.
fn humps(raw: &str) -> String {
    let mut split = String::with_capacity(raw.len() + 2);
    let mut small = false;
    for letter in raw.trim_end_matches("'s").chars() {
        if small && letter.is_uppercase() {
            split.push('_');
        }
        small = letter.is_lowercase() || letter.is_numeric();
        split.extend(letter.to_lowercase());
    }
    split
}

/// The words of a request.
pub(super) fn words(text: &str, tokens: &[Token]) -> Vec<Word> {
    (0..tokens.len())
        .map(|at| Word::new(text, tokens, at))
        .collect()
}

/// What is open at each word: a bracket, a list behind a colon, a list behind `with` or `has`.
fn open_lists(words: &[Word]) -> Vec<&'static str> {
    let (mut depth, mut colon, mut with) = (0_usize, false, false);
    let mut open = Vec::with_capacity(words.len());
    for word in words {
        match word.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "." | "!" | "?" | ";" | "\n" => (colon, with) = (false, false),
            ":" => colon = true,
            _ if word.is("with") || word.is("has") => with = true,
            _ if word.is("each") => with = false,
            _ => {}
        }
        open.push(match (depth > 0, colon, with) {
            (false, false, false) => "",
            (false, false, true) => "with",
            (false, true, false) => ":",
            (false, true, true) => ":with",
            (true, false, false) => "(",
            (true, false, true) => "(with",
            (true, true, false) => "(:",
            (true, true, true) => "(:with",
        });
    }
    open
}

/// The features of every word.
pub(super) fn features(words: &[Word]) -> Vec<Vec<u32>> {
    let open = open_lists(words);
    (0..words.len())
        .map(|at| of_word(words, &open, at))
        .collect()
}

const BEFORE: &str = "<";
const BEHIND: &str = ">";

fn of_word(words: &[Word], open: &[&str], at: usize) -> Vec<u32> {
    let word = &words[at];
    let near = |by: isize| -> Option<&Word> { words.get(at.checked_add_signed(by)?) };
    let edge = |by: isize| if by < 0 { BEFORE } else { BEHIND };
    let text = |by: isize| near(by).map_or(edge(by), |word| word.text.as_str());
    let one = |by: isize| near(by).map_or(edge(by), |word| word.one.as_str());
    let number = |by: isize| near(by).map_or(edge(by), Word::number);
    let mut list = Vec::with_capacity(96);
    let mut add = |template: u8, parts: &[&str]| list.push(feature(template, parts));
    let ending = |count: usize| {
        let from = word.text.char_indices().rev().nth(count - 1);
        from.map_or(word.text.as_str(), |(from, _)| &word.text[from..])
    };
    let used = if word.used { "used" } else { "" };
    add(0, &[]);
    add(1, &[&word.text]);
    add(2, &[&word.one]);
    add(3, &[ending(3)]);
    add(4, &[ending(2)]);
    add(5, &[word.number(), used]);
    add(6, &[word.form]);
    add(7, &[open[at]]);
    add(8, &[open[at], word.number()]);
    add(9, &[&word.text, used]);
    add(10, &[open[at], text(-1)]);
    for class in &word.classes {
        add(11, &[class]);
        add(12, &[class, word.number(), open[at]]);
    }
    for by in [-3, -2, -1, 1, 2, 3_isize] {
        let place = place(by);
        add(13, &[place, text(by)]);
        if by.abs() > 2 {
            continue;
        }
        add(14, &[place, one(by)]);
        add(15, &[place, number(by)]);
        add(
            16,
            &[
                place,
                if near(by).is_some_and(|word| word.used) {
                    "used"
                } else {
                    ""
                },
            ],
        );
        for class in near(by).map_or(&[][..], |word| &word.classes) {
            add(17, &[place, class]);
            add(18, &[place, class, word.number()]);
        }
    }
    add(19, &[one(-1), &word.one]);
    add(20, &[&word.one, one(1)]);
    add(21, &[text(-2), text(-1)]);
    add(22, &[text(1), text(2)]);
    add(23, &[text(-1), text(1)]);
    add(24, &[text(-1), word.number(), text(1)]);
    let small = |word: &Word| word.is_small();
    let left = words[..at]
        .iter()
        .rev()
        .find(|word| small(word))
        .map_or(BEFORE, |word| &word.text);
    let right = words[at + 1..]
        .iter()
        .find(|word| small(word))
        .map_or(BEHIND, |word| &word.text);
    add(25, &[left]);
    add(26, &[left, word.number(), open[at]]);
    add(27, &[right]);
    add(28, &[right, word.number(), open[at]]);
    add(29, &[left, right]);
    if word.is_word {
        for (template, said) in repeated(words, at) {
            add(template, &[said]);
        }
    }
    const FIRST: [&str; 7] = ["0", "1", "2", "3", "4", "5", "6"];
    add(40, &[FIRST[at.min(6)]]);
    add(41, &[FIRST[(words.len() / 8).min(6)]]);
    list
}

fn place(by: isize) -> &'static str {
    match by {
        -3 => "-3",
        -2 => "-2",
        -1 => "-1",
        1 => "1",
        2 => "2",
        _ => "3",
    }
}

/// What the other places say where the word stands once more.
fn repeated(words: &[Word], at: usize) -> Vec<(u8, &'static str)> {
    let same: Vec<usize> = (0..words.len())
        .filter(|other| words[*other].one == words[at].one)
        .collect();
    let behind = |place: usize| {
        words.get(place + 1).is_some_and(|next| {
            next.is("has")
                || next.is("belongs")
                || next.is("with")
                || matches!(next.text.as_str(), ":" | "(" | "{")
        })
    };
    let front = |place: usize| {
        place.checked_sub(1).is_some_and(|front| {
            let front = &words[front];
            front.is("each")
                || front.is("many")
                || matches!(front.text.as_str(), "a" | "an" | "on" | "to" | "of")
        })
    };
    let yes = |is: bool| if is { "yes" } else { "no" };
    let others = || same.iter().filter(|other| **other != at);
    let times = match same.len() {
        1 => "1",
        2 => "2",
        _ => "3",
    };
    vec![
        (30, times),
        (31, yes(same.first() == Some(&at))),
        (32, yes(same.iter().any(|place| behind(*place)))),
        (33, yes(others().any(|place| front(*place)))),
        (34, yes(others().any(|place| words[*place].many))),
    ]
}
