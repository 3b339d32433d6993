//! The interface between the engine and whatever runs a model. Knows no backend, no file and no plan.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::account::Account;

/// Longest time of a model without progress, where nothing else is set.
pub const STALL: Duration = Duration::from_mins(5);

/// What a talk starts with. Text that is the same for many talks comes first, so that it is evaluated once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// The system message: role, contract and rules, the same bytes for every chunk of a run.
    pub shared: String,
    /// The user's message: what this talk is about.
    pub own: String,
    /// What the answer begins with, put into the model's mouth: an opening fence, mostly.
    pub lead: String,
}

/// What is asked of an open talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    /// The answer to the prompt.
    Answer,
    /// More of the answer, which was cut off by its limit.
    More,
    /// Another answer, after `message` said what is wrong with the last one.
    Again {
        /// The user's further message.
        message: &'a str,
        /// What the new answer begins with.
        lead: &'a str,
    },
}

/// How tokens are chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sampling {
    /// 0 takes the likeliest token always; higher values flatten the choice.
    pub temperature: f32,
    /// Of how many of the likeliest tokens one is chosen; 0 for all.
    pub top_k: u32,
    /// Least share of all probability that the tokens chosen from have together; 1 for all.
    pub top_p: f32,
    /// Least probability of a token chosen from, relative to the likeliest; 0 for all.
    pub min_p: f32,
    /// Divides the scores of tokens that occurred among the last `repeat_window`; 1 changes nothing.
    pub repeat_penalty: f32,
    /// Tokens looked back at for `repeat_penalty`.
    pub repeat_window: u32,
    /// Start of the random numbers: the same seed gives the same choices.
    pub seed: u64,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.0,
            top_k: 40,
            top_p: 0.95,
            min_p: 0.05,
            repeat_penalty: 1.0,
            repeat_window: 64,
            seed: 0,
        }
    }
}

/// One stretch of generation: a slice of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice<'a> {
    /// What is asked.
    pub ask: Ask<'a>,
    /// Most tokens of this slice.
    pub max_tokens: u32,
    /// Tokens before which a model on this computer cannot say that it is done, for measurements; 0 as a rule. A
    /// server ends when it likes.
    pub min_tokens: u32,
    /// Texts at which the answer ends; they are not part of it.
    pub stop: &'a [String],
    /// A GBNF grammar that the answer keeps, its lead apart.
    pub grammar: Option<&'a str>,
    /// How tokens are chosen.
    pub sampling: &'a Sampling,
    /// Longest time without progress; prefill and loading are progress.
    pub stall: Duration,
}

/// What is heard while a slice is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'a> {
    /// Nothing new; comes several times a second so that the listener can end the slice.
    Waiting,
    /// The model is being loaded: the share done, 0 to 1.
    Loading(f32),
    /// Tokens of the prompt that are evaluated, and all of them; tokens known beforehand count as evaluated.
    Prefill {
        /// Evaluated so far.
        done: u32,
        /// To evaluate in all.
        total: u32,
    },
    /// The next piece of the answer, whole characters only.
    Text {
        /// The piece; empty where a token only began a character or may belong to a stop text.
        text: &'a str,
        /// Tokens of this slice so far.
        tokens: u32,
    },
}

/// Why a slice ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stop {
    /// The model said that it is done, or a stop text came.
    End,
    /// `max_tokens` was reached.
    Limit,
    /// The listener asked to stop.
    Cancelled,
}

/// What a slice came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// Why it ended.
    pub stop: Stop,
    /// Tokens made.
    pub tokens: u32,
    /// Tokens of the prompt that had to be evaluated for it.
    pub prefilled: u32,
    /// Tokens of the prompt that were known: shared with another talk, or from the disk.
    pub reused: u32,
    /// Time for the prompt, in microseconds.
    pub prefill_us: u64,
    /// Time for the tokens made, in microseconds.
    pub decode_us: u64,
}

/// What goes wrong with a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// There is no model for the role, or its file is no usable model. One line, then what to do.
    #[error("{0}")]
    Unusable(String),
    /// It does not fit the memory budget.
    #[error("{0}")]
    OverBudget(String),
    /// Prompt and answer do not fit the context.
    #[error(
        "the prompt has {prompt} tokens and its answer may have {answer}, together more than the context of {context}"
    )]
    TooLong {
        /// Tokens of the prompt.
        prompt: u32,
        /// Tokens asked for.
        answer: u32,
        /// Tokens that a lane holds.
        context: u32,
    },
    /// The worker's process ended: how, and the last line it wrote.
    #[error("the model worker {0}")]
    Died(String),
    /// Nothing came for the time allowed.
    #[error("the model made no progress for {} s", .0.as_secs())]
    Stalled(Duration),
    /// The request cannot be served as it is, such as a grammar with a fault.
    #[error("{0}")]
    Refused(String),
}

impl ModelError {
    /// Whether another attempt may end differently.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Died(_) | Self::Stalled(_))
    }
}

/// Runs models. Talks may be held by several threads at once.
pub trait Runtime: Send + Sync {
    /// Begins a talk. Nothing is loaded or evaluated before its first slice.
    ///
    /// # Errors
    /// When there is no such model.
    fn open<'a>(&'a self, role: &str, prompt: &Prompt) -> Result<Box<dyn Talk + 'a>, ModelError>;

    /// Begins to load the model of `role` where there is room for it, so that it is ready when it is asked for.
    fn prefetch(&self, _role: &str) {}

    /// What each model cost and gave so far; nothing where nobody counts.
    fn accounts(&self) -> Vec<Account> {
        Vec::new()
    }
}

/// A prompt with the answers given so far, which stay evaluated until the talk is dropped.
pub trait Talk {
    /// Makes one slice. `on_step` hears every step and ends the slice by returning false.
    ///
    /// # Errors
    /// When there is no answer; the talk is over then.
    fn slice(
        &mut self,
        slice: &Slice<'_>,
        on_step: &mut dyn FnMut(Step<'_>) -> bool,
    ) -> Result<Generation, ModelError>;
}
