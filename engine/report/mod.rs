//! Consumers of events and findings: lines, bars, JSON, pictures. Knows events and previews only.

mod excerpt;
mod findings;
#[cfg(test)]
mod fixture;
mod look;
mod machine;
mod preview;
mod rows;
mod text;
mod tree;
mod why;

pub use findings::{ReadText, count_line, render_findings};
pub use look::{Look, PLAIN_WIDTH};
pub use machine::{findings_json, findings_sarif};
pub use preview::*;
pub use text::{count, visible};
pub use tree::render_tree;
