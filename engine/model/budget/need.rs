//! What a model takes once it is loaded and at work, from its header alone. Knows no machine.

use super::super::gguf::{Layer, Shape};
use super::super::settings::{KvType, Settings};

/// Bytes of code and libraries of the worker, and its own heap, measured with a model of a megabyte.
const PROGRAM_BYTES: u64 = 22 << 20;
/// Bytes that llama.cpp keeps for each token of a vocabulary: text and tables; 163 measured with 151 936.
const TOKEN_BYTES: u64 = 163;
/// Bytes that each sequence takes in graphs and tables; about 30 KiB measured.
const SEQUENCE_BYTES: u64 = 30 << 10;
/// Bytes of a score, and of the candidates that a score is sorted in.
const SCORE_BYTES: u64 = 4;
const CANDIDATE_BYTES: u64 = 12;
/// Numbers of the inner width that are alive at once for a token (gate, up and their product), and bytes of one.
const INNER_NUMBERS: u64 = 3;
/// States of a token that are alive at once beside them: input, residual, query, attention, output.
const STATES: u64 = 5;
const NUMBER_BYTES: u64 = 4;
/// A row is quantised before it meets a quantised matrix: 292 bytes for 256 numbers (`block_q8_K`).
const QUANTISED: (u64, u64) = (292, 256);
/// Every thread packs that row for codey's own products: bytes for so many numbers (`engine/matmul/columns.rs`).
const PACKED: (u64, u64) = (13, 8);
/// Bytes for each pair of an evaluated token and one that it sees: the mask, and with flash attention partial sums.
const PAIR_BYTES: u64 = 4;
/// Bytes for each such pair and head of plain attention: the weight of the pair, and that again as two bytes.
const WEIGHT_BYTES: u64 = 6;
/// Cells of windowed layers come in multiples of this.
const CELL_STEP: u64 = 256;

/// Memory that a worker takes, in KiB, by what it is for. All of it resident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// The mapped file.
    pub weights: u64,
    /// Rearranged copies of weights.
    pub repacked: u64,
    /// Keys and values of all lanes, and the states of recurrent layers.
    pub kv: u64,
    /// Intermediate results of a batch.
    pub compute: u64,
    /// Scores of tokens.
    pub output: u64,
    /// The program, the vocabulary and tables.
    pub fixed: u64,
}

impl Need {
    /// The need of a model under these settings. Sums saturate: a need beyond counting fits nowhere.
    pub fn of(shape: &Shape, settings: &Settings) -> Self {
        let kib = |bytes: u64| bytes.div_ceil(1024);
        let sequences = u64::from(settings.sequences());
        let cells = settings.cells().map_or(u64::MAX, u64::from);
        let batch = u64::from(settings.batch());
        let inner = INNER_NUMBERS * NUMBER_BYTES * QUANTISED.1 + QUANTISED.0;
        // Attention and the inner layer follow each other in the same memory.
        let row = shape.feed_forward.saturating_mul(inner) / QUANTISED.1;
        let row = row.max(attention_bytes(shape, settings, cells));
        let row = row.saturating_add(shape.embd.saturating_mul(STATES * NUMBER_BYTES));
        let row = row.saturating_add(cells.saturating_mul(PAIR_BYTES));
        let threads = u64::from(settings.threads.max(settings.prefill_threads));
        let deepest = shape.feed_forward.max(shape.embd);
        let row = row.saturating_add(deepest.saturating_mul(threads * PACKED.0) / PACKED.1);
        let scores = shape.vocab.saturating_mul(SCORE_BYTES);
        let rows = batch.saturating_mul(row);
        let compute = rows.max(scores.saturating_mul(u64::from(settings.lanes)));
        let candidates = shape.vocab.saturating_mul(CANDIDATE_BYTES);
        Self {
            weights: kib(shape.file_bytes),
            repacked: kib(if settings.repack {
                shape.repackable_bytes
            } else {
                0
            }),
            kv: kib(kv_bytes(shape, settings, cells)),
            compute: kib(compute.saturating_add(candidates)),
            output: kib(scores.saturating_mul(sequences)),
            fixed: kib(PROGRAM_BYTES
                .saturating_add(shape.vocab.saturating_mul(TOKEN_BYTES))
                .saturating_add(sequences * SEQUENCE_BYTES)),
        }
    }

    /// All of it, in KiB.
    pub fn total(&self) -> u64 {
        [
            self.repacked,
            self.kv,
            self.compute,
            self.output,
            self.fixed,
        ]
        .into_iter()
        .fold(self.weights, u64::saturating_add)
    }

    /// All of it, in MiB, rounded up.
    pub fn mib(&self) -> u64 {
        self.total().div_ceil(1024)
    }
}

/// Bytes that attention takes for each evaluated token; flash attention keeps no weights of pairs.
fn attention_bytes(shape: &Shape, settings: &Settings, cells: u64) -> u64 {
    if settings.attends_plainly() {
        cells.saturating_mul(shape.heads.saturating_mul(WEIGHT_BYTES))
    } else {
        0
    }
}

/// Bytes of keys and values with room for `cells` tokens.
fn kv_bytes(shape: &Shape, settings: &Settings, cells: u64) -> u64 {
    // A windowed layer keeps the window of each sequence and the batch at hand (`llama_kv_cache_iswa`).
    let sequences = u64::from(settings.sequences());
    let windowed = shape.window.map_or(cells, |window| {
        let cells_of_windows = window
            .saturating_mul(sequences)
            .saturating_add(u64::from(settings.batch()));
        let rounded = cells_of_windows.checked_next_multiple_of(CELL_STEP);
        rounded.unwrap_or(u64::MAX).min(cells)
    });
    let of_layer = |layer: &Layer| {
        let cells = if layer.is_windowed { windowed } else { cells };
        let numbers = layer
            .kv_heads
            .saturating_mul(layer.key_len + layer.value_len);
        stored(numbers, settings.kv)
            .saturating_mul(cells)
            .saturating_add(layer.state_bytes.saturating_mul(sequences))
    };
    let layers = shape.layers.iter().map(of_layer);
    layers.fold(0, u64::saturating_add)
}

/// Bytes of this many numbers as keys and values are kept.
fn stored(numbers: u64, kv: KvType) -> u64 {
    match kv {
        KvType::F16 => numbers.saturating_mul(2),
        KvType::Q8_0 => numbers.div_ceil(32).saturating_mul(34),
    }
}
