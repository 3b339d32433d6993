//! The integration tests, one binary: a static llama.cpp is linked once.

mod common;
mod examples;
mod journal;
mod plan;
mod run;
mod spec;
mod tools;
mod validate;
