//! Defaults: a text after `=` as a value of the field's type.

use serde_json::{Number, Value};

use super::finish::{MAX_WHOLE, is_cents};
use super::problem::{EntityProblem, shown};
use crate::spec::calendar::{is_date, is_datetime, is_time};
use crate::spec::{Field, FieldType};

/// The value that `text` is as the default of `field`.
pub(super) fn read_default(
    field: &Field,
    text: &str,
    span: (usize, usize),
) -> Result<Value, EntityProblem> {
    let value = match field.kind {
        FieldType::Boolean => boolean(text),
        FieldType::Integer => whole(text),
        FieldType::Number | FieldType::Money => decimal(text),
        _ => Some(Value::from(text)),
    };
    match value {
        Some(value) => {
            check_default(field, &value, span)?;
            Ok(value)
        }
        None => Err(wrong(field, &Value::from(text), span)),
    }
}

/// Checks that `value` is a value `field` can have.
pub(super) fn check_default(
    field: &Field,
    value: &Value,
    span: (usize, usize),
) -> Result<(), EntityProblem> {
    let text = value.as_str();
    let fits = match field.kind {
        FieldType::Boolean => value.is_boolean(),
        FieldType::Integer => {
            (value.is_i64() || value.is_u64())
                && value
                    .as_f64()
                    .is_some_and(|number| number.abs() <= MAX_WHOLE)
        }
        FieldType::Number => value.is_number(),
        FieldType::Money => value.as_f64().is_some_and(is_cents),
        FieldType::Date => text.is_some_and(is_date),
        FieldType::Datetime => text.is_some_and(is_datetime),
        FieldType::Time => text.is_some_and(is_time),
        FieldType::Choice => {
            text.is_some_and(|text| field.values.iter().any(|value| value == text))
        }
        FieldType::String | FieldType::Phone => text.is_some_and(is_line),
        FieldType::Text => text.is_some_and(|text| !text.trim().is_empty()),
        FieldType::Email => text.is_some_and(|text| is_line(text) && text.contains('@')),
        FieldType::Url => text.is_some_and(|text| {
            is_line(text) && (text.starts_with("https://") || text.starts_with("http://"))
        }),
        FieldType::Ref | FieldType::Many | FieldType::Tags => false,
    };
    let number = value.as_f64();
    let low = number
        .zip(field.min)
        .is_some_and(|(number, min)| number < min);
    let high = number
        .zip(field.max)
        .is_some_and(|(number, max)| number > max);
    let long = text
        .zip(field.max_length)
        .is_some_and(|(text, most)| text.chars().count() > most as usize);
    match fits && !low && !high && !long {
        true => Ok(()),
        false => Err(wrong(field, value, span)),
    }
}

fn wrong(field: &Field, value: &Value, span: (usize, usize)) -> EntityProblem {
    let help = match field.kind {
        FieldType::Boolean => "Write `=true` or `=false`.".to_owned(),
        FieldType::Choice => format!("Write one of {}.", field.values.join(", ")),
        FieldType::Date => "Write a day such as `=2026-01-31`.".to_owned(),
        FieldType::Datetime => "Write a moment such as `=2026-01-31T09:30:00Z`.".to_owned(),
        FieldType::Time => "Write a time such as `=09:30`.".to_owned(),
        FieldType::Ref => "Leave the default of a reference out.".to_owned(),
        FieldType::Many | FieldType::Tags => {
            "Leave the default of a list out: it starts empty.".to_owned()
        }
        _ => "Give a default of the field's type and within its limits.".to_owned(),
    };
    let shown_value = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    EntityProblem::new(
        span,
        format!(
            "`{}` is no default for `{}`, a {}",
            shown(&shown_value),
            field.name,
            field.kind.word()
        ),
        help,
    )
}

fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

fn boolean(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Some(Value::Bool(true)),
        "false" | "no" | "off" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn whole(text: &str) -> Option<Value> {
    text.parse::<i64>().ok().map(Value::from)
}

fn decimal(text: &str) -> Option<Value> {
    if let Some(value) = whole(text) {
        return Some(value);
    }
    let plain = text.chars().all(|c| c.is_ascii_digit() || ".-".contains(c));
    let number = text.parse::<f64>().ok().filter(|_| plain)?;
    Number::from_f64(number + 0.0).map(Value::Number)
}
