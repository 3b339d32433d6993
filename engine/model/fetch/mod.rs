//! Downloading models: the only code, with `endpoint`, that opens a connection. Knows no catalogue and no terminal.

mod client;
mod download;
mod error;
mod part;
mod pull;
mod url;

pub use client::Network;
pub use download::{Order, fetch};
pub use error::FetchError;
pub use pull::{Pull, Pulled, pull};
pub use url::{Url, is_loopback};

pub(super) use client::{agent, first_line};

/// What is heard of a download.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heard<'a> {
    /// Bytes that are here already are read for their hash.
    Hashing {
        /// Read so far.
        done: u64,
        /// Here.
        total: u64,
    },
    /// Bytes came.
    Bytes {
        /// Here, those of earlier downloads included.
        done: u64,
        /// In all.
        total: u64,
    },
    /// The connection failed, and it is tried again after a pause.
    Again {
        /// What happened.
        reason: &'a str,
        /// Until the next try.
        pause: std::time::Duration,
    },
}
