//! The integration tests, one binary: a static llama.cpp is linked once.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests fill their workspaces and start the binary themselves"
)]

mod apps;
mod architecture;
#[cfg(feature = "llama")]
mod bench;
#[cfg(all(feature = "llama", target_os = "linux"))]
mod by_model;
mod catalogue;
mod cli;
mod common;
#[cfg(feature = "fetch")]
mod endpoint;
mod examples;
mod faults;
mod grow;
mod journal;
mod kinds;
mod licences;
mod model;
mod mutants;
#[cfg(target_os = "linux")]
mod offline;
mod plan;
mod plans;
mod pool;
#[cfg(feature = "fetch")]
mod pull;
mod random_specs;
mod readme;
mod report;
mod run;
mod serve;
mod setup;
mod spec;
mod templates;
mod tools;
mod validate;
mod verify;
#[cfg(feature = "llama")]
mod worker;
