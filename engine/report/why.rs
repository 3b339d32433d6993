//! Why nodes run, are cached or in conflict, as few sentences as there are reasons. Knows previews only.

use std::collections::BTreeMap;

use super::preview::{Fate, Preview};
use super::rows::fate_word;
use super::text::{count, grouped, visible};

/// Reasons listed before the rest is counted.
const LISTED_REASONS: usize = 12;

/// Ids listed for one reason before the rest is counted.
const LISTED_IDS: usize = 8;

/// Each fate and reason with the nodes it holds for, in order of first appearance.
pub(super) fn reasons(preview: &Preview, full: bool) -> Vec<(&'static str, String)> {
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut groups: Vec<(Fate, &str, Vec<u32>)> = Vec::new();
    for (index, node) in (0_u32..).zip(&preview.nodes) {
        if node.reason.is_empty() {
            continue;
        }
        let group = *known
            .entry((fate_word(node.fate), node.reason.as_str()))
            .or_insert_with(|| {
                groups.push((node.fate, &node.reason, Vec::new()));
                groups.len() - 1
            });
        groups[group].2.push(index);
    }
    let explained: usize = groups.iter().map(|(_, _, nodes)| nodes.len()).sum();
    let all_explained = explained == preview.nodes.len();
    // The nodes that most reasons do not mention need no list of names.
    let largest = groups.iter().map(|(_, _, nodes)| nodes.len()).max();
    let mut rest_named = false;
    let shown = if full { groups.len() } else { LISTED_REASONS };
    let mut facts = Vec::new();
    for (fate, reason, nodes) in groups.iter().take(shown) {
        let is_rest = all_explained && !rest_named && Some(nodes.len()) == largest;
        let who = if is_rest && groups.len() == 1 {
            all_of(preview.nodes.len())
        } else if is_rest && nodes.len() > LISTED_IDS {
            rest_named = true;
            format!("the other {}", grouped(nodes.len() as u64))
        } else {
            names(preview, nodes, full)
        };
        facts.push((fate_word(*fate), format!("{who}: {}", visible(reason))));
    }
    if groups.len() > shown {
        let more = count(groups.len() - shown, "more reason");
        facts.push(("", format!("{more}; --full lists them all")));
    }
    facts
}

fn all_of(nodes: usize) -> String {
    match nodes {
        1 => "the one node".to_owned(),
        2 => "both nodes".to_owned(),
        _ => format!("all {}", grouped(nodes as u64)),
    }
}

fn names(preview: &Preview, nodes: &[u32], full: bool) -> String {
    let shown = if full || nodes.len() <= LISTED_IDS + 1 {
        nodes.len()
    } else {
        LISTED_IDS
    };
    let ids: Vec<_> = nodes[..shown]
        .iter()
        .map(|node| visible(&preview.nodes[*node as usize].id))
        .collect();
    let mut text = ids.join(", ");
    if nodes.len() > shown {
        let more = grouped((nodes.len() - shown) as u64);
        text = format!("{text} and {more} more");
    }
    text
}
