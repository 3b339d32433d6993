//! Notes about a request as lines for people: one for each thing that was read, assumed or left out.
//! Knows no request.

use crate::report::visible;
use crate::spec::{Note, NoteKind};

/// What was understood of a request, assumed and left out, what is missing last, where it is seen; refusals
/// are told as the error that they are.
pub(super) fn told(notes: &[Note]) -> String {
    let mut text = String::new();
    for (kind, word) in [
        (NoteKind::Inferred, "understood"),
        (NoteKind::Defaulted, "assumed"),
    ] {
        let lines = notes.iter().filter(|note| note.kind == kind);
        text.extend(lines.map(|note| format!("{word}: {}\n", visible(&note.text))));
    }
    text.push_str(&ignored(notes));
    let missing = notes.iter().filter(|note| note.kind == NoteKind::Missing);
    text.extend(missing.map(|note| {
        let (from, what) = (visible(&note.from), visible(&note.text));
        format!("warning: left out `{from}`: {what}\n")
    }));
    text
}

/// What a request asks for that cannot be made, a line each.
pub(super) fn refused(notes: &[Note]) -> String {
    let line = |note: &Note| {
        let text = visible(&note.text);
        if note.from.is_empty() {
            format!("  - {text}\n")
        } else {
            format!("  - `{}`: {text}\n", visible(&note.from))
        }
    };
    notes.iter().map(line).collect()
}

/// Words that were not understood share a line; other remarks of the kind have their own.
fn ignored(notes: &[Note]) -> String {
    let ignored = || notes.iter().filter(|note| note.kind == NoteKind::Ignored);
    let words: Vec<String> = ignored()
        .filter(|note| !note.from.is_empty())
        .map(|note| format!("`{}`", visible(&note.from)))
        .collect();
    let mut text = String::new();
    if !words.is_empty() {
        let one = if words.len() == 1 { "was" } else { "were" };
        let words = words.join(", ");
        text = format!(
            "ignored: {words} {one} not understood; where it matters, say it with --entity\n"
        );
    }
    let others = ignored().filter(|note| note.from.is_empty());
    text.extend(others.map(|note| format!("ignored: {}\n", visible(&note.text))));
    text
}
