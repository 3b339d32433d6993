//! What makes a contract impossible. Knows entities and references, no storage.

use super::accounts::{OWNER, TAKEN};
use super::order::required_ring;
use crate::diagnostic::Finding;
use crate::spec::{Entity, Spec, names};

/// Everything that keeps `spec` from having a contract that works.
pub fn check(spec: &Spec) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entity in &spec.entities {
        for field in entity.fields.iter().filter(|field| field.kind.refers()) {
            let target = field.references.as_deref().unwrap_or_default();
            if !spec.entities.iter().any(|other| other.name == target) {
                findings.push(
                    Finding::error(
                        "contract::unknown-reference",
                        format!(
                            "`{}.{}` refers to `{target}`, which is no entity",
                            entity.name, field.name
                        ),
                    )
                    .help(format!("Add it, `--entity '{target}: name!'`.")),
                );
            }
        }
    }
    if spec.features.iter().any(|feature| feature == "auth") {
        let taken = |name: &String| TAKEN.contains(&name.as_str());
        for entity in spec.entities.iter().filter(|entity| taken(&entity.plural)) {
            let message = format!(
                "`{}` is a table that sign-in (auth) makes itself",
                entity.plural
            );
            findings.push(
                Finding::error("contract::taken-table", message)
                    .help("Give the entity another name, such as `member`, or leave `auth` out."),
            );
        }
        findings.extend(spec.entities.iter().flat_map(owners));
    }
    if let Some(ring) = required_ring(&spec.entities) {
        let mut names: Vec<&str> = ring
            .iter()
            .map(|&at| spec.entities[at].name.as_str())
            .collect();
        names.push(names[0]);
        findings.push(
            Finding::error(
                "contract::reference-ring",
                format!("each needs the next to exist first: {}", names.join(" -> ")),
            )
            .help("Make one of the references optional: leave out its `!`."),
        );
    }
    findings
}

/// Fields that take the column that says whose a row is.
fn owners(entity: &Entity) -> impl Iterator<Item = Finding> {
    let taken = entity
        .fields
        .iter()
        .filter(|field| names::key(field) == OWNER);
    taken.map(|field| {
        let message = format!(
            "`{}.{}` takes the column `{OWNER}`, where sign-in (auth) keeps whose a row is",
            entity.name, field.name
        );
        let help = format!("Call it `{}_{}`, for example.", entity.name, field.name);
        Finding::error("contract::taken-column", message).help(help)
    })
}
