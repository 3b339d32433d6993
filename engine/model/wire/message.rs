//! The messages themselves. A worker has one model; a talk is a number that the engine chose.

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use super::super::runtime::{Generation, Sampling};
use super::super::settings::Settings;

/// Version of the messages; engine and worker are the same binary, so another one means a foreign program.
pub const VERSION: u32 = 4;

/// Text on its way to the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The text.
    pub text: String,
    /// Whether names of control tokens in it mean those tokens. Never set for text that came from a user, a
    /// file or a model.
    pub is_markup: bool,
}

/// What to load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// The model file.
    pub path: Utf8PathBuf,
    /// What stands for its content in the names of saved prefixes.
    pub digest: String,
    /// How.
    pub settings: Settings,
    /// Where evaluated prefixes are kept between runs; nothing keeps none.
    pub prefixes: Option<Utf8PathBuf>,
    /// Most bytes of kept prefixes.
    pub prefix_bytes: u64,
}

/// The start of a talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The talk.
    pub talk: u32,
    /// The prompt, in order.
    pub segments: Vec<Segment>,
    /// How many of the first segments are shared with other talks.
    pub shared: u32,
}

/// One slice of a talk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SliceOrder {
    /// The talk.
    pub talk: u32,
    /// What is appended to the talk before the answer goes on: a further message, or nothing.
    pub append: Vec<Segment>,
    /// Whether this is a new answer, with a fresh grammar and a fresh look for stop texts.
    pub is_new_answer: bool,
    /// Most tokens of the slice.
    pub max_tokens: u32,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// A GBNF grammar.
    pub grammar: Option<String>,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Tokens of the slice before which the model cannot say that it is done.
    pub min_tokens: u32,
}

/// From the engine to a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Load a model: the first message, sent once.
    Load(Load),
    /// Begin a talk.
    Open(Opening),
    /// Make a slice of a talk; one of a talk at a time.
    Slice(SliceOrder),
    /// End the running slice of a talk.
    Cancel(u32),
    /// Forget a talk.
    Close(u32),
}

/// What is known of a loaded model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loaded {
    /// The processor's instructions that llama.cpp uses, and how far the worker is confined.
    pub system: String,
    /// Time from the order to readiness, in microseconds.
    pub load_us: u64,
    /// Highest memory of the process so far, in KiB.
    pub peak_kib: u64,
}

/// From a worker to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// The first message: [`VERSION`].
    Hello(u32),
    /// The share of the model that is read, 0 to 1.
    Loading(f32),
    /// The model is ready.
    Loaded(Loaded),
    /// The model cannot be loaded: why. The worker ends.
    Unusable(String),
    /// A talk's prompt on its way.
    Prefill {
        /// The talk.
        talk: u32,
        /// Tokens evaluated or known.
        done: u32,
        /// Tokens in all.
        total: u32,
    },
    /// A piece of an answer.
    Text {
        /// The talk.
        talk: u32,
        /// Whole characters, possibly none.
        text: String,
        /// Tokens of the slice so far.
        tokens: u32,
    },
    /// A slice ended.
    Ended {
        /// The talk.
        talk: u32,
        /// What it came to.
        generation: Generation,
        /// Highest memory of the process so far, in KiB.
        peak_kib: u64,
    },
    /// Prompt and answer do not fit a lane.
    TooLong {
        /// The talk.
        talk: u32,
        /// Tokens of the talk, appended text included.
        prompt: u32,
        /// Tokens asked for.
        answer: u32,
        /// Tokens that a lane holds.
        context: u32,
    },
    /// A slice cannot be made: why. The talk is over.
    Refused {
        /// The talk.
        talk: u32,
        /// One line.
        reason: String,
    },
}
