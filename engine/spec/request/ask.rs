//! What would make a refused request buildable. Knows no stage of reading.

use std::sync::LazyLock;

use crate::spec::inflect::lines;
use crate::spec::{Note, NoteKind};

/// Beginnings of words, each with a request in the place of what it names.
static INSTEAD: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let rows = lines(include_str!("../data/instead.txt"));
    rows.filter_map(|row| row.split_once(' ')).collect()
});
/// The request that is shown where none is nearer.
const USUAL: &str = "recipe manager with title and minutes";

/// The question that follows the refusal of what `from` names.
pub(super) fn instead_of(from: &str) -> String {
    let from = from.to_lowercase();
    let found = INSTEAD.iter().find(|(word, _)| from.contains(word));
    let (_, request) = found.copied().unwrap_or(("", USUAL));
    format!("what should be kept? For example \"{request}\"")
}

/// Ends a list of refusals with what would make the request buildable, where none of them says it.
pub(super) fn close(notes: &mut Vec<Note>) {
    let refusals = || {
        notes
            .iter()
            .filter(|note| note.kind == NoteKind::Unsupported)
    };
    let helps = |note: &Note| {
        ["--entity", "For example", "instead"]
            .iter()
            .any(|word| note.text.contains(word))
    };
    if refusals().next().is_some() && !refusals().any(helps) {
        let text = format!("what can be made keeps rows of data: {}", instead_of(""));
        notes.push(Note {
            kind: NoteKind::Unsupported,
            text,
            from: String::new(),
        });
    }
}
