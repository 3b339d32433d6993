//! The contract: what follows from a spec and binds every chunk. Knows no stack, template or file content.

mod check;
mod column;
mod derive;
mod endpoint;
mod entity;
mod field;
mod order;
mod page;
mod sample;
mod types;

pub use check::check;
pub use derive::derive;
pub use types::*;
