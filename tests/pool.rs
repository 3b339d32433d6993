//! Supervision of model workers, with a worker that misbehaves on demand.

use std::path::Path;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use codey::model::budget::Need;
use codey::model::chat::ChatTemplate;
use codey::model::gguf::Header;
use codey::model::pool::{Pool, PoolOptions};
use codey::model::{
    Ask, Chosen, Generation, KvType, ModelError, Prompt, Runtime, Sampling, Settings, Slice, Step,
    Stop, Talk,
};
use tempfile::TempDir;

/// Longer than any test takes.
const LONG: Duration = Duration::from_mins(2);
/// Short, for what never comes.
const SHORT: Duration = Duration::from_millis(200);

struct Bench {
    dir: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    /// A pool of fake models, given by how each one loads and what it takes.
    fn options(&self, models: &[(&str, u64)], budget_kib: u64) -> PoolOptions {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pool/fake_worker.py");
        let log = self.dir.path().join("log");
        PoolOptions {
            worker: ["python3", script.to_str().unwrap(), log.to_str().unwrap()]
                .map(str::to_owned)
                .to_vec(),
            models: models.iter().map(|(how, need)| model(how, *need)).collect(),
            budget_kib,
            ..PoolOptions::default()
        }
    }

    fn pool(&self, how: &str) -> Pool {
        Pool::new(self.options(&[(how, 4)], 4))
    }

    /// What the workers wrote down, in order.
    fn log(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The first two words of each line.
    fn moves(&self) -> Vec<String> {
        let short = |line: &String| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        self.log().iter().map(short).collect()
    }
}

/// A real model file, small enough to be here.
fn tiny() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/tiny.gguf")
}

fn model(how: &str, need_kib: u64) -> Chosen {
    let header = Header::read(&tiny()).unwrap();
    Chosen {
        role: how.to_owned(),
        name: format!("Fake-{how}"),
        path: format!("/models/{how}.gguf").into(),
        identity: how.to_owned(),
        settings: Settings {
            context: 2048,
            lanes: 2,
            kv: KvType::F16,
            threads: 1,
            prefill_threads: 1,
            prefill_slice: 64,
            repack: false,
        },
        need: Need {
            weights: need_kib,
            ..Need::default()
        },
        chat: ChatTemplate::from(&header).unwrap(),
        shape: header.shape,
    }
}

fn open<'a>(pool: &'a Pool, role: &str, own: &str) -> Box<dyn Talk + 'a> {
    let prompt = Prompt {
        shared: "rules".to_owned(),
        own: own.to_owned(),
        lead: String::new(),
    };
    pool.open(role, &prompt).unwrap()
}

fn slice(
    talk: &mut dyn Talk,
    ask: Ask<'_>,
    max_tokens: u32,
    stall: Duration,
    on_step: &mut dyn FnMut(Step<'_>) -> bool,
) -> Result<Generation, ModelError> {
    let slice = Slice {
        ask,
        max_tokens,
        min_tokens: 0,
        stop: &[],
        grammar: None,
        sampling: &Sampling::default(),
        stall,
    };
    talk.slice(&slice, on_step)
}

/// The text of a slice and why it ended.
fn say(talk: &mut dyn Talk, ask: Ask<'_>, max_tokens: u32) -> Result<(String, Stop), ModelError> {
    let mut said = String::new();
    let generation = slice(talk, ask, max_tokens, LONG, &mut |step| {
        if let Step::Text { text, .. } = step {
            said.push_str(text);
        }
        true
    })?;
    Ok((said.trim_end().to_owned(), generation.stop))
}

/// What becomes of a talk with this text; one after it in the same pool works.
fn fate(own: &str) -> ModelError {
    let bench = Bench::new();
    let pool = bench.pool("good");
    let mut talk = open(&pool, "good", own);
    let error = say(&mut *talk, Ask::Answer, 9).unwrap_err();
    let after = say(&mut *talk, Ask::More, 9).unwrap_err();
    assert!(matches!(after, ModelError::Died(_)), "{after}");
    answers(&pool, "good");
    error
}

/// A talk that works.
fn answers(pool: &Pool, role: &str) {
    let mut talk = open(pool, role, "all is well");
    let said = say(&mut *talk, Ask::Answer, 9).unwrap();
    assert_eq!(said, ("all is well".to_owned(), Stop::End));
}

#[test]
fn a_talk_goes_on_where_it_was_and_is_accounted_for() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    assert_eq!(pool.accounts()[0].loads, 0);
    let mut talk = open(&pool, "good", "one two three four five");
    let first = say(&mut *talk, Ask::Answer, 2).unwrap();
    assert_eq!(first, ("one two".to_owned(), Stop::Limit));
    let more = say(&mut *talk, Ask::More, 9).unwrap();
    assert_eq!(more, ("three four five".to_owned(), Stop::End));
    let again = Ask::Again {
        message: "six seven",
        lead: "",
    };
    let again = say(&mut *talk, again, 9).unwrap();
    assert_eq!(again, ("six seven".to_owned(), Stop::End));
    let account = pool.accounts().remove(0);
    assert_eq!((account.loads, account.tokens, account.reused), (1, 7, 21));
    assert_eq!((account.need_kib, account.peak_kib), (4, 4321));
    assert_eq!(account.roles, ["good"]);
    drop(talk);
    drop(pool);
    assert_eq!(bench.moves(), ["load good", "leave good"]);
}

#[test]
fn talks_at_the_same_time_share_one_worker() {
    let bench = Bench::new();
    let pool = bench.pool("good");
    std::thread::scope(|scope| {
        for number in 0..6 {
            let pool = &pool;
            scope.spawn(move || {
                let own = format!("this is talk {number}");
                let said = say(&mut *open(pool, "good", &own), Ask::Answer, 9).unwrap();
                assert_eq!(said, (own, Stop::End));
            });
        }
    });
    assert_eq!(bench.moves(), ["load good"]);
}

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
        "the model worker was ended because it sent messages of version 4, where this codey speaks version 3"
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

/// With llama.cpp and a tiny model of random weights.
#[cfg(feature = "llama")]
mod real {
    use std::process::Command;
    use std::sync::Mutex;

    use super::*;

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
}
