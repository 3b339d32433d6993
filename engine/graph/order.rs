//! Orders over a graph: a stable start order and the length of what follows a node. Knows no lane or cost.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Graph;
use crate::id::NodeId;

/// For each node the number of nodes on the longest path that starts with it: 1 for a node nobody needs.
///
/// Ready nodes with a longer path behind them start first, as in critical-path list scheduling.
pub fn critical_lengths(graph: &Graph) -> Vec<u32> {
    let mut lengths = vec![1; graph.len()];
    for node in topological(graph, |_| 0).into_iter().rev() {
        let behind = graph
            .dependants(node)
            .map(|(next, _)| lengths[next.index()])
            .max();
        lengths[node.index()] = 1 + behind.unwrap_or(0);
    }
    lengths
}

/// The order in which a single worker starts the nodes: among those that are ready, the one with the
/// longest path behind it, then the one written first.
pub fn start_order(graph: &Graph, lengths: &[u32]) -> Vec<NodeId> {
    topological(graph, |node| lengths[node.index()])
}

/// Kahn's algorithm with a heap: ready nodes leave by falling priority, then in plan order.
fn topological(graph: &Graph, priority: impl Fn(NodeId) -> u32) -> Vec<NodeId> {
    let mut waiting_for: Vec<u32> = graph.nodes().map(|node| graph.need_count(node)).collect();
    let mut ready: BinaryHeap<(u32, Reverse<NodeId>)> = graph
        .nodes()
        .filter(|node| waiting_for[node.index()] == 0)
        .map(|node| (priority(node), Reverse(node)))
        .collect();
    let mut order = Vec::with_capacity(graph.len());
    while let Some((_, Reverse(node))) = ready.pop() {
        order.push(node);
        for (next, _) in graph.dependants(node) {
            let left = &mut waiting_for[next.index()];
            *left -= 1;
            if *left == 0 {
                ready.push((priority(next), Reverse(next)));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::On;

    fn graph(needs: &[&[u32]]) -> Graph {
        Graph::from_needs(
            needs
                .iter()
                .map(|n| n.iter().map(|&i| (NodeId(i), On::Success))),
        )
    }

    fn ids(order: &[NodeId]) -> Vec<u32> {
        order.iter().map(|id| id.0).collect()
    }

    #[test]
    fn longest_path_goes_first_then_plan_order() {
        // 0, 1 are free; 2 hangs on 1; 3 on 2.
        let graph = graph(&[&[], &[], &[1], &[2]]);
        let lengths = critical_lengths(&graph);
        assert_eq!(lengths, [1, 3, 2, 1]);
        assert_eq!(ids(&start_order(&graph, &lengths)), [1, 2, 0, 3]);
    }

    #[test]
    fn a_chain_of_100_000_overflows_no_stack() {
        let count = 100_000_u32;
        let graph = Graph::from_needs(
            (0..count).map(|i| i.checked_sub(1).map(|before| (NodeId(before), On::Success))),
        );
        assert_eq!(critical_lengths(&graph)[0], count);
    }

    #[test]
    fn edges_come_back_in_plan_order() {
        let graph = graph(&[&[], &[0], &[0], &[2, 0, 1]]);
        let needs: Vec<u32> = graph.needs(NodeId(3)).map(|(id, _)| id.0).collect();
        let dependants: Vec<u32> = graph.dependants(NodeId(0)).map(|(id, _)| id.0).collect();
        assert_eq!((needs, dependants), (vec![2, 0, 1], vec![1, 2, 3]));
    }
}
