//! Gives fields to the things that they belong to, with the types that stand behind them. Knows owners, not how they are
//! decided.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::head::Head;
use super::super::lexicon;
use super::super::listed::field_name;
use super::super::token::Token;
use super::super::unwanted::NOT_WANTED;
use super::super::want::{Listed, Want};
use super::super::words::Role;
use super::mention::{self, Thing};
use super::weights::Weights;
use super::{Reading, place, use_up};
use crate::spec::by_name::type_of;
use crate::spec::grammar::{Parsed, is_type_word, typed_field};
use crate::spec::names;

impl Reading {
    /// Gives every field to the thing that it belongs to.
    pub(super) fn give_fields(
        &self,
        weights: &Weights,
        kept: &[&Thing],
        wants: &mut [Want],
        (text, tokens): (&str, &mut [Token]),
        head: &Head,
    ) {
        let mut given: Vec<Vec<Listed>> = vec![Vec::new(); wants.len()];
        let wanted = |span: &Range<usize>| {
            tokens[span.start].meant != Some(NOT_WANTED) && !self.is_no_field(span)
        };
        let spans = mention::fields(&self.tagged)
            .into_iter()
            .filter(wanted)
            .collect::<Vec<_>>();
        for span in spans {
            let Some(owner) = place::owner(weights, &self.words, kept, &span) else {
                continue;
            };
            let owner = match place::is_beside(&self.words, kept[owner], &span) {
                true => 0,
                false => owner,
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
                    let at = self.words.iter().position(|word| word.text == name);
                    let no_field = at.is_some_and(|at| self.is_no_field(&(at..at + 1)));
                    !no_field && (self.is_feature(&name) || !(told || elsewhere))
                })
            };
            want.fields.retain(stays);
            for field in given {
                add(want, field);
            }
        }
    }

    /// Whether a word says what is done with rows, or whom they are shared with, and not what they have.
    fn is_no_field(&self, span: &Range<usize>) -> bool {
        const DOINGS: [&str; 8] = [
            "add", "edit", "delete", "remove", "update", "view", "show", "share",
        ];
        let word = &self.words[span.start];
        let before = span
            .start
            .checked_sub(1)
            .map_or("", |at| &self.words[at].text);
        let whose = word.is("nothing") && matches!(before, "my" | "our");
        span.len() == 1 && (whose || DOINGS.contains(&&*word.text))
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
        // Behind `url title`, tags are one more field.
        if let Some(behind) =
            behind.filter(|token| is_type_word(&token.text) && token.text != "tags")
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
