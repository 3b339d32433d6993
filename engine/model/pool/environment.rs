//! The environment of a worker: what llama.cpp and its threads read once, when they start. Knows no worker.

use super::super::settings::Settings;

/// Rounds that a waiting thread of a worker spins. libgomp's own number, 300 000, was no faster on a quiet computer
/// and up to twice as slow beside one busy program, where a thread spins while the one that it waits for has no
/// processor.
const SPINS: u32 = 1000;

/// The variables of a worker with these settings, besides those that every program gets. Nothing of the user's
/// OpenMP settings is among those.
pub(super) fn environment(settings: &Settings) -> Vec<(String, String)> {
    let tiled = u32::from(settings.tiled);
    let variables = [
        // Messages of the system are searched for and shown, whatever the user's language.
        ("LC_ALL", "C".to_owned()),
        // Without this an abort starts a debugger where there is one.
        ("GGML_NO_BACKTRACE", "1".to_owned()),
        ("GOMP_SPINCOUNT", SPINS.to_string()),
        ("GGML_CPU_TILED_MM", tiled.to_string()),
    ];
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    variables.into_iter().map(owned).collect()
}
