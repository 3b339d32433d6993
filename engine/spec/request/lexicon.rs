//! Domains: what people usually keep, as a table of words and entities. Knows no request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use super::token::{Token, phrase_at};
use crate::spec::grammar::{Parsed, parse_entity};
use crate::spec::names;

/// The files of the table; what belongs to no domain comes first.
const FILES: [&str; 7] = [
    include_str!("../data/domains/common.yaml"),
    include_str!("../data/domains/everyday.yaml"),
    include_str!("../data/domains/leisure.yaml"),
    include_str!("../data/domains/work.yaml"),
    include_str!("../data/domains/trade.yaml"),
    include_str!("../data/domains/learning.yaml"),
    include_str!("../data/domains/services.yaml"),
];

/// A kind of application people ask for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Domain {
    /// Slug.
    pub name: String,
    /// Name for people.
    pub title: String,
    words: Vec<String>,
    entities: Vec<String>,
    #[serde(default)]
    more: Vec<String>,
    /// It only says how other things are shown.
    #[serde(default)]
    pub frame: bool,
    /// Other names of its entities.
    #[serde(default)]
    also: BTreeMap<String, String>,
    /// Its entities, once the table is read.
    #[serde(skip)]
    known: Vec<Known>,
}

/// An entity of the table, read when it is first asked for.
#[derive(Debug)]
struct Known {
    name: String,
    text: String,
    parsed: OnceLock<Option<Parsed>>,
}

impl Known {
    fn new(text: &str) -> Self {
        Self {
            name: name_of(text),
            text: text.to_owned(),
            parsed: OnceLock::new(),
        }
    }

    fn parsed(&self) -> Option<Parsed> {
        let read = || parse_entity(&self.text).ok();
        self.parsed.get_or_init(read).clone()
    }
}

/// All domains, with where their words and entities are.
struct Table {
    domains: Vec<Domain>,
    /// Phrases by their first word, each with its domain.
    phrases: BTreeMap<String, Vec<(String, usize)>>,
    /// The first domain that has an entity, by its name, and where in it.
    entities: BTreeMap<String, (usize, usize)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let read = |file: &&str| -> Vec<Domain> {
        serde_yaml::from_str(file).expect("the table of domains is valid")
    };
    let mut domains: Vec<Domain> = FILES.iter().flat_map(read).collect();
    for domain in &mut domains {
        domain.known = domain.texts().map(|text| Known::new(text)).collect();
    }
    let mut phrases: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    let mut entities = BTreeMap::new();
    for (at, domain) in domains.iter().enumerate() {
        for phrase in &domain.words {
            let first = phrase.split(' ').next().unwrap_or_default();
            let list = phrases.entry(first.to_owned()).or_default();
            list.push((phrase.clone(), at));
        }
        // Names of several words, `maintenance request`, say what they are of.
        let names = domain.texts().filter_map(|text| text.split(':').next());
        for name in names.chain(domain.also.keys().map(String::as_str)) {
            let phrase = name.replace('_', " ");
            let first = name.split('_').next().unwrap_or_default();
            let list = phrases.entry(first.to_owned()).or_default();
            if name.contains('_') && list.iter().all(|(known, _)| *known != phrase) {
                list.push((phrase, at));
            }
        }
        for (place, known) in domain.known.iter().enumerate() {
            entities.entry(known.name.clone()).or_insert((at, place));
        }
    }
    Table {
        domains,
        phrases,
        entities,
    }
});

impl Domain {
    fn texts(&self) -> impl Iterator<Item = &String> {
        self.entities.iter().chain(&self.more)
    }

    /// Names of the entities that the domain has always.
    pub(super) fn usual(&self) -> Vec<String> {
        let usual = self.known.iter().take(self.entities.len());
        usual.map(|known| known.name.clone()).collect()
    }

    /// The entity `name` of this domain, also where that is another name of it.
    fn entity(&self, name: &str) -> Option<Parsed> {
        let of = |wanted: &str| self.known.iter().find(|known| known.name == wanted);
        of(name).or_else(|| of(self.original(name)?))?.parsed()
    }

    /// Whether a row of `name` cannot be without one of `other`.
    pub(super) fn needs(&self, name: &str, other: &str) -> bool {
        let original = self.original(other).unwrap_or(other);
        self.entity(name).is_some_and(|parsed| {
            let mut fields = parsed.entity.fields.into_iter();
            fields.any(|field| field.required && field.references.as_deref() == Some(original))
        })
    }

    /// Whether rows of one of these entities refer to the other's.
    pub(super) fn relates(&self, one: &str, other: &str) -> bool {
        let refers = |one: &str, other: &str| {
            let other = self.original(other).unwrap_or(other);
            self.entity(one).is_some_and(|parsed| {
                let mut fields = parsed.entity.fields.into_iter();
                fields.any(|field| field.references.as_deref() == Some(other))
            })
        };
        refers(one, other) || refers(other, one)
    }

    /// What is usual between rows of `name` and those of `main`, both included: payments are of orders of products.
    pub(super) fn way(&self, name: &str, main: &str) -> Option<Vec<String>> {
        let mut ways = vec![vec![name.to_owned()]];
        let mut seen = BTreeSet::from([name.to_owned()]);
        let mut at = 0;
        while let Some(way) = ways.get(at).cloned() {
            let last = way.last()?;
            if last == main {
                return Some(way);
            }
            let fields = self
                .entity(last)
                .into_iter()
                .flat_map(|parsed| parsed.entity.fields);
            for next in fields.filter_map(|field| field.references) {
                if self.usual().contains(&next) && seen.insert(next.clone()) {
                    ways.push([way.as_slice(), &[next]].concat());
                }
            }
            at += 1;
        }
        None
    }

    /// The entity that `name` is another name of.
    pub(super) fn original(&self, name: &str) -> Option<&str> {
        self.also.get(names::bare(name)).map(String::as_str)
    }

    /// Whether `name` is an entity of this domain.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.original(name).is_some() || self.known.iter().any(|known| known.name == name)
    }
}

/// The entity's name in a text of the table.
fn name_of(text: &str) -> String {
    let word = text.split(':').next().unwrap_or_default();
    names::entity_names(word).map_or_else(|_| word.to_owned(), |(name, _)| name)
}

/// The domain that a phrase at token `at` names, with the phrase's tokens; the longest phrase wins.
pub(super) fn domain_at(tokens: &[Token], at: usize) -> Option<(&'static Domain, usize)> {
    let token = tokens.get(at)?;
    let table = &*TABLE;
    let mut best: Option<(usize, usize)> = None;
    let firsts = [
        Some(&token.text),
        (token.one != token.text).then_some(&token.one),
    ];
    for first in firsts.into_iter().flatten() {
        for (phrase, domain) in table.phrases.get(first).into_iter().flatten() {
            if let Some(length) = phrase_at(tokens, at, phrase)
                && best.is_none_or(|(_, longest)| length > longest)
            {
                best = Some((*domain, length));
            }
        }
    }
    best.map(|(domain, length)| (&table.domains[domain], length))
}

/// What is usually kept of an entity called `name`, in `domain` first and then in any.
pub(super) fn entity(domain: Option<&Domain>, name: &str) -> Option<Parsed> {
    let own = domain.and_then(|domain| domain.entity(name));
    own.or_else(|| {
        let (at, place) = *TABLE.entities.get(name)?;
        TABLE.domains[at].known[place].parsed()
    })
}

/// Every word of the table: of its phrases and of the names of its entities.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    TABLE.domains.iter().flat_map(|domain| {
        let phrases = domain.words.iter().map(String::as_str);
        let entities = domain.texts().filter_map(|text| text.split(':').next());
        let others = domain.also.keys().map(String::as_str);
        phrases
            .chain(entities)
            .chain(others)
            .flat_map(|name| name.split([' ', '_']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Domains that there are at least, besides what belongs to none.
    const LEAST_DOMAINS: usize = 45;

    #[test]
    fn the_table_is_in_the_grammar_and_large() {
        for domain in &TABLE.domains {
            for text in domain.texts() {
                let parsed = parse_entity(text);
                assert!(parsed.is_ok(), "{text}: {parsed:?}");
            }
        }
        assert!(TABLE.domains.len() > LEAST_DOMAINS);
    }

    #[test]
    fn references_and_other_names_of_the_table_point_into_their_domain() {
        for domain in &TABLE.domains {
            for text in domain.texts() {
                let parsed = parse_entity(text).expect("tested above");
                for field in parsed.entity.fields {
                    if let Some(target) = field.references {
                        assert!(domain.knows(&target), "{}: {text}", domain.name);
                    }
                }
            }
            for original in domain.also.values() {
                assert!(
                    domain.texts().any(|text| name_of(text) == *original),
                    "{}: {original}",
                    domain.name
                );
            }
        }
    }

    #[test]
    fn every_word_leads_to_one_domain() {
        let mut seen = BTreeSet::new();
        for domain in &TABLE.domains {
            for word in &domain.words {
                assert!(seen.insert(word), "{word} is in two domains");
            }
        }
    }
}
