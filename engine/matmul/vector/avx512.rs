//! Vectors of 512 bits. Knows instructions, no row and no format.
#![expect(
    unsafe_code,
    reason = "instructions are unsafe where the processor might lack them; the crate is built for one that has them"
)]
#![expect(
    clippy::inline_always,
    reason = "each is an instruction or a few, and a call costs more than they do"
)]

use std::arch::x86_64::{
    __m512, __m512i, _MM_HINT_T1, _mm_loadu_si128, _mm_prefetch, _mm512_add_epi8, _mm512_and_si512,
    _mm512_castsi128_si512, _mm512_cvtepi32_epi16, _mm512_cvtepi32_ps, _mm512_cvtph_ps,
    _mm512_dpbusd_epi32, _mm512_fmadd_ps, _mm512_inserti32x4, _mm512_maskz_mov_epi8, _mm512_mul_ps,
    _mm512_or_si512, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_set1_ps, _mm512_set4_epi32,
    _mm512_shuffle_epi8, _mm512_slli_epi32, _mm512_srai_epi32, _mm512_srli_epi32,
    _mm512_test_epi8_mask, _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32,
    _mm512_unpacklo_epi64, _mm512_xor_si512,
};

/// Rows side by side: one per 32-bit element of a vector.
pub(crate) const ROWS: usize = 16;
/// Whether any byte can be a factor of [`dot`].
pub(crate) const SERVES_BYTES: bool = true;

pub(crate) type Ints = __m512i;
pub(crate) type Floats = __m512;

/// The number in every element.
#[inline(always)]
pub(crate) fn splat(number: i32) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_set1_epi32(number) }
}

#[inline(always)]
pub(crate) fn splat_float(number: f32) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm512_set1_ps(number) }
}

#[inline(always)]
pub(crate) fn and(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_and_si512(a, b) }
}

#[inline(always)]
pub(crate) fn xor(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_xor_si512(a, b) }
}

#[inline(always)]
pub(crate) fn or(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_or_si512(a, b) }
}

/// Elements shifted left.
#[inline(always)]
pub(crate) fn left<const BITS: u32>(a: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_slli_epi32::<BITS>(a) }
}

/// Elements shifted right, zeros coming in.
#[inline(always)]
pub(crate) fn right<const BITS: u32>(a: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_srli_epi32::<BITS>(a) }
}

/// Elements shifted right, their sign coming in.
#[inline(always)]
pub(crate) fn signed_right<const BITS: u32>(a: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_srai_epi32::<BITS>(a) }
}

#[inline(always)]
pub(crate) fn floats(a: Ints) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm512_cvtepi32_ps(a) }
}

#[inline(always)]
pub(crate) fn multiply(a: Floats, b: Floats) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm512_mul_ps(a, b) }
}

/// `a b + c`.
#[inline(always)]
pub(crate) fn multiply_add(a: Floats, b: Floats, c: Floats) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm512_fmadd_ps(a, b, c) }
}

/// Of each four elements the first two of `a` and `b` in turn.
#[inline(always)]
pub(crate) fn pairs_below(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_unpacklo_epi32(a, b) }
}

/// Of each four elements the last two of `a` and `b` in turn.
#[inline(always)]
pub(crate) fn pairs_above(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_unpackhi_epi32(a, b) }
}

/// Of each four elements the first two of `a`, then those of `b`.
#[inline(always)]
pub(crate) fn halves_below(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_unpacklo_epi64(a, b) }
}

/// Of each four elements the last two of `a`, then those of `b`.
#[inline(always)]
pub(crate) fn halves_above(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_unpackhi_epi64(a, b) }
}

/// Adds to each element the four products of an unsigned byte of `a` and a signed one of `b`.
#[inline(always)]
pub(crate) fn dot(sum: Ints, a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm512_dpbusd_epi32(sum, a, b) }
}

/// Bits `FROM` to `FROM + 3` of each element, each as bit 4 of a byte; `FROM` is a multiple of four.
#[inline(always)]
pub(crate) fn fifth_bits<const FROM: i8>(all: Ints) -> Ints {
    /// The place of the first byte of each of four elements, four times.
    const FIRST: [i32; 4] = [0, 0x0404_0404, 0x0808_0808, 0x0c0c_0c0c];
    let (byte, bit) = (FROM / 8, i32::from(FROM % 8));
    // SAFETY: see the head of the file.
    unsafe {
        let [a, b, c, d] = FIRST;
        let places = _mm512_add_epi8(_mm512_set4_epi32(d, c, b, a), _mm512_set1_epi8(byte));
        let found = _mm512_shuffle_epi8(all, places);
        let is_set = _mm512_test_epi8_mask(found, splat(0x0804_0201 << bit));
        _mm512_maskz_mov_epi8(is_set, splat(0x1010_1010))
    }
}

/// The lower half of each element, a number of 16 bits, as one of 32.
#[inline(always)]
pub(crate) fn from_half(halves: Ints) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm512_cvtph_ps(_mm512_cvtepi32_epi16(halves)) }
}

/// Sixteen bytes of each row from `at`: vector `i` holds those of the rows `i`, `i + 4`, `i + 8` and `i + 12`.
///
/// # Safety
/// They can be read.
#[inline(always)]
pub(super) unsafe fn quarters(rows: &[*const u8; ROWS], at: usize) -> [Ints; 4] {
    [0, 1, 2, 3].map(|first| {
        // SAFETY: the caller has seen that they can be read.
        unsafe {
            let sixteen = |row: usize| _mm_loadu_si128(rows[row].add(at).cast());
            let all = _mm512_castsi128_si512(sixteen(first));
            let all = _mm512_inserti32x4::<1>(all, sixteen(first + 4));
            let all = _mm512_inserti32x4::<2>(all, sixteen(first + 8));
            _mm512_inserti32x4::<3>(all, sixteen(first + 12))
        }
    })
}

/// The elements of a vector.
pub(crate) fn numbers(vector: Floats) -> [f32; ROWS] {
    // SAFETY: both are as many numbers of 32 bits, and every bit pattern is one.
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
