//! Vectors of one number per row. Knows bits and bytes, no format.
#![expect(
    unsafe_code,
    reason = "loads from sixteen rows take pointers; the block says why it is sound"
)]

use std::arch::x86_64::{
    __m512, __m512i, _MM_HINT_T1, _mm_loadu_si128, _mm_prefetch, _mm512_add_epi8, _mm512_and_si512,
    _mm512_castsi128_si512, _mm512_cvtepi32_epi16, _mm512_cvtepi32_ps, _mm512_cvtph_ps,
    _mm512_inserti32x4, _mm512_multishift_epi64_epi8, _mm512_set1_epi8, _mm512_set1_epi32,
    _mm512_set1_epi64, _mm512_slli_epi32, _mm512_srai_epi32, _mm512_srli_epi32,
    _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
};
use std::marker::PhantomData;

/// Rows side by side: one per 32-bit element of a vector.
pub(crate) const ROWS: usize = 16;

/// A part of sixteen rows.
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
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub(crate) fn turned(&self, at: usize) -> [__m512i; 4] {
        assert!(
            at + 16 <= self.length,
            "sixteen bytes of a row of {} from {at}",
            self.length
        );
        // SAFETY: sixteen bytes from `at` on lie in each row, as was just seen.
        let sixteen = |row: usize| unsafe { _mm_loadu_si128(self.starts[row].add(at).cast()) };
        let four = |first: usize| {
            let all = _mm512_castsi128_si512(sixteen(first));
            let all = _mm512_inserti32x4::<1>(all, sixteen(first + 4));
            let all = _mm512_inserti32x4::<2>(all, sixteen(first + 8));
            _mm512_inserti32x4::<3>(all, sixteen(first + 12))
        };
        let (a, b, c, d) = (four(0), four(1), four(2), four(3));
        let (low, high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
        let (below, above) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
        [
            _mm512_unpacklo_epi64(low, below),
            _mm512_unpackhi_epi64(low, below),
            _mm512_unpacklo_epi64(high, above),
            _mm512_unpackhi_epi64(high, above),
        ]
    }
}

/// The lower and the upper four bits of each byte.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn nibbles(both: __m512i) -> (__m512i, __m512i) {
    let mask = _mm512_set1_epi32(0x0f0f_0f0f);
    (
        _mm512_and_si512(both, mask),
        _mm512_and_si512(_mm512_srli_epi32::<4>(both), mask),
    )
}

/// Bits `from` to `from + 3` of each element, each as bit 4 of a byte.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(crate) fn fifth_bits(all: __m512i, from: i8) -> __m512i {
    /// The first bit of each byte of two elements, by which the shift takes eight bits.
    const FIRST: i64 = 0x2322_2120_0302_0100;
    let from = _mm512_add_epi8(_mm512_set1_epi64(FIRST), _mm512_set1_epi8(from - 4));
    _mm512_and_si512(
        _mm512_multishift_epi64_epi8(from, all),
        _mm512_set1_epi8(0x10),
    )
}

/// The lower half of each element, a number of 16 bits, as one of 32.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn from_half(halves: __m512i) -> __m512 {
    _mm512_cvtph_ps(_mm512_cvtepi32_epi16(halves))
}

/// The four bytes of each element as numbers.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn unsigned(four: __m512i) -> [__m512; 4] {
    let mask = _mm512_set1_epi32(0xff);
    [
        _mm512_cvtepi32_ps(_mm512_and_si512(four, mask)),
        _mm512_cvtepi32_ps(_mm512_and_si512(_mm512_srli_epi32::<8>(four), mask)),
        _mm512_cvtepi32_ps(_mm512_and_si512(_mm512_srli_epi32::<16>(four), mask)),
        _mm512_cvtepi32_ps(_mm512_srli_epi32::<24>(four)),
    ]
}

/// The four signed bytes of each element as numbers.
#[inline]
#[target_feature(enable = "avx512f")]
pub(crate) fn signed(four: __m512i) -> [__m512; 4] {
    [
        _mm512_cvtepi32_ps(_mm512_srai_epi32::<24>(_mm512_slli_epi32::<24>(four))),
        _mm512_cvtepi32_ps(_mm512_srai_epi32::<24>(_mm512_slli_epi32::<16>(four))),
        _mm512_cvtepi32_ps(_mm512_srai_epi32::<24>(_mm512_slli_epi32::<8>(four))),
        _mm512_cvtepi32_ps(_mm512_srai_epi32::<24>(four)),
    ]
}

/// The elements of a vector.
pub(crate) fn numbers(vector: __m512) -> [f32; ROWS] {
    // SAFETY: both are sixteen numbers of 32 bits, and every bit pattern is one.
    unsafe { std::mem::transmute(vector) }
}

/// Asks for memory that will be read soon.
pub(crate) fn prefetch(memory: &[u8]) {
    /// Bytes that memory comes in.
    const LINE: usize = 64;
    for line in memory.chunks(LINE) {
        // SAFETY: a prefetch reads nothing that the program sees.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast()) };
    }
}
