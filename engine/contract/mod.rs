//! The contract: what follows from a spec and binds every chunk. Knows no stack, template or file content.

mod accounts;
mod check;
mod column;
mod derive;
mod endpoint;
mod entity;
mod field;
mod icon;
mod joins;
mod order;
mod page;
mod sample;
mod summary;
mod types;
mod view;

pub use check::check;
pub use derive::derive;
pub use types::*;
