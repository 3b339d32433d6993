//! Rows of weights side by side, 256 values of each at a time. Knows ggml's formats, no product.

use super::format::Format;
use super::vector::{
    Floats, Ints, Rows, and, fifth_bits, from_half, left, multiply, nibbles, or, right, signed,
    splat, splat_float, unsigned, xor,
};

/// Values of a row in a panel.
pub(crate) const DEPTH: usize = 256;

/// The sign bit of each byte.
const SIGNS: i32 = i32::from_le_bytes([0x80; 4]);

/// Weights as unsigned bytes: element `row` of `quants[i]` holds values `4 i` to `4 i + 3` of that row.
pub(crate) struct Panel {
    pub(crate) quants: [Ints; DEPTH / 4],
    /// What a value of a group of the format is multiplied by.
    pub(crate) scales: [Floats; DEPTH / 16],
    /// What is added for a group, before the scale of the other factor; for formats with least values only.
    pub(crate) lows: [Floats; DEPTH / 32],
}

impl Panel {
    pub(crate) fn new() -> Self {
        Self {
            quants: [splat(0); DEPTH / 4],
            scales: [splat_float(0.0); DEPTH / 16],
            lows: [splat_float(0.0); DEPTH / 32],
        }
    }

    /// Takes in the rows, which have the same length: some whole blocks of the format.
    pub(crate) fn fill(&mut self, format: Format, rows: &Rows) {
        match format {
            Format::Q4_0 => self.fill_q4_0(rows),
            Format::Q5_0 => self.fill_q5_0(rows),
            Format::Q8_0 => self.fill_q8_0(rows),
            Format::Q4K => self.fill_q4_k(rows),
            Format::Q5K => self.fill_q5_k(rows),
            Format::Q6K => self.fill_q6_k(rows),
        }
    }

    /// Blocks of 32: a scale, 16 bytes with four bits of two values each.
    fn fill_q4_0(&mut self, rows: &Rows) {
        for block in 0..rows.length() / 18 {
            let at = block * 18;
            self.scales[block] = from_half(rows.turned(at)[0]);
            for (i, both) in rows.turned(at + 2).into_iter().enumerate() {
                let (low, high) = nibbles(both);
                self.quants[block * 8 + i] = low;
                self.quants[block * 8 + 4 + i] = high;
            }
        }
    }

    /// Blocks of 32: a scale, the fifth bits, 16 bytes with the lower four bits of two values each.
    fn fill_q5_0(&mut self, rows: &Rows) {
        for block in 0..rows.length() / 22 {
            let at = block * 22;
            let head = rows.turned(at);
            self.scales[block] = from_half(head[0]);
            let fifth = or(right::<16>(head[0]), left::<16>(head[1]));
            let lower = [
                fifth_bits::<0>(fifth),
                fifth_bits::<4>(fifth),
                fifth_bits::<8>(fifth),
                fifth_bits::<12>(fifth),
            ];
            let upper = [
                fifth_bits::<16>(fifth),
                fifth_bits::<20>(fifth),
                fifth_bits::<24>(fifth),
                fifth_bits::<28>(fifth),
            ];
            for (i, both) in rows.turned(at + 6).into_iter().enumerate() {
                let (low, high) = nibbles(both);
                self.quants[block * 8 + i] = or(low, lower[i]);
                self.quants[block * 8 + 4 + i] = or(high, upper[i]);
            }
        }
    }

    /// Blocks of 32: a scale and signed bytes.
    fn fill_q8_0(&mut self, rows: &Rows) {
        let sign = splat(SIGNS);
        for block in 0..rows.length() / 34 {
            let at = block * 34;
            self.scales[block] = from_half(rows.turned(at)[0]);
            for half in 0..2 {
                for (i, signed) in rows.turned(at + 2 + 16 * half).into_iter().enumerate() {
                    self.quants[block * 8 + half * 4 + i] = xor(signed, sign);
                }
            }
        }
    }

    /// A block of 256: two scales, eight scales and least values of six bits, four bits a value.
    fn fill_q4_k(&mut self, rows: &Rows) {
        self.scale_k(rows.turned(0));
        for pair in 0..4 {
            for half in 0..2 {
                for (i, eight) in rows
                    .turned(16 + pair * 32 + half * 16)
                    .into_iter()
                    .enumerate()
                {
                    let (low, high) = nibbles(eight);
                    self.quants[pair * 16 + half * 4 + i] = low;
                    self.quants[pair * 16 + 8 + half * 4 + i] = high;
                }
            }
        }
    }

    /// The same with a fifth bit of 32 values in 32 bytes before the lower four: bit `i` of each for group `i`.
    fn fill_q5_k(&mut self, rows: &Rows) {
        let fifth = splat(0x1010_1010);
        self.scale_k(rows.turned(0));
        for half in 0..2 {
            let mut bits = rows.turned(16 + half * 16);
            for pair in 0..4 {
                let eights = rows.turned(48 + pair * 32 + half * 16);
                for (i, (eight, bits)) in eights.into_iter().zip(&mut bits).enumerate() {
                    let (low, high) = nibbles(eight);
                    let first = and(left::<4>(*bits), fifth);
                    let second = and(left::<3>(*bits), fifth);
                    self.quants[pair * 16 + half * 4 + i] = or(low, first);
                    self.quants[pair * 16 + 8 + half * 4 + i] = or(high, second);
                    *bits = right::<2>(*bits);
                }
            }
        }
    }

    /// Scales and least values of eight groups from the first 16 bytes of a block.
    fn scale_k(&mut self, [halves, first, second, third]: [Ints; 4]) {
        let scale = from_half(halves);
        let low = multiply(from_half(right::<16>(halves)), splat_float(-1.0));
        let six = splat(0x3f3f_3f3f);
        let (below, above) = nibbles(third);
        // The upper two bits of four more lie above the first four.
        let upper = |four| and(right::<2>(four), splat(0x3030_3030));
        let scales = [and(first, six), or(below, upper(first))];
        let lows = [and(second, six), or(above, upper(second))];
        for half in 0..2 {
            for (i, group) in unsigned(scales[half]).into_iter().enumerate() {
                self.scales[half * 4 + i] = multiply(group, scale);
            }
            for (i, group) in unsigned(lows[half]).into_iter().enumerate() {
                self.lows[half * 4 + i] = multiply(group, low);
            }
        }
    }

    /// A block of 256: the lower four bits, the upper two, sixteen scales of eight bits and one for all.
    fn fill_q6_k(&mut self, rows: &Rows) {
        let upper = splat(0x3030_3030);
        for half in 0..2 {
            for part in 0..2 {
                let first = rows.turned(half * 64 + part * 16);
                let second = rows.turned(half * 64 + 32 + part * 16);
                let two = rows.turned(128 + half * 32 + part * 16);
                for i in 0..4 {
                    let (a, c) = nibbles(first[i]);
                    let (b, d) = nibbles(second[i]);
                    let bits = [
                        left::<4>(two[i]),
                        left::<2>(two[i]),
                        two[i],
                        right::<2>(two[i]),
                    ];
                    for (group, (four, bits)) in [a, b, c, d].into_iter().zip(bits).enumerate() {
                        self.quants[half * 32 + group * 8 + part * 4 + i] =
                            or(four, and(bits, upper));
                    }
                }
            }
        }
        let scale = from_half(right::<16>(rows.turned(194)[3]));
        for (i, four) in rows.turned(192).into_iter().enumerate() {
            for (j, group) in signed(four).into_iter().enumerate() {
                self.scales[i * 4 + j] = multiply(group, scale);
            }
        }
    }
}
