//! What a request keeps, by weights learned from labelled requests: which words name things and fields, which things
//! are kept, what belongs to what. The rules' reading is one of its hints.
//!
//! `word` knows a word's form, `sense` what nouns usually are, `layout` the lists of a request and `sight` a word's
//! surroundings; `tagged` finds the likeliest tags, `naming` which words of a mention are its name, `mention` groups
//! mentions to things, `keep` decides which are kept, `usual` adds
//! what a domain is about, `kind` what kind of project is asked for, `place` and `give` give them fields
//! and `refer` references; `weights` holds what was learned, and `train` learns it.

mod give;
mod keep;
mod kind;
mod layout;
mod mention;
mod naming;
mod place;
mod refer;
mod sense;
mod sight;
mod tagged;
mod usual;
mod weights;
mod word;

#[cfg(test)]
pub(in crate::spec) mod train;

use std::collections::BTreeSet;
use std::ops::Range;

use super::circle;
use super::head::Head;
use super::lexicon::{self, Domain};
use super::token::Token;
use super::unwanted::NOT_WANTED;
use super::want::{Listed, Want};
use crate::spec::names::{self, MAX_ENTITIES};
use mention::Thing;
use refer::Hints;
use tagged::{Lattice, Tagged};
use weights::Weights;
use word::Word;

/// Whether the noun `word`, in the singular, is first of all `sense`: a place, a role.
pub(super) fn is_noun_of(word: &str, sense: &str) -> bool {
    sense::senses(word).next() == Some(sense)
}

/// Whether the table of nouns has `word`, in the singular.
pub(super) fn is_noun(word: &str) -> bool {
    sense::senses(word).next().is_some()
}

/// What people who sign in are called.
const ACCOUNTS: [&str; 2] = ["user", "account"];

/// The words of a request with their tags.
pub(super) struct Reading {
    words: Vec<Word>,
    tagged: Tagged,
    /// Phrases of several words that name a domain.
    domains: Vec<(Range<usize>, &'static Domain)>,
}

impl Reading {
    /// Tags the words of a request; `tokens` as they are once features and stacks are taken out.
    pub(super) fn new(text: &str, tokens: &[Token]) -> Self {
        Self::with(Weights::learned(), text, tokens)
    }

    fn with(weights: &Weights, text: &str, tokens: &[Token]) -> Self {
        let words = word::words(text, tokens);
        let tagged = Lattice::new(weights, &sight::features(&words)).tagged();
        let named = |at: usize| {
            let (domain, length) = lexicon::domain_at(tokens, at)?;
            (length > 1).then_some((at..at + length, domain))
        };
        Self {
            words,
            tagged,
            domains: (0..tokens.len()).filter_map(named).collect(),
        }
    }

    /// The kind of project, where the rules say `ruled`.
    pub(super) fn kind(&self, ruled: &'static str) -> &'static str {
        #[cfg(test)]
        train::note(train::Seen {
            words: self.words.clone(),
            wants: Vec::new(),
            ruled,
            domain: None,
        });
        kind::kind(Weights::learned(), &self.words, ruled)
    }

    /// Makes the things of `head`, which the rules found, those that are likely in a project of this kind; at least one
    /// where it is no command-line tool.
    ///
    /// Where people `sign in`, their accounts are no thing of their own.
    pub(super) fn revise(
        &self,
        head: &mut Head,
        text: &str,
        tokens: &mut [Token],
        (kind, signs_in): (&str, bool),
    ) {
        let weights = Weights::learned();
        #[cfg(test)]
        train::note_head(head);
        let mut things =
            mention::things(weights, &self.words, &self.tagged, &head.wants, head.domain);
        let unwanted = |span: &Range<usize>| {
            let mut list = tokens[span.clone()].iter();
            list.any(|token| token.meant == Some(NOT_WANTED)) || self.names_domain(span, head)
        };
        let knows = |name: &String| head.domain.is_some_and(|domain| domain.knows(name));
        things.retain_mut(|thing| {
            let unsaid = thing.mentions.is_empty();
            thing.mentions.retain(|mention| !unwanted(&mention.span));
            unsaid || !thing.mentions.is_empty() || thing.names.iter().any(knows)
        });
        let features = keep::features(
            (&self.words, kind),
            &things,
            &mention::fields(&self.tagged),
            &head.wants,
        );
        let mut kept = keep::kept(weights, &features, kind != "cli" && !head.wants.is_empty());
        usual::keep(&self.words, &things, &mut kept, head.domain);
        let kept = things
            .iter()
            .zip(kept)
            .filter(|(_, kept)| *kept)
            .map(|(thing, _)| thing);
        let can_be = |thing: &&Thing| {
            let name = entity_name(thing, &head.wants);
            name.is_some_and(|name| {
                thing.want.is_some() || !(signs_in && ACCOUNTS.contains(&name.as_str()))
            })
        };
        let kept: Vec<&Thing> = kept.filter(can_be).collect();
        let mut wants = self.wants(&kept, &head.wants);
        self.give_references(weights, &kept, &mut wants, head);
        self.give_fields(weights, &kept, &mut wants, (text, tokens), head);
        for mention in kept.iter().flat_map(|thing| &thing.mentions) {
            use_up(tokens, &mention.span);
        }
        let mut seen = BTreeSet::new();
        wants.retain(|want| seen.insert(want.name.clone()));
        let unsaid = kept.iter().filter(|thing| thing.mentions.is_empty());
        let unsaid: Vec<String> = unsaid
            .filter_map(|thing| entity_name(thing, &head.wants))
            .collect();
        usual::lead(&mut wants, &unsaid, head.domain);
        wants.truncate(MAX_ENTITIES);
        head.wants = wants;
    }

    /// The entities of the kept things: those of the rules with what they know, called as the words call them.
    fn wants(&self, kept: &[&Thing], ruled: &[Want]) -> Vec<Want> {
        let names: Vec<String> = kept
            .iter()
            .filter_map(|thing| entity_name(thing, ruled))
            .collect();
        let of_ruled = |name: &String| {
            let at = ruled.iter().position(|want| want.name == *name)?;
            let kept = kept.iter().position(|thing| thing.want == Some(at))?;
            names.get(kept).cloned()
        };
        let one = |(thing, name): (&&Thing, &String)| {
            let from = thing.mentions.first().map_or_else(
                || name.clone(),
                |mention| mention::phrase(&self.words, &mention.span),
            );
            let Some(known) = thing.want.and_then(|at| ruled.get(at)) else {
                return Want::new(name.clone(), from, true);
            };
            let mut want = known.clone();
            want.name.clone_from(name);
            want.named |= thing.is_sure();
            want.parents = known.parents.iter().filter_map(of_ruled).collect();
            want.fields = known
                .fields
                .iter()
                .filter_map(|field| match field {
                    Listed::Reference(target) => of_ruled(target).map(Listed::Reference),
                    Listed::Many(target) => of_ruled(target).map(Listed::Many),
                    other => Some(other.clone()),
                })
                .collect();
            want
        };
        kept.iter().zip(&names).map(one).collect()
    }

    /// Whether the words of `span` are a part of what the domain of `head` is called, and no thing of it: the reading of
    /// a reading list.
    fn names_domain(&self, span: &Range<usize>, head: &Head) -> bool {
        let words = &self.words[span.clone()];
        let name: Vec<&str> = words.iter().map(|word| &*word.one).collect();
        let knows = |domain: &Domain| {
            domain.knows(&name.join("_")) || name.iter().any(|one| domain.knows(one))
        };
        let is_of = |domain: &Domain| {
            let mut of = head
                .wants
                .iter()
                .filter_map(|want| want.domain)
                .chain(head.domain);
            of.any(|of| of.name == domain.name)
        };
        let covers = |phrase: &Range<usize>| phrase.start <= span.start && span.end <= phrase.end;
        let mut domains = self.domains.iter();
        domains.any(|(phrase, domain)| covers(phrase) && is_of(domain) && !knows(domain))
    }

    /// Lets things refer to each other as the words say.
    fn give_references(&self, weights: &Weights, kept: &[&Thing], wants: &mut [Want], head: &Head) {
        for one in 0..kept.len() {
            for other in 0..kept.len() {
                if one == other {
                    continue;
                }
                let hints = hints(kept, &head.wants, one, other);
                let target = wants[other].name.clone();
                let refers = refer::refers(weights, &self.words, kept, (one, other), hints);
                // Income beside expenses, of which none usually refers to the other.
                let beside = || {
                    refer::are_listed(&self.words, kept[one], kept[other])
                        && !circle::may_relate(head, &wants[one], &wants[other])
                };
                let refers = refers && (hints.ruled || !beside());
                let is_it = |field: &Listed| matches!(field, Listed::Reference(name) | Listed::Many(name) if *name == target);
                let want = &mut wants[one];
                if !refers {
                    want.parents.retain(|parent| *parent != target);
                    want.fields.retain(|field| !is_it(field));
                } else if !want.parents.contains(&target) && !want.fields.iter().any(is_it) {
                    want.fields.push(Listed::Reference(target));
                }
            }
        }
    }
}

/// What an entity of the thing is called, where that can be a name.
fn entity_name(thing: &Thing, ruled: &[Want]) -> Option<String> {
    let known = thing
        .want
        .and_then(|at| ruled.get(at))
        .filter(|_| thing.mentions.is_empty());
    let own = || {
        names::entity_names(&thing.name().replace('_', " "))
            .ok()
            .map(|(name, _)| name)
    };
    known.map(|want| want.name.clone()).or_else(own)
}

/// What the rules say of two things.
fn hints(kept: &[&Thing], ruled: &[Want], one: usize, other: usize) -> Hints {
    let want = |at: usize| kept[at].want.and_then(|at| ruled.get(at));
    let refers = |one: Option<&Want>, other: Option<&Want>| {
        match (one, other) {
        (Some(one), Some(other)) => {
            one.parents.contains(&other.name)
                || one.fields.iter().any(|field| matches!(field, Listed::Reference(name) | Listed::Many(name) if *name == other.name))
        }
        _ => false,
    }
    };
    Hints {
        ruled: refers(want(one), want(other)),
        reversed: refers(want(other), want(one)),
    }
}

fn use_up(tokens: &mut [Token], span: &Range<usize>) {
    for token in &mut tokens[span.clone()] {
        token.used = true;
    }
}
