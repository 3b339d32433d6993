//! Domains: what people usually keep, as a table of words and entities. Knows no request.

use std::sync::LazyLock;

use serde::Deserialize;

use super::token::{Token, phrase_at};
use crate::spec::grammar::{Parsed, parse_entity};
use crate::spec::names;

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
}

static DOMAINS: LazyLock<Vec<Domain>> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("../data/domains.yaml"))
        .expect("the table of domains is valid")
});

impl Domain {
    /// Names of the entities that the domain has always.
    pub(super) fn usual(&self) -> Vec<String> {
        self.entities.iter().map(|text| name_of(text)).collect()
    }

    /// The entity `name` of this domain.
    fn entity(&self, name: &str) -> Option<Parsed> {
        let text = self
            .entities
            .iter()
            .chain(&self.more)
            .find(|text| name_of(text) == name)?;
        parse_entity(text).ok()
    }

    /// Whether `name` is an entity of this domain.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.entities
            .iter()
            .chain(&self.more)
            .any(|text| name_of(text) == name)
    }
}

/// The entity's name in a text of the table.
fn name_of(text: &str) -> String {
    let word = text.split(':').next().unwrap_or_default();
    names::entity_names(word).map_or_else(|_| word.to_owned(), |(name, _)| name)
}

/// The domain that a phrase at token `at` names, with the phrase's tokens; the longest phrase wins.
pub(super) fn domain_at(tokens: &[Token], at: usize) -> Option<(&'static Domain, usize)> {
    let mut best: Option<(&Domain, usize)> = None;
    for domain in DOMAINS.iter() {
        for word in &domain.words {
            if let Some(length) = phrase_at(tokens, at, word)
                && best.is_none_or(|(_, longest)| length > longest)
            {
                best = Some((domain, length));
            }
        }
    }
    best
}

/// What is usually kept of an entity called `name`, in `domain` first and then in any.
pub(super) fn entity(domain: Option<&Domain>, name: &str) -> Option<Parsed> {
    domain
        .and_then(|domain| domain.entity(name))
        .or_else(|| DOMAINS.iter().find_map(|domain| domain.entity(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_in_the_grammar() {
        for domain in DOMAINS.iter() {
            for text in domain.entities.iter().chain(&domain.more) {
                let parsed = parse_entity(text);
                assert!(parsed.is_ok(), "{text}: {parsed:?}");
            }
        }
    }

    #[test]
    fn references_of_the_table_point_into_their_domain() {
        for domain in DOMAINS.iter() {
            for text in domain.entities.iter().chain(&domain.more) {
                let parsed = parse_entity(text).expect("tested above");
                for field in parsed.entity.fields {
                    if let Some(target) = field.references {
                        assert!(domain.knows(&target), "{}: {text}", domain.name);
                    }
                }
            }
        }
    }

    #[test]
    fn every_word_leads_to_one_domain() {
        let mut seen = BTreeSet::new();
        for domain in DOMAINS.iter() {
            for word in &domain.words {
                assert!(seen.insert(word), "{word} is in two domains");
            }
        }
    }
}
