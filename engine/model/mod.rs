//! Models: the interface a runtime offers, and what is linked in. Knows no graph, workspace or prompt.

pub mod catalogue;
#[cfg(feature = "fetch")]
pub mod endpoint;
mod facts;
#[cfg(feature = "fetch")]
pub mod fetch;
#[cfg(feature = "llama")]
mod llama;
mod runtime;
mod scripted;
mod settings;
pub mod store;
pub mod wire;

pub use facts::Facts;
#[cfg(feature = "llama")]
pub use llama::linked;
pub use runtime::{
    Ask, Generation, ModelError, Prompt, Runtime, Sampling, Slice, Step, Stop, Talk,
};
pub use scripted::Scripted;
pub use settings::{KvType, Settings};

/// What is known of the linked llama.cpp; nothing in a build without it.
#[cfg(not(feature = "llama"))]
pub fn linked() -> Option<String> {
    None
}
