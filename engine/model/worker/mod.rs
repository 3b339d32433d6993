//! The child process that runs one model: messages in, messages out. Knows no workspace and no network.

mod lanes;
mod memory;
mod prefix;
mod room;
mod sample;
mod saved;
mod serve;
mod shield;
mod step;
mod stop;
mod talk;
mod turns;

pub use serve::{WorkerError, serve};
