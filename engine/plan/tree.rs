//! A plan's text as a tree of values that know where they were written. Knows no plan.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use super::source::Span;

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node<'t> {
    pub(super) span: Span,
    /// Whether a text in it holds `{{`.
    pub(super) holes: bool,
    pub(super) shape: Shape<'t>,
}

#[derive(Clone, Debug)]
pub(super) enum Shape<'t> {
    Scalar(Scalar, Cow<'t, str>),
    List(Vec<Node<'t>>),
    Map(Vec<Entry<'t>>),
    /// Not readable; a finding says why, so nobody else needs to.
    Broken,
}

/// What a scalar is; its text is kept as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Text,
    Int,
    Float,
    Bool,
    Null,
}

#[derive(Clone, Debug)]
pub(super) struct Entry<'t> {
    pub(super) key: Cow<'t, str>,
    pub(super) key_span: Span,
    pub(super) value: Node<'t>,
}

impl<'t> Node<'t> {
    /// A scalar node.
    pub(super) fn scalar(span: Span, kind: Scalar, text: Cow<'t, str>) -> Self {
        Self {
            span,
            holes: kind == Scalar::Text && text.contains("{{"),
            shape: Shape::Scalar(kind, text),
        }
    }

    /// A list node.
    pub(super) fn list(span: Span, items: Vec<Self>) -> Self {
        Self {
            span,
            holes: items.iter().any(|item| item.holes),
            shape: Shape::List(items),
        }
    }

    /// A mapping node.
    pub(super) fn map(span: Span, entries: Vec<Entry<'t>>) -> Self {
        Self {
            span,
            holes: entries.iter().any(|entry| entry.value.holes),
            shape: Shape::Map(entries),
        }
    }

    /// Whether it is one text with `{{`: its value is not known before it is evaluated.
    pub(super) fn is_hole(&self) -> bool {
        self.holes && matches!(self.shape, Shape::Scalar(..))
    }

    /// The entry called `key`, of a mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Entry<'t>> {
        match &self.shape {
            Shape::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// How a message names what was found.
    pub(super) fn describe(&self) -> String {
        match &self.shape {
            Shape::Scalar(Scalar::Null, _) => "nothing".to_owned(),
            Shape::Scalar(kind, text) => {
                let noun = match kind {
                    Scalar::Int | Scalar::Float => "the number",
                    _ => "the text",
                };
                match kind {
                    Scalar::Bool => format!("`{}`", shorten(text)),
                    _ if text.is_empty() => "an empty text".to_owned(),
                    _ => format!("{noun} `{}`", shorten(text)),
                }
            }
            Shape::List(_) => "a list".to_owned(),
            Shape::Map(_) | Shape::Broken => "a mapping".to_owned(),
        }
    }

    /// The value as JSON.
    pub(super) fn to_json(&self) -> Value {
        match &self.shape {
            Shape::Scalar(Scalar::Null, _) | Shape::Broken => Value::Null,
            Shape::Scalar(Scalar::Bool, text) => Value::Bool(text.eq_ignore_ascii_case("true")),
            Shape::Scalar(Scalar::Int, text) => match integer(text) {
                Some(number) => Value::from(number),
                None => Value::from(text.as_ref()),
            },
            Shape::Scalar(Scalar::Float, text) => text
                .parse()
                .ok()
                .and_then(Number::from_f64)
                .map_or_else(|| Value::from(text.as_ref()), Value::Number),
            Shape::Scalar(Scalar::Text, text) => Value::from(text.as_ref()),
            Shape::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Shape::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.as_ref().to_owned(), entry.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}

/// The kind of an unquoted scalar, by the core schema of YAML 1.2.
pub(super) fn resolve(text: &str) -> Scalar {
    match text.as_bytes().first() {
        None | Some(b'~' | b'n' | b'N') if matches!(text, "" | "~" | "null" | "Null" | "NULL") => {
            Scalar::Null
        }
        Some(b't' | b'T' | b'f' | b'F')
            if matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE") =>
        {
            Scalar::Bool
        }
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number(text),
        _ => Scalar::Text,
    }
}

fn number(text: &str) -> Scalar {
    if integer(text).is_some() {
        Scalar::Int
    } else if is_float(text) {
        Scalar::Float
    } else {
        Scalar::Text
    }
}

/// Reads a whole number as YAML writes it: decimal, `0x` or `0o`.
pub(super) fn integer(text: &str) -> Option<i64> {
    match text.get(..2) {
        Some("0x") => i64::from_str_radix(&text[2..], 16).ok(),
        Some("0o") => i64::from_str_radix(&text[2..], 8).ok(),
        _ => text.parse().ok(),
    }
}

fn is_float(text: &str) -> bool {
    let shape = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
    shape && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// `text` on one line, cut to a length that fits into a message.
pub(super) fn shorten(text: &str) -> String {
    const SHOWN: usize = 60;
    let line: String = text
        .chars()
        .take(SHOWN + 1)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if line.chars().count() > SHOWN {
        format!("{}…", line.chars().take(SHOWN).collect::<String>())
    } else {
        line
    }
}
