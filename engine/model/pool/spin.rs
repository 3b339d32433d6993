//! How long threads of a worker spin before they sleep, and the rest of its environment.

/// Rounds that a waiting thread of a worker spins. libgomp's own number, 300 000, was no faster on a quiet computer
/// and up to twice as slow beside one busy program, where a thread spins while the one that it waits for has no
/// processor.
const SPINS: u32 = 1000;

/// The variables of a worker, besides those that every program gets. Nothing of the user's OpenMP settings is among
/// those.
pub(super) fn environment() -> Vec<(String, String)> {
    vec![
        // Messages of the system are searched for and shown, whatever the user's language.
        ("LC_ALL".to_owned(), "C".to_owned()),
        // Without this an abort starts a debugger where there is one.
        ("GGML_NO_BACKTRACE".to_owned(), "1".to_owned()),
        ("GOMP_SPINCOUNT".to_owned(), SPINS.to_string()),
    ]
}
