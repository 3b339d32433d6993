//! The order in which models are loaded: as few loads as the graph permits. Knows roles, not memory or files.
//!
//! Running everything that the loaded model can reach never adds a load, since it only makes more work
//! ready. So a schedule is a sequence of models, each followed to exhaustion, and its state is the set of
//! finished model nodes. Breadth-first search over those sets finds a shortest sequence; where the sets
//! are too many, the model with the most reachable work comes next.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet, VecDeque};

use super::Graph;
use crate::id::NodeId;

/// Sets of finished nodes the search may hold before it falls back to the greedy order.
const SEARCH_LIMIT_SETS: usize = 20_000;
/// Sets times the size of the graph that the search may walk: about a tenth of a second.
const SEARCH_LIMIT_STEPS: usize = 50_000_000;

/// Nodes that run on one load of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelGroup {
    /// The model's role.
    pub model: String,
    /// Its nodes, in plan order.
    pub nodes: Vec<NodeId>,
}

/// The loads of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loads {
    /// One entry a load, in order.
    pub groups: Vec<ModelGroup>,
    /// Whether fewer loads are impossible; false where the search was cut short.
    pub minimal: bool,
}

/// The groups in which the nodes that `model_of` gives a role run with the fewest loads.
///
/// # Panics
/// When `model_of` gives two answers for one node.
pub fn model_groups<'a>(graph: &Graph, model_of: impl Fn(NodeId) -> Option<&'a str>) -> Loads {
    let model_nodes: Vec<NodeId> = graph
        .nodes()
        .filter(|&node| model_of(node).is_some())
        .collect();
    let models: Vec<&str> = model_nodes
        .iter()
        .filter_map(|&node| model_of(node))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if models.is_empty() {
        return Loads {
            groups: Vec::new(),
            minimal: true,
        };
    }
    let projection = Projection::new(graph, &model_nodes, |node| {
        models
            .iter()
            .position(|model| Some(*model) == model_of(node))
            .expect("every role is listed")
    });
    let (sequence, minimal) = match projection.search(models.len()) {
        Some(sequence) => (sequence, true),
        // With two models a sequence can only alternate, so the better start is the best there is.
        None => (projection.best_greedy(models.len()), models.len() <= 2),
    };
    let mut done = projection.nothing();
    let groups = sequence
        .into_iter()
        .map(|model| {
            let before = done.clone();
            projection.exhaust(&mut done, model);
            let ran = (0..model_nodes.len()).filter(|&i| done.has(i) && !before.has(i));
            ModelGroup {
                model: models[model].to_owned(),
                nodes: ran.map(|i| model_nodes[i]).collect(),
            }
        })
        .collect();
    Loads { groups, minimal }
}

/// The model nodes alone: which model each runs on and which model nodes come before it, through any
/// number of tool nodes.
struct Projection {
    model: Vec<usize>,
    dependants: Vec<Vec<u32>>,
    need_count: Vec<u32>,
}

impl Projection {
    fn new(graph: &Graph, model_nodes: &[NodeId], model: impl Fn(NodeId) -> usize) -> Self {
        let mut place = vec![usize::MAX; graph.len()];
        for (index, node) in model_nodes.iter().enumerate() {
            place[node.index()] = index;
        }
        let mut dependants = vec![Vec::new(); model_nodes.len()];
        let mut need_count = vec![0; model_nodes.len()];
        let mut seen = vec![usize::MAX; graph.len()];
        let mut stack = Vec::new();
        for (index, &node) in model_nodes.iter().enumerate() {
            stack.extend(graph.dependants(node).map(|(next, _)| next));
            while let Some(next) = stack.pop() {
                if std::mem::replace(&mut seen[next.index()], index) == index {
                    continue;
                }
                match place[next.index()] {
                    usize::MAX => stack.extend(graph.dependants(next).map(|(after, _)| after)),
                    later => {
                        dependants[index].push(u32::try_from(later).unwrap_or(u32::MAX));
                        need_count[later] += 1;
                    }
                }
            }
        }
        Self {
            model: model_nodes.iter().map(|&node| model(node)).collect(),
            dependants,
            need_count,
        }
    }

    fn nothing(&self) -> NodeSet {
        NodeSet {
            bits: vec![0; self.model.len().div_ceil(64)],
            count: 0,
        }
    }

    /// Adds to `done` everything that `model` reaches without another model; returns how much that is.
    fn exhaust(&self, done: &mut NodeSet, model: usize) -> usize {
        let before = done.count;
        let mut left = self.need_count.clone();
        for node in (0..self.model.len()).filter(|&node| done.has(node)) {
            self.dependants[node]
                .iter()
                .for_each(|&next| left[next as usize] -= 1);
        }
        let mut ready: Vec<usize> = (0..self.model.len())
            .filter(|&node| left[node] == 0 && !done.has(node) && self.model[node] == model)
            .collect();
        while let Some(node) = ready.pop() {
            done.add(node);
            for &next in &self.dependants[node] {
                let next = next as usize;
                left[next] -= 1;
                if left[next] == 0 && self.model[next] == model {
                    ready.push(next);
                }
            }
        }
        done.count - before
    }

    /// A shortest sequence of models, or nothing where the search would grow too large.
    fn search(&self, models: usize) -> Option<Vec<usize>> {
        let size = self.model.len() + self.dependants.iter().map(Vec::len).sum::<usize>();
        let limit = SEARCH_LIMIT_SETS.min(SEARCH_LIMIT_STEPS / size.max(1));
        let mut seen = HashSet::from([self.nothing()]);
        let mut queue = VecDeque::from([(self.nothing(), Vec::new())]);
        while let Some((done, sequence)) = queue.pop_front() {
            if done.count == self.model.len() {
                return Some(sequence);
            }
            for model in (0..models).filter(|model| sequence.last() != Some(model)) {
                let mut next = done.clone();
                if self.exhaust(&mut next, model) == 0 || !seen.insert(next.clone()) {
                    continue;
                }
                if seen.len() > limit {
                    return None;
                }
                let mut longer = sequence.clone();
                longer.push(model);
                queue.push_back((next, longer));
            }
        }
        None
    }

    /// The shortest of the greedy sequences, one for each model to start with.
    fn best_greedy(&self, models: usize) -> Vec<usize> {
        let sequences = (0..models).filter_map(|start| self.greedy(start, models));
        sequences.min_by_key(Vec::len).unwrap_or_default()
    }

    /// `start`, then always the model with the most reachable work, the first by name among equals;
    /// nothing where `start` has nothing to begin with.
    fn greedy(&self, start: usize, models: usize) -> Option<Vec<usize>> {
        let mut done = self.nothing();
        let mut sequence = vec![start];
        if self.exhaust(&mut done, start) == 0 {
            return None;
        }
        while done.count < self.model.len() {
            let (work, Reverse(model), next) = (0..models)
                .map(|model| {
                    let mut next = done.clone();
                    (self.exhaust(&mut next, model), Reverse(model), next)
                })
                .max_by_key(|(work, model, _)| (*work, *model))?;
            debug_assert!(work > 0, "an acyclic graph always has a node to go on with");
            sequence.push(model);
            done = next;
        }
        Some(sequence)
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct NodeSet {
    bits: Vec<u64>,
    count: usize,
}

impl NodeSet {
    fn has(&self, node: usize) -> bool {
        self.bits[node / 64] >> (node % 64) & 1 == 1
    }

    fn add(&mut self, node: usize) {
        debug_assert!(!self.has(node), "a node finishes once");
        self.bits[node / 64] |= 1 << (node % 64);
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::On;

    /// The least number of loads by trying every order of single nodes.
    fn exhaustive(needs: &[Vec<u32>], models: &[Option<usize>]) -> usize {
        fn go(
            needs: &[Vec<u32>],
            models: &[Option<usize>],
            done: u32,
            loaded: Option<usize>,
            known: &mut std::collections::HashMap<(u32, Option<usize>), usize>,
        ) -> usize {
            if done == (1 << needs.len()) - 1 {
                return 0;
            }
            if let Some(&least) = known.get(&(done, loaded)) {
                return least;
            }
            let ready = (0..needs.len())
                .filter(|&i| done >> i & 1 == 0 && needs[i].iter().all(|&n| done >> n & 1 == 1));
            let least = ready
                .map(|i| match models[i] {
                    Some(model) if loaded != Some(model) => {
                        1 + go(needs, models, done | 1 << i, Some(model), known)
                    }
                    _ => go(needs, models, done | 1 << i, loaded, known),
                })
                .min()
                .unwrap();
            known.insert((done, loaded), least);
            least
        }
        go(
            needs,
            models,
            0,
            None,
            &mut std::collections::HashMap::new(),
        )
    }

    fn plans() -> impl Strategy<Value = (Vec<Vec<u32>>, Vec<Option<usize>>)> {
        (1_usize..=12).prop_flat_map(|count| {
            let needs: Vec<_> = (0..count)
                .map(|i| {
                    proptest::collection::btree_set(
                        0..u32::try_from(i.max(1)).unwrap(),
                        0..=i.min(3),
                    )
                })
                .collect();
            let models =
                proptest::collection::vec(proptest::option::weighted(0.7, 0_usize..3), count);
            (needs, models).prop_map(|(needs, mut models)| {
                // At most nine model nodes, so that the exhaustive search stays small.
                models
                    .iter_mut()
                    .filter(|model| model.is_some())
                    .skip(9)
                    .for_each(|model| *model = None);
                let needs = needs
                    .into_iter()
                    .enumerate()
                    .map(|(i, set)| set.into_iter().filter(|&n| (n as usize) < i).collect())
                    .collect();
                (needs, models)
            })
        })
    }

    fn graph(needs: &[Vec<u32>]) -> Graph {
        Graph::from_needs(
            needs
                .iter()
                .map(|n| n.iter().map(|&i| (NodeId(i), On::Success))),
        )
    }

    const ROLES: [&str; 3] = ["coder", "embedder", "router"];

    proptest! {
        #[test]
        fn loads_are_as_few_as_exhaustive_search_finds((needs, models) in plans()) {
            let loads = model_groups(&graph(&needs), |node| models[node.index()].map(|m| ROLES[m]));
            prop_assert!(loads.minimal);
            prop_assert_eq!(loads.groups.len(), exhaustive(&needs, &models));
        }

        #[test]
        fn greedy_order_is_valid_and_never_shorter((needs, models) in plans()) {
            let nodes: Vec<NodeId> =
                (0..needs.len()).filter(|&i| models[i].is_some()).map(NodeId::from_index).collect();
            let projection =
                Projection::new(&graph(&needs), &nodes, |node| models[node.index()].unwrap());
            let mut done = projection.nothing();
            let sequence = projection.best_greedy(3);
            for &model in &sequence {
                prop_assert!(projection.exhaust(&mut done, model) > 0);
            }
            prop_assert_eq!(done.count, nodes.len());
            prop_assert!(sequence.len() >= exhaustive(&needs, &models));
        }
    }

    #[test]
    fn groups_follow_the_loaded_model_to_exhaustion() {
        // 0 coder, 1 router, 2 coder after 1, 3 tool after 0, 4 coder after 3.
        let needs = vec![vec![], vec![], vec![1], vec![0], vec![3]];
        let models = [
            Some("coder"),
            Some("router"),
            Some("coder"),
            None,
            Some("coder"),
        ];
        let loads = model_groups(&graph(&needs), |node| models[node.index()]);
        let shape: Vec<(&str, Vec<u32>)> = loads
            .groups
            .iter()
            .map(|g| (g.model.as_str(), g.nodes.iter().map(|id| id.0).collect()))
            .collect();
        assert_eq!(shape, [("router", vec![1]), ("coder", vec![0, 2, 4])]);
    }
}
