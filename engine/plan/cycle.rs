//! Finds rings of needs, without recursion. Knows no YAML.

use std::collections::VecDeque;

use super::checked::Need;
use super::expand::Expanded;
use super::limits::{MAX_RING_SHOWN, MAX_RINGS};
use super::needs::means;
use super::report::Report;
use super::source::Span;

/// Reports every ring of needs.
pub(super) fn check(report: &mut Report<'_>, plan: &Expanded<'_>, edges: &[Vec<Need>]) {
    for ring in rings(edges) {
        describe(report, plan, &ring);
    }
}

/// Rings, each from its first node on, each node needing the next; at most [`MAX_RINGS`].
fn rings(edges: &[Vec<Need>]) -> Vec<Vec<usize>> {
    let left = entangled(edges);
    let mut walk = vec![usize::MAX; edges.len()];
    let mut rings = Vec::new();
    for start in 0..edges.len() {
        if !left[start] || walk[start] != usize::MAX {
            continue;
        }
        let mut path = Vec::new();
        let mut at = start;
        while walk[at] == usize::MAX {
            walk[at] = start;
            path.push(at);
            let next = edges[at]
                .iter()
                .map(|need| need.node.index())
                .find(|next| left[*next]);
            at = next.expect("an entangled node needs another one");
        }
        if walk[at] == start {
            let from = path
                .iter()
                .position(|node| *node == at)
                .expect("the walk met its own path");
            rings.push(shortest(edges, &left, path.split_off(from)));
            if rings.len() == MAX_RINGS {
                break;
            }
        }
    }
    rings
}

/// The nodes that lie on rings or between them: what is left when ends are taken away on both sides.
fn entangled(edges: &[Vec<Need>]) -> Vec<bool> {
    let mut left = vec![true; edges.len()];
    let mut dependants = vec![0_usize; edges.len()];
    let mut waiting: Vec<_> = edges.iter().map(Vec::len).collect();
    let mut starts = vec![0_usize; edges.len() + 1];
    for need in edges.iter().flatten() {
        dependants[need.node.index()] += 1;
        starts[need.node.index() + 1] += 1;
    }
    for at in 0..edges.len() {
        starts[at + 1] += starts[at];
    }
    let mut back = vec![0_usize; starts[edges.len()]];
    let mut fill = starts.clone();
    for (node, needs) in edges.iter().enumerate() {
        for need in needs {
            let slot = &mut fill[need.node.index()];
            back[*slot] = node;
            *slot += 1;
        }
    }
    let mut ready: VecDeque<_> = (0..edges.len())
        .filter(|node| waiting[*node] == 0)
        .collect();
    while let Some(node) = ready.pop_front() {
        left[node] = false;
        for &dependant in &back[starts[node]..starts[node + 1]] {
            waiting[dependant] -= 1;
            if waiting[dependant] == 0 {
                ready.push_back(dependant);
            }
        }
    }
    for (node, needs) in edges.iter().enumerate().filter(|(node, _)| !left[*node]) {
        debug_assert!(!left[node]);
        for need in needs {
            dependants[need.node.index()] -= 1;
        }
    }
    let mut loose: VecDeque<_> = (0..edges.len())
        .filter(|node| left[*node] && dependants[*node] == 0)
        .collect();
    while let Some(node) = loose.pop_front() {
        left[node] = false;
        for need in &edges[node] {
            let target = need.node.index();
            dependants[target] -= 1;
            if left[target] && dependants[target] == 0 {
                loose.push_back(target);
            }
        }
    }
    left
}

/// A shortest ring through the first node of `ring`, which starts with its lowest node.
fn shortest(edges: &[Vec<Need>], left: &[bool], ring: Vec<usize>) -> Vec<usize> {
    let lowest = ring.iter().copied().min().unwrap_or_default();
    let mut from = vec![usize::MAX; edges.len()];
    let mut queue = VecDeque::from([lowest]);
    'search: while let Some(node) = queue.pop_front() {
        for need in &edges[node] {
            let next = need.node.index();
            if left[next] && from[next] == usize::MAX {
                from[next] = node;
                if next == lowest {
                    break 'search;
                }
                queue.push_back(next);
            }
        }
    }
    let mut found = Vec::new();
    let mut at = lowest;
    while from[at] != usize::MAX {
        at = from[at];
        found.push(at);
        if at == lowest {
            found.reverse();
            return found;
        }
    }
    ring
}

fn describe(report: &mut Report<'_>, plan: &Expanded<'_>, ring: &[usize]) {
    let id = |node: usize| plan.drafts[node].id.as_str();
    let mut names: Vec<_> = ring
        .iter()
        .take(MAX_RING_SHOWN)
        .map(|node| format!("`{}`", id(*node)))
        .collect();
    if ring.len() > MAX_RING_SHOWN {
        names.push(format!("… {} more …", ring.len() - MAX_RING_SHOWN));
    }
    names.push(format!("`{}`", id(ring[0])));
    let message = format!("these chunks wait for each other: {}", names.join(" → "));
    let edge = |at: usize| {
        let (node, target) = (ring[at], ring[(at + 1) % ring.len()]);
        (
            edge_span(plan, node, target),
            format!("`{}` needs `{}`", id(node), id(target)),
        )
    };
    let last = edge(ring.len() - 1);
    let (span, _) = edge(0);
    report.subject = Some(id(ring[0]).to_owned());
    report.error(
        "plan::cycle",
        span,
        message,
        format!(
            "remove one of these needs, for example the last: {}",
            last.1
        ),
    );
    for at in (0..ring.len()).take(MAX_RING_SHOWN) {
        let (span, label) = edge(at);
        report.relate(span, &label);
    }
    report.subject = None;
}

/// Where `node` says that it needs `target`.
fn edge_span(plan: &Expanded<'_>, node: usize, target: usize) -> Span {
    let draft = &plan.drafts[node];
    let group = plan.groups.iter().find(|group| group.nodes.contains(&node));
    let group = group.expect("each node belongs to a chunk");
    let need = draft
        .needs
        .iter()
        .find(|need| means(plan, need, group, target));
    need.map_or(draft.span, |need| need.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::NodeId;
    use crate::plan::On;

    fn graph(needs: &[&[usize]]) -> Vec<Vec<Need>> {
        let edge = |node: &usize| Need {
            node: NodeId::from_index(*node),
            on: On::Success,
        };
        needs
            .iter()
            .map(|targets| targets.iter().map(edge).collect())
            .collect()
    }

    #[test]
    fn a_ring_is_found_whole_and_its_surroundings_are_not() {
        let edges = graph(&[&[], &[0, 3], &[1], &[2], &[3]]);
        assert_eq!(rings(&edges), [vec![1, 3, 2]]);
    }

    #[test]
    fn separate_rings_are_each_found() {
        let edges = graph(&[&[1], &[0], &[3], &[2]]);
        assert_eq!(rings(&edges), [vec![0, 1], vec![2, 3]]);
    }

    #[test]
    fn the_shortest_ring_is_named() {
        let edges = graph(&[&[1], &[2, 0], &[0]]);
        assert_eq!(rings(&edges), [vec![0, 1]]);
    }

    #[test]
    fn a_long_chain_is_no_ring_and_no_recursion() {
        const LENGTH: usize = 200_000;
        let mut edges: Vec<Vec<Need>> = graph(&[&[]]);
        edges.extend((1..LENGTH).map(|at| graph(&[&[at - 1]]).remove(0)));
        assert!(rings(&edges).is_empty());
        edges[0] = graph(&[&[LENGTH - 1]]).remove(0);
        assert_eq!(rings(&edges)[0].len(), LENGTH);
    }
}
