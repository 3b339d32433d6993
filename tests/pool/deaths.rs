//! Workers that die, talk nonsense or cannot load.

use codey::model::pool::{Pool, PoolOptions};
use codey::model::{Ask, ModelError, Prompt, Runtime, Step};

use super::{Bench, LONG, fate, open, say, slice};

#[test]
fn a_dead_worker_ends_its_talk_with_the_signal_and_the_next_one_has_a_new_worker() {
    for (signal, name) in [
        (6, "SIGABRT"),
        (11, "SIGSEGV"),
        (7, "SIGBUS"),
        (15, "SIGTERM"),
    ] {
        let error = fate(&format!("some text die={signal} more"));
        assert_eq!(
            error.to_string(),
            format!("the model worker was killed by signal {name}")
        );
        assert!(error.is_passing());
    }
    let error = fate("die=9");
    assert!(
        error
            .to_string()
            .contains("SIGKILL, which codey did not send"),
        "{error}"
    );
    let error = fate("exit=3");
    assert_eq!(error.to_string(), "the model worker ended with exit code 3");
}

#[test]
fn an_abort_is_told_with_its_reason() {
    let error = fate("abort");
    assert_eq!(
        error.to_string(),
        "the model worker was killed by signal SIGABRT; its last line: ggml.c:7: GGML_ASSERT(n > 0) failed"
    );
}

#[test]
fn a_worker_that_sends_garbage_is_ended() {
    for word in ["garbage", "huge"] {
        let error = fate(word);
        assert!(
            error
                .to_string()
                .starts_with("the model worker was ended because it sent a frame"),
            "{error}"
        );
    }
}

#[test]
fn what_the_worker_refuses_costs_the_talk_only() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    let too_long = ModelError::TooLong {
        prompt: 9000,
        answer: 100,
        context: 2048,
    };
    let refused = ModelError::Refused("the grammar has a fault".to_owned());
    for (word, expected) in [("long", too_long), ("refuse", refused)] {
        let error = say(&mut *open(&pool, "good", word), Ask::Answer, 9).unwrap_err();
        assert_eq!(error, expected);
        assert!(!error.is_passing());
    }
    assert_eq!(bench.moves(), ["load good"]);
}

#[test]
fn all_talks_of_a_dead_worker_end() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    std::thread::scope(|scope| {
        let (started, all_started) = std::sync::mpsc::channel();
        let waiting: Vec<_> = (0..2)
            .map(|_| {
                let started = started.clone();
                let pool = &pool;
                scope.spawn(move || {
                    let mut talk = open(pool, "good", "begin for-ever");
                    let mut was_told = false;
                    slice(&mut *talk, Ask::Answer, 9, LONG, &mut |step| {
                        if matches!(step, Step::Text { tokens: 1, .. }) && !was_told {
                            was_told = true;
                            started.send(()).unwrap();
                        }
                        true
                    })
                })
            })
            .collect();
        all_started.recv().unwrap();
        all_started.recv().unwrap();
        let error = say(&mut *open(&pool, "good", "die=11"), Ask::Answer, 9).unwrap_err();
        for talk in waiting {
            assert_eq!(talk.join().unwrap().unwrap_err(), error);
        }
    });
}

#[test]
fn a_model_that_cannot_be_loaded_is_tried_once() {
    let bench = Bench::new();
    let pool = bench.pool("unusable");
    for _ in 0..3 {
        let error = say(&mut *open(&pool, "unusable", "x"), Ask::Answer, 9).unwrap_err();
        assert_eq!(
            error,
            ModelError::Unusable("the file is no model".to_owned())
        );
    }
    assert_eq!(bench.moves(), ["load unusable"]);
}

#[test]
fn a_model_whose_loading_kills_is_tried_twice() {
    let bench = Bench::new();
    let pool = bench.pool("crash");
    let once = || say(&mut *open(&pool, "crash", "x"), Ask::Answer, 9).unwrap_err();
    for _ in 0..2 {
        assert_eq!(
            once().to_string(),
            "the model worker was killed by signal SIGSEGV"
        );
    }
    let last = once();
    assert!(matches!(&last, ModelError::Unusable(_)), "{last}");
    assert!(last.to_string().contains("SIGSEGV"), "{last}");
    assert_eq!(bench.moves(), ["load crash", "load crash"]);
}

#[test]
fn another_version_is_told() {
    let bench = Bench::new();
    let pool = bench.pool("other-version");
    let error = say(&mut *open(&pool, "other-version", "x"), Ask::Answer, 9).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the model worker was ended because it sent messages of version 5, where this codey speaks version 4"
    );
}

#[test]
fn a_missing_worker_and_a_missing_role_are_told() {
    let bench = Bench::new();
    let pool = Pool::new(PoolOptions {
        worker: vec!["/nowhere/worker".to_owned()],
        ..bench.options(&[("good", 4)], 4)
    });
    let error = say(&mut *open(&pool, "good", "x"), Ask::Answer, 9).unwrap_err();
    assert!(matches!(&error, ModelError::Unusable(reason) if reason.contains("/nowhere/worker")));
    assert!(pool.open("writer", &Prompt::default()).is_err());
}
