//! Values of weights and columns one by one, as `ggml-quants.c` gives them. For tests; knows no vector.
#![cfg(linked)]

use super::format::{Format, Other};

/// The values of whole blocks of weights.
pub(crate) fn weights(format: Format, bytes: &[u8]) -> Vec<f64> {
    let blocks = bytes.chunks_exact(format.block().1);
    blocks.flat_map(|block| weights_of(format, block)).collect()
}

/// The values of whole blocks of a column.
pub(crate) fn column(other: Other, bytes: &[u8]) -> Vec<f64> {
    let blocks = bytes.chunks_exact(other.block().1);
    let values = |block: &[u8]| -> Vec<f64> {
        let (scale, quants) = match other {
            Other::Q8_0 => (half(block, 0), &block[2..]),
            Other::Q8K => {
                let scale = f32::from_le_bytes(block[..4].try_into().unwrap());
                (f64::from(scale), &block[4..260])
            }
        };
        quants.iter().map(|byte| scale * signed(*byte)).collect()
    };
    blocks.flat_map(values).collect()
}

fn weights_of(format: Format, block: &[u8]) -> Vec<f64> {
    let scale = |at| half(block, at);
    let nibble = |from: usize, i: usize| u32::from(block[from + i % 16] >> (i / 16 * 4) & 15);
    match format {
        Format::Q4_0 => values(32, |i| scale(0) * (f64::from(nibble(2, i)) - 8.0)),
        Format::Q5_0 => {
            let fifth = u32::from_le_bytes(block[2..6].try_into().unwrap());
            let quant = |i| nibble(6, i) | (fifth >> i & 1) << 4;
            values(32, |i| scale(0) * (f64::from(quant(i)) - 16.0))
        }
        Format::Q8_0 => values(32, |i| scale(0) * signed(block[2 + i])),
        Format::Q4K => values(256, |i| {
            let (factor, low) = scale_and_low(&block[4..16], i / 32);
            scale(0) * factor * f64::from(four_of_pair(&block[16..], i)) - scale(2) * low
        }),
        Format::Q5K => values(256, |i| {
            let (factor, low) = scale_and_low(&block[4..16], i / 32);
            let fifth = block[16 + i % 32] >> (i / 32) & 1;
            let quant = four_of_pair(&block[48..], i) | fifth << 4;
            scale(0) * factor * f64::from(quant) - scale(2) * low
        }),
        Format::Q6K => values(256, |i| {
            let (half_block, place) = (i / 128, i % 128);
            let lower = block[half_block * 64 + place % 64] >> (place / 64 * 4) & 15;
            let upper = block[128 + half_block * 32 + place % 32] >> (place / 32 * 2) & 3;
            let quant = f64::from(lower | upper << 4) - 32.0;
            scale(208) * signed(block[192 + i / 16]) * quant
        }),
    }
}

fn values(count: usize, value: impl Fn(usize) -> f64) -> Vec<f64> {
    (0..count).map(value).collect()
}

/// Each 32 bytes hold the lower bits of 32 values, then of the next 32.
fn four_of_pair(bytes: &[u8], i: usize) -> u8 {
    bytes[i / 64 * 32 + i % 32] >> (i / 32 % 2 * 4) & 15
}

/// Six bits each for eight groups, in twelve bytes.
fn scale_and_low(bytes: &[u8], group: usize) -> (f64, f64) {
    let (scale, low) = if group < 4 {
        (bytes[group] & 63, bytes[group + 4] & 63)
    } else {
        (
            bytes[group + 4] & 15 | bytes[group - 4] >> 6 << 4,
            bytes[group + 4] >> 4 | bytes[group] >> 6 << 4,
        )
    };
    (f64::from(scale), f64::from(low))
}

fn signed(byte: u8) -> f64 {
    f64::from(byte.cast_signed())
}

/// A number of 16 bits that is neither infinite nor none.
fn half(bytes: &[u8], at: usize) -> f64 {
    let bits = u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    if exponent == 0 {
        sign * fraction * 2_f64.powi(-14)
    } else {
        sign * (1.0 + fraction) * 2_f64.powi(exponent - 15)
    }
}
