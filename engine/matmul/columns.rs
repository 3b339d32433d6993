//! Columns of the other factor side by side, 256 values of each at a time. Knows no weight and no product.

use super::format::{Format, Other};
use super::panel::DEPTH;
use super::vector::{self, numbers, splat};

/// Columns multiplied at once: with AVX-512 what belongs to them fits the registers, with AVX2 a part of it does.
pub(crate) const WIDTH: usize = 8;

/// Up to as many columns as are multiplied at once, 256 values deep.
#[derive(Clone)]
#[repr(align(64))]
pub(crate) struct Columns {
    /// Four signed bytes each.
    pub(crate) quants: [[i32; DEPTH / 4]; WIDTH],
    /// What the sum of a group begins with, since the weights' bytes are not signed.
    pub(crate) starts: [[i32; DEPTH / 16]; WIDTH],
    pub(crate) scales: [[f32; DEPTH / 16]; WIDTH],
    /// The scaled sum of each group, for weights with least values, whose groups have 32.
    pub(crate) sums: [[f32; DEPTH / 32]; WIDTH],
}

impl Columns {
    const EMPTY: Self = Self {
        quants: [[0; DEPTH / 4]; WIDTH],
        starts: [[0; DEPTH / 16]; WIDTH],
        scales: [[0.0; DEPTH / 16]; WIDTH],
        sums: [[0.0; DEPTH / 32]; WIDTH],
    };
}

/// Fills the head of `packed` with the columns, each a slice of whole blocks: [`WIDTH`] columns to their full depth, then
/// the next.
pub(crate) fn pack(packed: &mut Vec<Columns>, format: Format, columns: &[&[u8]]) {
    let (values, size) = format.other().block();
    let chunk = DEPTH / values * size;
    let depth = columns
        .first()
        .map_or(0, |column| column.len().div_ceil(chunk));
    let count = columns.len().div_ceil(WIDTH) * depth;
    if packed.len() < count {
        packed.resize(count, Columns::EMPTY);
    }
    for (index, column) in columns.iter().enumerate() {
        let group = &mut packed[index / WIDTH * depth..];
        for (part, into) in column.chunks(chunk).zip(group) {
            into.take(index % WIDTH, format, part);
        }
    }
}

impl Columns {
    fn take(&mut self, column: usize, format: Format, part: &[u8]) {
        match format.other() {
            Other::Q8_0 => {
                for (index, block) in part.chunks_exact(34).enumerate() {
                    let scale = from_half(block[0], block[1]);
                    self.take_values(column, index * 32, &block[2..]);
                    self.scale(column, format, index * 32, 32, scale);
                }
            }
            Other::Q8K => {
                let scale = f32::from_le_bytes([part[0], part[1], part[2], part[3]]);
                self.take_values(column, 0, &part[4..4 + DEPTH]);
                self.scale(column, format, 0, DEPTH, scale);
            }
        }
    }

    fn take_values(&mut self, column: usize, from: usize, values: &[u8]) {
        let (fours, _) = values.as_chunks::<4>();
        for (into, four) in self.quants[column][from / 4..].iter_mut().zip(fours) {
            *into = i32::from_le_bytes(*four);
        }
    }

    /// Fills in what belongs to the values before: one scale for all of them.
    fn scale(&mut self, column: usize, format: Format, from: usize, count: usize, scale: f32) {
        let fours = &self.quants[column][from / 4..(from + count) / 4];
        let per_group = format.group() / 4;
        for (index, group) in fours.chunks_exact(per_group).enumerate() {
            let at = from / format.group() + index;
            let zero = format.zero();
            self.starts[column][at] = if zero == 0 { 0 } else { -zero * sum(group) };
            self.scales[column][at] = scale;
            if format.has_lows() {
                #[expect(clippy::cast_precision_loss, reason = "at most 32 x 128")]
                let total = sum(group) as f32;
                self.sums[column][at] = total * scale;
            }
        }
    }
}

fn sum(fours: &[i32]) -> i32 {
    let of_four = |four: &i32| four.to_le_bytes().map(|byte| i32::from(byte.cast_signed()));
    fours.iter().flat_map(of_four).sum()
}

/// A number of 16 bits.
fn from_half(low: u8, high: u8) -> f32 {
    let bits = i32::from(u16::from_le_bytes([low, high]));
    numbers(vector::from_half(splat(bits)))[0]
}
