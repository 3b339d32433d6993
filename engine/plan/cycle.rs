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

/// One shortest ring of each knot of nodes, each node needing the next; at most [`MAX_RINGS`].
fn rings(edges: &[Vec<Need>]) -> Vec<Vec<usize>> {
    let (knots, members) = knots(edges);
    let mut lowest: Vec<_> = (0..edges.len())
        .filter(|node| members[knots[*node]] > 1)
        .collect();
    let mut seen = vec![false; members.len()];
    lowest.retain(|node| !std::mem::replace(&mut seen[knots[*node]], true));
    let mut from = vec![usize::MAX; edges.len()];
    let rings = lowest.into_iter().take(MAX_RINGS);
    rings
        .map(|start| shortest(edges, &knots, start, &mut from))
        .collect()
}

/// A node whose needs are being followed.
struct Visit {
    node: usize,
    /// The next of its needs to follow.
    next: usize,
}

/// For each node the number of its knot (nodes that all reach each other), and the size of each knot.
///
/// Tarjan's algorithm with a stack of its own, so that no chain is too long.
fn knots(edges: &[Vec<Need>]) -> (Vec<usize>, Vec<usize>) {
    const NEW: usize = usize::MAX;
    let mut knot = vec![NEW; edges.len()];
    let mut order = vec![NEW; edges.len()];
    let mut low = vec![NEW; edges.len()];
    let mut members = Vec::new();
    let mut open = Vec::new();
    let mut visits = Vec::new();
    let mut count = 0;
    for root in 0..edges.len() {
        if order[root] == NEW {
            visits.push(Visit {
                node: root,
                next: 0,
            });
        }
        while let Some(visit) = visits.last_mut() {
            let node = visit.node;
            if visit.next == 0 {
                order[node] = count;
                low[node] = count;
                count += 1;
                open.push(node);
            }
            if let Some(need) = edges[node].get(visit.next) {
                visit.next += 1;
                let target = need.node.index();
                if order[target] == NEW {
                    visits.push(Visit {
                        node: target,
                        next: 0,
                    });
                } else if knot[target] == NEW {
                    low[node] = low[node].min(order[target]);
                }
                continue;
            }
            visits.pop();
            if let Some(parent) = visits.last() {
                low[parent.node] = low[parent.node].min(low[node]);
            }
            if low[node] == order[node] {
                let at = open.iter().rposition(|other| *other == node);
                let closed =
                    open.split_off(at.expect("a visited node stays open until its knot is closed"));
                for member in &closed {
                    knot[*member] = members.len();
                }
                members.push(closed.len());
            }
        }
    }
    (knot, members)
}

/// A shortest ring through `start`, found breadth first within its knot. `from` is all `usize::MAX`
/// for the nodes of that knot.
fn shortest(edges: &[Vec<Need>], knots: &[usize], start: usize, from: &mut [usize]) -> Vec<usize> {
    let mut queue = VecDeque::from([start]);
    while from[start] == usize::MAX {
        let node = queue
            .pop_front()
            .expect("a knot leads back to each of its nodes");
        for need in &edges[node] {
            let next = need.node.index();
            if knots[next] == knots[start] && from[next] == usize::MAX {
                from[next] = node;
                queue.push_back(next);
            }
        }
    }
    let mut ring = Vec::new();
    let mut at = start;
    loop {
        at = from[at];
        ring.push(at);
        if at == start {
            ring.reverse();
            return ring;
        }
    }
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
        let edges = graph(&[&[1], &[0], &[1, 3], &[2]]);
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
