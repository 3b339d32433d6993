//! Places of boxes and routes of edges in layers: few crossings, straight lines. Knows no text or colour.
//!
//! Long edges pass through a small place of their own in every layer between their ends, so that no
//! line runs behind a box. `along` counts layers; `across` is a length within a layer.

use super::layers::layers;

/// Rounds of reordering; the best order of all rounds is kept.
const ORDER_ROUNDS: usize = 24;

/// Rounds of straightening; an odd number, so that the last one follows the flow.
const PLACE_ROUNDS: usize = 161;

/// How much more a line insists on its place than a box: long lines become straight.
const LINE_WEIGHT: f64 = 4.0;

/// Room that things take across their layer.
#[derive(Clone, Debug)]
pub(super) struct Sizes {
    /// Of each box.
    pub(super) thickness: Vec<f64>,
    pub(super) gap: f64,
    pub(super) line: f64,
}

impl Sizes {
    /// Room of a place: a box, or a line passing through.
    fn of(&self, place: usize) -> f64 {
        self.thickness.get(place).copied().unwrap_or(self.line)
    }
}

/// The finished layout.
#[derive(Debug)]
pub(super) struct Layout {
    /// Layer of each box.
    pub(super) layer: Vec<u32>,
    /// Centre of each box across its layer, from 0.
    pub(super) across: Vec<f64>,
    /// For each edge its centre in the layers between its ends.
    pub(super) routes: Vec<Vec<f64>>,
    /// Number of layers.
    pub(super) depth: usize,
    /// Room across.
    pub(super) breadth: f64,
}

/// A place in a layer: a box, or an edge passing through.
struct Places {
    /// Boxes come first, then the places of passing edges.
    layer: Vec<u32>,
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
    boxes: usize,
}

impl Layout {
    /// Lays out boxes of the given sizes.
    pub(super) fn of(edges: &[(u32, u32)], sizes: &Sizes) -> Self {
        let number = sizes.thickness.len();
        let layer = layers(number, edges);
        let mut places = Places {
            layer: layer.clone(),
            before: vec![Vec::new(); number],
            after: vec![Vec::new(); number],
            boxes: number,
        };
        let through: Vec<Vec<usize>> = edges
            .iter()
            .map(|(from, to)| places.connect(*from as usize, *to as usize))
            .collect();
        let order = places.ordered();
        let across = places.placed(&order, sizes);
        let edge = |side: f64| {
            let half = |place: usize| sizes.of(place) / 2.0;
            let places = across.iter().enumerate();
            places.map(move |(place, at)| side * at + half(place))
        };
        let least = -edge(-1.0).fold(f64::NEG_INFINITY, f64::max);
        let most = edge(1.0).fold(f64::NEG_INFINITY, f64::max);
        let centre = |place: &usize| across[*place] - least;
        Self {
            depth: layer.iter().max().map_or(0, |last| *last as usize + 1),
            layer,
            across: (0..number).map(|place| centre(&place)).collect(),
            routes: through
                .iter()
                .map(|places| places.iter().map(centre).collect())
                .collect(),
            breadth: if number == 0 { 0.0 } else { most - least },
        }
    }
}

impl Places {
    /// Adds the places an edge passes through and returns them.
    fn connect(&mut self, from: usize, to: usize) -> Vec<usize> {
        let mut through = Vec::new();
        let mut last = from;
        for layer in self.layer[from] + 1..self.layer[to] {
            let place = self.layer.len();
            self.layer.push(layer);
            self.before.push(vec![last]);
            self.after.push(Vec::new());
            self.after[last].push(place);
            through.push(place);
            last = place;
        }
        self.after[last].push(to);
        self.before[to].push(last);
        through
    }

    /// The order within each layer with the fewest crossings found.
    fn ordered(&self) -> Vec<Vec<usize>> {
        let depth = self.layer.iter().max().map_or(0, |last| *last as usize + 1);
        let mut order = vec![Vec::new(); depth];
        for (place, layer) in self.layer.iter().enumerate() {
            order[*layer as usize].push(place);
        }
        let mut best = (self.crossings(&order), order.clone());
        for round in 0..ORDER_ROUNDS {
            if best.0 == 0 {
                break;
            }
            let down = round % 2 == 0;
            for step in 1..depth {
                let (fixed, layer) = if down {
                    (step - 1, step)
                } else {
                    (depth - step, depth - step - 1)
                };
                let rank = self.ranks(&order[fixed]);
                let neighbours = if down { &self.before } else { &self.after };
                sort_by_mean_rank(&mut order[layer], neighbours, &rank);
            }
            let crossings = self.crossings(&order);
            if crossings < best.0 {
                best = (crossings, order.clone());
            }
        }
        best.1
    }

    fn ranks(&self, layer: &[usize]) -> Vec<usize> {
        let mut rank = vec![0; self.layer.len()];
        for (at, place) in layer.iter().enumerate() {
            rank[*place] = at;
        }
        rank
    }

    fn crossings(&self, order: &[Vec<usize>]) -> usize {
        let mut crossings = 0;
        for pair in order.windows(2) {
            let rank = self.ranks(&pair[1]);
            let mut ends = Vec::new();
            for place in &pair[0] {
                let from = ends.len();
                ends.extend(self.after[*place].iter().map(|to| rank[*to]));
                ends[from..].sort_unstable();
            }
            crossings += inversions(&ends, pair[1].len());
        }
        crossings
    }

    /// Centres across the layers: near the neighbours, in order, without overlap.
    fn placed(&self, order: &[Vec<usize>], sizes: &Sizes) -> Vec<f64> {
        let half = |place: usize| sizes.of(place) / 2.0;
        let mut across = vec![0.0; self.layer.len()];
        for layer in order {
            let mut at = 0.0;
            for place in layer {
                across[*place] = at + half(*place);
                at += 2.0 * half(*place) + sizes.gap;
            }
            let middle = (at - sizes.gap) / 2.0;
            for place in layer {
                across[*place] -= middle;
            }
        }
        for round in 0..PLACE_ROUNDS {
            for step in 0..order.len() {
                let layer = if round % 2 == 0 {
                    &order[step]
                } else {
                    &order[order.len() - 1 - step]
                };
                let wanted: Vec<(f64, f64)> = layer
                    .iter()
                    .map(|place| self.wanted(*place, &across))
                    .collect();
                let apart: Vec<f64> = layer
                    .windows(2)
                    .map(|pair| half(pair[0]) + half(pair[1]) + sizes.gap)
                    .collect();
                for (place, at) in layer.iter().zip(spread(&wanted, &apart)) {
                    across[*place] = at;
                }
            }
        }
        across
    }

    /// Where a place would like to be, and how much it insists.
    fn wanted(&self, place: usize, across: &[f64]) -> (f64, f64) {
        let mean = |places: &[usize]| {
            let sum: f64 = places.iter().map(|other| across[*other]).sum();
            (!places.is_empty()).then(|| sum / float(places.len()))
        };
        let at = match (mean(&self.before[place]), mean(&self.after[place])) {
            (Some(before), Some(after)) => f64::midpoint(before, after),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => across[place],
        };
        let weight = if place < self.boxes { 1.0 } else { LINE_WEIGHT };
        (at, weight)
    }
}

fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Sorts a layer by the mean rank of the neighbours; places without any keep their position.
fn sort_by_mean_rank(layer: &mut [usize], neighbours: &[Vec<usize>], rank: &[usize]) {
    let mut keyed: Vec<(f64, usize)> = layer
        .iter()
        .enumerate()
        .map(|(at, place)| {
            let others = &neighbours[*place];
            let sum: usize = others.iter().map(|other| rank[*other]).sum();
            let key = if others.is_empty() {
                float(at)
            } else {
                float(sum) / float(others.len())
            };
            (key, *place)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (slot, (_, place)) in layer.iter_mut().zip(keyed) {
        *slot = place;
    }
}

/// Pairs of `ends` in the wrong order, each below `limit`.
fn inversions(ends: &[usize], limit: usize) -> usize {
    let mut tree = vec![0_usize; limit + 1];
    let mut crossings = 0;
    for (seen, end) in ends.iter().enumerate() {
        let mut not_above = 0;
        let mut at = end + 1;
        while at > 0 {
            not_above += tree[at];
            at &= at - 1;
        }
        crossings += seen - not_above;
        let mut at = end + 1;
        while at <= limit {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    crossings
}

/// The positions nearest to what is `wanted` (position and weight) that keep the order and stay
/// `apart`: least squares by pooling neighbours that would overlap.
fn spread(wanted: &[(f64, f64)], apart: &[f64]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(wanted.len());
    // Each pool: sum of weighted positions, sum of weights, number of members.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (index, (at, weight)) in wanted.iter().enumerate() {
        if index > 0 {
            offset += apart[index - 1];
        }
        offsets.push(offset);
        let mut pool = ((at - offset) * weight, *weight, 1);
        while let Some(last) = pools.last() {
            if last.0 / last.1 < pool.0 / pool.1 {
                break;
            }
            pool = (pool.0 + last.0, pool.1 + last.1, pool.2 + last.2);
            pools.pop();
        }
        pools.push(pool);
    }
    let means = pools
        .iter()
        .flat_map(|(sum, weight, members)| std::iter::repeat_n(sum / weight, *members));
    means
        .zip(offsets)
        .map(|(mean, offset)| mean + offset)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay_out(number: usize, edges: &[(u32, u32)]) -> Layout {
        let sizes = Sizes {
            thickness: vec![50.0; number],
            gap: 10.0,
            line: 4.0,
        };
        Layout::of(edges, &sizes)
    }

    #[test]
    fn boxes_of_a_layer_do_not_overlap() {
        let edges: Vec<(u32, u32)> = (1..9).flat_map(|to| [(0, to), (to, 9)]).collect();
        let layout = lay_out(10, &edges);
        let mut middle: Vec<f64> = layout.across[1..9].to_vec();
        middle.sort_by(f64::total_cmp);
        for pair in middle.windows(2) {
            assert!(pair[1] - pair[0] >= 59.999, "{middle:?}");
        }
        assert!(
            (layout.breadth - (8.0 * 50.0 + 7.0 * 10.0)).abs() < 0.1,
            "{}",
            layout.breadth
        );
    }

    #[test]
    fn two_crossed_edges_are_uncrossed() {
        let layout = lay_out(4, &[(0, 3), (1, 2)]);
        let same_side =
            (layout.across[0] < layout.across[1]) == (layout.across[3] < layout.across[2]);
        assert!(same_side, "{:?}", layout.across);
    }

    #[test]
    fn a_long_edge_has_a_place_in_each_layer_between() {
        let layout = lay_out(4, &[(0, 1), (1, 2), (2, 3), (0, 3)]);
        assert_eq!(layout.routes[3].len(), 2);
    }

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&[0, 1, 2], 3), 0);
        assert_eq!(inversions(&[2, 1, 0], 3), 3);
        assert_eq!(inversions(&[1, 1, 0], 2), 2);
    }

    #[test]
    fn spreading_keeps_distance_and_moves_little() {
        let at = spread(&[(0.0, 1.0), (0.0, 1.0), (100.0, 1.0)], &[10.0, 10.0]);
        assert_eq!(at, [-5.0, 5.0, 100.0]);
    }

    #[test]
    fn nothing_at_all_can_be_laid_out() {
        assert_eq!(lay_out(0, &[]).depth, 0);
    }
}
