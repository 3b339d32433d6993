//! Whether llama.cpp's products with several columns are those with one, for every format. Knows no model.
#![expect(
    unsafe_code,
    reason = "ggml's graphs have no safe wrapper; the blocks say why they are sound"
)]

use llama_cpp_sys_2 as sys;

/// Formats whose products are codey's own where they are linked.
const FORMATS: [sys::ggml_type; 6] = [
    sys::GGML_TYPE_Q4_0,
    sys::GGML_TYPE_Q5_0,
    sys::GGML_TYPE_Q8_0,
    sys::GGML_TYPE_Q4_K,
    sys::GGML_TYPE_Q5_K,
    sys::GGML_TYPE_Q6_K,
];

const ROWS: usize = 72;
const DEPTH: usize = 768;
/// Bytes that a graph of one product takes many times.
const MEMORY: usize = 16 << 20;
const THREADS: i32 = 3;

/// Numbers between -1 and 1 that look like any.
fn numbers(count: usize, mut state: u32) -> Vec<f32> {
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(state >> 16).unwrap()) / 32_768.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Weights of a format times columns, by ggml.
fn product(format: sys::ggml_type, weights: &[f32], columns: &[f32]) -> Vec<f32> {
    let [rows, depth, width] =
        [ROWS, DEPTH, columns.len() / DEPTH].map(|count| i64::try_from(count).unwrap());
    let params = sys::ggml_init_params {
        mem_size: MEMORY,
        mem_buffer: std::ptr::null_mut(),
        no_alloc: false,
    };
    // SAFETY: all tensors have the shapes that are filled and read, and live until the context is freed.
    unsafe {
        let context = sys::ggml_init(params);
        assert!(!context.is_null());
        let left = sys::ggml_new_tensor_2d(context, format, depth, rows);
        let right = sys::ggml_new_tensor_2d(context, sys::GGML_TYPE_F32, depth, width);
        let to = sys::ggml_get_data(left);
        let no_importance = std::ptr::null();
        sys::ggml_quantize_chunk(format, weights.as_ptr(), to, 0, rows, depth, no_importance);
        sys::ggml_get_data_f32(right).copy_from(columns.as_ptr(), columns.len());
        let out = sys::ggml_mul_mat(context, left, right);
        let graph = sys::ggml_new_graph(context);
        sys::ggml_build_forward_expand(graph, out);
        assert_eq!(
            sys::ggml_graph_compute_with_ctx(context, graph, THREADS),
            sys::GGML_STATUS_SUCCESS
        );
        let count = ROWS * columns.len() / DEPTH;
        let results = std::slice::from_raw_parts(sys::ggml_get_data_f32(out), count).to_vec();
        sys::ggml_free(context);
        results
    }
}

#[test]
fn several_columns_have_the_results_of_each_alone() {
    let weights = numbers(ROWS * DEPTH, 1);
    for format in FORMATS {
        for width in [2, 5, 8, 21] {
            let columns = numbers(width * DEPTH, 2);
            let together = product(format, &weights, &columns);
            let alone: Vec<f32> = columns
                .chunks(DEPTH)
                .flat_map(|column| product(format, &weights, column))
                .collect();
            let size = alone.iter().copied().fold(0.0, f32::max);
            for (together, alone) in together.iter().zip(&alone) {
                let error = (together - alone).abs() / size;
                assert!(error < 1e-5, "{format} {width}: {together} {alone}");
            }
            assert!(size > 5.0, "{format}: {size}");
        }
    }
}
