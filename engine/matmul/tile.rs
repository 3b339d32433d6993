//! The product of a panel of weights and some columns. Knows no format but how many values share a scale.

use std::arch::x86_64::{
    __m512, __m512i, _mm512_cvtepi32_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps, _mm512_mul_ps,
    _mm512_set1_epi32, _mm512_set1_ps,
};
use std::array::from_fn;

use super::columns::{Columns, WIDTH};
use super::panel::Panel;

/// Adds the products of sixteen rows and `count` columns, `depth` values deep, to `sums`, one vector per column.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(crate) fn add<const GROUP: usize, const LOWS: bool>(
    panel: &Panel,
    columns: &Columns,
    depth: usize,
    sums: &mut [__m512],
) {
    match sums.len() {
        1 => add_to::<1, GROUP, LOWS>(panel, columns, depth, sums),
        2 => add_to::<2, GROUP, LOWS>(panel, columns, depth, sums),
        3 => add_to::<3, GROUP, LOWS>(panel, columns, depth, sums),
        4 => add_to::<4, GROUP, LOWS>(panel, columns, depth, sums),
        5 => add_to::<5, GROUP, LOWS>(panel, columns, depth, sums),
        6 => add_to::<6, GROUP, LOWS>(panel, columns, depth, sums),
        7 => add_to::<7, GROUP, LOWS>(panel, columns, depth, sums),
        _ => add_to::<WIDTH, GROUP, LOWS>(panel, columns, depth, sums),
    }
}

/// The same for a number of columns that is known to the compiler, so that their sums stay in registers.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn add_to<const COUNT: usize, const GROUP: usize, const LOWS: bool>(
    panel: &Panel,
    columns: &Columns,
    depth: usize,
    sums: &mut [__m512],
) {
    let Some(sums) = sums.first_chunk_mut::<COUNT>() else {
        return;
    };
    let mut totals = *sums;
    let groups = panel.quants.chunks_exact(GROUP / 4).zip(&panel.scales);
    for (group, (quants, scale)) in groups.take(depth / GROUP).enumerate() {
        let mut dots: [__m512i; COUNT] =
            from_fn(|column| _mm512_set1_epi32(columns.starts[column][group]));
        for (index, weights) in quants.iter().enumerate() {
            for (dot, quants) in dots.iter_mut().zip(&columns.quants) {
                let values = _mm512_set1_epi32(quants[group * (GROUP / 4) + index]);
                *dot = _mm512_dpbusd_epi32(*dot, *weights, values);
            }
        }
        for (column, (total, dot)) in totals.iter_mut().zip(dots).enumerate() {
            let dot = _mm512_mul_ps(_mm512_cvtepi32_ps(dot), *scale);
            let by = _mm512_set1_ps(columns.scales[column][group]);
            *total = _mm512_fmadd_ps(dot, by, *total);
            if LOWS {
                let sum = _mm512_set1_ps(columns.sums[column][group]);
                *total = _mm512_fmadd_ps(panel.lows[group], sum, *total);
            }
        }
    }
    *sums = totals;
}
