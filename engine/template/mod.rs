//! Templates: text with holes, rendered over a context. Knows no stack and writes no file.

mod escape;
mod failure;
mod frame;
mod literal;
mod names;
mod output;
mod templates;
mod uses;

pub use frame::{Frame, MAX_SLOT_TOKENS, Part, Slot, SlotKind};
pub use minijinja::Value;
pub use templates::{Templates, value};
