//! Products against those of the values, one by one. Knows no instruction.
#![cfg(linked)]

use super::format::{Format, Other};
use super::multiply::{Factors, multiply};
use super::oracle;
use super::vector::ROWS;

/// The formats that are multiplied on this processor, by their numbers in `ggml_type`.
fn formats() -> impl Iterator<Item = i32> {
    (0..64).filter(|number| Format::of(*number).is_some())
}

/// Bytes that look like any.
struct Bytes(u64);

impl Bytes {
    fn next(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.to_le_bytes()[4]
    }

    /// Blocks of any bytes but for the scales at `halves`, whose size is from 1/16 to 1.
    fn blocks(&mut self, count: usize, size: usize, halves: &[usize]) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..count * size).map(|_| self.next()).collect();
        for block in bytes.chunks_exact_mut(size) {
            for at in halves {
                block[at + 1] = (block[at + 1] & 0x80) | (0x2c + (block[at + 1] & 0x0f));
            }
        }
        bytes
    }
}

/// Weights of a format and columns for them.
struct Case {
    format: Format,
    rows: usize,
    depth: usize,
    weights: Vec<u8>,
    columns: Vec<Vec<u8>>,
}

impl Case {
    fn new(number: i32, rows: usize, depth: usize, columns: usize) -> Self {
        let format = Format::of(number).unwrap();
        let mut bytes = Bytes(0x1234_5678_9abc_def1);
        let halves: &[usize] = match format {
            Format::Q4_0 | Format::Q5_0 | Format::Q8_0 => &[0],
            Format::Q4K | Format::Q5K => &[0, 2],
            Format::Q6K => &[208],
        };
        let (values, size) = format.block();
        let weights = bytes.blocks(rows * depth / values, size, halves);
        let (values, size) = format.other().block();
        let column = |_| {
            let mut column = bytes.blocks(depth / values, size, &[0]);
            if format.other() == Other::Q8K {
                for block in column.chunks_exact_mut(size) {
                    let scale = f32::from(block[0]) / 99.0;
                    block[..4].copy_from_slice(&scale.to_le_bytes());
                }
            }
            column
        };
        let columns = (0..columns).map(column).collect();
        Self {
            format,
            rows,
            depth,
            weights,
            columns,
        }
    }

    /// The results by columns, for the columns from `first` on.
    fn product(&self, first: usize) -> Vec<Vec<f32>> {
        let columns: Vec<&[u8]> = self.columns[first..].iter().map(Vec::as_slice).collect();
        let factors = Factors {
            format: self.format,
            weights: &self.weights,
            row_bytes: self.weights.len() / self.rows,
            rows: self.rows,
            depth: self.depth,
            columns: &columns,
        };
        let mut results = vec![vec![f32::NAN; self.rows]; columns.len()];
        let put = |row: usize, column: usize, values: &[f32]| {
            results[column][row..row + values.len()].copy_from_slice(values);
        };
        multiply(&factors, 0..self.rows.div_ceil(ROWS), put);
        results
    }

    /// The results computed one by one, and the sum of the sizes of what was added.
    fn expected(&self) -> Vec<Vec<(f64, f64)>> {
        let row_bytes = self.weights.len() / self.rows;
        let rows: Vec<Vec<f64>> = self
            .weights
            .chunks(row_bytes)
            .map(|row| oracle::weights(self.format, row))
            .collect();
        let result = |row: &[f64], column: &[f64]| {
            let products = || row.iter().zip(column).map(|(weight, other)| weight * other);
            (products().sum(), products().map(f64::abs).sum())
        };
        let of_column = |bytes: &Vec<u8>| {
            let column = oracle::column(self.format.other(), bytes);
            rows.iter().map(|row| result(row, &column)).collect()
        };
        self.columns.iter().map(of_column).collect()
    }
}

#[test]
fn products_are_those_of_the_formats_values() {
    for number in formats() {
        // Rows that fill no panel, depths that fill no panel, and columns that fill no tile.
        let depths = if number < 10 {
            [32, 256, 928]
        } else {
            [256, 512, 1280]
        };
        for (rows, depth, columns) in [(1, depths[0], 1), (33, depths[1], 8), (48, depths[2], 19)] {
            let case = Case::new(number, rows, depth, columns);
            for (got, expected) in case
                .product(0)
                .iter()
                .flatten()
                .zip(case.expected().iter().flatten())
            {
                let error = (f64::from(*got) - expected.0).abs() / expected.1;
                assert!(
                    error < 1e-6,
                    "{:?} {rows} x {depth} x {columns}: {got} {expected:?}",
                    case.format
                );
            }
        }
    }
}

#[test]
fn the_oracle_tells_wrong_values() {
    for number in formats() {
        let mut case = Case::new(number, 16, 256, 2);
        let expected = case.expected();
        let middle = case.weights.len() / 2 + 20;
        case.weights[middle] ^= 1;
        let got = case.product(0);
        let differs = |(got, expected): (&f32, &(f64, f64))| {
            (f64::from(*got) - expected.0).abs() / expected.1 > 1e-6
        };
        assert!(
            got.iter()
                .flatten()
                .zip(expected.iter().flatten())
                .any(differs),
            "{number}"
        );
    }
}

#[test]
fn a_column_has_the_same_results_whatever_is_beside_it() {
    for number in formats() {
        let case = Case::new(number, 20, 512, 11);
        let together = case.product(0);
        for first in 1..11 {
            assert_eq!(
                case.product(first),
                together[first..],
                "{:?} from {first}",
                case.format
            );
        }
    }
}
