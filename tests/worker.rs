//! The model worker as a process: frames in, frames out, real inference on a tiny model.

mod answers;
mod lanes;
mod process;

use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use codey::model::wire::{self, FromWorker, Load, Opening, Segment, SliceOrder, ToWorker};
use codey::model::{Generation, KvType, Sampling, Settings};

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
        tiled: false,
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

/// Ends a talk with letters only, so that its text says which tokens it has.
const LETTERS: &str = "root ::= [a-z] root";

fn letters(talk: u32, max_tokens: u32) -> SliceOrder {
    SliceOrder {
        grammar: Some(LETTERS.into()),
        ..slice(talk, max_tokens)
    }
}
