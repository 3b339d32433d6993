//! Plan files: text to checked plan. Knows nothing of running one.

mod action;
mod checked;
mod chunk;
mod cycle;
mod entities;
mod eval;
mod expand;
mod expr;
mod fast;
mod given;
mod include;
mod json_text;
mod keys;
mod limits;
mod load;
mod names;
mod needs;
mod params;
mod parse;
mod path;
mod read;
mod report;
mod schema;
mod source;
mod syntax;
mod tree;
mod types;
mod writers;

pub use checked::*;
pub use include::Shipped;
pub use keys::BUILTIN_LANES;
pub use limits::*;
pub use load::{LoadOptions, Loaded, load, load_text};
pub use schema::schema;
pub use source::Sources;
pub use types::{ChunkType, TypeKind, chunk_type, chunk_types};
