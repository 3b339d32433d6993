//! What prompt templates see: the place of a slot, bounded, and findings with their lines. Knows no template.

use serde::Serialize;

use super::brief::{Piece, Task};
use crate::diagnostic::Finding;

/// Characters of the file that are shown before a slot and after it.
const MAX_BEFORE_CHARS: usize = 1_200;
const MAX_AFTER_CHARS: usize = 400;
/// Findings that a repair is told of; more are mostly consequences of the first.
const MAX_FINDINGS: usize = 5;

/// A finding as a prompt shows it.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    message: &'a str,
    help: &'a str,
    /// From 1 in the file; 0 where the finding has no place.
    line: u32,
    /// The text of that line.
    text: &'a str,
}

/// The findings, with their lines in `file`.
pub(super) fn told<'a>(findings: &'a [Finding], file: &'a str) -> Vec<Told<'a>> {
    let one = |finding: &'a Finding| {
        let line = finding.place.as_ref().map_or(0, |place| place.line);
        let text = (line as usize)
            .checked_sub(1)
            .and_then(|index| file.lines().nth(index));
        Told {
            message: &finding.message,
            help: &finding.help,
            line,
            text: text.unwrap_or_default(),
        }
    };
    findings.iter().take(MAX_FINDINGS).map(one).collect()
}

/// The text before the piece at `index` and after it, slots as the template has them, cut at line ends.
pub(super) fn around(pieces: &[Piece], index: usize) -> (String, String) {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Task(task) => own(task),
    };
    let before: String = pieces[..index].iter().map(text).collect();
    let after: String = pieces[index + 1..].iter().map(text).collect();
    (
        last(&before, MAX_BEFORE_CHARS).to_owned(),
        first(&after, MAX_AFTER_CHARS).to_owned(),
    )
}

fn own(task: &Task) -> String {
    task.own.clone().unwrap_or_default()
}

/// The last whole lines of `text`, at most `chars` characters.
fn last(text: &str, chars: usize) -> &str {
    let Some((start, _)) = text.char_indices().rev().nth(chars) else {
        return text;
    };
    text[start..].split_once('\n').map_or("", |(_, rest)| rest)
}

/// The first whole lines of `text`, at most `chars` characters.
fn first(text: &str, chars: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(chars) else {
        return text;
    };
    text[..end].rfind('\n').map_or("", |end| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_line_ends() {
        assert_eq!(last("one\ntwo\nthree", 6), "three");
        assert_eq!(last("one\ntwo", 100), "one\ntwo");
        assert_eq!(last("é".repeat(20).as_str(), 5), "");
        assert_eq!(first("one\ntwo\nthree", 6), "one\n");
        assert_eq!(first("é".repeat(20).as_str(), 5), "");
    }
}
