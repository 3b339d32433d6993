//! The integration tests, one binary: a static llama.cpp is linked once.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests fill their workspaces and start the binary themselves"
)]

mod apps;
mod architecture;
mod catalogue;
mod cli;
mod common;
mod examples;
mod faults;
mod grow;
mod journal;
mod kinds;
mod licences;
mod model;
mod mutants;
mod plan;
mod plans;
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
