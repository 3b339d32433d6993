//! What stands in a run's way, found before anything is written. Changes nothing.

use super::ledger::{Fate, is_model};
use super::run::RunError;
use super::setup::Setup;
use crate::diagnostic::Finding;
use crate::graph::{critical_lengths, start_order};

/// Finds everything that stands in the way before anything is written.
pub(super) fn preflight(setup: &Setup<'_>, has_model: bool) -> Result<(), RunError> {
    let mut ledger = setup.ledger();
    let (mut in_the_way, mut needs_model) = (Vec::new(), Vec::new());
    for node in start_order(&setup.graph, &critical_lengths(&setup.graph)) {
        let prepared = &setup.prepared[node.index()];
        let plan_node = &setup.opened.plan.nodes[node.index()];
        if prepared.content.is_none() && !is_model(prepared) {
            continue;
        }
        let finding = ledger.examine(node)?;
        match finding.fate {
            Fate::Deny => in_the_way.push(
                Finding::error("run::in-the-way", finding.reason).node(&plan_node.id).help(
                    "keep your version with `--ours`, take codey's with `--theirs`, or move the file away",
                ),
            ),
            Fate::Run(_) if is_model(prepared) && !has_model => needs_model.push(plan_node.id.clone()),
            Fate::Cached(artifacts) => ledger.finished(node, &finding.manifest, &artifacts),
            Fate::Run(_) | Fate::Skip => {}
        }
    }
    if !in_the_way.is_empty() {
        return Err(RunError::InTheWay(in_the_way));
    }
    if needs_model.is_empty() {
        Ok(())
    } else {
        Err(RunError::NoModel(needs_model))
    }
}
