//! Requests to typed specs, by rule. Knows no plan, template or file.

mod types;

pub use types::*;
