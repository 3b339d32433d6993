//! The contract: what follows from a spec and binds every chunk. Knows no stack, template or file content.

mod types;

pub use types::*;
