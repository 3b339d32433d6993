//! Python's syntax. Knows no framework.

use camino::Utf8Path;
use ruff_python_ast::{ModModule, PySourceType};
use ruff_python_parser::{Parsed, parse_unchecked_source};
use ruff_text_size::{Ranged, TextRange};

use super::place::place;
use crate::diagnostic::{Finding, Place};

/// The syntax tree, with what could be made of a broken text.
pub(super) fn parse(text: &str) -> Parsed<ModModule> {
    parse_unchecked_source(text, PySourceType::Python)
}

/// Every syntax error, and a warning for syntax that common Python versions do not have.
pub(super) fn syntax(path: &Utf8Path, text: &str) -> Vec<Finding> {
    if let Some(at) = text.find('\0') {
        return vec![
            Finding::error("python::syntax", "the text contains a zero byte")
                .at(place(path, text, at..at + 1))
                .help("Write the file as plain UTF-8 text."),
        ];
    }
    let parsed = parse(text);
    let errors = parsed.errors().iter().map(|error| {
        let message = format!(
            "this is not valid Python: {}",
            lower(&error.error.to_string())
        );
        Finding::error("python::syntax", message)
            .at(span(path, text, error.location))
            .help("Correct the syntax here or just before.")
    });
    let newer = parsed.unsupported_syntax_errors().iter().map(|error| {
        Finding::warning("python::version", lower(&error.to_string()))
            .at(span(path, text, error.range()))
            .help("Write it in a way that older Python versions understand too.")
    });
    errors.chain(newer).collect()
}

/// The place of a range of the syntax tree.
pub(super) fn span(path: &Utf8Path, text: &str, range: TextRange) -> Place {
    place(path, text, range.start().to_usize()..range.end().to_usize())
}

/// A message as a fragment: without its capital, unless it begins with a name.
pub(super) fn lower(message: &str) -> String {
    let mut letters = message.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => message.to_owned(),
    }
    .trim_end_matches('.')
    .to_owned()
}
