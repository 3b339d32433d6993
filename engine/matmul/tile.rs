//! The product of a panel of weights and some columns. Knows no format but how many values share a scale.

use std::array::from_fn;

use super::columns::{Columns, WIDTH};
use super::panel::Panel;
use super::vector::{Floats, Ints, dot, floats, multiply, multiply_add, splat, splat_float};

/// Adds the products of a panel and the columns, `depth` values deep, to `sums`, one vector per column.
pub(crate) fn add<const GROUP: usize, const LOWS: bool>(
    panel: &Panel,
    columns: &Columns,
    depth: usize,
    sums: &mut [Floats],
) {
    match sums.len() {
        1 => add_to::<1, GROUP, LOWS>(panel, columns, depth, sums),
        2 => add_to::<2, GROUP, LOWS>(panel, columns, depth, sums),
        3 => add_to::<3, GROUP, LOWS>(panel, columns, depth, sums),
        4 => add_to::<4, GROUP, LOWS>(panel, columns, depth, sums),
        5 => add_to::<5, GROUP, LOWS>(panel, columns, depth, sums),
        6 => add_to::<6, GROUP, LOWS>(panel, columns, depth, sums),
        7 => add_to::<7, GROUP, LOWS>(panel, columns, depth, sums),
        WIDTH => add_to::<WIDTH, GROUP, LOWS>(panel, columns, depth, sums),
        count => unreachable!("{count} columns in a group of {WIDTH}"),
    }
}

/// The same for a number of columns that is known to the compiler, so that their sums stay in registers.
#[inline]
fn add_to<const COUNT: usize, const GROUP: usize, const LOWS: bool>(
    panel: &Panel,
    columns: &Columns,
    depth: usize,
    sums: &mut [Floats],
) {
    let Some(sums) = sums.first_chunk_mut::<COUNT>() else {
        return;
    };
    let mut totals = *sums;
    let groups = panel.quants.chunks_exact(GROUP / 4).zip(&panel.scales);
    for (group, (quants, scale)) in groups.take(depth / GROUP).enumerate() {
        let mut dots: [Ints; COUNT] = from_fn(|column| splat(columns.starts[column][group]));
        for (index, weights) in quants.iter().enumerate() {
            for (sum, quants) in dots.iter_mut().zip(&columns.quants) {
                *sum = dot(*sum, *weights, splat(quants[group * (GROUP / 4) + index]));
            }
        }
        for (column, (total, dot)) in totals.iter_mut().zip(dots).enumerate() {
            let by = splat_float(columns.scales[column][group]);
            *total = multiply_add(multiply(floats(dot), *scale), by, *total);
            if LOWS {
                let sum = splat_float(columns.sums[column][group]);
                *total = multiply_add(panel.lows[group], sum, *total);
            }
        }
    }
    *sums = totals;
}
