//! Which models are loaded when, under the budget.

use std::time::Duration;

use codey::model::pool::{Pool, PoolOptions};
use codey::model::{Ask, Chosen, ModelError, Runtime, Step, Stop};

use super::{Bench, LONG, SHORT, answers, model, open, say, slice};

#[test]
fn models_that_do_not_fit_together_are_never_loaded_together() {
    let bench = Bench::new();
    let pool = Pool::new(bench.options(&[("one", 4), ("two", 4)], 7));
    for role in ["one", "one", "two", "one"] {
        answers(&pool, role);
    }
    let loads: Vec<u32> = pool
        .accounts()
        .iter()
        .map(|account| account.loads)
        .collect();
    assert_eq!(loads, [2, 1]);
    drop(pool);
    let moves = [
        "load one",
        "leave one",
        "load two",
        "leave two",
        "load one",
        "leave one",
    ];
    assert_eq!(bench.moves(), moves);
}

#[test]
fn models_that_fit_together_are_loaded_once() {
    let bench = Bench::new();
    let pool = Pool::new(bench.options(&[("one", 4), ("two", 4)], 8));
    for role in ["one", "two", "one", "two"] {
        answers(&pool, role);
    }
    assert_eq!(bench.moves(), ["load one", "load two"]);
}

#[test]
fn a_model_in_use_is_waited_for() {
    let bench = Bench::new();
    let pool = Pool::new(bench.options(&[("one", 4), ("two", 4)], 4));
    let mut held = open(&pool, "one", "all is well");
    say(&mut *held, Ask::Answer, 9).unwrap();
    let mut held = Some(held);
    let mut waits = 0;
    let mut talk = open(&pool, "two", "x");
    let generation = slice(&mut *talk, Ask::Answer, 9, LONG, &mut |step| {
        waits += u32::from(step == Step::Waiting);
        if waits == 3 {
            // Nobody else can end it: while it is open, its model stays.
            held = None;
        }
        true
    });
    assert_eq!(generation.unwrap().stop, Stop::End);
    assert_eq!(bench.moves(), ["load one", "leave one", "load two"]);
}

#[test]
fn talks_of_many_threads_keep_to_the_budget() {
    const NEEDS: [(&str, u64); 3] = [("three", 3), ("four", 4), ("five", 5)];
    const BUDGET: u64 = 8;
    let bench = Bench::new();
    let pool = Pool::new(bench.options(&NEEDS, BUDGET));
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let pool = &pool;
            scope.spawn(move || {
                for turn in 0..4 {
                    answers(pool, NEEDS[(thread + turn * turn) % 3].0);
                }
            });
        }
    });
    drop(pool);
    let need = |how: &str| NEEDS.iter().find(|(name, _)| *name == how).unwrap().1;
    let mut taken = 0;
    for line in bench.moves() {
        match line.split_once(' ').unwrap() {
            ("load", how) => taken += need(how),
            (_, how) => taken -= need(how),
        }
        assert!(taken <= BUDGET, "{:?}", bench.moves());
    }
    assert_eq!(taken, 0);
}

#[test]
fn waiting_for_room_ends_when_nobody_gets_on() {
    let bench = Bench::new();
    let pool = Pool::new(bench.options(&[("one", 4), ("two", 4)], 4));
    let mut held = open(&pool, "one", "first second");
    say(&mut *held, Ask::Answer, 1).unwrap();
    let error = slice(
        &mut *open(&pool, "two", "x"),
        Ask::Answer,
        9,
        SHORT,
        &mut |_| true,
    );
    assert_eq!(error, Err(ModelError::Stalled(SHORT)));
    let more = say(&mut *held, Ask::More, 9).unwrap();
    assert_eq!(more, ("second".to_owned(), Stop::End));
    assert_eq!(bench.moves(), ["load one"]);
}

#[test]
fn a_model_larger_than_the_budget_is_refused_without_a_process() {
    let bench = Bench::new();
    let pool = Pool::new(bench.options(&[("large", 6 << 20)], 4 << 20));
    let error = say(&mut *open(&pool, "large", "x"), Ask::Answer, 9).unwrap_err();
    assert!(matches!(error, ModelError::OverBudget(_)));
    assert!(error.to_string().contains("6144 MiB") && error.to_string().contains("4096 MiB"));
    assert!(bench.moves().is_empty());
}

#[test]
fn prefetching_loads_where_there_is_room_and_evicts_nobody() {
    let bench = Bench::new();
    let pool = Pool::new(bench.options(&[("one", 4), ("two", 4), ("three", 4)], 8));
    for role in ["one", "one", "two", "three", "nobody"] {
        pool.prefetch(role);
    }
    let loads: Vec<u32> = pool
        .accounts()
        .iter()
        .map(|account| account.loads)
        .collect();
    assert_eq!(loads, [1, 1, 0]);
    answers(&pool, "two");
    let loads: Vec<u32> = pool
        .accounts()
        .iter()
        .map(|account| account.loads)
        .collect();
    assert_eq!(loads, [1, 1, 0]);
}

#[test]
fn an_idle_model_is_unloaded_at_the_next_call() {
    let bench = Bench::new();
    let pool = Pool::new(PoolOptions {
        idle: Duration::ZERO,
        ..bench.options(&[("one", 4), ("two", 4)], 8)
    });
    for role in ["one", "one", "two"] {
        answers(&pool, role);
    }
    drop(pool);
    let mut moves = bench.moves();
    moves.sort();
    assert_eq!(moves, ["leave one", "leave two", "load one", "load two"]);
}

#[test]
fn roles_with_the_same_model_share_a_worker() {
    let bench = Bench::new();
    let mut options = bench.options(&[("good", 4)], 4);
    options.models.push(Chosen {
        role: "writer".to_owned(),
        ..model("good", 4)
    });
    let pool = Pool::new(options);
    for role in ["good", "writer"] {
        answers(&pool, role);
    }
    assert_eq!(bench.moves(), ["load good"]);
    assert_eq!(pool.accounts()[0].roles, ["good", "writer"]);
}

#[test]
fn a_worker_gets_what_its_threads_and_products_read() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    answers(&pool, "good");
    assert_eq!(bench.log(), ["load good spin=1000 tiled=0 omp=None"]);
}
