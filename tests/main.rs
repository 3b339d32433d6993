//! The integration tests, one binary: a static llama.cpp is linked once.
#![cfg(test)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests fill their workspaces and start the binary themselves"
)]

mod apps;
mod architecture;
mod cli;
mod common;
mod examples;
mod faults;
mod journal;
mod licences;
mod model;
mod mutants;
mod plan;
mod random_specs;
mod readme;
mod report;
mod run;
mod setup;
mod spec;
mod tools;
mod validate;
