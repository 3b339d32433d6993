//! How a model is loaded: what its memory need and its speed hang on. Knows no file and no machine.

use serde::{Deserialize, Serialize};

/// The type in which keys and values of evaluated tokens are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KvType {
    /// Two bytes a value; the fast one on processors.
    #[default]
    F16,
    /// 34 bytes for 32 values.
    Q8_0,
}

/// How a model is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settings {
    /// Tokens that one lane holds, prompt and answers together.
    pub context: u32,
    /// Talks that are evaluated in one batch.
    pub lanes: u32,
    /// The type of keys and values.
    pub kv: KvType,
    /// Threads that make tokens.
    pub threads: u32,
    /// Threads that evaluate prompts.
    pub prefill_threads: u32,
    /// Tokens of a prompt that are evaluated at once: a step of progress and of cancelling.
    pub prefill_slice: u32,
    /// Whether weights are copied into the order that some processors are fast with.
    pub repack: bool,
    /// Whether llama.cpp may take weights in formats with blocks of 256 elements and many tokens at once, in tiles.
    pub tiled: bool,
}

/// Sequences beyond those of twice the lanes: shared prefixes that stay evaluated.
pub const PREFIX_SEQUENCES: u32 = 2;
/// llama.cpp allots room for keys and values in multiples of this many tokens.
const CELL_STEP: u32 = 256;
/// Most pairs of an evaluated token and one that it sees for which plain attention keeps a weight a head: 176 MB with 14
/// heads. Where there can be more, as much memory is better spent on lanes.
const MAX_PLAIN_PAIRS: u64 = 1 << 21;
/// Most lanes: what llama.cpp's limit of 256 sequences leaves.
pub const MAX_LANES: u32 = 64;
/// Most tokens of [`Settings::prefill_slice`]: beyond, evaluation gets no faster and cancelling slower.
pub const MAX_PREFILL_SLICE: u32 = 2048;
/// Most threads: what llama.cpp allows.
pub const MAX_THREADS: u32 = 512;

impl Settings {
    /// Tokens that there is room for in all; `None` where that is beyond any model.
    pub fn cells(&self) -> Option<u32> {
        let cells = self.context.checked_mul(self.lanes)?;
        cells.checked_next_multiple_of(CELL_STEP)
    }

    /// Most tokens that are evaluated at once.
    pub fn batch(&self) -> u32 {
        self.prefill_slice + self.lanes
    }

    /// Whether attention is plain: faster than flash attention with several lanes, slower with one, and it keeps all weights
    /// of a batch.
    /// Values of eight bits have flash attention only.
    pub fn attends_plainly(&self) -> bool {
        let pairs = |cells| u64::from(cells) * u64::from(self.batch());
        let is_small = |cells| pairs(cells) <= MAX_PLAIN_PAIRS;
        self.lanes > 1 && self.kv == KvType::F16 && self.cells().is_some_and(is_small)
    }

    /// Whether products with most weights are in tiles: rearranged copies have products of their own.
    pub fn multiplies_in_tiles(&self) -> bool {
        self.tiled && !self.repack
    }

    /// Sequences that can be told apart: running talks, as many that wait for their next slice, and prefixes.
    pub fn sequences(&self) -> u32 {
        2 * self.lanes + PREFIX_SEQUENCES
    }

    /// What is wrong with the numbers, if anything is.
    pub fn fault(&self) -> Option<String> {
        let range = |name, value, max| {
            (value == 0 || value > max)
                .then(|| format!("{name} is {value}; allowed are 1 to {max}"))
        };
        range("lanes", self.lanes, MAX_LANES)
            .or_else(|| range("prefill_slice", self.prefill_slice, MAX_PREFILL_SLICE))
            .or_else(|| range("threads", self.threads, MAX_THREADS))
            .or_else(|| range("prefill_threads", self.prefill_threads, MAX_THREADS))
            .or_else(|| {
                range(
                    "context",
                    self.context,
                    i32::MAX as u32 / self.lanes - CELL_STEP,
                )
            })
    }
}
