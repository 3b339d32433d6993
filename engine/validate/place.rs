//! Byte ranges as places for people. Knows no language.

use std::ops::Range;

use camino::Utf8Path;

use crate::diagnostic::Place;

/// The place of the bytes `range` of `text`; what goes on past the end of the line is not underlined.
pub(super) fn place(file: &Utf8Path, text: &str, range: Range<usize>) -> Place {
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text
        .ceil_char_boundary(range.end.min(text.len()))
        .max(start);
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let marked = text[start..end].lines().next().unwrap_or_default();
    Place {
        file: file.to_owned(),
        line: count(before.matches('\n').count() + 1),
        column: count(before[line_start..].chars().count() + 1),
        length: count(marked.chars().count().max(1)),
    }
}

/// The place of one character at a line and column from 1, as parsers give them.
pub(super) fn at(file: &Utf8Path, line: usize, column: usize) -> Place {
    Place {
        file: file.to_owned(),
        line: count(line.max(1)),
        column: count(column.max(1)),
        length: 1,
    }
}

/// The byte offset of the character `column` of `line`, both from 1, in bytes of that line.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (before + column.saturating_sub(1)).min(text.len())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(text: &str, range: Range<usize>) -> (u32, u32, u32) {
        let place = place("f".into(), text, range);
        (place.line, place.column, place.length)
    }

    #[test]
    fn columns_count_characters_and_lengths_end_with_the_line() {
        assert_eq!(spot("ab\ncd", 4..5), (2, 2, 1));
        assert_eq!(spot("äö\nüx y", 7..8), (2, 2, 1));
        assert_eq!(spot("ab\ncd", 0..5), (1, 1, 2));
    }

    #[test]
    fn offsets_outside_the_text_or_inside_a_character_are_taken_to_the_nearest() {
        assert_eq!(spot("ab", 9..12), (1, 3, 1));
        assert_eq!(spot("äb", 1..1), (1, 1, 1));
        assert_eq!(spot("", 0..0), (1, 1, 1));
        assert_eq!(spot("a\n", 2..2), (2, 1, 1));
    }

    #[test]
    fn a_line_and_column_lead_back_to_the_byte() {
        assert_eq!(offset("ab\ncd", 2, 2), 4);
        assert_eq!(offset("ab", 7, 7), 2);
    }
}
