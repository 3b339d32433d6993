//! Models: the interface a runtime offers, and what is linked in. Knows no graph, workspace or prompt.

mod account;
pub mod bench;
pub mod budget;
pub mod catalogue;
pub mod chat;
mod chosen;
#[cfg(feature = "fetch")]
pub mod endpoint;
mod facts;
#[cfg(feature = "fetch")]
pub mod fetch;
pub mod gguf;
mod linked;
#[cfg(feature = "llama")]
mod llama;
pub mod pool;
mod runtime;
mod scripted;
mod settings;
pub mod store;
mod unused;
pub mod wire;
#[cfg(feature = "llama")]
mod worker;

pub use account::Account;
pub use chosen::Chosen;
pub use facts::Facts;
pub use linked::Linked;
#[cfg(feature = "llama")]
pub use llama::linked;
pub use runtime::{
    Ask, Generation, ModelError, Prompt, Runtime, STALL, Sampling, Slice, Step, Stop, Talk,
};
pub use scripted::Scripted;
pub use settings::{KvType, MAX_LANES, MAX_PREFILL_SLICE, MAX_THREADS, PREFIX_SEQUENCES, Settings};
pub use unused::unused;
#[cfg(feature = "llama")]
pub use worker::{WorkerError, serve};

/// What is known of the linked llama.cpp; nothing in a build without it.
#[cfg(not(feature = "llama"))]
pub fn linked() -> Option<Linked> {
    None
}
