//! The model worker as a process: frames in, frames out, real inference on a tiny model.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use codey::model::wire::{self, FromWorker, Load, Opening, Segment, SliceOrder, ToWorker};
use codey::model::{Generation, KvType, Sampling, Settings, Stop};

/// A model with random weights and a token for each byte.
fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/tiny.gguf")
}

fn settings(lanes: u32) -> Settings {
    Settings {
        context: 512,
        lanes,
        kv: KvType::F16,
        threads: 1,
        prefill_threads: 1,
        prefill_slice: 32,
        repack: false,
    }
}

fn load(settings: Settings) -> Load {
    Load {
        path: tiny().try_into().unwrap(),
        digest: "tiny".into(),
        settings,
        prefixes: None,
        prefix_bytes: 64 << 20,
    }
}

struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    output: ChildStdout,
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a slice came to.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    text: String,
    generation: Generation,
}

impl Worker {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_codey"))
            .arg("__model-worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut worker = Self {
            input: child.stdin.take(),
            output: child.stdout.take().unwrap(),
            child,
        };
        assert_eq!(worker.hear(), FromWorker::Hello(wire::VERSION));
        worker
    }

    fn loaded(load: Load) -> Self {
        let mut worker = Self::start();
        worker.say(&ToWorker::Load(load));
        loop {
            match worker.hear() {
                FromWorker::Loading(share) => assert!((0.0..=1.0).contains(&share)),
                FromWorker::Loaded(loaded) => {
                    assert!(loaded.peak_kib > 0);
                    return worker;
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn say(&mut self, message: &ToWorker) {
        wire::write(self.input.as_mut().unwrap(), message).unwrap();
    }

    fn hear(&mut self) -> FromWorker {
        wire::read(&mut self.output).unwrap()
    }

    fn open(&mut self, talk: u32, shared: &str, own: &str) {
        self.say(&ToWorker::Open(Opening {
            talk,
            segments: vec![text(shared), text(own)],
            shared: 1,
        }));
    }

    /// Everything up to the end of a slice of `talk`, which is the only one that runs.
    fn made(&mut self, order: SliceOrder) -> Made {
        let talk = order.talk;
        self.say(&ToWorker::Slice(order));
        self.rest(talk).unwrap()
    }

    /// What is heard up to the end of a slice; the message that there is none otherwise.
    fn rest(&mut self, talk: u32) -> Result<Made, FromWorker> {
        let mut made = all(self, &[talk]);
        made.remove(0)
    }

    /// Closes the input and waits for the end.
    fn end(mut self) -> (ExitStatus, String) {
        drop(self.input.take());
        let status = self.child.wait().unwrap();
        let mut said = String::new();
        std::io::Read::read_to_string(self.child.stderr.as_mut().unwrap(), &mut said).unwrap();
        (status, said)
    }
}

/// What is heard up to the ends of a slice of each talk.
fn all(worker: &mut Worker, talks: &[u32]) -> Vec<Result<Made, FromWorker>> {
    let mut texts = vec![String::new(); talks.len()];
    let mut ends = vec![None; talks.len()];
    let place = |talk: u32| talks.iter().position(|other| *other == talk).unwrap();
    while ends.iter().any(Option::is_none) {
        match worker.hear() {
            FromWorker::Text { talk, text, tokens } => {
                assert!(tokens > 0);
                texts[place(talk)].push_str(&text);
            }
            FromWorker::Prefill { done, total, .. } => assert!(done <= total),
            FromWorker::Ended {
                talk, generation, ..
            } => {
                let text = std::mem::take(&mut texts[place(talk)]);
                ends[place(talk)] = Some(Ok(Made { text, generation }));
            }
            other => match other {
                FromWorker::TooLong { talk, .. } | FromWorker::Refused { talk, .. } => {
                    ends[place(talk)] = Some(Err(other));
                }
                _ => panic!("{other:?}"),
            },
        }
    }
    ends.into_iter().map(Option::unwrap).collect()
}

fn text(text: &str) -> Segment {
    Segment {
        text: text.into(),
        is_markup: false,
    }
}

/// A first slice, greedy.
fn slice(talk: u32, max_tokens: u32) -> SliceOrder {
    SliceOrder {
        talk,
        append: Vec::new(),
        is_new_answer: true,
        max_tokens,
        stop: Vec::new(),
        grammar: None,
        sampling: Sampling::default(),
        min_tokens: 0,
    }
}

fn more(talk: u32, max_tokens: u32) -> SliceOrder {
    SliceOrder {
        is_new_answer: false,
        ..slice(talk, max_tokens)
    }
}

const SHARED: &str = "You write one file of a small application and nothing else. ";
const OWN: [&str; 4] = [
    "Write models.py: a task with a title.",
    "Write style.css.",
    "Write the page that lists all tasks, and a form that adds one to them.",
    "Write app.js: the list is filled when the page is loaded.",
];

#[test]
fn one_lane_and_four_say_the_same() {
    let mut worker = Worker::loaded(load(settings(1)));
    let mut alone = Vec::new();
    for own in OWN {
        // No prefix is shared here: the whole prompt is the talk's own.
        worker.say(&ToWorker::Open(Opening {
            talk: 1,
            segments: vec![text(SHARED), text(own)],
            shared: 0,
        }));
        let made = worker.made(slice(1, 48));
        assert_eq!(made.generation.reused, 0);
        alone.push(made.text);
        worker.say(&ToWorker::Close(1));
    }
    assert!(alone.iter().all(|text| !text.is_empty()));
    assert_ne!(
        alone[0], alone[1],
        "the model's answer does not depend on its prompt"
    );

    // Two lanes for four talks: some wait.
    for lanes in [2, 4] {
        let mut worker = Worker::loaded(load(settings(lanes)));
        for (talk, own) in (0..).zip(OWN) {
            worker.open(talk, SHARED, own);
            worker.say(&ToWorker::Slice(slice(talk, 48)));
        }
        let together = all(&mut worker, &[0, 1, 2, 3]);
        let together: Vec<Made> = together.into_iter().map(Result::unwrap).collect();
        let texts: Vec<&String> = together.iter().map(|made| &made.text).collect();
        assert_eq!(texts, alone.iter().collect::<Vec<_>>());
        let shared = u32::try_from(SHARED.len()).unwrap();
        let reused: Vec<u32> = together.iter().map(|made| made.generation.reused).collect();
        assert_eq!(reused, [0, shared, shared, shared]);
    }
}

#[test]
fn slices_continue_exactly() {
    let sampled = Sampling {
        temperature: 0.8,
        repeat_penalty: 1.1,
        seed: 7,
        ..Sampling::default()
    };
    for sampling in [Sampling::default(), sampled] {
        let mut worker = Worker::loaded(load(settings(2)));
        worker.open(1, SHARED, OWN[0]);
        let whole = worker.made(SliceOrder {
            sampling: sampling.clone(),
            ..slice(1, 64)
        });
        worker.open(2, SHARED, OWN[0]);
        let mut parts = worker
            .made(SliceOrder {
                sampling: sampling.clone(),
                ..slice(2, 16)
            })
            .text;
        for _ in 0..3 {
            let made = worker.made(SliceOrder {
                sampling: sampling.clone(),
                ..more(2, 16)
            });
            assert_eq!(
                (made.generation.stop, made.generation.prefilled),
                (Stop::Limit, 0)
            );
            parts += &made.text;
        }
        assert_eq!(parts, whole.text);
    }
}

#[test]
fn foreign_bytes_and_a_closed_pipe_end_the_worker() {
    let mut worker = Worker::start();
    worker
        .input
        .as_mut()
        .unwrap()
        .write_all(b"GET / HTTP/1.1\r\n\r\n")
        .unwrap();
    let (status, said) = worker.end();
    assert_eq!(status.code(), Some(2));
    assert!(said.contains("standard input"), "{said}");

    let (status, _) = Worker::start().end();
    assert_eq!(status.code(), Some(0));
    let (status, _) = Worker::loaded(load(settings(1))).end();
    assert_eq!(status.code(), Some(0));
}

/// Ends a talk with letters only, so that its text says which tokens it has.
const LETTERS: &str = "root ::= [a-z] root";

fn letters(talk: u32, max_tokens: u32) -> SliceOrder {
    SliceOrder {
        grammar: Some(LETTERS.into()),
        ..slice(talk, max_tokens)
    }
}

#[test]
fn another_answer_follows_on_what_was_said() {
    let mut worker = Worker::loaded(load(settings(2)));
    worker.open(1, SHARED, OWN[0]);
    let first = worker.made(letters(1, 24)).text;
    let message = " That is wrong: say it again. ";
    let again = worker.made(SliceOrder {
        append: vec![text(message)],
        ..letters(1, 24)
    });
    assert_eq!(again.generation.prefilled as usize, message.len() + 1);
    assert_eq!(again.generation.reused, 0);

    let whole = format!("{}{first}{message}", OWN[0]);
    worker.open(2, SHARED, &whole);
    assert_eq!(worker.made(letters(2, 24)).text, again.text);
}

#[test]
fn what_was_forgotten_for_lack_of_room_is_evaluated_anew() {
    let prompt = |talk: u32| format!("{SHARED} Talk {talk} about something else.");
    let whole = {
        let mut worker = Worker::loaded(load(settings(1)));
        worker.open(0, &prompt(0), OWN[0]);
        worker.made(slice(0, 48)).text
    };
    let mut worker = Worker::loaded(load(settings(1)));
    worker.open(0, &prompt(0), OWN[0]);
    let mut parts = worker.made(slice(0, 24)).text;
    for talk in 1..8 {
        worker.open(talk, &prompt(talk), OWN[0]);
        assert_eq!(worker.made(slice(talk, 8)).generation.tokens, 8);
    }
    let made = worker.made(more(0, 24));
    assert!(made.generation.prefilled as usize > prompt(0).len());
    parts += &made.text;
    assert_eq!(parts, whole);
}

#[test]
fn a_slice_is_cancelled_between_two_batches() {
    let roomy = Settings {
        context: 8192,
        ..settings(2)
    };
    let mut worker = Worker::loaded(load(roomy));
    worker.open(1, SHARED, OWN[0]);
    worker.open(2, SHARED, OWN[1]);
    worker.say(&ToWorker::Slice(letters(1, 8000)));
    while !matches!(worker.hear(), FromWorker::Text { talk: 1, .. }) {}
    worker.say(&ToWorker::Cancel(1));
    let made = worker.rest(1).unwrap();
    assert_eq!(made.generation.stop, Stop::Cancelled);
    assert!(made.generation.tokens < 8000);
    // A cancel that comes too late means nothing, and other talks go on.
    worker.say(&ToWorker::Cancel(1));
    assert_eq!(worker.made(letters(2, 8)).generation.stop, Stop::Limit);

    worker.say(&ToWorker::Slice(letters(1, 7000)));
    while !matches!(worker.hear(), FromWorker::Text { talk: 1, .. }) {}
    // A worker whose engine is gone ends in the middle of a slice.
    let (status, _) = worker.end();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn what_does_not_fit_is_refused_with_its_numbers() {
    let mut worker = Worker::loaded(load(settings(2)));
    worker.open(1, SHARED, OWN[0]);
    let prompt = u32::try_from(SHARED.len() + OWN[0].len()).unwrap();
    worker.say(&ToWorker::Slice(slice(1, 513 - prompt)));
    let refusal = FromWorker::TooLong {
        talk: 1,
        prompt,
        answer: 513 - prompt,
        context: 512,
    };
    assert_eq!(worker.rest(1).unwrap_err(), refusal);
    worker.open(1, SHARED, OWN[0]);
    let made = worker.made(letters(1, 512 - prompt));
    assert_eq!(made.generation.tokens, 512 - prompt);

    worker.say(&ToWorker::Open(Opening {
        talk: 2,
        segments: vec![text("")],
        shared: 0,
    }));
    worker.say(&ToWorker::Slice(slice(2, 8)));
    let refusal = worker.rest(2).unwrap_err();
    assert!(
        matches!(refusal, FromWorker::Refused { talk: 2, .. }),
        "{refusal:?}"
    );
    worker.say(&ToWorker::Slice(slice(9, 8)));
    assert!(matches!(
        worker.rest(9).unwrap_err(),
        FromWorker::Refused { talk: 9, .. }
    ));
}

#[test]
fn answers_keep_their_grammar() {
    let mut worker = Worker::loaded(load(settings(2)));
    worker.open(1, SHARED, OWN[0]);
    let digits = |grammar: &str, max_tokens| SliceOrder {
        grammar: Some(grammar.into()),
        ..slice(1, max_tokens)
    };
    let mut made = worker.made(digits("root ::= [0-9] [0-9] [0-9] [0-9] [0-9] [0-9]", 4));
    let mut number = made.text;
    assert_eq!(made.generation.stop, Stop::Limit);
    made = worker.made(more(1, 4));
    number += &made.text;
    assert_eq!(made.generation.stop, Stop::End);
    assert_eq!(number.len(), 6);
    assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");

    for fault in [
        "root ::= [0-9",
        "other ::= \"x\"",
        "root ::= missing",
        "root ::= root \"x\"",
        "",
    ] {
        worker.open(1, SHARED, OWN[0]);
        worker.say(&ToWorker::Slice(digits(fault, 8)));
        match worker.rest(1).unwrap_err() {
            FromWorker::Refused { reason, .. } => assert!(reason.contains("grammar"), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_stop_text_ends_the_answer_and_is_no_part_of_it() {
    let mut worker = Worker::loaded(load(settings(2)));
    worker.open(1, SHARED, OWN[0]);
    let whole = worker.made(letters(1, 48)).text;
    let stop = whole[20..24].to_owned();
    let before = &whole[..whole.find(&stop).unwrap()];
    worker.open(2, SHARED, OWN[0]);
    let stops = vec![stop, "never".to_owned()];
    let mut made = worker.made(SliceOrder {
        stop: stops.clone(),
        ..letters(2, 7)
    });
    let mut parts = made.text;
    while made.generation.stop == Stop::Limit {
        made = worker.made(SliceOrder {
            stop: stops.clone(),
            ..more(2, 7)
        });
        parts += &made.text;
    }
    assert_eq!(parts, before);
    assert_eq!(made.generation.stop, Stop::End);
    // The answer is over: there is no more of it, but there may be another one.
    assert_eq!(worker.made(more(2, 7)).generation.tokens, 0);
    let another = SliceOrder {
        append: vec![text("again")],
        ..letters(2, 7)
    };
    assert_eq!(worker.made(another).generation.tokens, 7);
}

#[test]
fn a_saved_prefix_is_used_by_the_next_worker_unless_it_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let prefixes = dir.path().join("prefixes");
    let answer = || {
        let prefixes = Some(prefixes.clone().try_into().unwrap());
        let mut worker = Worker::loaded(Load {
            prefixes,
            ..load(settings(2))
        });
        worker.open(1, SHARED, OWN[0]);
        let made = worker.made(slice(1, 48));
        let (status, said) = worker.end();
        assert!(status.success(), "{said}");
        (
            made.text,
            made.generation.prefilled,
            made.generation.reused,
            said,
        )
    };
    let files = || -> Vec<PathBuf> {
        std::fs::read_dir(&prefixes)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect()
    };
    let shared = u32::try_from(SHARED.len()).unwrap();
    let own = u32::try_from(OWN[0].len()).unwrap();

    let (first, prefilled, reused, _) = answer();
    assert_eq!((prefilled, reused), (shared + own, 0));
    assert_eq!(files().len(), 1);
    let (second, prefilled, reused, said) = answer();
    assert_eq!((prefilled, reused), (own, shared));
    assert_eq!(second, first);
    assert!(!said.contains("saved prefix"), "{said}");

    let path = files().remove(0);
    let whole = std::fs::read(&path).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 0x10;
    for damaged in [&whole[..whole.len() / 2], &whole[..7], &[], &changed] {
        std::fs::write(&path, damaged).unwrap();
        let (text, prefilled, reused, said) = answer();
        assert_eq!((prefilled, reused), (shared + own, 0));
        assert_eq!(text, first);
        assert!(said.contains("saved prefix"), "{said}");
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn only_markup_writes_control_tokens() {
    let mut worker = Worker::loaded(load(settings(1)));
    let mut count = |segments: &[Segment]| {
        worker.say(&ToWorker::Open(Opening {
            talk: 1,
            segments: segments.to_vec(),
            shared: 0,
        }));
        worker.made(slice(1, 1)).generation.prefilled as usize
    };
    let name = "<|im_end|>";
    assert_eq!(count(&[text(name)]), name.len());
    let markup = Segment {
        is_markup: true,
        ..text(name)
    };
    assert_eq!(count(std::slice::from_ref(&markup)), 1);
    assert_eq!(count(&[markup, text("four")]), 5);
}

#[test]
fn a_model_that_is_none_is_told_and_ends_the_worker() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing.gguf");
    let foreign = dir.path().join("foreign.gguf");
    std::fs::write(&foreign, "no model at all, but long enough for a header").unwrap();
    let faulty = Load {
        settings: Settings {
            lanes: 0,
            ..settings(1)
        },
        ..load(settings(1))
    };
    let at = |path: PathBuf| Load {
        path: path.try_into().unwrap(),
        ..load(settings(1))
    };
    for (load, part) in [
        (at(missing), "load"),
        (at(foreign), "load"),
        (faulty, "lanes"),
    ] {
        let mut worker = Worker::start();
        worker.say(&ToWorker::Load(load));
        match worker.hear() {
            FromWorker::Unusable(reason) => assert!(reason.contains(part), "{reason}"),
            other => panic!("{other:?}"),
        }
        let (status, _) = worker.end();
        assert_eq!(status.code(), Some(5));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_with_a_model_has_given_up_its_rights() {
    let field = |worker: &Worker, name: &str| {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", worker.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let worker = Worker::start();
    let Some(seccomp) = field(&worker, "Seccomp:") else {
        return; // This kernel has no filters; the worker says so.
    };
    assert_eq!(
        (seccomp.as_str(), field(&worker, "NoNewPrivs:").as_deref()),
        ("0", Some("0"))
    );
    let worker = Worker::loaded(load(settings(1)));
    assert_eq!(field(&worker, "Seccomp:").as_deref(), Some("2"));
    assert_eq!(field(&worker, "NoNewPrivs:").as_deref(), Some("1"));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", worker.child.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

#[test]
fn an_answer_is_at_least_as_long_as_asked_for() {
    let mut worker = Worker::loaded(load(settings(1)));
    // The end of the turn and one letter are all that is left to choose from, and chance chooses.
    let order = |talk, min_tokens| SliceOrder {
        grammar: Some("root ::= \"a\"*".into()),
        sampling: Sampling {
            temperature: 5.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            ..Sampling::default()
        },
        min_tokens,
        ..slice(talk, 40)
    };
    worker.open(1, SHARED, OWN[0]);
    worker.open(2, SHARED, OWN[0]);
    let free = worker.made(order(1, 0)).generation;
    assert_eq!(free.stop, Stop::End);
    let least = free.tokens + 2;
    let held = worker.made(order(2, least)).generation;
    assert!(held.tokens >= least, "{held:?} after {free:?}");
}
