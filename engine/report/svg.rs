//! The dry run as a picture: cards in layers, joined by curves. Knows previews only; draws without help.

use std::fmt::Write as _;

use super::drawing::{Drawing, DrawnBox, EdgeKind};
use super::header::{Header, MARGIN, characters};
use super::layout::{Layout, Sizes};
use super::palette::{KINDS, STYLE};
use super::preview::{Fate, Preview};
use super::text::{clip, width, xml};

/// The page that a picture should fit without zoom, in pixels.
const PAGE: (f64, f64) = (1280.0, 860.0);

/// Height of a card, and the space between two side by side.
const CARD_HEIGHT: f64 = 60.0;
const CARD_GAP: f64 = 14.0;

/// Space between two layers, where the curves run.
const LAYER_GAP: f64 = 52.0;

/// Room a passing line takes.
const LINE_ROOM: f64 = 6.0;

/// Limits of a card's width, and what it has beside its text.
const CARD_WIDTH: (f64, f64) = (116.0, 208.0);
const CARD_PADDING: f64 = 28.0;

/// Width of a character: title, chunk type and path. Estimates on the safe side, as fonts differ.
const TITLE_CHAR: f64 = 8.3;
const CHUNK_CHAR: f64 = 6.2;
const PATH_CHAR: f64 = 6.7;

/// Renders `preview` as an SVG for light and dark pages.
pub fn render_svg(preview: &Preview) -> String {
    let drawing = Drawing::of(preview);
    let header = Header::of(preview, &drawing);
    let page = Page::of(&drawing, &header);
    let mut out = String::new();
    let (total_width, total_height) = (page.width(), page.height());
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total_width:.0}\" \
         height=\"{total_height:.0}\" viewBox=\"0 0 {total_width:.0} {total_height:.0}\" role=\"img\">"
    );
    let _ = writeln!(out, "<title>{}</title>", xml(&preview.plan));
    out.push_str(STYLE);
    out.push_str("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    header.draw(&mut out, total_width);
    let _ = writeln!(
        out,
        "<g transform=\"translate({:.1} {:.1})\">",
        page.left(),
        header.height() + MARGIN
    );
    edges(&mut out, &drawing, &page);
    for (index, card) in drawing.boxes.iter().enumerate() {
        draw_card(&mut out, card, page.corner(index), page.card_width);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The layout turned the way in which it fits the page best.
struct Page {
    layout: Layout,
    card_width: f64,
    /// Layers follow each other from left to right instead of downwards.
    sideways: bool,
    /// What the header needs: least width, height.
    header: (f64, f64),
}

impl Page {
    fn of(drawing: &Drawing, header: &Header) -> Self {
        let header = (header.least_width(), header.height());
        let card_width = card_width(&drawing.boxes);
        let turned = [true, false].map(|sideways| {
            let thickness = if sideways { CARD_HEIGHT } else { card_width };
            let plain: Vec<(u32, u32)> = drawing.edges.iter().map(|e| (e.0, e.1)).collect();
            let keep: Vec<bool> = drawing
                .edges
                .iter()
                .map(|(_, _, kind)| *kind != EdgeKind::Success)
                .collect();
            let sizes = Sizes {
                thickness,
                gap: CARD_GAP,
                line: LINE_ROOM,
            };
            let layout = Layout::of(drawing.boxes.len(), &plain, &keep, sizes);
            Self {
                layout,
                card_width,
                sideways,
                header,
            }
        });
        let [sideways, downwards] = turned;
        if downwards.scale() > sideways.scale() {
            downwards
        } else {
            sideways
        }
    }

    /// How far it has to be shrunk for the page.
    fn scale(&self) -> f64 {
        (PAGE.0 / self.width()).min(PAGE.1 / self.height())
    }

    fn drawn_size(&self) -> (f64, f64) {
        let size = if self.sideways {
            self.card_width
        } else {
            CARD_HEIGHT
        };
        let depth = f64::from(u32::try_from(self.layout.depth).unwrap_or(u32::MAX));
        let along = (depth * (size + LAYER_GAP) - LAYER_GAP).max(0.0);
        if self.sideways {
            (along, self.layout.breadth)
        } else {
            (self.layout.breadth, along)
        }
    }

    fn width(&self) -> f64 {
        (self.drawn_size().0 + 2.0 * MARGIN)
            .max(self.header.0)
            .ceil()
    }

    fn height(&self) -> f64 {
        (self.drawn_size().1 + self.header.1 + 2.0 * MARGIN).ceil()
    }

    /// A picture narrower than its header stands in the middle.
    fn left(&self) -> f64 {
        (self.width() - self.drawn_size().0) / 2.0
    }

    /// Start and end of a layer along the flow.
    fn span(&self, layer: u32) -> (f64, f64) {
        let size = if self.sideways {
            self.card_width
        } else {
            CARD_HEIGHT
        };
        let start = f64::from(layer) * (size + LAYER_GAP);
        (start, start + size)
    }

    fn corner(&self, index: usize) -> (f64, f64) {
        let along = self.span(self.layout.layer[index]).0;
        let centre = self.layout.across[index];
        if self.sideways {
            (along, centre - CARD_HEIGHT / 2.0)
        } else {
            (centre - self.card_width / 2.0, along)
        }
    }

    /// A point as `x y`.
    fn point(&self, along: f64, across: f64) -> String {
        let (x, y) = if self.sideways {
            (along, across)
        } else {
            (across, along)
        };
        format!("{x:.1} {y:.1}")
    }
}

fn card_width(boxes: &[DrawnBox]) -> f64 {
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

fn edges(out: &mut String, drawing: &Drawing, page: &Page) {
    for (index, through) in &page.layout.routes {
        let (from, to, kind) = drawing.edges[*index];
        let class = match kind {
            EdgeKind::Success => "edge",
            EdgeKind::Failure => "edge failure",
            EdgeKind::Always => "edge always",
        };
        let (from, to) = (from as usize, to as usize);
        let mut layer = page.layout.layer[from];
        let mut along = page.span(layer).1;
        let mut across = page.layout.across[from];
        let mut path = format!("M{}", page.point(along, across));
        for next in through.iter().chain([&page.layout.across[to]]) {
            layer += 1;
            let (start, end) = page.span(layer);
            let middle = f64::midpoint(along, start);
            let _ = write!(
                path,
                "C{} {} {}",
                page.point(middle, across),
                page.point(middle, *next),
                page.point(start, *next)
            );
            across = *next;
            along = end;
            if layer < page.layout.layer[to] {
                let _ = write!(path, "L{}", page.point(end, *next));
            }
        }
        let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
        arrowhead(
            out,
            page,
            page.layout.layer[to],
            page.layout.across[to],
            kind,
        );
    }
}

/// A small triangle at the entry of a card.
fn arrowhead(out: &mut String, page: &Page, layer: u32, across: f64, kind: EdgeKind) {
    let tip = page.span(layer).0;
    let class = if kind == EdgeKind::Failure {
        "head failure"
    } else {
        "head"
    };
    let _ = writeln!(
        out,
        "<path class=\"{class}\" d=\"M{}L{}L{}Z\"/>",
        page.point(tip - 1.0, across),
        page.point(tip - 8.0, across - 3.6),
        page.point(tip - 8.0, across + 3.6)
    );
}

fn draw_card(out: &mut String, card: &DrawnBox, (x, y): (f64, f64), wide: f64) {
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
    use super::super::fixture;
    use super::*;

    #[test]
    fn an_application_is_drawn_the_same_each_time() {
        let svg = render_svg(&fixture::application());
        assert_eq!(svg, render_svg(&fixture::application()));
        insta::assert_snapshot!(svg);
    }

    #[test]
    fn models_and_other_edges_are_drawn() {
        insta::assert_snapshot!(render_svg(&fixture::mixed()));
    }

    #[test]
    fn huge_plans_stay_small_pictures() {
        for preview in [fixture::wide(100_000), fixture::chain(100_000)] {
            let svg = render_svg(&preview);
            assert!(svg.len() < 100_000, "{} bytes", svg.len());
        }
    }

    #[test]
    fn paths_lose_their_start_rather_than_their_name() {
        assert_eq!(clip_start("static/css/style.css", 12), "…s/style.css");
        assert_eq!(clip_start("app.py", 12), "app.py");
    }

    #[test]
    #[ignore = "writes pictures to look at into the folder that CODEY_PICTURES names"]
    fn pictures_to_look_at() {
        let folder = std::path::PathBuf::from(
            std::env::var_os("CODEY_PICTURES").expect("CODEY_PICTURES is set"),
        );
        for (name, preview) in [
            ("application", fixture::application()),
            ("mixed", fixture::mixed()),
            ("wide", fixture::wide(100_000)),
            ("chain", fixture::chain(40)),
        ] {
            let file = folder.join(format!("{name}.svg"));
            std::io::Write::write_all(
                &mut std::fs::OpenOptions::new()
                    .create(true)
                    .truncate(true)
                    .write(true)
                    .open(file)
                    .expect("opens"),
                render_svg(&preview).as_bytes(),
            )
            .expect("writes");
        }
    }
}
