//! Supervision of model workers, with a worker that misbehaves on demand.

mod deaths;
#[cfg(feature = "llama")]
mod real;
mod residency;
mod stalls;
mod talks;

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
            tiled: false,
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
