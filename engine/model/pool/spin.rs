//! How long threads of a worker spin before they sleep, and the rest of its environment.

/// Processors that others may keep busy before the computer counts as busy.
const QUIET_PROCESSORS: f64 = 0.5;
/// Rounds that a waiting thread of a worker spins where other programs run too. libgomp's own number, 300 000, is up
/// to twice as fast on a quiet computer and several times slower on a busy one; this one loses little on either.
const BUSY_SPINS: u32 = 1000;

/// The variables of a worker, besides those that every program gets. Nothing of the user's OpenMP settings is among
/// those. `others` is how many processors other programs use, where that is known; `programs_beside` says that
/// codey itself will run programs beside the model.
pub(super) fn environment(others: Option<f64>, programs_beside: bool) -> Vec<(String, String)> {
    let mut variables = vec![
        // Messages of the system are searched for and shown, whatever the user's language.
        ("LC_ALL".to_owned(), "C".to_owned()),
        // Without this an abort starts a debugger where there is one.
        ("GGML_NO_BACKTRACE".to_owned(), "1".to_owned()),
    ];
    if programs_beside || others.is_none_or(|others| others > QUIET_PROCESSORS) {
        variables.push(("GOMP_SPINCOUNT".to_owned(), BUSY_SPINS.to_string()));
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_spin_long_only_where_nothing_else_runs() {
        let spins = |others, beside| {
            let variables = environment(others, beside);
            variables.iter().any(|(name, _)| name == "GOMP_SPINCOUNT")
        };
        assert!(!spins(Some(0.1), false));
        assert!(spins(Some(1.0), false));
        assert!(spins(Some(0.1), true));
        assert!(spins(None, false));
    }
}
