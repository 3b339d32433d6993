//! A word or mark of a request as the weights see it: its form and what tables say of it. Knows no weights and no
//! other words.

use super::super::lexicon;
use super::super::noun::{self, Noun};
use super::super::token::Token;
use super::super::words::{self, Role};
use super::sense;
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
    /// It has letters or digits, and is no mark.
    pub spells: bool,
    /// Something else has made use of it already: a feature, a stack.
    pub used: bool,
    /// How it is written.
    pub form: &'static str,
    /// How many of the tables it is in are of words that stand between things.
    roles: usize,
    /// The tables it is in.
    pub classes: Vec<&'static str>,
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
        let roles = classes.len();
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
        classes.extend(sense::senses(&one));
        Self {
            many: token.is_word
                && inflect::is_plural(token.text.rsplit(['-', '_']).next().unwrap_or("")),
            text: token.text.clone(),
            one,
            parts,
            spells: token.is_word,
            used: token.used,
            form: form(raw),
            roles,
            classes,
        }
    }

    /// Whether a table says that it is of this class.
    pub(super) fn is(&self, class: &str) -> bool {
        self.classes.contains(&class)
    }

    /// Whether it is a mark, or a word that stands between things.
    pub(super) fn is_small(&self) -> bool {
        !self.spells || self.roles > 0
    }

    pub(super) fn number(&self) -> &'static str {
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
