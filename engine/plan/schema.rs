//! The JSON Schema of plan files, from the table of keys. Knows no plan.

use serde_json::{Map, Value, json};

use super::keys::{BUILTIN_CHECKS, COMMON, ENDS, KINDS, Key, Kind, RETRY, TOP, Takes};
use super::limits::{MAX_ATTEMPTS, MAX_ID_CHARS, MAX_LANE_DEPTH};
use super::types::file_types;

/// The JSON Schema of plan files.
pub fn schema() -> Value {
    let mut top = mapping(TOP);
    top["required"] = json!(["codey"]);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "codey plan",
        "description": "A plan file of codey, format 1",
    });
    if let (Some(schema), Value::Object(top)) = (schema.as_object_mut(), top) {
        schema.extend(top);
        schema.insert("$defs".to_owned(), definitions());
    }
    schema
}

/// A mapping with the keys of `table` and no others.
fn mapping(table: &[Key]) -> Value {
    let properties: Map<_, _> = table.iter().map(property).collect();
    let required: Vec<_> = table
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(key: &Key) -> (String, Value) {
    let mut value = takes(key.takes);
    if let Some(value) = value.as_object_mut() {
        value.insert("description".to_owned(), Value::from(key.about));
    }
    (key.name.to_owned(), value)
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// A value, or an expression that gives it.
fn or_expression(value: impl Into<Value>) -> Value {
    json!({ "anyOf": [value.into(), reference("expression")] })
}

fn takes(takes: Takes) -> Value {
    match takes {
        Takes::Text => reference("text"),
        Takes::Path => reference("path"),
        Takes::Paths => or_expression(json!({
            "anyOf": [reference("path"), { "type": "array", "items": reference("path"), "minItems": 1 }],
        })),
        Takes::Argv => or_expression(reference("argv")),
        Takes::Check => json!({ "anyOf": [
            { "enum": BUILTIN_CHECKS },
            { "type": "array", "items": { "enum": BUILTIN_CHECKS }, "minItems": 1 },
            reference("argv"),
            reference("expression"),
        ] }),
        Takes::Whole { min, max } if min == max => json!({ "const": min }),
        Takes::Whole { min, max } => {
            or_expression(json!({ "type": "integer", "minimum": min, "maximum": max }))
        }
        Takes::Condition => or_expression(json!({ "type": "boolean" })),
        Takes::Bool => json!({ "type": "boolean" }),
        Takes::Duration => or_expression(reference("duration")),
        Takes::Word(words) => or_expression(json!({ "enum": words })),
        Takes::ChunkType => or_expression(json!({ "enum": file_types().collect::<Vec<_>>() })),
        Takes::Needs => reference("needs"),
        Takes::ForEach => json!({
            "type": "object",
            "additionalProperties": or_expression(json!({ "type": "array" })),
            "minProperties": 1,
            "maxProperties": 1,
        }),
        Takes::Retry => or_expression(json!({ "anyOf": [
            { "type": "integer", "minimum": 0, "maximum": MAX_ATTEMPTS - 1 },
            mapping(RETRY),
        ] })),
        Takes::Environment => {
            json!({ "type": "object", "additionalProperties": reference("text") })
        }
        Takes::Mapping(table) => or_expression(mapping(table)),
        Takes::Table(table) => json!({ "type": "object", "additionalProperties": mapping(table) }),
        Takes::Lanes => json!({
            "type": "object",
            "additionalProperties": or_expression(
                json!({ "type": "integer", "minimum": 1, "maximum": MAX_LANE_DEPTH })
            ),
        }),
        Takes::Includes => {
            json!({ "type": "array", "items": { "type": "string", "minLength": 1 } })
        }
        Takes::Values => json!({ "type": "array", "items": reference("text"), "minItems": 1 }),
        Takes::Number => json!({ "type": "number" }),
        Takes::Spec => json!({ "type": "object" }),
        Takes::Any => json!({}),
        Takes::Chunks => json!({
            "type": "object",
            "propertyNames": reference("id"),
            "additionalProperties": reference("chunk"),
        }),
    }
}

fn definitions() -> Value {
    let pattern = format!("^[A-Za-z0-9_.-]{{1,{MAX_ID_CHARS}}}$");
    json!({
        "id": { "type": "string", "pattern": pattern },
        "expression": { "type": "string", "pattern": "\\{\\{" },
        "text": { "type": ["string", "number", "boolean"] },
        "path": { "type": ["string", "number", "boolean"], "pattern": "^[^/\\\\]" },
        "argv": { "type": "array", "items": reference("text"), "minItems": 1 },
        "duration": { "type": "string", "pattern": "^([0-9]+(ms|s|m|h))+$" },
        "need": { "anyOf": [
            { "type": "string", "minLength": 1 },
            {
                "type": "object",
                "additionalProperties": or_expression(json!({ "enum": ENDS })),
                "minProperties": 1,
            },
        ] },
        "needs": { "anyOf": [
            reference("need"),
            { "type": "array", "items": reference("need") },
        ] },
        "chunk": { "type": "object", "oneOf": KINDS.iter().flat_map(chunks).collect::<Vec<_>>() },
    })
}

/// The forms of a chunk of this kind: one, but two for a file that is written or produced.
fn chunks(kind: &'static Kind) -> Vec<Value> {
    if kind.key.name != "write" {
        return vec![form(kind, |_| true, &[])];
    }
    vec![
        form(kind, |name| name == "content", &["content"]),
        form(kind, |name| name != "content", &["type"]),
    ]
}

fn form(kind: &Kind, with: impl Fn(&str) -> bool, required: &[&str]) -> Value {
    let own = kind.with.iter().filter(|key| with(key.name));
    let common = COMMON
        .iter()
        .filter(|key| key.name != "outputs" || matches!(kind.key.name, "run" | "git" | "check"));
    let keys = std::iter::once(&kind.key).chain(own).chain(common);
    let properties: Map<_, _> = keys.map(property).collect();
    let required: Vec<_> = std::iter::once(kind.key.name)
        .chain(required.iter().copied())
        .collect();
    json!({
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
