//! The pool with llama.cpp and a tiny model of random weights.

use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use camino::Utf8PathBuf;
use codey::model::pool::{Pool, PoolOptions};
use codey::model::{Ask, ModelError, Runtime, Step, Stop};

use super::{Bench, LONG, SHORT, model, open, say, slice, tiny};

/// A pool of the real worker, which writes its number down before it begins.
fn pool(bench: &Bench, lanes: u32, path: Utf8PathBuf) -> Pool {
    pool_of(bench, lanes, path, 512, "")
}

/// The same with lanes of `context` tokens, and started after the shell command `before`.
fn pool_of(bench: &Bench, lanes: u32, path: Utf8PathBuf, context: u32, before: &str) -> Pool {
    let number = bench.dir.path().join("number");
    let script = format!("{before} echo $$ > \"$1\"; exec \"$0\" __model-worker");
    let worker = [
        "sh",
        "-c",
        &script,
        env!("CARGO_BIN_EXE_codey"),
        number.to_str().unwrap(),
    ];
    let mut chosen = model("tiny", 64 << 10);
    chosen.path = path;
    chosen.settings.context = context;
    chosen.settings.lanes = lanes;
    Pool::new(PoolOptions {
        worker: worker.map(str::to_owned).to_vec(),
        models: vec![chosen],
        budget_kib: 64 << 10,
        ..PoolOptions::default()
    })
}

/// Sends the worker a signal.
fn signal(bench: &Bench, name: &str) {
    let number = std::fs::read_to_string(bench.dir.path().join("number")).unwrap();
    let sent = Command::new("kill")
        .args(["-s", name, number.trim()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn talks_at_the_same_time_say_what_they_say_alone() {
    let bench = Bench::new();
    let owns = ["count to ten", "name a colour", "say nothing"];
    let one = pool(&bench, 1, tiny());
    let alone = owns.map(|own| {
        say(&mut *open(&one, "tiny", own), Ask::Answer, 12)
            .unwrap()
            .0
    });
    drop(one);
    let four = pool(&bench, 4, tiny());
    let together = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for (index, own) in owns.iter().enumerate() {
            let (four, together) = (&four, &together);
            scope.spawn(move || {
                let mut talk = open(four, "tiny", own);
                let mut text = say(&mut *talk, Ask::Answer, 5).unwrap().0;
                text += &say(&mut *talk, Ask::More, 7).unwrap().0;
                together.lock().unwrap().push((index, text));
            });
        }
    });
    let mut together = together.into_inner().unwrap();
    together.sort();
    let together: Vec<String> = together.into_iter().map(|(_, text)| text).collect();
    assert_eq!(together, alone);
    let account = four.accounts().remove(0);
    assert_eq!(account.loads, 1);
    assert!(account.reused > 0, "the shared beginning is evaluated once");
    assert!(account.peak_kib > 1024, "{account:?}");
}

/// What a talk hears when its worker gets a signal while it answers; the next talk has a new worker.
fn struck(name: &str, stall: Duration) -> ModelError {
    let bench = Bench::new();
    let pool = pool(&bench, 2, tiny());
    let mut talk = open(&pool, "tiny", "count to ten");
    say(&mut *talk, Ask::Answer, 2).unwrap();
    let mut is_sent = false;
    let mut more = || {
        slice(&mut *talk, Ask::More, 200, stall, &mut |step| {
            if matches!(step, Step::Text { .. }) && !is_sent {
                is_sent = true;
                signal(&bench, name);
            }
            true
        })
    };
    // A tiny model can be through before the signal is sent; what follows meets a dead worker.
    let error = more().and_then(|_| more());
    say(&mut *open(&pool, "tiny", "count to ten"), Ask::Answer, 2).unwrap();
    assert_eq!(pool.accounts()[0].loads, 2, "{error:?}");
    error.unwrap_err()
}

#[test]
fn a_worker_that_is_killed_costs_one_attempt() {
    let error = struck("KILL", LONG).to_string();
    assert!(error.contains("SIGKILL"), "{error}");
    let error = struck("ABRT", LONG).to_string();
    assert!(error.contains("was killed by signal SIGABRT"), "{error}");
    assert_eq!(struck("STOP", SHORT * 5), ModelError::Stalled(SHORT * 5));
}

#[test]
fn a_file_that_is_no_model_is_unusable() {
    let bench = Bench::new();
    let pool = pool(&bench, 1, tiny().with_file_name("make.py"));
    let error = say(&mut *open(&pool, "tiny", "x"), Ask::Answer, 2).unwrap_err();
    assert!(matches!(error, ModelError::Unusable(_)), "{error}");
    assert_eq!(pool.accounts()[0].loads, 1);
}

#[test]
fn a_worker_starved_of_memory_costs_its_talk_and_says_so() {
    let bench = Bench::new();
    let pool = pool_of(&bench, 1, tiny(), 4 << 20, "ulimit -v 300000;");
    let error = say(&mut *open(&pool, "tiny", "x"), Ask::Answer, 2).unwrap_err();
    let ModelError::Unusable(reason) = error else {
        panic!("{error}");
    };
    assert!(
        reason.contains("alloc") || reason.contains("memory"),
        "{reason}"
    );
}

#[test]
fn cancelling_keeps_the_worker() {
    let bench = Bench::new();
    let pool = pool(&bench, 1, tiny());
    let mut talk = open(&pool, "tiny", "count to ten");
    let mut tokens = 0;
    let generation = slice(&mut *talk, Ask::Answer, 400, LONG, &mut |step| {
        tokens += u32::from(matches!(step, Step::Text { .. }));
        tokens < 3
    });
    assert_eq!(generation.unwrap().stop, Stop::Cancelled);
    drop(talk);
    say(&mut *open(&pool, "tiny", "count to ten"), Ask::Answer, 2).unwrap();
    assert_eq!(pool.accounts()[0].loads, 1);
}
