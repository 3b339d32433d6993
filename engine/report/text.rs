//! Words and measures for people: escapes, widths, counts, times. Knows no event and no format.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Makes control and direction characters of `text` visible, so that shown text cannot act on the terminal.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        push_visible(&mut shown, char);
    }
    Cow::Owned(shown)
}

/// Appends `char`, or its escape where it would act on the terminal.
pub(super) fn push_visible(shown: &mut String, char: char) {
    if is_unsafe(char) {
        shown.extend(char.escape_default());
    } else {
        shown.push(char);
    }
}

/// Whether a character moves the cursor, changes colours, hides itself or turns the direction of text.
fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Columns that `text` takes on a terminal.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// `text` cut to `limit` columns at its start, for paths: their ends tell them apart.
pub(super) fn clip_start(text: &str, limit: usize) -> Cow<'_, str> {
    if width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let mut start = text.len();
    let mut used = 1;
    for (at, char) in text.char_indices().rev() {
        used += char.width().unwrap_or(0);
        if used > limit {
            break;
        }
        start = at;
    }
    Cow::Owned(format!("…{}", &text[start..]))
}

/// `text` cut to `limit` columns, with an ellipsis where something is missing.
pub(super) fn clip(text: &str, limit: usize) -> Cow<'_, str> {
    if width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let mut clipped = String::new();
    let mut used = 0;
    for char in text.chars() {
        let columns = char.width().unwrap_or(0);
        if used + columns + 1 > limit {
            break;
        }
        used += columns;
        clipped.push(char);
    }
    if limit > 0 {
        clipped.push('…');
    }
    Cow::Owned(clipped)
}

/// `text` followed by spaces up to `columns`; longer text stays whole.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let mut padded = text.to_owned();
    padded.extend(std::iter::repeat_n(
        ' ',
        columns.saturating_sub(width(text)),
    ));
    padded
}

/// `text` broken at spaces into lines of at most `columns`, all but the first indented by `indent`.
/// The first line is taken to begin at column `start`.
pub(super) fn wrap(text: &str, start: usize, indent: usize, columns: usize) -> String {
    let mut wrapped = String::with_capacity(text.len());
    let mut used = start;
    for (index, word) in text.split(' ').enumerate() {
        let needed = width(word);
        if index > 0 {
            if used + 1 + needed > columns && used > indent {
                wrapped.push('\n');
                wrapped.extend(std::iter::repeat_n(' ', indent));
                used = indent;
            } else {
                wrapped.push(' ');
                used += 1;
            }
        }
        wrapped.push_str(word);
        used += needed;
    }
    wrapped
}

/// `1 error`, `3 errors`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number as u64))
}

/// `1,234,567`; four digits stay together.
pub(super) fn grouped(number: u64) -> String {
    const GROUP_FROM: u64 = 10_000;
    let digits = number.to_string();
    if number < GROUP_FROM {
        return digits;
    }
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `0.01s`, `12.3s`, `4m 05s`, `1h 02m`.
pub(super) fn duration(ms: u64) -> String {
    let tenths = ms / 100;
    match ms {
        0..10_000 => format!("{}.{:02}s", ms / 1000, ms % 1000 / 10),
        10_000..60_000 => format!("{}.{}s", tenths / 10, tenths % 10),
        60_000..3_600_000 => format!("{}m {:02}s", ms / 60_000, ms / 1000 % 60),
        _ => format!("{}h {:02}m", ms / 3_600_000, ms / 60_000 % 60),
    }
}

/// `12 bytes`, `3.4 KiB`, `1.2 MiB`.
pub fn size(bytes: u64) -> String {
    const STEP: u64 = 1024;
    let tenths = |unit: u64| bytes.saturating_mul(10) / unit;
    let in_unit = |unit: u64, name: &str| {
        let tenths = tenths(unit);
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..STEP => count(usize::try_from(bytes).unwrap_or(usize::MAX), "byte"),
        _ if bytes < STEP * STEP => in_unit(STEP, "KiB"),
        _ if bytes < STEP * STEP * STEP => in_unit(STEP * STEP, "MiB"),
        _ => in_unit(STEP * STEP * STEP, "GiB"),
    }
}

/// `text` with `&`, `<`, `>` and `"` escaped for XML, and without characters XML has no place for.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in visible(text).chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(escaped, "{}", char.escape_default());
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_become_visible() {
        assert_eq!(visible("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(visible("x\u{202e}y\u{7}\r\n"), "x\\u{202e}y\\u{7}\\r\\n");
        assert!(matches!(visible("größe 木"), Cow::Borrowed(_)));
    }

    #[test]
    fn clipping_counts_columns_not_bytes() {
        assert_eq!(clip("abcdef", 4), "abc…");
        assert_eq!(clip("木木木", 4), "木…");
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abc", 0), "");
    }

    #[test]
    fn wrapping_keeps_every_word_and_the_indent() {
        assert_eq!(
            wrap("one two three four", 6, 2, 14),
            "one two\n  three four"
        );
        assert_eq!(
            wrap("unbreakablelongword x", 0, 2, 8),
            "unbreakablelongword\n  x"
        );
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(1, "node"), "1 node");
        assert_eq!(count(100_000, "node"), "100,000 nodes");
        assert_eq!(grouped(2304), "2304");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(duration(9), "0.00s");
        assert_eq!(duration(3_149), "3.14s");
        assert_eq!(duration(12_345), "12.3s");
        assert_eq!(duration(245_000), "4m 05s");
        assert_eq!(duration(3_725_000), "1h 02m");
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(3_481), "3.3 KiB");
        assert_eq!(size(u64::MAX), "1717986918.3 GiB");
    }
}
