//! The directed acyclic graph over node ids. Knows edges and what they ask for, not what a node does.

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::id::NodeId;
use crate::plan::{On, Plan};

/// Nodes by [`NodeId`] and, for each, what it needs and what needs it.
#[derive(Clone, Debug)]
pub struct Graph {
    dag: DiGraph<(), On, u32>,
}

impl Graph {
    /// The graph of a checked plan.
    pub fn of(plan: &Plan) -> Self {
        let needs = plan
            .nodes
            .iter()
            .map(|node| node.needs.iter().map(|need| (need.node, need.on)));
        Self::from_needs(needs)
    }

    /// The graph in which node `i` needs the `i`-th item's nodes. The caller vouches that it has no cycle.
    pub fn from_needs<I>(needs: impl IntoIterator<Item = I>) -> Self
    where
        I: IntoIterator<Item = (NodeId, On)>,
    {
        let needs = needs.into_iter();
        let mut dag = DiGraph::with_capacity(needs.size_hint().0, needs.size_hint().0);
        let mut edges = Vec::with_capacity(needs.size_hint().0);
        for (index, node_needs) in needs.enumerate() {
            dag.add_node(());
            edges.extend(node_needs.into_iter().map(|(need, on)| (need.0, index, on)));
        }
        // petgraph walks a node's edges newest first; adding them last to first keeps plan order.
        for (need, node, on) in edges.into_iter().rev() {
            dag.add_edge(NodeIndex::from(need), NodeIndex::new(node), on);
        }
        Self { dag }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.dag.node_count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many edges there are.
    pub fn edge_count(&self) -> usize {
        self.dag.edge_count()
    }

    /// All nodes in plan order.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.len()).map(NodeId::from_index)
    }

    /// What `node` waits for, in plan order.
    pub fn needs(&self, node: NodeId) -> impl Iterator<Item = (NodeId, On)> {
        self.edges(node, petgraph::Incoming)
    }

    /// What waits for `node`, in plan order.
    pub fn dependants(&self, node: NodeId) -> impl Iterator<Item = (NodeId, On)> {
        self.edges(node, petgraph::Outgoing)
    }

    /// How many edges end at `node`.
    pub fn need_count(&self, node: NodeId) -> u32 {
        u32::try_from(self.needs(node).count()).unwrap_or(u32::MAX)
    }

    fn edges(
        &self,
        node: NodeId,
        direction: petgraph::Direction,
    ) -> impl Iterator<Item = (NodeId, On)> {
        self.dag
            .edges_directed(NodeIndex::from(node.0), direction)
            .map(move |edge| {
                let other = match direction {
                    petgraph::Outgoing => edge.target(),
                    petgraph::Incoming => edge.source(),
                };
                (NodeId::from_index(other.index()), *edge.weight())
            })
    }
}
