//! Templates: text with holes, rendered over a context. Knows no stack and writes no file.

mod escape;
mod failure;
mod literal;
mod names;
mod output;
mod templates;
mod uses;

pub use minijinja::Value;
pub use templates::{Templates, value};
