//! The contract: what follows from a spec and binds every chunk. Knows no stack, template or file content.

mod accounts;
mod change;
mod check;
mod column;
mod derive;
mod endpoint;
mod entity;
mod field;
mod icon;
mod joins;
mod order;
mod owned;
mod page;
mod sample;
mod schema;
mod summary;
mod types;
mod view;

pub use accounts::free_owner;
pub use change::{Change, changes};
pub use check::check;
pub use derive::derive;
pub use owned::{OwnedTable, has_owners};
pub use schema::{ColumnShape, IndexShape, Schema, TableShape};
pub use types::*;
