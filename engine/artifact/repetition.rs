//! Loops in what a model writes: lines or characters that come again and again. Knows no language.

/// How often a stretch comes again before it counts as a loop.
const REPEATS: usize = 6;
/// Most lines of a stretch.
const MAX_LINES: usize = 8;
/// Least characters of a stretch of lines: brackets alone may repeat.
const MIN_CHARS: usize = 12;
/// Most characters of a stretch within a line.
const MAX_PERIOD: usize = 40;
/// A line is looked at whenever it has grown by so many characters, which no splitting changes.
const STEP: usize = 64;
/// Least characters of a line that is looked at.
const MIN_LINE: usize = 256;

/// Whether the last lines are a stretch that was repeated too often.
pub(super) fn lines_loop(lines: &[String]) -> bool {
    (1..=MAX_LINES).any(|period| {
        let Some(start) = lines.len().checked_sub(period * REPEATS) else {
            return false;
        };
        let tail = &lines[start..];
        let chars: usize = tail[..period].iter().map(String::len).sum();
        chars >= MIN_CHARS && tail.iter().zip(&tail[period..]).all(|(a, b)| a == b)
    })
}

/// Whether the line, as far as it is written, ends in a stretch that was repeated too often.
pub(super) fn line_loops(line: &[char]) -> bool {
    if line.len() < MIN_LINE || !line.len().is_multiple_of(STEP) {
        return false;
    }
    let tail = &line[line.len() - MAX_PERIOD * REPEATS..];
    (1..=MAX_PERIOD).any(|period| tail.iter().zip(&tail[period..]).all(|(a, b)| a == b))
}
