//! From a spec to its contract. Knows the order of the steps and nothing of their insides.

use super::endpoint::endpoints;
use super::entity::entity;
use super::order::parents_first;
use super::page::pages;
use super::types::{App, Contract, Owner};
use crate::spec::Spec;

/// What follows from `spec`, with `owners` as the writers of its files.
///
/// A spec that [`super::check`] finds nothing wrong with gives a contract whose tables SQLite takes.
pub fn derive(spec: &Spec, owners: Vec<Owner>) -> Contract {
    let entities: Vec<_> = parents_first(&spec.entities)
        .into_iter()
        .map(|at| entity(&spec.entities[at], &spec.entities))
        .collect();
    Contract {
        app: App {
            name: spec.name.clone(),
            title: spec.title.clone(),
        },
        stack: spec.stack.clone(),
        features: spec.features.clone(),
        endpoints: entities.iter().flat_map(endpoints).collect(),
        pages: pages(&spec.title, &entities),
        entities,
        files: owners,
    }
}
