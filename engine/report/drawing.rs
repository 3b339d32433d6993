//! What a picture of a plan shows: boxes and edges, few enough to look at. Knows no coordinates or colours.

use std::collections::BTreeMap;

use super::preview::{Fate, Preview, PreviewNode};
use super::text::grouped;

/// Plans up to this many nodes are drawn with a box for each.
const DRAWN_WHOLE: usize = 150;

/// Nodes that are alike and start together become one box from this number on.
const ALIKE: usize = 4;

/// Boxes kept at the start and at the end of a plan that is too deep to draw whole.
const KEPT_START: usize = 60;
const KEPT_END: usize = 30;

/// A box: a node, or many that are alike.
#[derive(Clone, Debug)]
pub(super) struct DrawnBox {
    pub(super) title: String,
    pub(super) chunk: String,
    pub(super) output: String,
    pub(super) kind: String,
    pub(super) fate: Fate,
    pub(super) reason: String,
}

/// The end of the first box that an edge asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EdgeKind {
    Success,
    Failure,
    Always,
}

/// Boxes and the edges between them; edges lead from lower to higher layers.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) boxes: Vec<DrawnBox>,
    pub(super) edges: Vec<(u32, u32, EdgeKind)>,
}

impl Drawing {
    /// The picture of `preview`: each node a box, or in a long plan alike nodes together and the
    /// middle left out.
    pub(super) fn of(preview: &Preview) -> Self {
        let edges = node_edges(preview);
        let (boxes, home) = if preview.nodes.len() <= DRAWN_WHOLE {
            let home = (0..u32::try_from(preview.nodes.len()).unwrap_or(u32::MAX)).collect();
            (preview.nodes.iter().map(single).collect(), home)
        } else {
            let plain: Vec<(u32, u32)> = edges.iter().map(|(from, to, _)| (*from, *to)).collect();
            condensed(preview, &super::layers::layers(preview.nodes.len(), &plain))
        };
        let mut edges: Vec<(u32, u32, EdgeKind)> = edges
            .into_iter()
            .map(|(from, to, kind)| (home[from as usize], home[to as usize], kind))
            .filter(|(from, to, _)| from != to)
            .collect();
        edges.sort_unstable();
        edges.dedup();
        Self { boxes, edges }
    }
}

fn node_edges(preview: &Preview) -> Vec<(u32, u32, EdgeKind)> {
    let mut edges = Vec::new();
    for (to, node) in (0_u32..).zip(&preview.nodes) {
        for need in &node.needs {
            let kind = match need.on.as_str() {
                "success" => EdgeKind::Success,
                "failure" => EdgeKind::Failure,
                _ => EdgeKind::Always,
            };
            edges.push((need.node, to, kind));
        }
    }
    edges
}

fn single(node: &PreviewNode) -> DrawnBox {
    let output = match node.outputs.as_slice() {
        [] => node.producer.clone(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first} +{}", rest.len()),
    };
    DrawnBox {
        title: node.id.clone(),
        chunk: node.cap.map_or_else(
            || node.chunk.clone(),
            |cap| format!("{} ≤ {cap} tokens", node.chunk),
        ),
        output,
        kind: node.kind.clone(),
        fate: node.fate,
        reason: node.reason.clone(),
    }
}

/// Boxes for groups of alike nodes of a layer, and for each node the box it is in.
fn condensed(preview: &Preview, layer: &[u32]) -> (Vec<DrawnBox>, Vec<u32>) {
    let mut groups: BTreeMap<(u32, &str, &str), Vec<u32>> = BTreeMap::new();
    for (index, node) in (0_u32..).zip(&preview.nodes) {
        let key = (
            layer[index as usize],
            node.kind.as_str(),
            node.chunk.as_str(),
        );
        groups.entry(key).or_default().push(index);
    }
    let mut members: Vec<Vec<u32>> = Vec::new();
    for group in groups.into_values() {
        if group.len() >= ALIKE {
            members.push(group);
        } else {
            members.extend(group.into_iter().map(|node| vec![node]));
        }
    }
    if members.len() > KEPT_START + KEPT_END {
        elide_middle(&mut members, layer);
    }
    let mut home = vec![0; preview.nodes.len()];
    for (index, group) in (0_u32..).zip(&members) {
        for node in group {
            home[*node as usize] = index;
        }
    }
    let boxes = members
        .iter()
        .map(|group| several(preview, group))
        .collect();
    (boxes, home)
}

/// Joins the groups of the middle layers into one, so that no layer is cut in two.
fn elide_middle(members: &mut Vec<Vec<u32>>, layer: &[u32]) {
    let layer_of = |group: &Vec<u32>| layer[group[0] as usize];
    let first_left_out = layer_of(&members[KEPT_START]);
    let last_left_out = layer_of(&members[members.len() - KEPT_END - 1]);
    let start = members.partition_point(|group| layer_of(group) < first_left_out);
    let end = members.partition_point(|group| layer_of(group) <= last_left_out);
    let joined = members[start..end].concat();
    members.splice(start..end, [joined]);
}

fn several(preview: &Preview, group: &[u32]) -> DrawnBox {
    let first = &preview.nodes[group[0] as usize];
    let [_, .., last] = group else {
        return single(first);
    };
    let last = &preview.nodes[*last as usize];
    let alike = |of: fn(&PreviewNode) -> &str| {
        let mut nodes = group.iter().map(|node| of(&preview.nodes[*node as usize]));
        nodes.all(|name| name == of(first))
    };
    let fate = group
        .iter()
        .map(|node| preview.nodes[*node as usize].fate)
        .find(|fate| *fate != Fate::Cached)
        .unwrap_or(Fate::Cached);
    DrawnBox {
        title: format!("{} nodes", grouped(group.len() as u64)),
        chunk: if alike(|node| &node.chunk) {
            first.chunk.clone()
        } else {
            "of several types".to_owned()
        },
        output: format!("{} … {}", first.id, last.id),
        kind: if alike(|node| &node.kind) {
            first.kind.clone()
        } else {
            String::new()
        },
        fate,
        reason: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_small_plan_has_a_box_for_each_node() {
        let drawing = Drawing::of(&fixture::application());
        assert_eq!(drawing.boxes.len(), 18);
    }

    #[test]
    fn alike_nodes_of_a_large_plan_share_a_box() {
        let drawing = Drawing::of(&fixture::wide(100_000));
        let titles: Vec<&str> = drawing.boxes.iter().map(|b| b.title.as_str()).collect();
        assert_eq!(titles, ["99,999 nodes", "end"]);
        assert_eq!(drawing.edges, [(0, 1, EdgeKind::Success)]);
    }

    #[test]
    fn the_middle_of_a_deep_plan_is_one_box() {
        let drawing = Drawing::of(&fixture::chain(100_000));
        assert_eq!(drawing.boxes.len(), KEPT_START + KEPT_END + 1);
        assert_eq!(drawing.boxes[KEPT_START].title, "99,910 nodes");
        assert_eq!(drawing.edges.len(), KEPT_START + KEPT_END);
    }
}
