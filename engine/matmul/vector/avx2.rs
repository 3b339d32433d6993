//! Vectors of 256 bits. Knows instructions, no row and no format.
#![expect(
    unsafe_code,
    reason = "instructions are unsafe where the processor might lack them; the crate is built for one that has them"
)]
#![expect(
    clippy::inline_always,
    reason = "each is an instruction or a few, and a call costs more than they do"
)]

use std::arch::x86_64::{
    __m256, __m256i, _MM_HINT_T1, _mm_loadu_si128, _mm_prefetch, _mm256_add_epi8, _mm256_and_si256,
    _mm256_castsi128_si256, _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_cvtepi32_ps,
    _mm256_cvtph_ps, _mm256_fmadd_ps, _mm256_inserti128_si256, _mm256_mul_ps, _mm256_or_si256,
    _mm256_packus_epi32, _mm256_permute4x64_epi64, _mm256_set_epi64x, _mm256_set1_epi8,
    _mm256_set1_epi32, _mm256_set1_ps, _mm256_shuffle_epi8, _mm256_slli_epi32, _mm256_srai_epi32,
    _mm256_srli_epi32, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32,
    _mm256_unpacklo_epi64, _mm256_xor_si256,
};

/// Rows side by side: one per 32-bit element of a vector.
pub(crate) const ROWS: usize = 8;
/// Whether any byte can be a factor of [`dot`].
pub(crate) const SERVES_BYTES: bool = cfg!(target_feature = "avxvnni");

pub(crate) type Ints = __m256i;
pub(crate) type Floats = __m256;

/// The number in every element.
#[inline(always)]
pub(crate) fn splat(number: i32) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_set1_epi32(number) }
}

#[inline(always)]
pub(crate) fn splat_float(number: f32) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm256_set1_ps(number) }
}

#[inline(always)]
pub(crate) fn and(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_and_si256(a, b) }
}

#[inline(always)]
pub(crate) fn xor(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_xor_si256(a, b) }
}

#[inline(always)]
pub(crate) fn or(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_or_si256(a, b) }
}

/// Elements shifted left.
#[inline(always)]
pub(crate) fn left<const BITS: i32>(a: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_slli_epi32::<BITS>(a) }
}

/// Elements shifted right, zeros coming in.
#[inline(always)]
pub(crate) fn right<const BITS: i32>(a: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_srli_epi32::<BITS>(a) }
}

/// Elements shifted right, their sign coming in.
#[inline(always)]
pub(crate) fn signed_right<const BITS: i32>(a: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_srai_epi32::<BITS>(a) }
}

#[inline(always)]
pub(crate) fn floats(a: Ints) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm256_cvtepi32_ps(a) }
}

#[inline(always)]
pub(crate) fn multiply(a: Floats, b: Floats) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm256_mul_ps(a, b) }
}

/// `a b + c`.
#[inline(always)]
pub(crate) fn multiply_add(a: Floats, b: Floats, c: Floats) -> Floats {
    // SAFETY: see the head of the file.
    unsafe { _mm256_fmadd_ps(a, b, c) }
}

/// Of each four elements the first two of `a` and `b` in turn.
#[inline(always)]
pub(crate) fn pairs_below(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_unpacklo_epi32(a, b) }
}

/// Of each four elements the last two of `a` and `b` in turn.
#[inline(always)]
pub(crate) fn pairs_above(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_unpackhi_epi32(a, b) }
}

/// Of each four elements the first two of `a`, then those of `b`.
#[inline(always)]
pub(crate) fn halves_below(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_unpacklo_epi64(a, b) }
}

/// Of each four elements the last two of `a`, then those of `b`.
#[inline(always)]
pub(crate) fn halves_above(a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { _mm256_unpackhi_epi64(a, b) }
}

/// Adds to each element the four products of an unsigned byte of `a` and a signed one of `b`.
#[cfg(target_feature = "avxvnni")]
#[inline(always)]
pub(crate) fn dot(sum: Ints, a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe { std::arch::x86_64::_mm256_dpbusd_avx_epi32(sum, a, b) }
}

/// Adds to each element the four products of an unsigned byte of `a` and a signed one of `b`: of two each together at
/// most 32 767.
#[cfg(not(target_feature = "avxvnni"))]
#[inline(always)]
pub(crate) fn dot(sum: Ints, a: Ints, b: Ints) -> Ints {
    // SAFETY: see the head of the file.
    unsafe {
        let twos = std::arch::x86_64::_mm256_maddubs_epi16(a, b);
        let fours = std::arch::x86_64::_mm256_madd_epi16(twos, splat(0x0001_0001));
        std::arch::x86_64::_mm256_add_epi32(sum, fours)
    }
}

/// Bits `FROM` to `FROM + 3` of each element, each as bit 4 of a byte; `FROM` is a multiple of four.
#[inline(always)]
pub(crate) fn fifth_bits<const FROM: i8>(all: Ints) -> Ints {
    /// The places of the first byte of each of two elements, then of the next two.
    const FIRST: [i64; 2] = [0x0404_0404_0000_0000, 0x0c0c_0c0c_0808_0808];
    let (byte, bit) = (FROM / 8, i32::from(FROM % 8));
    // SAFETY: see the head of the file.
    unsafe {
        let [first, second] = FIRST;
        let places = _mm256_add_epi8(
            _mm256_set_epi64x(second, first, second, first),
            _mm256_set1_epi8(byte),
        );
        let bits = splat(0x0804_0201 << bit);
        let found = and(_mm256_shuffle_epi8(all, places), bits);
        and(_mm256_cmpeq_epi8(found, bits), splat(0x1010_1010))
    }
}

/// The lower half of each element, a number of 16 bits, as one of 32.
#[inline(always)]
pub(crate) fn from_half(halves: Ints) -> Floats {
    let lower = and(halves, splat(0xffff));
    // SAFETY: see the head of the file.
    unsafe {
        let packed = _mm256_packus_epi32(lower, lower);
        let together = _mm256_permute4x64_epi64::<0b1000>(packed);
        _mm256_cvtph_ps(_mm256_castsi256_si128(together))
    }
}

/// Sixteen bytes of each row from `at`: vector `i` holds those of the rows `i` and `i + 4`.
///
/// # Safety
/// They can be read.
#[inline(always)]
pub(super) unsafe fn quarters(rows: &[*const u8; ROWS], at: usize) -> [Ints; 4] {
    [0, 1, 2, 3].map(|first| {
        // SAFETY: the caller has seen that they can be read.
        unsafe {
            let sixteen = |row: usize| _mm_loadu_si128(rows[row].add(at).cast());
            let all = _mm256_castsi128_si256(sixteen(first));
            _mm256_inserti128_si256::<1>(all, sixteen(first + 4))
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
