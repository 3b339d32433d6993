//! Values for tests: two that a field must take and those it must refuse. Always the same ones.

use serde_json::{Value, json};

use super::field::number;
use super::joins::MAX_TAG_CHARS;
use super::types::Invalid;
use crate::spec::{Field, FieldType, names};

/// What a number without bounds is tried with.
const NUMBERS: [f64; 2] = [3.0, 7.0];
/// The most entries of a list of tags.
const MAX_TAGS: usize = 20;

/// Two different valid values of `field`; one value twice where it has only one.
pub(super) fn sample(field: &Field, max_length: Option<u32>) -> (Value, Value) {
    let pair = |one: &str, two: &str| (json!(one), json!(two));
    match field.kind {
        FieldType::String => texts(field, max_length, "First", "Second"),
        FieldType::Text => texts(
            field,
            max_length,
            "Some words.\nSome more, for",
            "Other words for",
        ),
        FieldType::Integer | FieldType::Number | FieldType::Money => numbers(field),
        FieldType::Boolean => (json!(true), json!(false)),
        FieldType::Date => pair("2026-03-14", "2027-01-02"),
        FieldType::Datetime => pair("2026-03-14T09:30:00Z", "2027-01-02T18:00:00Z"),
        FieldType::Time => pair("09:30", "18:00"),
        FieldType::Choice => (json!(field.values.first()), json!(field.values.last())),
        FieldType::Email => fitted(
            max_length,
            ["ada@example.org", "bob@example.com"],
            ["a@b.cd", "b@b.cd"],
        ),
        FieldType::Url => fitted(
            max_length,
            ["https://example.org/one", "https://example.com/two"],
            ["http://a.b", "http://b.b"],
        ),
        FieldType::Phone => fitted(
            max_length,
            ["+44 20 7946 0018", "030 1234567"],
            ["123", "456"],
        ),
        // A test makes the row it refers to; the first one of an empty table is 1.
        FieldType::Ref => (json!(1), json!(1)),
        FieldType::Many => (json!([1]), json!([1])),
        FieldType::Tags => (json!(["blue", "red"]), json!(["green"])),
    }
}

fn fitted(max_length: Option<u32>, usual: [&str; 2], short: [&str; 2]) -> (Value, Value) {
    let most = max_length.map_or(usize::MAX, |most| most as usize);
    let chosen = match usual.iter().all(|text| text.len() <= most) {
        true => usual,
        false => short,
    };
    (json!(chosen[0]), json!(chosen[1]))
}

fn texts(field: &Field, max_length: Option<u32>, one: &str, two: &str) -> (Value, Value) {
    let most = max_length.map_or(usize::MAX, |most| most as usize);
    let label = names::label(&field.name);
    let (one, two) = (format!("{one} {label}"), format!("{two} {label}"));
    match one.chars().count().max(two.chars().count()) <= most {
        true => (json!(one), json!(two)),
        false => (json!("A"), json!("B")),
    }
}

fn numbers(field: &Field) -> (Value, Value) {
    let step = match field.kind {
        FieldType::Integer => 1.0,
        FieldType::Money => 0.01,
        _ => 0.25,
    };
    let fits = |value: f64| {
        field.min.is_none_or(|min| value >= min) && field.max.is_none_or(|max| value <= max)
    };
    let usual = match field.kind {
        FieldType::Integer => NUMBERS,
        _ => [12.5, 7.25],
    };
    let low = field.min.or(field.max.map(|max| max - step));
    let (one, two) = match low {
        _ if usual.into_iter().all(fits) => (usual[0], usual[1]),
        Some(low) if fits(low + step) => (low + step, low),
        // Bounds nearer than a step leave themselves, or one value.
        Some(low) => (field.max.unwrap_or(low), low),
        None => (usual[0], usual[1]),
    };
    (amount(field, one), amount(field, two))
}

/// A number of `field`; money is rounded so that no binary fraction shows.
fn amount(field: &Field, value: f64) -> Value {
    match field.kind {
        FieldType::Money => number((value * 100.0).round() / 100.0),
        _ => number(value),
    }
}

/// Values that `field` must refuse, each with the reason.
pub(super) fn invalid(field: &Field, max_length: Option<u32>) -> Vec<Invalid> {
    if field.kind.is_list() {
        return invalid_list(field);
    }
    let mut list = Vec::new();
    let mut add = |value: Value, why: &str| {
        list.push(Invalid {
            value,
            why: why.to_owned(),
        });
    };
    if field.required && field.kind != FieldType::Boolean && field.default.is_none() {
        add(Value::Null, "missing");
        if !field.kind.is_numeric() && field.kind != FieldType::Ref {
            add(json!("   "), "blank");
        }
    }
    match field.kind {
        FieldType::Boolean => add(json!("yes"), "wrong_type"),
        FieldType::Integer | FieldType::Number | FieldType::Money | FieldType::Ref => {
            add(json!("abc"), "wrong_type");
        }
        _ => add(json!(5), "wrong_type"),
    }
    if field.kind == FieldType::Integer {
        add(json!(1.5), "wrong_type");
    }
    if let Some(most) = max_length {
        add(json!("x".repeat(most as usize + 1)), "too_long");
    }
    if let Some(malformed) = malformed(field.kind) {
        add(json!(malformed), "malformed");
    }
    match field.kind {
        FieldType::Choice => add(json!(unknown_choice(&field.values)), "unknown_value"),
        FieldType::Ref => add(json!(i64::MAX), "unknown_reference"),
        kind if kind.is_numeric() => {
            if let Some(min) = field.min {
                add(amount(field, min - 1.0), "below_min");
            }
            match field.max {
                Some(max) => add(amount(field, max + 1.0), "above_max"),
                // One more than a 64-bit integer holds.
                None => add(json!(i64::MAX.unsigned_abs() + 1), "too_large"),
            }
        }
        _ => {}
    }
    list
}

/// Lists that `field` must refuse.
fn invalid_list(field: &Field) -> Vec<Invalid> {
    let mut list = Vec::new();
    let mut add = |value: Value, why: &str| {
        list.push(Invalid {
            value,
            why: why.to_owned(),
        });
    };
    if field.required {
        add(Value::Null, "missing");
        add(json!([]), "empty");
    }
    add(json!("abc"), "wrong_type");
    if field.kind == FieldType::Many {
        add(json!(["abc"]), "wrong_type");
        add(json!([true]), "wrong_type");
        add(json!([i64::MAX]), "unknown_reference");
        return list;
    }
    let many: Vec<String> = (0..=MAX_TAGS).map(|at| format!("tag {at}")).collect();
    add(json!([5]), "wrong_type");
    add(json!(["  "]), "blank");
    add(json!(["x".repeat(MAX_TAG_CHARS as usize + 1)]), "too_long");
    add(json!(many), "too_many");
    list
}

fn malformed(kind: FieldType) -> Option<&'static str> {
    match kind {
        FieldType::Date => Some("2026-02-30"),
        FieldType::Datetime => Some("2026-02-30T09:30:00Z"),
        FieldType::Time => Some("25:00"),
        FieldType::Email => Some("no address"),
        FieldType::Url => Some("javascript:alert(1)"),
        FieldType::Phone => Some("call me"),
        _ => None,
    }
}

fn unknown_choice(values: &[String]) -> String {
    let mut value = "no such value".to_owned();
    while values.contains(&value) {
        value.push('!');
    }
    value
}
