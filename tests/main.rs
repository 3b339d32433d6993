//! The integration tests, one binary: a static llama.cpp is linked once.

mod common;
mod journal;
mod report;
mod run;
