//! Workers that do not get on, and talks that are left.

use codey::model::pool::{Pool, PoolOptions};
use codey::model::{Ask, ModelError, Runtime, Step, Stop};

use super::{Bench, LONG, SHORT, answers, open, say, slice};

#[test]
fn a_stopped_worker_is_a_stall() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    let mut talk = open(&pool, "good", "one halt two");
    say(&mut *talk, Ask::Answer, 1).unwrap();
    let mut waits = 0;
    let error = slice(&mut *talk, Ask::More, 9, SHORT, &mut |step| {
        waits += u32::from(step == Step::Waiting);
        true
    });
    assert_eq!(error, Err(ModelError::Stalled(SHORT)));
    assert!(waits > 0);
    answers(&pool, "good");
    assert_eq!(pool.accounts()[0].loads, 2);
}

#[test]
fn a_prompt_that_a_stopped_worker_does_not_read_is_a_stall_too() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    let large = "word ".repeat(100_000);
    std::thread::scope(|scope| {
        let (said, begun) = std::sync::mpsc::channel();
        let pool = &pool;
        let stopped = scope.spawn(move || {
            let mut first = open(pool, "good", "one halt");
            slice(&mut *first, Ask::Answer, 9, LONG, &mut |step| {
                if matches!(step, Step::Text { .. }) {
                    said.send(()).unwrap();
                }
                true
            })
        });
        begun.recv().unwrap();
        let mut second = open(pool, "good", &large);
        let error = slice(&mut *second, Ask::Answer, 9, SHORT, &mut |_| true);
        assert_eq!(error, Err(ModelError::Stalled(SHORT)));
        assert_eq!(stopped.join().unwrap(), error);
    });
}

#[test]
fn a_worker_that_never_greets_is_a_stall() {
    let bench = Bench::new();
    for how in ["mute", "stuck"] {
        let pool = bench.pool(how);
        let error = slice(
            &mut *open(&pool, how, "x"),
            Ask::Answer,
            9,
            SHORT,
            &mut |_| true,
        );
        assert_eq!(error, Err(ModelError::Stalled(SHORT)));
    }
}

#[test]
fn cancelling_ends_a_slice_and_keeps_the_worker() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    let mut talk = open(&pool, "good", "one for-ever");
    let mut texts = 0;
    let generation = slice(&mut *talk, Ask::Answer, 9, LONG, &mut |step| {
        texts += u32::from(matches!(step, Step::Text { .. }));
        texts == 0
    });
    assert_eq!(generation.unwrap().stop, Stop::Cancelled);
    assert_eq!(texts, 1, "nothing is heard after the wish to stop");
    answers(&pool, "good");
    assert_eq!(bench.moves(), ["load good"]);
}

#[test]
fn a_worker_that_ignores_the_wish_to_stop_is_killed() {
    let bench = Bench::new();
    let pool = Pool::new(PoolOptions {
        cancel_grace: SHORT,
        ..bench.options(&[("good", 4)], 4)
    });
    let mut talk = open(&pool, "good", "deaf one for-ever");
    let error = slice(&mut *talk, Ask::Answer, 9, LONG, &mut |step| {
        !matches!(step, Step::Text { .. })
    });
    let error = error.unwrap_err().to_string();
    assert!(error.contains("after it was told to stop"), "{error}");
    answers(&pool, "good");
}

#[test]
fn loading_can_be_left() {
    let bench = Bench::new();
    let pool = bench.pool("stuck");
    let mut talk = open(&pool, "stuck", "x");
    let mut shares = Vec::new();
    let generation = slice(&mut *talk, Ask::Answer, 9, LONG, &mut |step| {
        if let Step::Loading(share) = step {
            shares.push(share);
        }
        !shares.contains(&0.5)
    });
    assert_eq!(generation.unwrap().stop, Stop::Cancelled);
    assert_eq!(shares, [0.0, 0.5]);
}
