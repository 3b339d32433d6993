//! What a request keeps, by weights learned from labelled requests: which words name things and fields, which things
//! are kept, what belongs to what. The rules' reading is one of its hints.
//!
//! `word` knows a word's form, `sense` what nouns usually are, `layout` the lists of a request and `sight` a word's
//! surroundings; `tagged` finds the likeliest tags, `naming` which words of a mention are its name, `mention` groups
//! mentions to things, `keep` decides which are kept, `usual` adds
//! what a domain is about, `kind` what kind of project is asked for, `place` gives them fields
//! and `refer` references; `weights` holds what was learned, and `train` learns it.

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
use super::listed::field_name;
use super::token::Token;
use super::unwanted::NOT_WANTED;
use super::want::{Listed, Want};
use super::words::Role;
use crate::spec::by_name::type_of;
use crate::spec::grammar::{Parsed, is_type_word, typed_field};
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

    /// Gives every field to the thing that it belongs to.
    fn give_fields(
        &self,
        weights: &Weights,
        kept: &[&Thing],
        wants: &mut [Want],
        (text, tokens): (&str, &mut [Token]),
        head: &Head,
    ) {
        let mut given: Vec<Vec<Listed>> = vec![Vec::new(); wants.len()];
        let wanted = |span: &Range<usize>| tokens[span.start].meant != Some(NOT_WANTED);
        let spans = mention::fields(&self.tagged)
            .into_iter()
            .filter(wanted)
            .collect::<Vec<_>>();
        for span in spans {
            let Some(owner) = place::owner(weights, &self.words, kept, &span) else {
                continue;
            };
            let name = mention::name_of(&self.words, &span);
            let other = kept
                .iter()
                .position(|thing| thing.is(&name))
                .filter(|other| *other != owner);
            let last = &self.words[span.end - 1];
            let own = kept[owner].is(&name) && !last.many && type_of(&name).is_none();
            let (field, used) = match other {
                Some(other) => (Listed::Reference(wants[other].name.clone()), span),
                None if own => (Listed::Named(called(&wants[owner], head), None), span),
                None => self.field(&span, &wants[owner], text, tokens),
            };
            given[owner].push(field);
            use_up(tokens, &used);
        }
        let all: BTreeSet<String> = given.iter().flatten().filter_map(said).collect();
        let names: Vec<String> = wants
            .iter()
            .map(|want| format!("{}_", names::bare(&want.name)))
            .collect();
        for (want, given) in wants.iter_mut().zip(given) {
            let told = given.iter().any(names_field);
            // What the rules found stays where the words say nothing else, there or of another thing.
            let stays = |field: &Listed| {
                said(field).is_none_or(|name| {
                    let elsewhere =
                        all.contains(&name) || names.iter().any(|other| name.starts_with(other));
                    self.is_feature(&name) || !(told || elsewhere)
                })
            };
            want.fields.retain(stays);
            for field in given {
                add(want, field);
            }
        }
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

    /// Whether a field is there for a word that names a feature as well: tags, priorities.
    fn is_feature(&self, field: &str) -> bool {
        let last = field.rsplit([' ', '_']).next().unwrap_or_default();
        self.words
            .iter()
            .any(|word| word.used && (word.text == last || word.one == last))
    }

    /// A field with the type that stands behind it, where one does, and the words that say so.
    fn field(
        &self,
        span: &Range<usize>,
        want: &Want,
        text: &str,
        tokens: &[Token],
    ) -> (Listed, Range<usize>) {
        let words: Vec<String> = self.words[span.clone()]
            .iter()
            .map(|word| word.text.clone())
            .collect();
        let name = names::snake(&words.join(" ")).unwrap_or_default();
        let ruled = want.fields.iter().find_map(|field| match field {
            Listed::Typed(field) if names::bare(&field.name) == name => Some(field.clone()),
            _ => None,
        });
        if let Some(field) = ruled {
            return (Listed::Typed(field), span.clone());
        }
        let typed = |kind: &str| typed_field(&format!("{name}:{kind}")).map(|(field, _)| field);
        let last = &tokens[span.end - 1];
        if let Some((_, length)) =
            typed_field(&text[last.start..]).filter(|_| text[last.end..].starts_with(':'))
            && let Some(field) = typed(&text[last.end + 1..last.start + length])
        {
            let end = last.start + length;
            let behind = tokens[span.end..].iter();
            let count = behind.take_while(|token| token.start < end).count();
            return (Listed::Typed(field), span.start..span.end + count);
        }
        let behind = tokens.get(span.end);
        if let Some(behind) = behind.filter(|token| is_type_word(&token.text))
            && let Some(field) = typed(&behind.text)
        {
            return (Listed::Typed(field), span.start..span.end + 1);
        }
        let named = Listed::Named(field_name(&words), self.mark(span));
        (named, span.clone())
    }

    /// `required`, `optional` or `unique` in front of a field.
    fn mark(&self, span: &Range<usize>) -> Option<Role> {
        let front = &self.words[span.start.checked_sub(1)?];
        let roles = [
            ("required", Role::Required),
            ("optional", Role::Optional),
            ("unique", Role::Unique),
        ];
        roles
            .into_iter()
            .find(|(class, _)| front.is(class))
            .map(|(_, role)| role)
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

/// What a row of `want` is called: the field that says so, where its list has it by the thing's own name.
fn called(want: &Want, head: &Head) -> String {
    let usual = lexicon::entity(want.domain.or(head.domain), &want.name);
    let has_title = |parsed: Parsed| {
        parsed
            .entity
            .fields
            .iter()
            .any(|field| field.name == "title")
    };
    let title = usual.is_some_and(has_title);
    if title { "title" } else { "name" }.to_owned()
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

fn names_field(field: &Listed) -> bool {
    matches!(field, Listed::Typed(_) | Listed::Named(..))
}

/// Adds a field, unless it is there.
fn add(want: &mut Want, field: Listed) {
    let is_it = |other: &Listed| match (&field, other) {
        (Listed::Reference(one), Listed::Reference(other)) => one == other,
        (Listed::Reference(_), _) => false,
        _ => said(&field).is_some() && said(&field) == said(other),
    };
    let is_parent = matches!(&field, Listed::Reference(name) if want.parents.contains(name));
    if !is_parent && !want.fields.iter().any(is_it) {
        want.fields.push(field);
    }
}

/// The name that a field is given by.
fn said(field: &Listed) -> Option<String> {
    match field {
        Listed::Named(name, _) => names::snake(name).ok(),
        Listed::Typed(field) => Some(names::bare(&field.name).to_owned()),
        _ => None,
    }
}

fn use_up(tokens: &mut [Token], span: &Range<usize>) {
    for token in &mut tokens[span.clone()] {
        token.used = true;
    }
}
