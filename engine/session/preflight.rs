//! What stands in a run's way, found before anything is written. Changes nothing.

use std::collections::{BTreeSet, HashMap};

use camino::{Utf8Path, Utf8PathBuf};

use super::ledger::{Fate, is_model};
use super::run::RunError;
use super::setup::Setup;
use crate::diagnostic::Finding;
use crate::graph::{critical_lengths, start_order};
use crate::workspace::WorkspaceError;

/// Finds everything that stands in the way before anything is written.
pub(super) fn preflight(setup: &Setup<'_>, has_model: bool) -> Result<(), RunError> {
    let mut ledger = setup.ledger();
    let mut in_the_way = same_files(setup)?;
    let (mut nodes, mut roles) = (Vec::new(), BTreeSet::new());
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
            Fate::Run(_) if is_model(prepared) => {
                let role = &prepared.producer;
                if !has_model || !setup.options.models.contains_key(role) {
                    nodes.push(plan_node.id.clone());
                    roles.insert(role.clone());
                }
            }
            Fate::Cached(artifacts) => ledger.finished(node, &finding.manifest, &artifacts),
            Fate::Run(_) | Fate::Skip => {}
        }
    }
    if !in_the_way.is_empty() {
        return Err(RunError::InTheWay(in_the_way));
    }
    if nodes.is_empty() {
        Ok(())
    } else {
        Err(RunError::NoModel { nodes, roles })
    }
}

/// Files that two nodes write under different names, because a folder on the way is a link to another.
fn same_files(setup: &Setup<'_>) -> Result<Vec<Finding>, WorkspaceError> {
    let Some(workspace) = &setup.workspace else {
        return Ok(Vec::new());
    };
    let outputs = setup.opened.plan.nodes.iter().flat_map(|node| {
        let id = &node.id;
        node.outputs.iter().map(move |path| (id, path.as_path()))
    });
    let mut folders: HashMap<&Utf8Path, Utf8PathBuf> = HashMap::new();
    let mut is_linked = false;
    for (_, path) in outputs.clone() {
        if let Some(folder) = path.parent()
            && !folders.contains_key(folder)
        {
            let real = workspace.real(path)?;
            let real = real.parent().unwrap_or(folder).to_owned();
            is_linked |= real != folder;
            folders.insert(folder, real);
        }
    }
    let mut findings = Vec::new();
    let mut writers: HashMap<Utf8PathBuf, &Utf8Path> = HashMap::new();
    for (id, path) in outputs.filter(|_| is_linked) {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            continue;
        };
        let first = *writers.entry(folders[folder].join(name)).or_insert(path);
        if first != path {
            let message =
                format!("`{first}` and `{path}` are one file: a symbolic link is on the way");
            let help = "let one chunk write the file, or remove the link";
            let finding = Finding::error("run::same-file", message);
            findings.push(finding.node(id).help(help));
        }
    }
    Ok(findings)
}
