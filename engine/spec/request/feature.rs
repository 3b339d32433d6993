//! Features and stacks: words that name a way to build or something beyond keeping data.

use std::sync::LazyLock;

use serde::Deserialize;

use super::options::SpecOptions;
use super::token::{Token, phrase_at};
use super::words::{self, Role};
use crate::spec::{Note, NoteKind};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Feature {
    name: String,
    /// What people call it, where that is not its name.
    #[serde(default)]
    label: String,
    #[serde(default)]
    standard: bool,
    words: Vec<String>,
    #[serde(default)]
    alone: Vec<String>,
    #[serde(default)]
    instead: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    #[serde(default)]
    stack: String,
    #[serde(default)]
    kind: String,
    words: Vec<String>,
}

static FEATURES: LazyLock<Vec<Feature>> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("../data/features.yaml"))
        .expect("the table of features is valid")
});
static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("../data/stacks.yaml")).expect("the table of stacks is valid")
});

impl Feature {
    fn title(&self) -> &str {
        if self.label.is_empty() {
            &self.name
        } else {
            &self.label
        }
    }
}

/// What a request asks for besides things to keep.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Features that are covered and not standard.
    pub features: Vec<String>,
    /// The stack it names, where that is covered.
    pub stack: Option<String>,
    /// What cannot be made.
    pub notes: Vec<Note>,
}

/// What a phrase of the tables means.
#[derive(Clone, Copy)]
enum Meaning {
    Feature(&'static Feature),
    Way(&'static Way),
}

/// Takes features and stacks out of `tokens`.
pub(super) fn take(text: &str, tokens: &mut [Token], options: &SpecOptions) -> Found {
    let mut found = Found::default();
    let mut at = 0;
    while at < tokens.len() {
        let Some((meaning, length)) = longest(tokens, at) else {
            at += 1;
            continue;
        };
        let from = &text[tokens[at].start..tokens[at + length - 1].end];
        let negated = at > 0 && words::is(&tokens[at - 1].text, Role::Negation);
        for token in &mut tokens[at..at + length] {
            token.used = true;
        }
        if negated {
            tokens[at - 1].used = true;
        } else {
            found.add(meaning, from, options);
        }
        at += length;
    }
    found.features.sort();
    found.features.dedup();
    found
}

fn longest(tokens: &[Token], at: usize) -> Option<(Meaning, usize)> {
    let mut best: Option<(Meaning, usize)> = None;
    let mut consider = |meaning: Meaning, phrase: &str| {
        if let Some(length) = phrase_at(tokens, at, phrase)
            && best.is_none_or(|(_, longest)| length > longest)
        {
            best = Some((meaning, length));
        }
    };
    let after_noun = at > 0 && is_noun(&tokens[at - 1]);
    for feature in FEATURES.iter() {
        let alone = feature.alone.iter().filter(|_| !after_noun);
        for phrase in feature.words.iter().chain(alone) {
            consider(Meaning::Feature(feature), phrase);
        }
    }
    for way in WAYS.iter() {
        for phrase in &way.words {
            consider(Meaning::Way(way), phrase);
        }
    }
    best
}

fn is_noun(token: &Token) -> bool {
    const SMALL: [Role; 9] = [
        Role::Filler,
        Role::With,
        Role::Has,
        Role::Verb,
        Role::Each,
        Role::Many,
        Role::Separator,
        Role::Link,
        Role::Negation,
    ];
    token.is_word && !SMALL.iter().any(|role| words::is(&token.text, *role))
}

impl Found {
    fn add(&mut self, meaning: Meaning, from: &str, options: &SpecOptions) {
        let covered = &options.covered;
        match meaning {
            Meaning::Feature(feature) if feature.standard => {}
            Meaning::Feature(feature) if covered.features.contains(&feature.name) => {
                self.features.push(feature.name.clone());
            }
            Meaning::Feature(feature) => self.refuse(
                format!(
                    "{} cannot be made yet; {}",
                    feature.title(),
                    feature.instead
                ),
                from,
            ),
            Meaning::Way(way) if !way.stack.is_empty() && covered.stacks.contains(&way.stack) => {
                self.stack = Some(way.stack.clone());
            }
            Meaning::Way(way) => {
                let wanted = if way.stack.is_empty() {
                    &way.kind
                } else {
                    &way.stack
                };
                let what = if way.stack.is_empty() {
                    "a project of the kind"
                } else {
                    "the stack"
                };
                let made = match covered.stacks.as_slice() {
                    [] => "there is none so far".to_owned(),
                    stacks => format!("a web application in {} can", stacks.join(", ")),
                };
                self.refuse(format!("{what} {wanted} cannot be made yet; {made}"), from);
            }
        }
    }

    fn refuse(&mut self, text: String, from: &str) {
        if self.notes.iter().all(|note| note.text != text) {
            self.notes.push(Note {
                kind: NoteKind::Unsupported,
                text,
                from: from.to_owned(),
            });
        }
    }
}
