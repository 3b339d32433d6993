//! Ids, and names that expressions use: what they may be. Knows no key.

use super::limits::MAX_ID_CHARS;
use super::report::Report;
use super::source::Span;
use super::tree::shorten;

/// Whether `text` is an id: letters, digits, `.`, `_` and `-`, up to [`MAX_ID_CHARS`].
pub(super) fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !text.is_empty() && text.len() <= MAX_ID_CHARS && text.bytes().all(allowed)
}

/// Reports `text` where it is no id.
pub(super) fn id(report: &mut Report<'_>, what: &str, text: &str, span: Span) -> bool {
    if is_id(text) {
        return true;
    }
    let message = if text.len() > MAX_ID_CHARS {
        format!(
            "the {what} `{}` is longer than {MAX_ID_CHARS} characters",
            shorten(text)
        )
    } else {
        format!(
            "the {what} `{}` holds something other than letters, digits, `.`, `_` and `-`",
            shorten(text)
        )
    };
    let help = format!("write `{}`", suggested_id(text));
    report.error("plan::bad-id", span, message, help);
    false
}

/// An id made from any text.
pub(super) fn suggested_id(text: &str) -> String {
    let mut id: String = text
        .chars()
        .take(MAX_ID_CHARS)
        .map(|c| {
            if c.is_ascii() && is_id(c.encode_utf8(&mut [0; 4])) {
                c
            } else {
                '-'
            }
        })
        .collect();
    if id.is_empty() {
        id.push_str("name");
    }
    id
}

/// Whether `text` can name a value in expressions.
pub(super) fn is_name(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "true", "false", "none", "True", "False", "None", "and", "or", "not", "in", "is", "if",
        "else", "range", "dict", "loop", "self", "super",
    ];
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text.len() <= MAX_ID_CHARS
        && !WORDS.contains(&text)
}

/// Reports `text` where it cannot name a value in expressions and templates.
pub(super) fn name(report: &mut Report<'_>, what: &str, text: &str, span: Span) -> bool {
    /// Names that templates give a meaning of their own.
    const TAKEN: &[&str] = &["contract", "file"];
    if TAKEN.contains(&text) {
        let message = format!("the {what} `{text}` has a name that templates use themselves");
        report.error(
            "plan::bad-name",
            span,
            message,
            format!("rename it, for example to `{text}_name`"),
        );
        return false;
    }
    if !is_name(text) {
        let message = format!(
            "the {what} `{}` has no name that expressions can use",
            shorten(text)
        );
        let help = "use a word of letters, digits and `_` that does not start with a digit and is no word of the language";
        report.error("plan::bad-name", span, message, help);
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_id_is_one() {
        for text in ["my chunk", "", "größe", "a/b", &"x".repeat(100)] {
            assert!(is_id(&suggested_id(text)), "{text}");
        }
    }

    #[test]
    fn words_of_expressions_name_nothing() {
        assert!(is_name("entity_2") && is_name("_x"));
        for text in ["", "2nd", "my-app", "not", "range", "größe"] {
            assert!(!is_name(text), "{text}");
        }
    }
}
