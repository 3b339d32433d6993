//! From a field as it is written to a field of the spec: name, type and limits checked.

use super::default::read_default;
use super::field::{Draft, settle_type};
use super::problem::{EntityProblem, shown};
use crate::spec::names::{self, OWN_COLUMNS};
use crate::spec::{Field, FieldType};

/// Most values of a choice.
pub const MAX_CHOICES: usize = 50;
/// Most characters of one value of a choice.
pub const MAX_CHOICE_CHARS: usize = 60;
/// Most characters that a text may be allowed.
pub const MAX_TEXT_CHARS: u32 = 100_000;
/// The greatest whole number that JSON readers agree on.
pub const MAX_WHOLE: f64 = 9_007_199_254_740_991.0;
/// The greatest amount of money, so that its cents stay whole.
pub const MAX_MONEY: f64 = 1e12;

/// The field a draft describes.
pub(super) fn finish(mut draft: Draft) -> Result<Field, EntityProblem> {
    let span = draft.span;
    let mut name = field_name(&draft)?;
    if draft.kind.kind.is_none()
        && let Some(target) = name.strip_suffix("_id").filter(|target| !target.is_empty())
    {
        draft.kind.kind = Some(FieldType::Ref);
        draft.kind.references = Some(target.to_owned());
    }
    settle_type(&name, &mut draft);
    let kind = draft.kind.kind.unwrap_or(FieldType::String);
    let mut references = None;
    if kind == FieldType::Many {
        let target = draft.kind.references.as_deref().unwrap_or(&name);
        references = Some(target_name(target, span)?);
    }
    if kind == FieldType::Ref {
        let short = name.strip_suffix("_id").filter(|short| !short.is_empty());
        name.truncate(short.map_or(name.len(), str::len));
        let target = draft.kind.references.as_deref().unwrap_or(&name);
        references = Some(target_name(target, span)?);
    }
    let mut field = Field {
        name,
        kind,
        required: draft.required,
        unique: draft.unique,
        unique_each: draft.unique_each,
        min: draft.kind.min,
        max: draft.kind.max,
        max_length: draft.kind.max_length,
        values: std::mem::take(&mut draft.kind.values),
        default: None,
        references,
    };
    check_field(&field, span)?;
    if let Some(text) = &draft.default {
        field.default = Some(read_default(&field, text, span)?);
    }
    Ok(field)
}

fn field_name(draft: &Draft) -> Result<String, EntityProblem> {
    let name = names::field_name(&draft.name).map_err(|problem| {
        EntityProblem::new(
            draft.span,
            format!(
                "`{}` is no name of a field: {}",
                shown(&draft.name),
                problem.message()
            ),
            "Give the field a short name such as `title`.",
        )
    })?;
    refuse_own(&name, draft.span)?;
    Ok(name)
}

/// Refuses the names of columns that every table has.
pub(super) fn refuse_own(name: &str, span: (usize, usize)) -> Result<(), EntityProblem> {
    if !OWN_COLUMNS.contains(&name) {
        return Ok(());
    }
    Err(EntityProblem::new(
        span,
        format!("`{name}` is a column that every table has already"),
        format!("Leave `{name}` out, or give the field another name."),
    ))
}

/// The entity a reference means, from what is written.
pub(super) fn target_name(target: &str, span: (usize, usize)) -> Result<String, EntityProblem> {
    names::entity_names(target)
        .map(|(name, _)| name)
        .map_err(|problem| {
            EntityProblem::new(
                span,
                format!(
                    "`{}` is no name of an entity: {}",
                    shown(target),
                    problem.message()
                ),
                "Name the entity the reference points to, `ref(author)`.",
            )
        })
}

/// Checks what holds for a field on its own.
pub(super) fn check_field(field: &Field, span: (usize, usize)) -> Result<(), EntityProblem> {
    let refuse = |message: String, help: &str| Err(EntityProblem::new(span, message, help));
    let name = &field.name;
    if (field.unique || field.unique_each) && field.kind.is_list() {
        return refuse(
            format!("`{name}` is a list and cannot be unique"),
            "Leave the `^` out.",
        );
    }
    if field.unique && field.unique_each {
        return refuse(
            format!("`{name}` cannot be unique among all rows and among some"),
            "Write `^` for all rows, or `^^` for those with the same required references.",
        );
    }
    let bounds = [field.min, field.max];
    for bound in bounds.into_iter().flatten() {
        match field.kind {
            FieldType::Integer if bound.fract() != 0.0 || bound.abs() > MAX_WHOLE => {
                return refuse(
                    format!("`{name}` is a whole number and {bound} is none that fits"),
                    "Use `number` for decimals, and bounds below 2^53.",
                );
            }
            FieldType::Money if !is_cents(bound) => {
                return refuse(
                    format!("{bound} is no amount with two decimals below {MAX_MONEY}"),
                    "Write, for example, `money(0..999.99)`.",
                );
            }
            kind if !kind.is_numeric() => {
                return refuse(
                    format!("`{name}` is a {} and has no range", kind.word()),
                    "Give a range to numbers only.",
                );
            }
            _ => {}
        }
    }
    if field.min.zip(field.max).is_some_and(|(min, max)| min > max) {
        return refuse(
            format!("the least value of `{name}` is above its greatest"),
            "Write the smaller bound first.",
        );
    }
    let least = least_length(field.kind);
    match field.max_length {
        Some(length) if !field.kind.is_textual() || !(least..=MAX_TEXT_CHARS).contains(&length) => {
            refuse(
                format!("`{name}` cannot have {length} characters at most"),
                "A text has 1 to 100000 characters, an address 10 or more; other types have no length.",
            )
        }
        _ => check_choices(field, span),
    }
}

/// The characters that the shortest value of a type needs.
fn least_length(kind: FieldType) -> u32 {
    const SHORTEST_ADDRESS: u32 = 10;
    match kind {
        FieldType::Email | FieldType::Url | FieldType::Phone => SHORTEST_ADDRESS,
        _ => 1,
    }
}

/// Whether `amount` has at most two decimals and is not out of range.
pub(super) fn is_cents(amount: f64) -> bool {
    const NEARLY: f64 = 1e-6;
    let cents = amount * 100.0;
    amount.abs() <= MAX_MONEY && (cents - cents.round()).abs() < NEARLY * cents.abs().max(1.0)
}

fn check_choices(field: &Field, span: (usize, usize)) -> Result<(), EntityProblem> {
    let refuse = |message: String, help: &str| Err(EntityProblem::new(span, message, help));
    let name = &field.name;
    let values = &field.values;
    if field.kind != FieldType::Choice {
        return match values.is_empty() {
            true => Ok(()),
            false => refuse(
                format!(
                    "`{name}` is a {} and has no list of values",
                    field.kind.word()
                ),
                "Use `choice(a|b)` for a field with a list of values.",
            ),
        };
    }
    if values.is_empty() || values.len() > MAX_CHOICES {
        return refuse(
            format!(
                "the choice `{name}` has {} values; 1 to {MAX_CHOICES} are allowed",
                values.len()
            ),
            "Write the values in parentheses, `choice(draft|published)`.",
        );
    }
    for (at, value) in values.iter().enumerate() {
        let long = value.chars().count() > MAX_CHOICE_CHARS;
        if value.trim() != value || value.is_empty() || long || value.chars().any(char::is_control)
        {
            return refuse(
                format!("`{}` is no value of a choice", shown(value)),
                "A value is one line of 1 to 60 characters without spaces around it.",
            );
        }
        if values[..at].contains(value) {
            return refuse(
                format!("the choice `{name}` has the value `{}` twice", shown(value)),
                "Write each value once.",
            );
        }
    }
    Ok(())
}
