//! Consumers of events and findings: lines, bars, JSON, pictures. Knows events and previews only.

mod preview;

pub use preview::*;
