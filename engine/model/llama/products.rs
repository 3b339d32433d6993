//! Whether llama.cpp's products with several columns are those with one, for every format. Knows no model.
#![expect(
    unsafe_code,
    reason = "ggml's graphs have no safe wrapper; the block says why it is sound"
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

/// Rows that are no multiple of a panel's, in more panels than a product has shares.
const ROWS: usize = 1100;
const DEPTH: usize = 512;
/// Bytes of a graph with one product.
const MEMORY: usize = 32 << 20;

/// Matrices behind one another, by rows of [`DEPTH`].
struct Matrices {
    numbers: Vec<f32>,
    count: usize,
}

impl Matrices {
    /// Numbers between -1 and 1 that look like any.
    fn new(rows: usize, count: usize) -> Self {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap()) / 32_768.0 - 1.0
        };
        let numbers = (0..rows * count * DEPTH).map(|_| next()).collect();
        Self { numbers, count }
    }

    /// Each row of each matrix as a matrix of its own.
    fn alone(&self) -> impl Iterator<Item = Self> {
        self.numbers.chunks(DEPTH).map(|row| Self {
            numbers: row.to_vec(),
            count: 1,
        })
    }

    fn matrix(&self, index: usize) -> Self {
        let size = self.numbers.len() / self.count;
        Self {
            numbers: self.numbers[index * size..][..size].to_vec(),
            count: 1,
        }
    }

    fn shape(&self) -> [i64; 3] {
        let rows = self.numbers.len() / DEPTH / self.count;
        [DEPTH, rows, self.count].map(|size| i64::try_from(size).unwrap())
    }
}

/// Weights of a format times columns, by ggml.
fn product(
    format: sys::ggml_type,
    weights: &Matrices,
    columns: &Matrices,
    threads: i32,
) -> Vec<f32> {
    let params = sys::ggml_init_params {
        mem_size: MEMORY,
        mem_buffer: std::ptr::null_mut(),
        no_alloc: false,
    };
    let [depth, rows, planes] = weights.shape();
    let [_, width, repeated] = columns.shape();
    // SAFETY: all tensors have the shapes that are filled and read, and live until the context is freed.
    unsafe {
        let context = sys::ggml_init(params);
        assert!(!context.is_null());
        let left = sys::ggml_new_tensor_3d(context, format, depth, rows, planes);
        let right = sys::ggml_new_tensor_3d(context, sys::GGML_TYPE_F32, depth, width, repeated);
        let to = sys::ggml_get_data(left);
        let no_importance = std::ptr::null();
        let from = weights.numbers.as_ptr();
        sys::ggml_quantize_chunk(format, from, to, 0, rows * planes, depth, no_importance);
        let to = sys::ggml_get_data_f32(right);
        to.copy_from(columns.numbers.as_ptr(), columns.numbers.len());
        let out = sys::ggml_mul_mat(context, left, right);
        let graph = sys::ggml_new_graph(context);
        sys::ggml_build_forward_expand(graph, out);
        let status = sys::ggml_graph_compute_with_ctx(context, graph, threads);
        assert_eq!(status, sys::GGML_STATUS_SUCCESS);
        let count = usize::try_from(rows * width * repeated).unwrap();
        let results = std::slice::from_raw_parts(sys::ggml_get_data_f32(out), count).to_vec();
        sys::ggml_free(context);
        results
    }
}

fn must_agree(together: &[f32], alone: &[f32], what: &str) {
    assert_eq!(together.len(), alone.len(), "{what}");
    let size = alone.iter().copied().fold(0.0, f32::max);
    assert!(size > 5.0, "{what}: {size}");
    for (together, alone) in together.iter().zip(alone) {
        let error = (together - alone).abs() / size;
        assert!(error < 1e-5, "{what}: {together} {alone}");
    }
}

// `.cargo/config.toml` turns llama.cpp's tiles off for tests, which would take eight columns and more.
#[test]
fn several_columns_have_the_results_of_each_alone() {
    let weights = Matrices::new(ROWS, 1);
    for format in FORMATS {
        for (width, threads) in [(2, 1), (5, 3), (8, 2), (21, 3)] {
            let columns = Matrices::new(width, 1);
            let together = product(format, &weights, &columns, threads);
            let alone = columns.alone();
            let alone: Vec<f32> = alone
                .flat_map(|column| product(format, &weights, &column, 1))
                .collect();
            must_agree(&together, &alone, &format!("{format} {width} {threads}"));
        }
    }
}

#[test]
fn matrices_behind_one_another_have_the_results_of_each_alone() {
    let (weights, columns) = (Matrices::new(70, 2), Matrices::new(9, 4));
    for format in FORMATS {
        let together = product(format, &weights, &columns, 3);
        let alone: Vec<f32> = (0..4)
            .flat_map(|index| {
                product(
                    format,
                    &weights.matrix(index / 2),
                    &columns.matrix(index),
                    1,
                )
            })
            .collect();
        must_agree(&together, &alone, &format!("{format}"));
    }
}
