//! Measures a model on this computer: loading, prompts, tokens, lanes, the kept prefix, memory. Knows no terminal.

mod cold;
mod lanes;
mod measured;
mod report;
mod tasks;

use super::chosen::Chosen;
use super::pool::Pool;
use super::runtime::{ModelError, Runtime as _};
use tasks::TASKS;

pub use measured::{Key, Measured};
pub use report::{Lanes, Load, Memory, Report, Run, Task};

/// Tokens of a lane while measuring: the longest of the prompts, a byte a token, with its answer.
pub const CONTEXT: u32 = 2048;
/// Lanes that are measured, as far as there is room for them. From eight rows on llama.cpp has other kernels, which
/// are made for sixteen, so that seven and sixteen can both be faster than eight.
pub const LANES: [u32; 6] = [1, 2, 4, 7, 8, 16];

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Tokens of each answer.
    pub tokens: u32,
    /// Tokens that each lane makes.
    pub lane_tokens: u32,
}

/// A measurement that takes a minute with a small model and ten with a large one.
pub const USUAL: Size = Size {
    tokens: 64,
    lane_tokens: 32,
};
/// One that takes a fourth of that, and is less sure.
pub const QUICK: Size = Size {
    tokens: 16,
    lane_tokens: 8,
};

/// Measures `chosen`. `pool` makes a pool with this model alone, each with the same folder for prefixes, which is
/// empty at first. `say` hears what is being measured.
///
/// # Errors
/// When the model cannot be used.
pub fn run(
    chosen: &Chosen,
    pool: &dyn Fn() -> Pool,
    size: Size,
    say: &mut dyn FnMut(&str),
) -> Result<Report, ModelError> {
    let role = chosen.role.as_str();
    let was_dropped = cold::drop_cached(&chosen.path);
    say("loading from the disk");
    let first = pool();
    let mut tasks = Vec::new();
    for task in &TASKS {
        say(task.name);
        tasks.push(task.run(&first, role, size.tokens)?);
    }
    let mut rows = Vec::new();
    for lanes in LANES {
        if lanes <= chosen.settings.lanes {
            say(&format!("lanes {lanes}"));
            rows.push(lanes::measure(&first, role, lanes, size.lane_tokens)?);
        }
    }
    let account = first.accounts().into_iter().next().unwrap_or_default();
    drop(first);
    say("the same prompt in another process");
    let second = pool();
    let again = TASKS[0].run(&second, role, size.tokens)?;
    let warm = second.accounts().into_iter().next().unwrap_or_default();
    Ok(Report {
        model: chosen.name.clone(),
        identity: chosen.identity.clone(),
        file_bytes: chosen.shape.file_bytes,
        settings: chosen.settings.clone(),
        load: Load {
            cold_ms: was_dropped.then(|| report::ms(account.load_us)),
            warm_ms: report::ms(warm.load_us),
        },
        prefill_tokens_per_s: report::rate(tasks.iter().map(|task| task.run.prefill())),
        decode_tokens_per_s: report::rate(tasks.iter().map(|task| task.run.decode())),
        best_lanes: lanes::best(&rows),
        first_run: tasks[0].run,
        second_run: again.run,
        tasks,
        lanes: rows,
        memory: Memory {
            need_kib: account.need_kib,
            peak_kib: account.peak_kib,
        },
    })
}
