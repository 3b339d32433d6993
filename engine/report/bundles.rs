//! Cards that stand in the same relations are shown as one group. Knows no coordinates or colours.
//!
//! A web application has dozens of files that wait for nothing and that the same node waits for: one
//! panel of cards with one arrow says that better than dozens of arrows.

use std::collections::BTreeMap;

use super::drawing::{Drawing, EdgeKind};
use super::layers::{layers, needed};

/// So many cards in the same relations form a group.
const BUNDLED: usize = 4;

/// Relations of a card: neighbours and the kinds of the edges to them.
type Relations = Vec<(u32, EdgeKind)>;

/// Groups of cards, most of a single one, and the edges between them that are worth drawing.
#[derive(Debug)]
pub(super) struct Bundles {
    /// Indexes of the cards in each group.
    pub(super) members: Vec<Vec<u32>>,
    /// Edges between groups.
    pub(super) edges: Vec<(u32, u32, EdgeKind)>,
}

impl Bundles {
    /// The groups of `drawing`. Edges that a longer path replaces are left out.
    pub(super) fn of(drawing: &Drawing) -> Self {
        let number = drawing.boxes.len();
        let plain: Vec<(u32, u32)> = drawing.edges.iter().map(|edge| (edge.0, edge.1)).collect();
        let layer = layers(number, &plain);
        let needed = needed(number, &plain, &layer);
        let drawn: Vec<(u32, u32, EdgeKind)> = drawing
            .edges
            .iter()
            .zip(needed)
            .filter(|((_, _, kind), needed)| *needed || *kind != EdgeKind::Success)
            .map(|(edge, _)| *edge)
            .collect();

        let members = groups(number, &drawn);
        let mut home = vec![0; number];
        for (index, group) in (0_u32..).zip(&members) {
            for card in group {
                home[*card as usize] = index;
            }
        }
        let mut edges: Vec<(u32, u32, EdgeKind)> = drawn
            .into_iter()
            .map(|(from, to, kind)| (home[from as usize], home[to as usize], kind))
            .collect();
        edges.sort_unstable();
        edges.dedup();
        Self { members, edges }
    }
}

/// Cards with the same relations together where they are many, in the order of their first cards.
fn groups(number: usize, edges: &[(u32, u32, EdgeKind)]) -> Vec<Vec<u32>> {
    let mut relations: Vec<(Relations, Relations)> = vec![(Vec::new(), Vec::new()); number];
    for (from, to, kind) in edges {
        relations[*from as usize].1.push((*to, *kind));
        relations[*to as usize].0.push((*from, *kind));
    }
    let mut alike: BTreeMap<(Relations, Relations), Vec<u32>> = BTreeMap::new();
    for (card, (mut before, mut after)) in (0_u32..).zip(relations) {
        before.sort_unstable();
        after.sort_unstable();
        alike.entry((before, after)).or_default().push(card);
    }
    let mut groups = Vec::new();
    for cards in alike.into_values() {
        if cards.len() >= BUNDLED {
            groups.push(cards);
        } else {
            groups.extend(cards.into_iter().map(|card| vec![card]));
        }
    }
    groups.sort_unstable();
    groups
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn cards_with_the_same_neighbours_form_a_group() {
        let drawing = Drawing::of(&fixture::wide(7));
        let bundles = Bundles::of(&drawing);
        assert_eq!(bundles.members, [vec![0, 1, 2, 3, 4, 5], vec![6]]);
        assert_eq!(bundles.edges, [(0, 1, EdgeKind::Success)]);
    }

    #[test]
    fn few_cards_stay_single() {
        let bundles = Bundles::of(&Drawing::of(&fixture::wide(4)));
        assert_eq!(bundles.members.len(), 4);
        assert_eq!(bundles.edges.len(), 3);
    }

    #[test]
    fn edges_on_failure_are_always_drawn() {
        let bundles = Bundles::of(&Drawing::of(&fixture::mixed()));
        let kinds: Vec<EdgeKind> = bundles.edges.iter().map(|edge| edge.2).collect();
        assert!(kinds.contains(&EdgeKind::Failure) && kinds.contains(&EdgeKind::Always));
    }
}
