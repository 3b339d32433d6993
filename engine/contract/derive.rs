//! From a spec to its contract. Knows the order of the steps and nothing of their insides.

use super::accounts;
use super::check::check;
use super::endpoint::endpoints;
use super::entity::entity;
use super::icon::accent;
use super::order::parents_first;
use super::page::pages;
use super::summary::summary;
use super::types::{App, Contract, Owner, Table};
use super::view::drawn;
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
    let has = |name: &str| spec.features.iter().any(|feature| feature == name);
    let (auth, board) = (has("auth"), has("board"));
    let order = parents_first(&spec.entities);
    let sources: Vec<_> = order.into_iter().map(|at| &spec.entities[at]).collect();
    let summaries = || {
        let summary = |source: &&_| summary(source, &drawn(source, board));
        sources.iter().map(summary).collect()
    };
    let mut contract = Contract {
        app: App {
            name: spec.name.clone(),
            title: spec.title.clone(),
            accent: accent(&spec.name),
        },
        kind: spec.kind.clone(),
        stack: spec.stack.clone(),
        features: spec.features.clone(),
        auth,
        account_tables: match auth {
            true => accounts::tables(),
            false => Vec::new(),
        },
        dashboard: has("dashboard").then(summaries),
        entities: sources
            .iter()
            .map(|source| entity(source, &spec.entities, drawn(source, board), auth))
            .collect(),
        endpoints: Vec::new(),
        pages: Vec::new(),
        files: owners,
    };
    if matches!(spec.kind.as_str(), "web" | "api") {
        contract.endpoints = endpoints(&contract, has("csv"));
    }
    if spec.kind == "web" {
        contract.pages = pages(&contract);
    }
    Ok(contract)
}

impl Contract {
    /// Every table, each after those it refers to by a required column.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        let own = self.entities.iter().map(|entity| &entity.table);
        let joins = self.entities.iter().flat_map(|entity| &entity.joins);
        self.account_tables.iter().chain(own).chain(joins)
    }
}
