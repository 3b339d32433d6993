//! Entities while a request is read: what was said of them so far.

use super::lexicon::Domain;
use super::words::Role;
use crate::spec::{Field, inflect};

/// An entity that a request asks for.
#[derive(Clone, Debug)]
pub(super) struct Want {
    /// Its name.
    pub name: String,
    /// The words that it comes from.
    pub from: String,
    /// The domain it comes from, where that is not what the request is about.
    pub domain: Option<&'static Domain>,
    /// The request names it, and not only what it is kept in.
    pub named: bool,
    /// It is where things are kept: the shop of `catalogue for my pottery shop`.
    pub place: bool,
    /// The request names it more than once.
    pub again: bool,
    /// What the request says it has.
    pub fields: Vec<Listed>,
    /// Entities it belongs to.
    pub parents: Vec<String>,
}

/// A field that a request asks for.
#[derive(Clone, Debug)]
pub(super) enum Listed {
    /// With its type.
    Typed(Field),
    /// By name, with `required`, `optional` or `unique` where one of them stood before it.
    Named(String, Option<Role>),
    /// A reference to an entity, which may be absent.
    Reference(String),
    /// Any number of rows of an entity.
    Many(String),
    /// What it does not have.
    Without(String),
}

impl Want {
    /// An entity called `name` of which nothing was said.
    pub(super) fn new(name: String, from: String, named: bool) -> Self {
        Self {
            name,
            from,
            domain: None,
            named,
            place: false,
            again: false,
            fields: Vec::new(),
            parents: Vec::new(),
        }
    }

    /// Takes it by the plain name that a request calls it by later: the patches of a synth patch collection.
    pub(super) fn called(&mut self, name: String, from: &str) {
        let many = |text: &str| {
            text.split_whitespace()
                .last()
                .is_some_and(inflect::is_plural)
        };
        self.again |= self.named;
        self.named = true;
        if many(from) {
            (self.name, self.from) = (name, from.to_owned());
        }
    }

    /// Notes that it belongs to `parent`.
    pub(super) fn belongs_to(&mut self, parent: &str) {
        if !self.parents.iter().any(|known| known == parent) {
            self.parents.push(parent.to_owned());
        }
    }
}
