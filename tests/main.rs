//! The integration tests, one binary: a static llama.cpp is linked once.

mod architecture;
mod common;
mod journal;
mod licences;
mod report;
mod run;
