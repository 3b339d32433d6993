//! Why a node would run: its fate, what is in its cache key, and what changed there.

use super::ledger::Fate;
use super::setup::{Options, Setup, SetupError};
use super::target::Opened;
use crate::graph::{critical_lengths, start_order};
use crate::id::Digest;

/// A node's fate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The node.
    pub id: String,
    /// `runs`, `is in place`, `is in the way` or `is left out`.
    pub fate: &'static str,
    /// Why.
    pub reason: String,
    /// The digest of `manifest`.
    pub key: Digest,
    /// What the key is made of, one line each.
    pub manifest: Vec<String>,
    /// Lines that went (`- `) and came (`+ `) since the recorded result.
    pub difference: Vec<String>,
}

/// Explains the node `id`; nothing when the plan has none of that name.
pub fn explain(
    opened: &Opened,
    options: &Options,
    id: &str,
) -> Result<Option<Explanation>, SetupError> {
    let Some(wanted) = opened.plan.find(id) else {
        return Ok(None);
    };
    let setup = Setup::new(opened, options)?;
    let mut ledger = setup.ledger();
    for node in start_order(&setup.graph, &critical_lengths(&setup.graph)) {
        let finding = ledger.examine(node)?;
        if node == wanted {
            let old = setup
                .journal
                .as_ref()
                .map(|journal| journal.manifest(id))
                .transpose()?
                .flatten();
            return Ok(Some(Explanation {
                id: id.to_owned(),
                fate: match finding.fate {
                    Fate::Cached(_) => "is in place",
                    Fate::Run(_) => "runs",
                    Fate::Skip => "is left out",
                    Fate::Deny => "is in the way",
                },
                reason: finding.reason,
                key: finding.manifest.key(),
                difference: old.map_or_else(Vec::new, |old| finding.manifest.difference(&old)),
                manifest: finding.manifest.text().lines().map(str::to_owned).collect(),
            }));
        }
        if let Fate::Cached(artifacts) = finding.fate {
            ledger.finished(node, &finding.manifest, &artifacts);
        }
    }
    Ok(None)
}
