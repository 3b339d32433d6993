//! What a run would undo of the application that is there: migrations that its database may have seen, and the
//! accounts that keep rows apart. Knows no database and changes nothing.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::grow::migration_number;
use super::recorded;
use super::setup::SetupError;
use super::target::Opened;
use crate::contract::{Contract, has_owners};
use crate::journal::Known;

/// Refuses a plan that describes another application than the one in `dir`, or the same one without accounts.
pub(super) fn check_recorded(opened: &Opened, dir: &Utf8Path) -> Result<(), SetupError> {
    if let Some((request, entities)) = recorded::left_out(opened, dir) {
        return Err(SetupError::AnotherApplication { request, entities });
    }
    if asked(opened).is_none_or(|contract| contract.auth) {
        return Ok(());
    }
    let had = recorded::read(dir).ok().and_then(|it| it.made.schema);
    match had.is_some_and(|schema| has_owners(&schema)) {
        true => Err(SetupError::Undoes(
            "has accounts, and everybody would see the rows of all of them: what would be made has none".to_owned(),
        )),
        false => Ok(()),
    }
}

/// Refuses a plan without migrations that runs before it have made: a database that has seen them does not go back.
pub(super) fn check_migrations(opened: &Opened, known: &Known) -> Result<(), SetupError> {
    let style = opened.stack.as_ref().and_then(|it| it.migrations.as_ref());
    let (Some(style), Some(_)) = (style, asked(opened)) else {
        return Ok(());
    };
    let outputs = opened.plan.nodes.iter().flat_map(|node| &node.outputs);
    let kept: BTreeSet<&Utf8Path> = outputs.map(Utf8PathBuf::as_path).collect();
    let files = known.files();
    let lost: BTreeSet<&Utf8Path> = files
        .into_keys()
        .filter(|path| migration_number(style, path).is_some() && !kept.contains(path))
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    let lost: Vec<String> = lost.iter().map(|path| format!("`{path}`")).collect();
    Err(SetupError::Undoes(format!(
        "has migrations that what would be made knows nothing of: {}",
        lost.join(", ")
    )))
}

/// What the application promises that the plan describes; a workflow added to an application leaves it what it is.
fn asked(opened: &Opened) -> Option<&Contract> {
    let contract = opened.contract.as_ref();
    contract.filter(|contract| !contract.entities.is_empty())
}
