//! Consumers of events and findings: lines, bars, JSON, pictures. Knows events and previews only.

mod bars;
mod bundles;
mod card;
mod dot;
mod drawing;
mod excerpt;
mod findings;
#[cfg(test)]
mod fixture;
mod header;
mod json;
mod jsonl;
mod layers;
mod layout;
mod line;
mod lines;
mod look;
mod machine;
mod mermaid;
mod page;
mod palette;
mod preview;
mod quiet;
mod reporter;
mod rows;
#[cfg(test)]
mod screen;
mod summary;
mod svg;
mod text;
mod transfer;
mod tree;
mod why;

pub use bars::Bars;
pub use dot::render_dot;
pub use findings::{ReadText, count_line, render_findings};
pub use json::render_json;
pub use jsonl::JsonLines;
pub use line::Producers;
pub use lines::Lines;
pub use look::{Look, PLAIN_WIDTH};
pub use machine::{findings_json, findings_sarif};
pub use mermaid::render_mermaid;
pub use preview::*;
pub use quiet::Quiet;
pub use reporter::Reporter;
pub use summary::Summary;
pub use svg::render_svg;
pub use text::{count, size, visible};
pub use transfer::Transfer;
pub use tree::render_tree;
