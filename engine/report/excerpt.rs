//! One line of a file with an underline below it. Knows no finding and reads nothing.

use std::fmt::Write as _;

use super::look::{Look, Tone};
use super::text::{push_visible, width};
use crate::diagnostic::Place;

/// Columns a tab is shown as.
const TAB: &str = "    ";

/// Columns of context kept before the underlined part of a line that is too long.
const CONTEXT_COLUMNS: usize = 20;

/// Digits of the largest line number among `places`: the width of the gutter.
pub(super) fn gutter_width<'a>(places: impl Iterator<Item = &'a Place>) -> usize {
    let largest = places.map(|place| place.line).max().unwrap_or(0);
    largest.checked_ilog10().unwrap_or(0) as usize + 1
}

/// Appends the line, where it is known, and an underline with `label` below it.
pub(super) fn excerpt(
    out: &mut String,
    place: &Place,
    line: Option<&str>,
    label: (&str, Tone),
    gutter: usize,
    look: Look,
) {
    let (label, tone) = label;
    let Some(line) = line else {
        if !label.is_empty() {
            let _ = writeln!(out, "{:gutter$}     {}", "", super::text::visible(label));
        }
        return;
    };
    let shown = shown_line(line, place, look.columns().saturating_sub(gutter + 3));
    let bar = look.paint(Tone::Frame, &format!("{:gutter$} |", ""));
    let numbered = look.paint(Tone::Frame, &format!("{:>gutter$} |", place.line));
    let mut underline = "^".repeat(shown.underlined.max(1));
    if !label.is_empty() {
        underline.push(' ');
        underline.push_str(&super::text::visible(label));
    }
    let underline = look.paint(tone, &underline);
    let _ = writeln!(out, "{bar}");
    let _ = writeln!(out, "{} {}", numbered, shown.text.trim_end());
    let _ = writeln!(out, "{bar} {:start$}{underline}", "", start = shown.start);
}

/// A line as it is shown, and where its underline goes, in columns.
struct ShownLine {
    text: String,
    start: usize,
    underlined: usize,
}

/// Expands tabs, escapes what would act on the terminal and cuts the line to `limit` columns around
/// the underlined part.
fn shown_line(line: &str, place: &Place, limit: usize) -> ShownLine {
    let first = place.column.saturating_sub(1) as usize;
    let before = rendered(line.chars().take(first));
    let marked = rendered(line.chars().skip(first).take(place.length.max(1) as usize));
    let start = width(&before);
    let skipped = if start + width(&marked) <= limit {
        0
    } else {
        start.saturating_sub(CONTEXT_COLUMNS)
    };

    let mut text = String::new();
    let mut column = 0;
    for char in line.chars() {
        let cell = rendered(std::iter::once(char));
        column += width(&cell);
        if column <= skipped {
            continue;
        }
        if column - skipped > limit.saturating_sub(1) {
            text.push('…');
            break;
        }
        if text.is_empty() && skipped > 0 {
            // A wide cell may be cut in two: only its part past the cut takes room.
            text.push('…');
            text.extend(std::iter::repeat_n(' ', column - skipped - 1));
        } else {
            text.push_str(&cell);
        }
    }
    let start = start.saturating_sub(skipped).min(limit);
    ShownLine {
        text,
        start,
        underlined: width(&marked).min(limit.saturating_sub(start)),
    }
}

fn rendered(chars: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    for char in chars {
        if char == '\t' {
            text.push_str(TAB);
        } else {
            push_visible(&mut text, char);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(line: &str, column: u32, length: u32) -> String {
        let place = Place {
            file: "f".into(),
            line: 7,
            column,
            length,
        };
        let mut out = String::new();
        let look = Look {
            width: 60,
            ..Look::PLAIN
        };
        excerpt(&mut out, &place, Some(line), ("", Tone::Bad), 1, look);
        out
    }

    #[test]
    fn wide_characters_and_tabs_keep_the_underline_in_place() {
        assert_eq!(
            drawn("\t木x: 1", 3, 1),
            "  |\n7 |     木x: 1\n  |       ^\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_what_is_underlined() {
        let line = format!("{}HERE{}", "a".repeat(5000), "b".repeat(5000));
        let text = drawn(&line, 5001, 4);
        assert!(text.lines().all(|line| width(line) <= 60), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        let at = lines[2].find('^').expect("underlined");
        let before: String = lines[1].chars().skip(at).take(4).collect();
        assert_eq!(before, "HERE", "{text}");
    }

    #[test]
    fn a_line_cut_within_a_tab_keeps_the_underline_in_place() {
        let line = format!("aa\t{}HERE{}", "b".repeat(18), "c".repeat(90));
        let text = drawn(&line, 22, 4);
        let lines: Vec<&str> = text.lines().collect();
        let at = lines[2].find('^').expect("underlined");
        assert!(
            lines[1]
                .chars()
                .skip(at)
                .collect::<String>()
                .starts_with("HERE"),
            "{text}"
        );
    }

    #[test]
    fn a_place_past_the_end_of_the_line_is_underlined_there() {
        assert_eq!(drawn("ab", 3, 1), "  |\n7 | ab\n  |   ^\n");
    }

    #[test]
    fn the_gutter_holds_the_largest_line_number() {
        let place = |line| Place {
            file: "f".into(),
            line,
            column: 1,
            length: 1,
        };
        assert_eq!(gutter_width([place(9), place(100)].iter()), 3);
        assert_eq!(gutter_width([place(0)].iter()), 1);
        assert_eq!(gutter_width(std::iter::empty()), 1);
    }
}
