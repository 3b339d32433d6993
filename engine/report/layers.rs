//! Layers of an acyclic graph, and the edges worth drawing. Knows indexes only.

/// The layer of each of `number` nodes: the length of the longest path that leads to it.
/// Nodes on a cycle, which checked plans do not have, stay in layer 0.
pub(super) fn layers(number: usize, edges: &[(u32, u32)]) -> Vec<u32> {
    let mut waits = vec![0_u32; number];
    let next = successors(number, edges);
    for (_, to) in edges {
        waits[*to as usize] += 1;
    }
    let mut layer = vec![0; number];
    let mut ready: Vec<usize> = (0..number).filter(|node| waits[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        for to in next.of(node) {
            let to = *to as usize;
            layer[to] = layer[to].max(layer[node] + 1);
            waits[to] -= 1;
            if waits[to] == 0 {
                ready.push(to);
            }
        }
    }
    layer
}

/// Which of `edges` no longer path replaces; `layer` is what [`layers`] returned.
/// Quadratic in the number of nodes: for graphs that are looked at.
pub(super) fn needed(number: usize, edges: &[(u32, u32)], layer: &[u32]) -> Vec<bool> {
    let words = number.div_ceil(64);
    let mut reach = vec![0_u64; words * number];
    let next = successors(number, edges);
    let mut nodes: Vec<usize> = (0..number).collect();
    nodes.sort_by_key(|node| std::cmp::Reverse(layer[*node]));
    let bit = |node: u32| (node as usize / 64, 1_u64 << (node % 64));
    let mut indirect = vec![0_u64; words * number];
    for node in nodes {
        for to in next.of(node) {
            for word in 0..words {
                let below = reach[*to as usize * words + word];
                indirect[node * words + word] |= below;
            }
        }
        for word in 0..words {
            reach[node * words + word] |= indirect[node * words + word];
        }
        for to in next.of(node) {
            let (word, mask) = bit(*to);
            reach[node * words + word] |= mask;
        }
    }
    edges
        .iter()
        .map(|(from, to)| {
            let (word, mask) = bit(*to);
            indirect[*from as usize * words + word] & mask == 0
        })
        .collect()
}

/// Successor lists in one allocation.
struct Successors {
    starts: Vec<usize>,
    nodes: Vec<u32>,
}

impl Successors {
    fn of(&self, node: usize) -> &[u32] {
        &self.nodes[self.starts[node]..self.starts[node + 1]]
    }
}

fn successors(number: usize, edges: &[(u32, u32)]) -> Successors {
    let mut starts = vec![0; number + 1];
    for (from, _) in edges {
        starts[*from as usize + 1] += 1;
    }
    for node in 0..number {
        starts[node + 1] += starts[node];
    }
    let mut filled = starts.clone();
    let mut nodes = vec![0; edges.len()];
    for (from, to) in edges {
        let at = &mut filled[*from as usize];
        nodes[*at] = *to;
        *at += 1;
    }
    Successors { starts, nodes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_lies_below_everything_it_waits_for() {
        let edges = [(0, 1), (1, 2), (0, 2), (3, 2), (2, 4)];
        assert_eq!(layers(5, &edges), [0, 1, 2, 0, 3]);
    }

    #[test]
    fn edges_that_a_path_replaces_are_not_needed() {
        let edges = [(0, 1), (1, 2), (0, 2), (3, 2), (2, 4), (0, 4)];
        let layer = layers(5, &edges);
        assert_eq!(
            needed(5, &edges, &layer),
            [true, true, false, true, true, false]
        );
    }

    #[test]
    fn a_deep_chain_is_no_recursion() {
        let number = 200_000;
        let edges: Vec<(u32, u32)> = (1..number).map(|node| (node - 1, node)).collect();
        let layer = layers(number as usize, &edges);
        assert_eq!(layer.last(), Some(&(number - 1)));
    }
}
