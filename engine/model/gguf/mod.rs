//! GGUF headers: read and checked before llama.cpp sees the file, which it ends on when some of it is wrong.
//! Knows no weights.

#[cfg(test)]
pub(crate) mod builder;
mod error;
mod header;
mod kind;
mod metadata;
#[cfg(test)]
mod mutants;
mod shape;
mod source;
mod tensors;
mod vocabulary;

pub use error::{GgufError, Remedy};
pub use header::Header;
pub use kind::{Instructions, Kind};
pub use metadata::{List, MAX_KEYS, Value};
pub use shape::{Layer, Shape};
pub use source::MAX_HEADER_BYTES;
pub use tensors::{MAX_TENSORS, Tensor};
pub use vocabulary::Vocabulary;
