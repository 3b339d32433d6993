//! Settings from what was asked for and what the machine and the budget allow. Loads nothing.

use super::super::gguf::{Instructions, Shape};
use super::super::settings::{KvType, MAX_LANES, Settings};
use super::fit::{self, Fixed, OverBudget};
use super::need::Need;

/// Tokens of a lane where nothing else is asked for: a contract, a chunk and some repairs.
const DEFAULT_CONTEXT: u32 = 4096;
/// Lanes where nothing was measured. More win little on few cores and cost latency.
const DEFAULT_LANES: u32 = 8;
/// Tokens of a prompt evaluated at once: twice as many are 5 to 8 % faster, and progress and cancelling wait for one.
const DEFAULT_PREFILL_SLICE: u32 = 64;
/// The same for small models, a slice of which is evaluated within a second on two cores.
const SMALL_PREFILL_SLICE: u32 = 128;
/// Largest file of a small model, in bytes.
const SMALL_BYTES: u64 = 1 << 30;

/// What was asked for, by the user or by an earlier measurement; nothing where it is left to codey.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Tokens that one lane holds.
    pub context: Option<u32>,
    /// Talks at once.
    pub lanes: Option<u32>,
    /// Talks at once that were measured to be fastest with this model on this machine.
    pub measured_lanes: Option<u32>,
    /// The type of keys and values.
    pub kv: Option<KvType>,
    /// Threads.
    pub threads: Option<u32>,
    /// Whether weights are copied into another order.
    pub repack: Option<bool>,
}

/// Whether llama.cpp's tiled products pay. They make prompts faster and the tokens of eight lanes slower, in turns or not;
/// where most of the model is multiplied otherwise, too little of a prompt is won. ARM has none.
fn pays_tiled(shape: &Shape) -> bool {
    Instructions::BUILT != Instructions::Arm && shape.tiled_bytes >= shape.tensor_bytes / 2
}

/// The settings that keep every wish and fit `budget`, in KiB, and what they need. `cores` is how many threads
/// are used where none are asked for.
///
/// # Errors
/// When nothing that keeps the wishes fits.
pub fn choose(
    shape: &Shape,
    wishes: &Wishes,
    cores: u32,
    budget: u64,
) -> Result<(Settings, Need), OverBudget> {
    let trained = u32::try_from(shape.context_train).unwrap_or(u32::MAX);
    let context = wishes.context.unwrap_or(DEFAULT_CONTEXT).min(trained);
    let lanes = wishes.lanes.or(wishes.measured_lanes);
    let threads = wishes.threads.unwrap_or(cores).max(1);
    let settings = Settings {
        context,
        lanes: lanes.unwrap_or(DEFAULT_LANES).clamp(1, MAX_LANES),
        kv: wishes.kv.unwrap_or_default(),
        threads,
        prefill_threads: threads,
        prefill_slice: if shape.file_bytes <= SMALL_BYTES {
            SMALL_PREFILL_SLICE
        } else {
            DEFAULT_PREFILL_SLICE
        },
        // On x86-64 the kernels for weights as they lie in the file are faster; ARM has none of those.
        repack: wishes
            .repack
            .unwrap_or(Instructions::BUILT == Instructions::Arm),
        tiled: pays_tiled(shape),
    };
    let over = match fit::fit(shape, &settings, budget) {
        Ok(need) => return Ok((settings, need)),
        Err(over) => over,
    };
    let fixed = Fixed {
        lanes: wishes.lanes.is_some(),
        context: wishes.context.is_some(),
        kv: wishes.kv.is_some(),
    };
    let keeps_repack = wishes.repack == Some(true);
    fit::steps(&settings, &fixed)
        .map(|step| Settings {
            repack: keeps_repack,
            ..step
        })
        .find_map(|step| {
            let need = Need::of(shape, &step);
            (need.total() <= budget).then_some((step, need))
        })
        .ok_or(over)
}
