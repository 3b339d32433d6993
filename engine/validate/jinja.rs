//! Templates of pages: their own syntax, and the page without it. Knows no variable or filter.

use camino::Utf8Path;

use super::place::{at, place};
use super::python::lower;
use crate::diagnostic::Finding;

/// The delimiters, with the byte that stands for what they enclose: a word where a value is printed,
/// space where nothing is.
const DELIMITERS: [(&str, &str, u8); 3] =
    [("{{", "}}", b'x'), ("{%", "%}", b' '), ("{#", "#}", b' ')];

/// Whether the file is a template and not a page that is served as it is.
pub(super) fn is_template(path: &Utf8Path, text: &str) -> bool {
    let named = path.components().any(|part| part.as_str() == "templates");
    text.contains("{%") || (named && DELIMITERS.iter().any(|(open, ..)| text.contains(open)))
}

/// The first error of the template's own syntax.
pub(super) fn syntax(path: &Utf8Path, text: &str) -> Vec<Finding> {
    let environment = minijinja::Environment::empty();
    let Err(error) = environment.template_from_str(text) else {
        return Vec::new();
    };
    let spot = match (error.range(), error.line()) {
        (Some(range), _) => place(path, text, range),
        (None, line) => at(path, line.unwrap_or(1), 1),
    };
    let detail = error
        .detail()
        .map_or_else(|| error.kind().to_string(), str::to_owned);
    vec![
        Finding::error(
            "jinja::syntax",
            format!("this is no valid template: {}", lower(&detail)),
        )
        .at(spot)
        .help("Close every block and expression that is opened."),
    ]
}

/// The text with everything between template delimiters made neutral, byte for byte as long.
pub(super) fn neutral(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut from = 0;
    while let Some((start, end, filler)) = next(text, from) {
        for byte in &mut bytes[start..end] {
            if *byte != b'\n' {
                *byte = filler;
            }
        }
        from = end;
    }
    String::from_utf8(bytes).expect("whole characters were replaced by ASCII")
}

/// What the template prints: each expression without its delimiters, and where it begins.
pub(super) fn printed(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, end, _)) = next(text, from) {
        let part = &text[start..end];
        let inner = part.strip_prefix("{{").and_then(|p| p.strip_suffix("}}"));
        found.extend(inner.map(|inner| (start + "{{".len(), inner)));
        from = end;
    }
    found
}

/// The next delimited part after `from`, closed or running to the end.
fn next(text: &str, from: usize) -> Option<(usize, usize, u8)> {
    let found = |(open, close, filler): &(&str, &str, u8)| {
        let start = from + text[from..].find(open)?;
        let body = start + open.len();
        let length = if *filler == b' ' && *open == "{#" {
            text[body..].find(close)
        } else {
            unquoted(&text[body..], close)
        };
        let end = length.map_or(text.len(), |length| body + length + close.len());
        Some((start, end, *filler))
    };
    DELIMITERS.iter().filter_map(found).min()
}

/// The first `close` outside of quotes.
fn unquoted(text: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if byte == b'\\' => escaped = true,
            Some(mark) => quote = (byte != mark).then_some(mark),
            None if text.as_bytes()[at..].starts_with(close.as_bytes()) => return Some(at),
            None => quote = (byte == b'"' || byte == b'\'').then_some(byte),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_delimited_becomes_neutral_and_stays_as_long() {
        let cases = [
            ("a {{ x }} b", "a xxxxxxx b"),
            ("{# {{ ' #}<p>", "          <p>"),
            (
                "<i {% if \"%}\" %}c{% endif %}>",
                "<i              c           >",
            ),
            ("{{ 'ä}}' }}|", "xxxxxxxxxxxx|"),
            ("{{ a\n}}", "xxxx\nxx"),
            ("{{ open", "xxxxxxx"),
        ];
        for (text, due) in cases {
            assert_eq!(neutral(text), due, "{text}");
            assert_eq!(neutral(text).len(), text.len());
        }
    }

    #[test]
    fn a_block_that_stays_open_is_found() {
        assert!(
            syntax(
                "t.html".into(),
                "{% if a %}{{ url_for('x', y=1)|safe }}{% endif %}"
            )
            .is_empty()
        );
        for text in [
            "{% if a %}",
            "{{ a",
            "{% endfor %}",
            "{% block x %}{% endif %}",
            "{{ a b }}",
        ] {
            assert_eq!(syntax("t.html".into(), text).len(), 1, "{text}");
        }
    }
}
