//! Features: words that name something beyond keeping data. Knows no entity; ways to build are `way`'s.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::lexicon::{Domain, domain_at};
use super::options::SpecOptions;
use super::purpose::Purpose;
use super::token::{Token, phrase_at};
use super::unwanted::NOT_WANTED;
use super::versions::{self, Checks, Versions};
use super::way::{self, Decided, Way, Ways};
use super::words::{self, Role};
use super::{action, ask};
use crate::spec::{Note, NoteKind, inflect};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Feature {
    name: String,
    /// What people call it, where that is not its name.
    #[serde(default)]
    label: String,
    #[serde(default)]
    standard: bool,
    /// Without it there is nothing worth making.
    #[serde(default)]
    refuse: bool,
    /// Its words name things too: `kanban board`.
    #[serde(default)]
    keeps: bool,
    words: Vec<String>,
    #[serde(default)]
    alone: Vec<String>,
    #[serde(default)]
    instead: String,
}

static FEATURES: LazyLock<Vec<Feature>> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("../data/features.yaml"))
        .expect("the table of features is valid")
});

/// A phrase of the tables.
struct Entry {
    phrase: &'static str,
    meaning: Meaning,
    /// It counts only where no other noun stands before it.
    alone: bool,
}

/// The phrases of the tables by their first word.
static PHRASES: LazyLock<BTreeMap<&str, Vec<Entry>>> = LazyLock::new(|| {
    let mut phrases: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    let mut add = |phrase: &'static str, meaning: Meaning, alone: bool| {
        let first = phrase.split(' ').next().unwrap_or_default();
        phrases.entry(first).or_default().push(Entry {
            phrase,
            meaning,
            alone,
        });
    };
    for feature in FEATURES.iter() {
        let words = feature.words.iter().map(|phrase| (phrase, false));
        let alone = feature.alone.iter().map(|phrase| (phrase, true));
        for (phrase, alone) in words.chain(alone) {
            add(phrase, Meaning::Feature(feature), alone);
        }
    }
    for way in way::all() {
        for phrase in way.words.iter().chain(&way.beside) {
            add(phrase, Meaning::Way(way), false);
        }
    }
    phrases
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
    /// Features that are covered and not standard, with the words they come from.
    pub features: Vec<(String, String)>,
    /// Ways to build that it names.
    pub ways: Ways,
    /// Features it does not want.
    unwanted: Vec<String>,
    /// The words of features that cannot be made.
    pub left_out: Vec<String>,
    /// What was understood, and what cannot be made.
    pub notes: Vec<Note>,
}

/// Words that say how often something is summed up.
const PERIODS: [&str; 5] = ["daily", "weekly", "monthly", "yearly", "annual"];

/// What a phrase of the tables means.
#[derive(Clone, Copy)]
enum Meaning {
    Feature(&'static Feature),
    Way(&'static Way),
}

/// Every word of the tables.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let features = FEATURES
        .iter()
        .flat_map(|feature| feature.words.iter().chain(&feature.alone));
    let phrases = features.chain(way::all().iter().flat_map(|way| &way.words));
    phrases.flat_map(|phrase| phrase.split(' '))
}

/// Takes features and stacks out of `tokens`.
pub(super) fn take(text: &str, tokens: &mut [Token], options: &SpecOptions) -> Found {
    let mut found = Found::default();
    let things: Vec<&Domain> = (0..tokens.len())
        .filter_map(|at| domain_at(tokens, at))
        .map(|(domain, _)| (domain.name.as_str(), domain))
        .collect::<BTreeMap<_, _>>()
        .into_values()
        .collect();
    let mut at = 0;
    let mut negated_until = 0;
    while at < tokens.len() {
        let Some((meaning, length)) = longest(tokens, at, &things).filter(|(meaning, length)| {
            !names_field(tokens, at + length) && !keeps_data(*meaning, tokens, (at, at + length))
        }) else {
            at += 1;
            continue;
        };
        let first = match meaning {
            Meaning::Way(_) => at - action::built_with(tokens, at),
            Meaning::Feature(_) => {
                at - usize::from(at > 0 && PERIODS.contains(&tokens[at - 1].text.as_str()))
            }
        };
        let begins = if matches!(meaning, Meaning::Way(_)) {
            at
        } else {
            first
        };
        let from = &text[tokens[begins].start..tokens[at + length - 1].end];
        if matches!(meaning, Meaning::Way(_)) {
            for token in &mut tokens[first..at] {
                token.meant = token.meant.or(Some("how it is built"));
            }
        }
        let no = negation(tokens, at, negated_until);
        let keeps = matches!(meaning, Meaning::Feature(feature) if feature.keeps) && no.is_none();
        for token in &mut tokens[first..at + length] {
            token.used |= !keeps;
            token.meant = token
                .meant
                .or(Some(if no.is_some() { NOT_WANTED } else { "" }));
        }
        if let Some(no) = no {
            tokens[no].used = true;
            tokens[no].meant = Some(NOT_WANTED);
            negated_until = at + length;
            if let Meaning::Feature(feature) = meaning {
                found.unwanted.push(feature.name.clone());
            }
        } else {
            found.add(meaning, (from, at), options);
        }
        at += length;
    }
    let Found {
        features, unwanted, ..
    } = &mut found;
    features.retain(|(name, _)| !unwanted.contains(name));
    found.features.sort();
    found.features.dedup_by(|one, other| one.0 == other.0);
    found
}

/// Whether the word at `next` makes the one before it a field: `signup date`, `search term`.
fn names_field(tokens: &[Token], next: usize) -> bool {
    const NOUNS: [&str; 12] = [
        "date", "name", "number", "count", "status", "code", "fee", "price", "cost", "term", "id",
        "type",
    ];
    tokens
        .get(next)
        .is_some_and(|token| NOUNS.contains(&token.text.as_str()))
}

/// Whether words for an application of another kind name data here: a log of chess games, a field `weather`.
fn keeps_data(meaning: Meaning, tokens: &[Token], (first, end): (usize, usize)) -> bool {
    const LOGS: [&str; 12] = [
        "log",
        "logbook",
        "diary",
        "journal",
        "collection",
        "list",
        "database",
        "catalogue",
        "catalog",
        "archive",
        "history",
        "record",
    ];
    let Meaning::Feature(feature) = meaning else {
        return false;
    };
    if feature.keeps && end == first + 1 && inflect::is_plural(&tokens[first].text) {
        // The boards of `boards, lists and cards`.
        return true;
    }
    let separates = |token: &Token| token.text == "," || words::is(&token.text, Role::Separator);
    let opens = |token: &Token| {
        matches!(token.text.as_str(), ":" | "(") || words::is(&token.text, Role::With)
    };
    let after = tokens.get(end);
    let before = first.checked_sub(1).map(|at| &tokens[at]);
    let listed = tokens[..first].iter().any(opens)
        && before.is_some_and(|token| separates(token) || opens(token))
        && after.is_none_or(|token| separates(token) || !token.is_word);
    let logged = after.is_some_and(|token| LOGS.contains(&token.one.as_str()));
    // Payments beside pupils and lessons are things to keep.
    let thing = matches!(tokens[first].text.as_str(), "payments" | "badges")
        && end == first + 1
        && first > 1
        && !tokens[first - 2].used
        && inflect::is_plural(&tokens[first - 2].text);
    // Weather stations, whose readings are kept.
    let front = end == first + 1
        && after.is_some_and(|token| inflect::is_plural(&token.text) && is_noun(token))
        && after.is_some_and(|token| !words::is(&token.text, Role::Container));
    (feature.name == "other-data" && (listed || logged || front)) || (thing && listed)
}

/// The `no` that the words at `at` stand under: right before them, or before what they are listed with.
fn negation(tokens: &[Token], at: usize, negated_until: usize) -> Option<usize> {
    let mut before = at;
    while before > 0 {
        before -= 1;
        let word = tokens[before].text.as_str();
        if words::is(word, Role::Negation) {
            return Some(before);
        }
        if before < negated_until && before + 1 == negated_until {
            return Some(before);
        }
        let small = words::is(word, Role::Filler);
        let joins = matches!(word, "or" | "nor");
        if !small && !joins {
            return None;
        }
    }
    None
}

fn longest(tokens: &[Token], at: usize, things: &[&Domain]) -> Option<(Meaning, usize)> {
    let token = &tokens[at];
    let after_noun = at > 0 && is_noun(&tokens[at - 1]);
    // The payments of invoices are things to keep.
    let is_thing = |word: &str| things.iter().any(|domain| domain.knows(word));
    let firsts = [
        Some(&token.text),
        (token.one != token.text).then_some(&token.one),
    ];
    let mut best: Option<(Meaning, usize)> = None;
    for entry in firsts
        .into_iter()
        .flatten()
        .filter_map(|first| PHRASES.get(first.as_str()))
        .flatten()
    {
        if entry.alone && (after_noun || is_thing(entry.phrase)) {
            continue;
        }
        if let Some(length) = phrase_at(tokens, at, entry.phrase)
            && !matches!(entry.meaning, Meaning::Way(way) if !way.counts(entry.phrase, tokens, at, length))
            && best.is_none_or(|(_, longest)| length > longest)
        {
            best = Some((entry.meaning, length));
        }
    }
    // `game collection` is a thing to keep, whatever `game` alone is.
    best.filter(|(_, length)| domain_at(tokens, at).is_none_or(|(_, thing)| thing <= *length))
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
    /// Whether `feature` is asked for and can be made.
    pub(super) fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|(name, _)| name == feature)
    }

    /// Leaves out features whose words are part of what a package or program is for: a csv reader.
    pub(super) fn leave_to(&mut self, purpose: &Purpose) {
        self.features.retain(|(_, from)| !purpose.holds(from));
        self.notes.retain(|note| !purpose.holds(&note.from));
    }

    /// The versions that checks shall run on, where there are checks that can.
    pub(super) fn versions(&self, tokens: &mut [Token], decided: &Decided) -> Versions {
        let made = matches!(decided.kind, "cli" | "package") && self.has("ci");
        let checks = Checks {
            own: made,
            images: self.has("gitlab"),
        };
        if made || decided.kind == "ci" {
            versions::read(tokens, &decided.stack, checks)
        } else if self.has("ci") {
            versions::leave_out(tokens)
        } else {
            Versions::default()
        }
    }

    /// Adds the features that the way to build brings along.
    pub(super) fn add_features(&mut self, decided: &Decided, options: &SpecOptions) {
        for (name, from) in &decided.features {
            if self.unwanted.contains(name) || self.has(name) {
                continue;
            }
            if options.covered.features.contains(name) {
                self.features.push((name.clone(), from.clone()));
                self.note(NoteKind::Inferred, format!("`{from}` as {name}"), from);
            } else {
                self.note(
                    NoteKind::Missing,
                    format!("{name} cannot be made yet"),
                    from,
                );
            }
        }
        self.features.sort();
    }

    fn add(&mut self, meaning: Meaning, (from, at): (&str, usize), options: &SpecOptions) {
        match meaning {
            Meaning::Feature(feature) if feature.standard => self.note(
                NoteKind::Inferred,
                format!("`{from}`: part of every application"),
                from,
            ),
            Meaning::Feature(feature) if options.covered.features.contains(&feature.name) => {
                self.features.push((feature.name.clone(), from.to_owned()));
                self.note(
                    NoteKind::Inferred,
                    format!("`{from}` as {}", feature.title()),
                    from,
                );
            }
            Meaning::Feature(feature) => {
                let mut text = format!("{} cannot be made yet", feature.title());
                if !feature.instead.is_empty() {
                    text = format!("{text}; {}", feature.instead);
                }
                self.left_out.push(from.to_owned());
                if feature.refuse {
                    text = format!("{text}: {}", ask::instead_of(from));
                }
                let kind = if feature.refuse {
                    NoteKind::Unsupported
                } else {
                    NoteKind::Missing
                };
                self.note(kind, text, from);
            }
            Meaning::Way(way) => {
                self.note(
                    NoteKind::Inferred,
                    format!("`{from}` as {}", way.title()),
                    from,
                );
                self.ways.add(way, from, at);
            }
        }
    }

    fn note(&mut self, kind: NoteKind, text: String, from: &str) {
        if !self
            .notes
            .iter()
            .any(|note| note.text == text && note.from == from)
        {
            self.notes.push(Note {
                kind,
                text,
                from: from.to_owned(),
            });
        }
    }
}
