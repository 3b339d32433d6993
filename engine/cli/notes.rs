//! Notes about a request as lines for people: one for each thing that was read, assumed or left out.
//! Knows no request.

use crate::report::visible;
use crate::spec::{Note, NoteKind};

/// What was understood of a request, assumed and left out; refusals are told as the error that they are.
pub(super) fn told(notes: &[Note]) -> String {
    let mut text = String::new();
    for (kind, word) in [
        (NoteKind::Inferred, "understood"),
        (NoteKind::Defaulted, "assumed"),
    ] {
        for note in notes.iter().filter(|note| note.kind == kind) {
            text.push_str(&format!("{word}: {}\n", visible(&note.text)));
        }
    }
    text.push_str(&ignored(notes));
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
        text.push_str(&format!(
            "ignored: {} {one} not understood; where it matters, say it with --entity\n",
            words.join(", ")
        ));
    }
    for note in ignored().filter(|note| note.from.is_empty()) {
        text.push_str(&format!("ignored: {}\n", visible(&note.text)));
    }
    text
}
