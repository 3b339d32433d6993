//! How fast several talks are together. Knows the runtime, not what is behind it.

use std::sync::Barrier;
use std::thread;

use super::super::runtime::{Ask, ModelError, Runtime, Sampling};
use super::report::{self, Lanes};
use super::tasks::{lane_prompt, slice};
use crate::clock::Stopwatch;

/// What more lanes must bring: fewer are better where they are nearly as fast, as each answer comes sooner and the
/// memory is free for something else.
const WORTH: f64 = 1.05;

/// Has `lanes` talks make `tokens` tokens each, all at the same time. Their prompts are evaluated before the clock
/// starts.
pub(super) fn measure(
    runtime: &dyn Runtime,
    role: &str,
    lanes: u32,
    tokens: u32,
) -> Result<Lanes, ModelError> {
    let width = usize::try_from(lanes).unwrap_or(usize::MAX);
    // All wait for each other after their prompts, and so does the clock.
    let barrier = Barrier::new(width.saturating_add(1));
    let talk = |number: u32| {
        let sampling = Sampling::default();
        let prepare = || {
            let mut talk = runtime.open(role, &lane_prompt(number))?;
            talk.slice(&slice(Ask::Answer, 1, &sampling), &mut |_| true)?;
            Ok(talk)
        };
        let ready: Result<_, ModelError> = prepare();
        barrier.wait();
        ready?.slice(&slice(Ask::More, tokens, &sampling), &mut |_| true)
    };
    thread::scope(|scope| {
        let talk = &talk;
        let threads: Vec<_> = (0..lanes)
            .map(|number| scope.spawn(move || talk(number)))
            .collect();
        barrier.wait();
        let watch = Stopwatch::start();
        let mut made = 0;
        for thread in threads {
            let ended = thread
                .join()
                .unwrap_or_else(|_| Err(ModelError::Died("could not be heard".to_owned())));
            made += ended?.tokens;
        }
        Ok(Lanes {
            lanes,
            tokens: made,
            tokens_per_s: report::per_second(made, watch.elapsed()),
        })
    })
}

/// The number of lanes to use: more only where each step brings something.
pub(super) fn best(rows: &[Lanes]) -> u32 {
    let mut best: Option<&Lanes> = None;
    for row in rows {
        if best.is_none_or(|best| row.tokens_per_s > best.tokens_per_s * WORTH) {
            best = Some(row);
        }
    }
    best.map_or(1, |row| row.lanes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_lanes_have_to_be_worth_it() {
        let rows = |speeds: &[(u32, f64)]| -> Vec<Lanes> {
            let row = |(lanes, tokens_per_s): &(u32, f64)| Lanes {
                lanes: *lanes,
                tokens: 9,
                tokens_per_s: *tokens_per_s,
            };
            speeds.iter().map(row).collect()
        };
        let best = |speeds: &[(u32, f64)]| best(&rows(speeds));
        assert_eq!(best(&[(1, 10.0), (2, 15.0), (4, 15.5), (8, 12.0)]), 2);
        assert_eq!(best(&[(1, 10.0), (7, 20.0), (8, 15.0), (16, 30.0)]), 16);
        assert_eq!(best(&[(1, 10.0)]), 1);
        assert_eq!(best(&[]), 1);
    }
}
