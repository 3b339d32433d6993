//! Where everything in the picture goes, in pixels: groups of cards in layers. Draws nothing.

use super::bundles::Bundles;
use super::card::{CARD_HEIGHT, card_width};
use super::drawing::Drawing;
use super::header::{Header, MARGIN};
use super::layout::{Layout, Sizes};

/// The page that a picture should fit without zoom, in pixels.
const PAGE: (f64, f64) = (1280.0, 860.0);

/// Space between two cards or lines side by side, and within a group of cards.
const GAP: f64 = 14.0;

/// Space between two layers, where the curves run.
const LAYER_GAP: f64 = 52.0;

/// Room a passing line takes.
const LINE_ROOM: f64 = 6.0;

/// Space between the border of a group and its cards.
const PANEL_PADDING: f64 = 12.0;

/// Widths by heights that groups of cards may come near to.
const PANEL_RATIOS: [f64; 4] = [0.5, 1.0, 2.0, 3.0];

/// The layout turned the way in which it fits the page best.
pub(super) struct Page {
    pub(super) bundles: Bundles,
    pub(super) card_width: f64,
    pub(super) layout: Layout,
    /// Width and height of each group.
    sizes: Vec<(f64, f64)>,
    /// Start and end of each layer along the flow.
    layers: Vec<(f64, f64)>,
    /// Layers follow each other from left to right instead of downwards.
    sideways: bool,
    /// Width by height that groups of cards come near to.
    ratio: f64,
    /// What the header needs: least width, height.
    header: (f64, f64),
}

impl Page {
    pub(super) fn of(drawing: &Drawing, header: &Header) -> Self {
        let forms = [true, false].into_iter().flat_map(|sideways| {
            PANEL_RATIOS.map(|ratio| Self::turned(drawing, header, sideways, ratio))
        });
        forms
            .reduce(|best, page| {
                if page.scale() > best.scale() {
                    page
                } else {
                    best
                }
            })
            .expect("there are several forms")
    }

    fn turned(drawing: &Drawing, header: &Header, sideways: bool, ratio: f64) -> Self {
        let bundles = Bundles::of(drawing);
        let card_width = card_width(&drawing.boxes);
        let members = bundles.members.iter();
        let sizes: Vec<(f64, f64)> = members
            .map(|group| panel_size(group.len(), card_width, ratio))
            .collect();
        let plain: Vec<(u32, u32)> = bundles.edges.iter().map(|edge| (edge.0, edge.1)).collect();
        let across = |(wide, high): &(f64, f64)| if sideways { *high } else { *wide };
        let layout = Layout::of(
            &plain,
            &Sizes {
                thickness: sizes.iter().map(across).collect(),
                gap: GAP,
                line: LINE_ROOM,
            },
        );
        let mut lengths = vec![0.0_f64; layout.depth];
        for (layer, (wide, high)) in layout.layer.iter().zip(&sizes) {
            let length = &mut lengths[*layer as usize];
            *length = length.max(if sideways { *wide } else { *high });
        }
        let mut start = 0.0;
        let mut layers = Vec::with_capacity(lengths.len());
        for length in lengths {
            layers.push((start, start + length));
            start += length + LAYER_GAP;
        }
        Self {
            bundles,
            card_width,
            layout,
            sizes,
            layers,
            sideways,
            ratio,
            header: (header.least_width(), header.height()),
        }
    }

    /// How far it has to be shrunk for the page.
    fn scale(&self) -> f64 {
        (PAGE.0 / self.width()).min(PAGE.1 / self.height())
    }

    fn drawn_size(&self) -> (f64, f64) {
        let along = self.layers.last().map_or(0.0, |(_, end)| *end);
        if self.sideways {
            (along, self.layout.breadth)
        } else {
            (self.layout.breadth, along)
        }
    }

    pub(super) fn width(&self) -> f64 {
        let drawn = self.drawn_size().0 + 2.0 * MARGIN;
        drawn.max(self.header.0).ceil()
    }

    pub(super) fn height(&self) -> f64 {
        (self.drawn_size().1 + self.header.1 + 2.0 * MARGIN).ceil()
    }

    /// A picture narrower than its header stands in the middle.
    pub(super) fn left(&self) -> f64 {
        (self.width() - self.drawn_size().0) / 2.0
    }

    /// Start and end of a layer along the flow.
    pub(super) fn span(&self, layer: u32) -> (f64, f64) {
        self.layers[layer as usize]
    }

    /// Where a group ends along the flow; its layer may be longer.
    pub(super) fn end(&self, group: usize) -> f64 {
        let (wide, high) = self.sizes[group];
        self.span(self.layout.layer[group]).0 + if self.sideways { wide } else { high }
    }

    /// Upper left corner, width and height of a group.
    pub(super) fn area(&self, group: usize) -> (f64, f64, f64, f64) {
        let (wide, high) = self.sizes[group];
        let along = self.span(self.layout.layer[group]).0;
        let centre = self.layout.across[group];
        if self.sideways {
            (along, centre - high / 2.0, wide, high)
        } else {
            (centre - wide / 2.0, along, wide, high)
        }
    }

    /// Upper left corners of the cards of a group, column by column.
    pub(super) fn corners(&self, group: usize) -> Vec<(f64, f64)> {
        let (x, y, _, _) = self.area(group);
        let number = self.bundles.members[group].len();
        if number == 1 {
            return vec![(x, y)];
        }
        let (_, rows) = grid(number, self.card_width, self.ratio);
        let at = |number: usize, step: f64| PANEL_PADDING + float(number) * step;
        (0..number)
            .map(|card| {
                let (column, row) = (card / rows, card % rows);
                let x = x + at(column, self.card_width + GAP);
                (x, y + at(row, CARD_HEIGHT + GAP))
            })
            .collect()
    }

    /// A point as `x y`.
    pub(super) fn point(&self, along: f64, across: f64) -> String {
        let (x, y) = if self.sideways {
            (along, across)
        } else {
            (across, along)
        };
        format!("{x:.1} {y:.1}")
    }
}

fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Columns and rows of a group, so that its width is about `ratio` times its height and no row stays empty.
fn grid(number: usize, card_width: f64, ratio: f64) -> (usize, usize) {
    let mut columns = 1;
    while columns < number {
        let rows = number.div_ceil(columns);
        let wide = float(columns) * (card_width + GAP);
        if wide >= ratio * float(rows) * (CARD_HEIGHT + GAP) {
            break;
        }
        columns += 1;
    }
    let rows = number.div_ceil(columns);
    (number.div_ceil(rows), rows)
}

/// Width and height of a group of cards; a single one has no border.
fn panel_size(number: usize, card_width: f64, ratio: f64) -> (f64, f64) {
    if number == 1 {
        return (card_width, CARD_HEIGHT);
    }
    let (columns, rows) = grid(number, card_width, ratio);
    let length =
        |number: usize, card: f64| float(number) * (card + GAP) - GAP + 2.0 * PANEL_PADDING;
    (length(columns, card_width), length(rows, CARD_HEIGHT))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_group_comes_near_to_its_ratio_and_has_no_empty_column() {
        assert_eq!(grid(4, 160.0, 1.0), (2, 2));
        assert_eq!(grid(25, 160.0, 1.0), (4, 7));
        assert_eq!(grid(5, 116.0, 0.5), (2, 3));
    }

    #[test]
    fn cards_stay_within_their_group() {
        let drawing = Drawing::of(&fixture::flat(30));
        let page = Page::of(&drawing, &Header::of(&fixture::flat(30), &drawing));
        for group in 0..page.bundles.members.len() {
            let (x, y, wide, high) = page.area(group);
            for (left, top) in page.corners(group) {
                assert!(left >= x && left + page.card_width <= x + wide + 0.1);
                assert!(top >= y && top + CARD_HEIGHT <= y + high + 0.1);
            }
        }
        assert!(page.scale() > 0.85, "{} by {}", page.width(), page.height());
    }
}
