//! From a spec to its contract. Knows the order of the steps and nothing of their insides.

use super::check::check;
use super::endpoint::endpoints;
use super::entity::entity;
use super::order::parents_first;
use super::page::pages;
use super::types::{App, Contract, Owner};
use crate::diagnostic::Finding;
use crate::spec::Spec;

/// What follows from `spec`, with `owners` as the writers of its files.
///
/// # Errors
/// What [`check`] finds; otherwise the tables are such that SQLite takes them.
pub fn derive(spec: &Spec, owners: Vec<Owner>) -> Result<Contract, Vec<Finding>> {
    let findings = check(spec);
    if !findings.is_empty() {
        return Err(findings);
    }
    let entities: Vec<_> = parents_first(&spec.entities)
        .into_iter()
        .map(|at| entity(&spec.entities[at], &spec.entities))
        .collect();
    Ok(Contract {
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
    })
}
