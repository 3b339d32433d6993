//! Models: the interface a runtime offers, and what is linked in. Knows no graph, workspace or prompt.

#[cfg(feature = "llama")]
mod llama;
mod runtime;
mod scripted;

#[cfg(feature = "llama")]
pub use llama::linked;
pub use runtime::{Generation, Request, Runtime, Stop};
pub use scripted::Scripted;

/// What is known of the linked llama.cpp; nothing in a build without it.
#[cfg(not(feature = "llama"))]
pub fn linked() -> Option<String> {
    None
}
