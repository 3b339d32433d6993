//! A card of the picture: id, chunk type and output of a node. Knows no other card and no edge.

use std::fmt::Write as _;

use super::drawing::DrawnBox;
use super::header::characters;
use super::palette::KINDS;
use super::preview::Fate;
use super::text::{clip, width, xml};

/// Height of a card.
pub(super) const CARD_HEIGHT: f64 = 60.0;

/// Limits of a card's width, and what it has beside its text.
const CARD_WIDTH: (f64, f64) = (116.0, 208.0);
const CARD_PADDING: f64 = 28.0;

/// Width of a character: title, chunk type and path. Estimates on the safe side, as fonts differ.
const TITLE_CHAR: f64 = 8.3;
const CHUNK_CHAR: f64 = 6.2;
const PATH_CHAR: f64 = 6.7;

/// The width that the longest text of all cards needs, within limits.
pub(super) fn card_width(boxes: &[DrawnBox]) -> f64 {
    let text = |text: &str, char: f64| f64::from(u32::try_from(width(text)).unwrap_or(0)) * char;
    let widest = boxes
        .iter()
        .map(|card| {
            text(&card.title, TITLE_CHAR)
                .max(text(&card.chunk, CHUNK_CHAR))
                .max(text(&card.output, PATH_CHAR))
        })
        .fold(0.0, f64::max);
    (widest + CARD_PADDING)
        .clamp(CARD_WIDTH.0, CARD_WIDTH.1)
        .ceil()
}

/// Draws a card with its upper left corner at the given place.
pub(super) fn draw_card(out: &mut String, card: &DrawnBox, (x, y): (f64, f64), wide: f64) {
    let kind = KINDS
        .into_iter()
        .find(|kind| *kind == card.kind)
        .unwrap_or("mixed");
    let fate = match card.fate {
        Fate::Run => "",
        Fate::Cached => " cached",
        Fate::Depends => " depends",
        Fate::Conflict => " conflict",
    };
    let _ = writeln!(
        out,
        "<g class=\"card {kind}{fate}\" transform=\"translate({x:.1} {y:.1})\">\
         <title>{}</title>",
        xml(&tooltip(card))
    );
    let _ = writeln!(
        out,
        "<rect class=\"body\" width=\"{wide:.0}\" height=\"{CARD_HEIGHT}\" rx=\"9\"/>\
         <rect class=\"bar\" x=\"9\" y=\"11\" width=\"3\" height=\"{:.0}\" rx=\"1.5\"/>",
        CARD_HEIGHT - 22.0
    );
    let room = wide - CARD_PADDING;
    let lines = [
        (
            "id",
            21.0,
            clip(&card.title, characters(room, TITLE_CHAR)).into_owned(),
        ),
        (
            "chunk",
            36.0,
            clip(&card.chunk, characters(room, CHUNK_CHAR)).into_owned(),
        ),
        (
            "path",
            50.0,
            clip_start(&card.output, characters(room, PATH_CHAR)),
        ),
    ];
    for (class, y, text) in lines {
        let _ = writeln!(
            out,
            "<text class=\"{class}\" x=\"20\" y=\"{y}\">{}</text>",
            xml(&text)
        );
    }
    if card.fate != Fate::Run {
        let mark = match card.fate {
            Fate::Cached => "✓",
            Fate::Conflict => "!",
            _ => "?",
        };
        let _ = writeln!(
            out,
            "<text class=\"mark\" x=\"{:.0}\" y=\"21\" text-anchor=\"end\">{mark}</text>",
            wide - 10.0
        );
    }
    out.push_str("</g>\n");
}

fn tooltip(card: &DrawnBox) -> String {
    let mut text = format!("{} ({})", card.title, card.chunk);
    for more in [&card.output, &card.reason] {
        if !more.is_empty() {
            text.push_str(", ");
            text.push_str(more);
        }
    }
    text
}

/// The end of `text`: of a path the file name says most.
fn clip_start(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let mut kept: Vec<char> = Vec::new();
    let mut used = 1;
    for char in text.chars().rev() {
        used += width(char.encode_utf8(&mut [0; 4]));
        if used > limit {
            break;
        }
        kept.push(char);
    }
    std::iter::once('…').chain(kept.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_start_rather_than_their_name() {
        assert_eq!(clip_start("static/css/style.css", 12), "…s/style.css");
        assert_eq!(clip_start("app.py", 12), "app.py");
    }
}
