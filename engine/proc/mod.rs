//! Child processes: the only spawner. Knows argument lists and output, nothing of nodes or rights.

mod cancel;
mod capture;
mod environment;
mod error;
mod lines;
mod ours;
mod run;
mod service;
mod signal;
mod spawn;
mod tree;
mod wait;

pub use cancel::{Cancel, Level};
pub use capture::{Captured, HEAD_BYTES, TAIL_BYTES};
pub use environment::program;
pub use error::ProcError;
pub use lines::sanitize;
pub use ours::{Running, running};
pub use run::{End, Ended, run};
pub use service::{Service, serve};
pub use signal::signal_name;
pub use spawn::{Spawn, launch};
