//! Fields back to the grammar: the inverse of reading. Knows no YAML quoting.

use std::fmt::Write as _;

use serde_json::Value;

use crate::spec::{Entity, Field, FieldType, names};

/// An entity in the grammar; reading it back gives the same entity, save for an unusual plural.
pub fn entity_to_compact(entity: &Entity) -> String {
    let fields: Vec<String> = entity.fields.iter().map(to_compact).collect();
    format!("{}: {}", entity.name, fields.join(" "))
}

/// A field in the grammar; reading it back gives the same field.
pub fn to_compact(field: &Field) -> String {
    format!("{}:{}", field.name, type_to_compact(field))
}

/// The type and marks of a field in the grammar: everything after `name:`.
pub fn type_to_compact(field: &Field) -> String {
    let mut text = match field.kind {
        FieldType::String => "string".to_owned(),
        FieldType::Text => "longtext".to_owned(),
        FieldType::Integer => "int".to_owned(),
        FieldType::Boolean => "bool".to_owned(),
        FieldType::Choice => format!("choice({})", choices(&field.values)),
        FieldType::Ref => format!("ref({})", target(field)),
        FieldType::Many => format!("many({})", target(field)),
        kind => kind.word().to_owned(),
    };
    if let Some(length) = field.max_length {
        let _ = write!(text, "({length})");
    }
    if field.min.is_some() || field.max.is_some() {
        let bound = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let _ = write!(text, "({}..{})", bound(field.min), bound(field.max));
    }
    if field.required {
        text.push('!');
    }
    if field.unique {
        text.push('^');
    }
    if field.unique_each {
        text.push_str("^^");
    }
    if let Some(default) = &field.default {
        text.push('=');
        text.push_str(&default_text(default));
    }
    text
}

fn target(field: &Field) -> &str {
    names::bare(field.references.as_deref().unwrap_or(&field.name))
}

fn choices(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    values.join("|")
}

fn default_text(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// `text` bare where it is one plain word, else in quotes.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}
