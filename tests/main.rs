//! One binary for all integration tests, a module each.

mod journal;
mod validate;
