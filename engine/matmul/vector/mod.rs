//! Vectors of one number per row. Knows bits and bytes, no format.
//!
//! The crate is built for a processor with the instructions, or not at all (`build.rs`), so its functions need no
//! caller that has asked for them.
#![expect(
    unsafe_code,
    reason = "rows are read by pointers; the block says why it is sound"
)]
#![expect(
    clippy::inline_always,
    reason = "each is an instruction or a few, and a call costs more than they do"
)]

#[cfg(not(wide))]
mod avx2;
#[cfg(wide)]
mod avx512;
#[cfg(not(wide))]
use avx2 as own;
#[cfg(wide)]
use avx512 as own;

use std::marker::PhantomData;

pub(crate) use own::{
    Floats, Ints, ROWS, SERVES_BYTES, and, dot, fifth_bits, floats, from_half, left, multiply,
    multiply_add, numbers, or, prefetch, right, signed_right, splat, splat_float, xor,
};
use own::{halves_above, halves_below, pairs_above, pairs_below, quarters};

/// A part of as many rows as a vector has elements.
pub(crate) struct Rows<'w> {
    starts: [*const u8; ROWS],
    /// Bytes that can be read from each start.
    length: usize,
    held: PhantomData<&'w [u8]>,
}

impl<'w> Rows<'w> {
    pub(crate) fn new(rows: [&'w [u8]; ROWS]) -> Self {
        Self {
            starts: rows.map(<[u8]>::as_ptr),
            length: rows.map(<[u8]>::len).into_iter().min().unwrap_or(0),
            held: PhantomData,
        }
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Sixteen bytes of each row from `at`, turned: element `row` of vector `i` holds bytes `4 i` to `4 i + 3` of it.
    #[inline(always)]
    pub(crate) fn turned(&self, at: usize) -> [Ints; 4] {
        assert!(
            at + 16 <= self.length,
            "sixteen bytes of a row of {} from {at}",
            self.length
        );
        // SAFETY: so many bytes of each row can be read, as was just seen.
        let [a, b, c, d] = unsafe { quarters(&self.starts, at) };
        let (low, high) = (pairs_below(a, b), pairs_above(a, b));
        let (below, above) = (pairs_below(c, d), pairs_above(c, d));
        [
            halves_below(low, below),
            halves_above(low, below),
            halves_below(high, above),
            halves_above(high, above),
        ]
    }
}

/// The lower and the upper four bits of each byte.
#[inline(always)]
pub(crate) fn nibbles(both: Ints) -> (Ints, Ints) {
    let mask = splat(0x0f0f_0f0f);
    (and(both, mask), and(right::<4>(both), mask))
}

/// The four bytes of each element as numbers.
#[inline(always)]
pub(crate) fn unsigned(four: Ints) -> [Floats; 4] {
    let mask = splat(0xff);
    [
        floats(and(four, mask)),
        floats(and(right::<8>(four), mask)),
        floats(and(right::<16>(four), mask)),
        floats(right::<24>(four)),
    ]
}

/// The four signed bytes of each element as numbers.
#[inline(always)]
pub(crate) fn signed(four: Ints) -> [Floats; 4] {
    [
        floats(signed_right::<24>(left::<24>(four))),
        floats(signed_right::<24>(left::<16>(four))),
        floats(signed_right::<24>(left::<8>(four))),
        floats(signed_right::<24>(four)),
    ]
}
