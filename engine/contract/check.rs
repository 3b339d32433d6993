//! What makes a contract impossible. Knows entities and references, no storage.

use super::order::required_ring;
use crate::diagnostic::Finding;
use crate::spec::{FieldType, Spec};

/// Everything that keeps `spec` from having a contract that works.
pub fn check(spec: &Spec) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entity in &spec.entities {
        for field in entity
            .fields
            .iter()
            .filter(|field| field.kind == FieldType::Ref)
        {
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
