//! Consumers of events and findings: lines, bars, JSON, pictures. Knows events and previews only.

mod dot;
mod drawing;
mod excerpt;
mod findings;
#[cfg(test)]
mod fixture;
mod json;
mod layers;
mod layout;
mod look;
mod machine;
mod mermaid;
mod palette;
mod preview;
mod rows;
mod svg;
mod text;
mod tree;
mod why;

pub use dot::render_dot;
pub use findings::{ReadText, count_line, render_findings};
pub use json::render_json;
pub use look::{Look, PLAIN_WIDTH};
pub use machine::{findings_json, findings_sarif};
pub use mermaid::render_mermaid;
pub use preview::*;
pub use svg::render_svg;
pub use text::{count, visible};
pub use tree::render_tree;
