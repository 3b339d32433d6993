//! How a model is loaded: what its memory need and its speed hang on. Knows no file and no machine.

use serde::{Deserialize, Serialize};

/// The type in which keys and values of evaluated tokens are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KvType {
    /// Two bytes a value; the fast one on processors.
    #[default]
    F16,
    /// 34 bytes for 32 values.
    Q8_0,
}

/// How a model is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settings {
    /// Tokens that one lane holds, prompt and answers together.
    pub context: u32,
    /// Talks that are evaluated in one batch.
    pub lanes: u32,
    /// The type of keys and values.
    pub kv: KvType,
    /// Threads that make tokens.
    pub threads: u32,
    /// Threads that evaluate prompts.
    pub prefill_threads: u32,
    /// Tokens of a prompt that are evaluated at once: a step of progress and of cancelling.
    pub prefill_slice: u32,
    /// Whether weights are copied into the order that some processors are fast with.
    pub repack: bool,
}
