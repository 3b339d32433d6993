//! The head of the picture: title, legend and sums. Knows neither cards nor edges.

use std::fmt::Write as _;

use super::drawing::Drawing;
use super::palette::KINDS;
use super::preview::Preview;
use super::text::{clip, count, grouped, width, xml};

/// Space around everything.
pub(super) const MARGIN: f64 = 32.0;

/// Height of title and legend, and of the line between them where there is one.
const HEADER: f64 = 64.0;
const ABOUT: f64 = 24.0;

/// Least width of the picture, so that the title has room.
const LEAST_WIDTH: f64 = 480.0;

/// Width of a character of the legend, of what stands before its words, and of its gaps.
const FACT_CHAR: f64 = 6.7;
const KEY_WIDTH: f64 = 17.0;
const KEY_GAP: f64 = 18.0;

/// Title, what the plan is about, legend and sums.
pub(super) struct Header {
    name: String,
    about: String,
    kinds: Vec<&'static str>,
    facts: String,
}

impl Header {
    pub(super) fn of(preview: &Preview, drawing: &Drawing) -> Self {
        let totals = &preview.totals;
        let mut facts = vec![
            count(totals.nodes as usize, "node"),
            format!("{} to run", grouped(u64::from(totals.run))),
        ];
        if totals.cached > 0 {
            facts.push(format!("{} up to date", grouped(u64::from(totals.cached))));
        }
        if totals.tokens > 0 {
            facts.push(format!("at most {} tokens", grouped(totals.tokens)));
        }
        if !preview.loads.is_empty() {
            facts.push(count(preview.loads.len(), "model load"));
        }
        let drawn = |kind: &&str| drawing.boxes.iter().any(|card| card.kind == **kind);
        Self {
            name: preview.plan.clone(),
            about: preview.about.clone(),
            kinds: KINDS.into_iter().filter(drawn).collect(),
            facts: facts.join(" · "),
        }
    }

    pub(super) fn height(&self) -> f64 {
        if self.about.is_empty() {
            HEADER
        } else {
            HEADER + ABOUT
        }
    }

    pub(super) fn least_width(&self) -> f64 {
        let keys = self.kinds.iter();
        let keys: f64 = keys.map(|kind| Self::key_width(kind)).sum();
        let facts = text_width(&self.facts, FACT_CHAR);
        (keys + facts + 2.0 * MARGIN).max(LEAST_WIDTH)
    }

    fn key_width(kind: &str) -> f64 {
        KEY_WIDTH + text_width(kind, FACT_CHAR) + KEY_GAP
    }

    pub(super) fn draw(&self, out: &mut String, total_width: f64) {
        let room = total_width - 2.0 * MARGIN;
        for (class, y, text, char) in [
            ("name", MARGIN + 14.0, &self.name, 12.0),
            ("about", MARGIN + 37.0, &self.about, 7.2),
        ] {
            let text = xml(&clip(text, characters(room, char)));
            if !text.is_empty() {
                let _ = writeln!(
                    out,
                    "<text class=\"{class}\" x=\"{MARGIN}\" y=\"{y}\">{text}</text>"
                );
            }
        }
        let y = MARGIN + self.height() - 24.0;
        let mut x = MARGIN;
        for kind in &self.kinds {
            let _ = writeln!(
                out,
                "<rect class=\"key {kind}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"11\" height=\"11\" rx=\"3\"/>\
                 <text class=\"fact\" x=\"{:.1}\" y=\"{y}\">{kind}</text>",
                y - 9.5,
                x + KEY_WIDTH
            );
            x += Self::key_width(kind);
        }
        let _ = writeln!(
            out,
            "<text class=\"fact\" x=\"{:.1}\" y=\"{y}\" text-anchor=\"end\">{}</text>",
            total_width - MARGIN,
            xml(&self.facts)
        );
    }
}

/// Estimated width of `text`.
fn text_width(text: &str, char: f64) -> f64 {
    f64::from(u32::try_from(width(text)).unwrap_or(u32::MAX)) * char
}

/// How many characters of a given width fit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rooms are positive and far below 2^32"
)]
pub(super) fn characters(room: f64, char: f64) -> usize {
    (room / char).max(0.0) as usize
}
