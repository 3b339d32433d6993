//! One field as the API, the form and the tests see it.

use serde_json::Value;

use super::entity::{column_name, title_field};
use super::joins::join;
use super::sample::{invalid, sample};
use super::types::{Field, Reference};
use crate::spec::{self, FieldType, names};

const MAX_STRING_CHARS: u32 = 200;
const MAX_TEXT_CHARS: u32 = 10_000;
const MAX_EMAIL_CHARS: u32 = 254;
const MAX_URL_CHARS: u32 = 2_000;
const MAX_PHONE_CHARS: u32 = 40;

/// The contract of `source`, a field of `entity`.
pub(super) fn field(entity: &spec::Entity, source: &spec::Field, all: &[spec::Entity]) -> Field {
    let max_length = max_length(source);
    let (example, other) = sample(source, max_length);
    Field {
        name: column_name(source),
        label: names::title(&source.name),
        kind: source.kind.word().to_owned(),
        required: source.required,
        unique: source.unique || source.unique_each,
        within: entity
            .scope_of(source)
            .into_iter()
            .map(column_name)
            .collect(),
        min: source.min.map(number),
        max: source.max.map(number),
        max_length,
        values: source.values.clone(),
        default: default(source),
        references: reference(source, all),
        titles: titles(source),
        query: names::filter(source),
        format: format(source).map(str::to_owned),
        join: join(entity, source),
        json: json_type(source.kind).to_owned(),
        input: input(source.kind).to_owned(),
        element_id: format!(
            "{}-{}",
            names::slug(&entity.name),
            names::slug(&source.name)
        ),
        invalid: invalid(source, max_length),
        example,
        other,
    }
}

/// The key under which a row gives the titles of what the field refers to.
fn titles(field: &spec::Field) -> Option<String> {
    let key = column_name(field);
    match field.kind {
        FieldType::Ref => key.strip_suffix("_id").map(str::to_owned),
        FieldType::Many => Some(field.name.clone()),
        _ => None,
    }
}

/// How values are shown where the type alone does not say it.
fn format(field: &spec::Field) -> Option<&'static str> {
    match field.kind {
        FieldType::Integer if is_rating(field) => Some("rating"),
        FieldType::Integer | FieldType::Number if is_year(&field.name) => Some("year"),
        _ => None,
    }
}

fn is_rating(field: &spec::Field) -> bool {
    const NAMES: [&str; 3] = ["rating", "stars", "score"];
    let last = field.name.rsplit('_').next().unwrap_or_default();
    let range = (field.min, field.max) == (Some(1.0), Some(5.0));
    field.kind == FieldType::Integer && range && NAMES.contains(&last)
}

/// Whether a number of this name is a year of the calendar, which is written without groups of digits:
/// `founded_year` and `year_of_birth` are, `books_this_year` and `year_level` are not.
pub(super) fn is_year(name: &str) -> bool {
    const WHOLE: [&str; 4] = ["founded", "established", "built", "released"];
    const SPAN: [&str; 8] = ["a", "per", "this", "last", "next", "each", "every", "of"];
    let words: Vec<&str> = names::bare(name).split('_').collect();
    match words.as_slice() {
        [.., "vintage"] | ["year"] => true,
        [word] => WHOLE.contains(word),
        [.., before, "year"] => !SPAN.contains(before),
        ["year", next, ..] => *next == "of" || *next == "built" || next.ends_with("ed"),
        _ => false,
    }
}

/// The most characters of a textual field.
pub(super) fn max_length(field: &spec::Field) -> Option<u32> {
    let usual = match field.kind {
        FieldType::String => MAX_STRING_CHARS,
        FieldType::Text => MAX_TEXT_CHARS,
        FieldType::Email => MAX_EMAIL_CHARS,
        FieldType::Url => MAX_URL_CHARS,
        FieldType::Phone => MAX_PHONE_CHARS,
        _ => return None,
    };
    Some(field.max_length.unwrap_or(usual))
}

fn default(field: &spec::Field) -> Value {
    match (&field.default, field.kind) {
        (Some(value), _) => value.clone(),
        // A box that nobody ticked means no.
        (None, FieldType::Boolean) => Value::Bool(false),
        (None, _) => Value::Null,
    }
}

/// A number for JSON: whole where it is whole.
pub(super) fn number(value: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the value is whole and within the range that f64 holds exactly"
    )]
    if value.fract() == 0.0 && value.abs() <= spec::MAX_WHOLE {
        return Value::from(value as i64);
    }
    Value::from(value)
}

fn reference(field: &spec::Field, all: &[spec::Entity]) -> Option<Reference> {
    let name = field.references.as_ref()?;
    let target = all.iter().find(|entity| &entity.name == name)?;
    let on_delete = match field.required || field.kind == FieldType::Many {
        true => "cascade",
        false => "set null",
    };
    Some(Reference {
        entity: target.name.clone(),
        plural: target.plural.clone(),
        slug: names::slug(&target.plural),
        label: names::label(&target.name),
        title_field: title_field(target),
        on_delete: on_delete.to_owned(),
    })
}

fn json_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Integer | FieldType::Ref => "integer",
        FieldType::Number | FieldType::Money => "number",
        FieldType::Boolean => "boolean",
        FieldType::Tags | FieldType::Many => "array",
        _ => "string",
    }
}

fn input(kind: FieldType) -> &'static str {
    match kind {
        FieldType::String => "text",
        FieldType::Text => "textarea",
        FieldType::Integer | FieldType::Number | FieldType::Money => "number",
        FieldType::Boolean => "checkbox",
        FieldType::Date => "date",
        FieldType::Datetime => "datetime-local",
        FieldType::Time => "time",
        FieldType::Choice | FieldType::Ref => "select",
        FieldType::Email => "email",
        FieldType::Url => "url",
        FieldType::Phone => "tel",
        FieldType::Tags => "tags",
        FieldType::Many => "checkboxes",
    }
}

#[cfg(test)]
mod tests {
    use super::is_year;

    #[test]
    fn names_say_what_is_a_year() {
        for name in [
            "year",
            "founded_year",
            "vintage",
            "year_of_birth",
            "year_published",
            "founded",
        ] {
            assert!(is_year(name), "{name}");
        }
        for name in [
            "years",
            "books_this_year",
            "times_per_year",
            "year_level",
            "pages",
            "order",
        ] {
            assert!(!is_year(name), "{name}");
        }
    }
}
