//! Where llama.cpp asks for a product. Knows its arguments, no arithmetic.
#![expect(
    unsafe_code,
    reason = "llama.cpp calls it with pointers; each block says why it is sound"
)]

use std::ffi::c_void;
use std::iter::from_fn;
use std::slice::from_raw_parts;

use super::format::{Format, Other};
use super::multiply::{Factors, multiply};
use super::vector::ROWS;

/// `ggml_compute_params` (`ggml-cpu-impl.h`), which each thread of an evaluation has.
#[repr(C)]
struct Params {
    thread: i32,
    threads: i32,
    work_size: usize,
    work: *mut c_void,
    pool: *mut c_void,
    wants_reference: bool,
}

/// Numbers of `ggml_type`.
const F32: i32 = 0;
const Q8_0: i32 = 8;
const Q8_K: i32 = 15;

/// Fewest columns: one alone waits for the memory whatever is done with it.
const MIN_COLUMNS: usize = 2;

/// Shares of a product for each thread: enough that one that is held up leaves most of its part to the others, and few
/// enough that asking for them costs nothing.
const SHARES: usize = 16;

unsafe extern "C" {
    fn ggml_barrier(pool: *mut c_void);
    fn ggml_threadpool_chunk_set(pool: *mut c_void, value: i32);
    fn ggml_threadpool_chunk_add(pool: *mut c_void, value: i32) -> i32;
    fn __real_llamafile_sgemm(
        params: *const Params,
        rows: i64,
        columns: i64,
        blocks: i64,
        weights: *const u8,
        weights_stride: i64,
        others: *const u8,
        others_stride: i64,
        out: *mut f32,
        out_stride: i64,
        weights_type: i32,
        others_type: i32,
        out_type: i32,
    ) -> bool;
}

/// Stands before `llamafile_sgemm` (`engine/build.rs` asks the linker to): the place where llama.cpp lets somebody else
/// multiply. Every thread of an evaluation calls it with the same arguments; strides are in blocks of the types. Returns
/// whether the product was made.
#[unsafe(no_mangle)]
unsafe extern "C" fn __wrap_llamafile_sgemm(
    params: *const Params,
    rows: i64,
    columns: i64,
    blocks: i64,
    weights: *const u8,
    weights_stride: i64,
    others: *const u8,
    others_stride: i64,
    out: *mut f32,
    out_stride: i64,
    weights_type: i32,
    others_type: i32,
    out_type: i32,
) -> bool {
    let kind = match others_type {
        Q8_0 => Some(Other::Q8_0),
        Q8_K => Some(Other::Q8K),
        _ => None,
    };
    let is_served = |format: &Format| Some(format.other()) == kind && out_type == F32;
    // What cannot be a size is one that no product is made for.
    let size = |number: i64| usize::try_from(number).unwrap_or(0);
    let call = Call {
        rows: size(rows),
        columns: size(columns),
        blocks: size(blocks),
        weights,
        weights_stride: size(weights_stride),
        others,
        others_stride: size(others_stride),
        out,
        out_stride: size(out_stride),
    };
    if let Some(format) = Format::of(weights_type).filter(is_served)
        && call.is_whole(format)
    {
        // SAFETY: llama.cpp passes pointers to what the sizes say, and every thread of the evaluation is here.
        unsafe { call.make(format, &*params) };
        return true;
    }
    // SAFETY: the arguments are those of this call.
    unsafe {
        __real_llamafile_sgemm(
            params,
            rows,
            columns,
            blocks,
            weights,
            weights_stride,
            others,
            others_stride,
            out,
            out_stride,
            weights_type,
            others_type,
            out_type,
        )
    }
}

/// Rows of weights and columns of the other factor, each `blocks` blocks of the weights' format deep.
struct Call {
    rows: usize,
    columns: usize,
    blocks: usize,
    weights: *const u8,
    weights_stride: usize,
    others: *const u8,
    others_stride: usize,
    out: *mut f32,
    out_stride: usize,
}

impl Call {
    /// Whether it is a product of some depth, several columns, and rows and columns that do not overlap.
    fn is_whole(&self, format: Format) -> bool {
        let others = self.blocks * format.block().0 / format.other().block().0;
        self.rows > 0
            && self.columns >= MIN_COLUMNS
            && self.blocks > 0
            && self.weights_stride >= self.blocks
            && self.others_stride >= others
            && self.out_stride >= self.rows
    }

    /// Makes this thread's share of the product.
    ///
    /// # Safety
    /// The pointers lead to as much as the sizes say, and all threads of `params` make the same call.
    unsafe fn make(&self, format: Format, params: &Params) {
        let (values, size) = format.block();
        let (other_values, other_size) = format.other().block();
        let depth = self.blocks * values;
        let columns: Vec<&[u8]> = (0..self.columns)
            .map(|column| {
                let start = column * self.others_stride * other_size;
                // SAFETY: the columns are as deep as the rows.
                unsafe { from_raw_parts(self.others.add(start), depth / other_values * other_size) }
            })
            .collect();
        let last = (self.rows - 1) * self.weights_stride;
        let factors = Factors {
            format,
            // SAFETY: the last row begins there and has as many blocks.
            weights: unsafe { from_raw_parts(self.weights, (last + self.blocks) * size) },
            row_bytes: self.weights_stride * size,
            rows: self.rows,
            depth,
            columns: &columns,
        };
        let put = |row: usize, column: usize, results: &[f32]| {
            // SAFETY: the results of a panel are written by the one thread that was given it.
            unsafe {
                let to = self.out.add(column * self.out_stride + row);
                to.copy_from_nonoverlapping(results.as_ptr(), results.len());
            }
        };
        // SAFETY: the pool is that of the threads that are here.
        unsafe {
            if params.thread == 0 {
                ggml_threadpool_chunk_set(params.pool, params.threads);
            }
            ggml_barrier(params.pool);
            multiply(&factors, panels(params, self.rows.div_ceil(ROWS)), put);
            // The numbers of panels begin anew with the next call.
            ggml_barrier(params.pool);
        }
    }
}

/// The panels that this thread is given: first the share of its number, then always the next that nobody has. A share
/// is asked for when the one before it is used up.
fn panels(params: &Params, count: usize) -> impl Iterator<Item = usize> {
    let threads = usize::try_from(params.threads).unwrap_or(1).max(1);
    let share = count.div_ceil(threads * SHARES);
    let mut own = Some(params.thread);
    let shares = from_fn(move || {
        // SAFETY: the pool is that of the threads that are here.
        let next = || unsafe { ggml_threadpool_chunk_add(params.pool, 1) };
        let first = usize::try_from(own.take().unwrap_or_else(next)).ok()? * share;
        Some(first..count.min(first + share))
    });
    shares.take_while(|panels| !panels.is_empty()).flatten()
}
