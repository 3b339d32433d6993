//! The record of runs under `.codey/`: a database, blobs and a cache. Knows events and ids, neither plans nor nodes' work.

mod begun;
mod blob;
mod cache;
mod error;
mod known;
mod log;
mod open;
mod schema;
mod writer;

pub use begun::{Begun, begun};
pub use blob::Blobs;
pub use cache::FileCache;
pub use error::JournalError;
pub use known::{Known, NodeRecord, OutputRecord};
pub use log::RunRecord;
pub use open::{Journal, Opened};
pub use writer::Writer;
