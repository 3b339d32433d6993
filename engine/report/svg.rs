//! The dry run as a picture: cards in layers, joined by curves. Knows previews only; draws without help.

use std::fmt::Write as _;

use super::card::draw_card;
use super::drawing::{Drawing, EdgeKind};
use super::header::{Header, MARGIN};
use super::page::Page;
use super::palette::STYLE;
use super::preview::Preview;
use super::text::xml;

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
    edges(&mut out, &page);
    for (group, cards) in page.bundles.members.iter().enumerate() {
        if cards.len() > 1 {
            panel(&mut out, page.area(group));
        }
        for (card, corner) in cards.iter().zip(page.corners(group)) {
            let card = &drawing.boxes[*card as usize];
            draw_card(&mut out, card, corner, page.card_width);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The border around a group of cards.
fn panel(out: &mut String, (x, y, wide, high): (f64, f64, f64, f64)) {
    let _ = writeln!(
        out,
        "<rect class=\"panel\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.0}\" height=\"{high:.0}\" rx=\"16\"/>"
    );
}

fn edges(out: &mut String, page: &Page) {
    for ((from, to, kind), through) in page.bundles.edges.iter().zip(&page.layout.routes) {
        let class = match kind {
            EdgeKind::Success => "edge",
            EdgeKind::Failure => "edge failure",
            EdgeKind::Always => "edge always",
        };
        let (from, to) = (*from as usize, *to as usize);
        let mut layer = page.layout.layer[from];
        let mut along = page.span(layer).1;
        let mut across = page.layout.across[from];
        let mut path = format!("M{}", page.point(page.end(from), across));
        if page.end(from) < along {
            let _ = write!(path, "L{}", page.point(along, across));
        }
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
            *kind,
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
}
