//! The product of weights and columns: some rows after others. Knows no pointer and nothing of threads.

use std::array::from_fn;
use std::cell::RefCell;

use super::columns::{Columns, WIDTH, pack};
use super::format::Format;
use super::panel::{DEPTH, Panel};
use super::tile;
use super::vector::{Floats, ROWS, Rows, numbers, prefetch, splat_float};

/// Weights by rows, in blocks of a format, and the columns that they are multiplied with.
pub(crate) struct Factors<'f> {
    pub(crate) format: Format,
    /// All rows, `row_bytes` apart.
    pub(crate) weights: &'f [u8],
    pub(crate) row_bytes: usize,
    pub(crate) rows: usize,
    /// Values of a row and of a column.
    pub(crate) depth: usize,
    pub(crate) columns: &'f [&'f [u8]],
}

thread_local! {
    /// Columns as the products take them; kept so that they are not allocated for every product. As large as the
    /// widest and deepest product: `engine/model/budget/need.rs` counts 13 bytes for 8 values.
    static PACKED: RefCell<Vec<Columns>> = const { RefCell::new(Vec::new()) };
}

/// Multiplies the panels of rows that `panels` names; `put` gets a row, a column and the results from there down.
pub(crate) fn multiply(
    factors: &Factors,
    panels: impl Iterator<Item = usize>,
    mut put: impl FnMut(usize, usize, &[f32]),
) {
    let mut panels = panels.peekable();
    if panels.peek().is_none() {
        return;
    }
    let mut packed = PACKED.take();
    pack(&mut packed, factors.format, factors.columns);
    let mut panel = Panel::new();
    let mut sums = vec![splat_float(0.0); factors.columns.len()];
    while let Some(index) = panels.next() {
        let first = index * ROWS;
        sums.fill(splat_float(0.0));
        let ahead = panels.peek().map(|next| next * ROWS);
        factors.multiply_panel(first, &mut panel, &packed, ahead, &mut sums);
        let count = ROWS.min(factors.rows - first);
        for (column, sum) in sums.iter().enumerate() {
            put(first, column, &numbers(*sum)[..count]);
        }
    }
    PACKED.set(packed);
}

impl Factors<'_> {
    fn weights_from(&self, row: usize) -> &[u8] {
        &self.weights[row * self.row_bytes..]
    }

    /// Rows from `first` on, as many as a panel has, from the byte `from` of each; the last one stands in for those beyond it.
    fn rows(&self, first: usize, from: usize, bytes: usize) -> Rows<'_> {
        let row = |index: usize| self.weights_from((first + index).min(self.rows - 1));
        Rows::new(from_fn(|index| &row(index)[from..from + bytes]))
    }

    /// Adds the products of the panel of rows from `first` on to `sums`, one for each column. Meanwhile the rows from
    /// `ahead` on are brought near.
    fn multiply_panel(
        &self,
        first: usize,
        panel: &mut Panel,
        packed: &[Columns],
        ahead: Option<usize>,
        sums: &mut [Floats],
    ) {
        let (values, size) = self.format.block();
        let chunks = self.depth.div_ceil(DEPTH);
        let ahead = ahead.map_or(&[][..], |row| self.weights_from(row));
        let mut ahead = ahead.chunks(ROWS * self.row_bytes / chunks);
        for chunk in 0..chunks {
            let depth = DEPTH.min(self.depth - chunk * DEPTH);
            prefetch(ahead.next().unwrap_or_default());
            let from = chunk * (DEPTH / values) * size;
            panel.fill(self.format, &self.rows(first, from, depth / values * size));
            for (group, sums) in sums.chunks_mut(WIDTH).enumerate() {
                let columns = &packed[group * chunks + chunk];
                let add = match self.format {
                    Format::Q4_0 | Format::Q5_0 | Format::Q8_0 => tile::add::<32, false>,
                    Format::Q4K | Format::Q5K => tile::add::<32, true>,
                    Format::Q6K => tile::add::<16, false>,
                };
                add(panel, columns, depth, sums);
            }
        }
    }
}
