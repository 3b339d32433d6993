//! One field in a plan: `{ title: text! }`, or the long form `{ name: title, type: string, ... }`.
//!
//! The long form is what a spec prints. Its types are exact: there `text` always has several lines.

use serde_json::{Map, Value};

use super::cursor::{Cursor, Read};
use super::default::check_default;
use super::entity::Parsed;
use super::field::{Draft, read_type};
use super::finish::{check_field, finish, refuse_own, target_name};
use super::problem::{EntityProblem, Step, shown};
use crate::spec::{Field, FieldType, names};

const HELP: &str = "Write `title: text!`, or `{ name: title, type: string, required: true }`.";

/// Reads a field that is a map, with the step to the text its spans are in.
pub(super) fn read_field_value(item: &Value, first: bool) -> Read<(Parsed, Option<Step>)> {
    let map = item
        .as_object()
        .ok_or_else(|| EntityProblem::new((0, 1), "a field is a text or a map", HELP))?;
    if map.len() == 1 {
        let (name, kind) = map.iter().next().expect("the map has one entry");
        let step = Step::Key(name.clone());
        let parsed = pair(name, kind, first)
            .map_err(|problem| problem.below(std::slice::from_ref(&step)))?;
        return Ok((parsed, Some(step)));
    }
    let field = match map.get("type").and_then(Value::as_str) {
        Some(kind) if exact(kind) => long(item)?,
        Some(kind) => mixed(map, kind)?,
        None => return Err(EntityProblem::new((0, 1), "a field has no `type`", HELP)),
    };
    Ok((Parsed::one(field, false, (0, 1)), None))
}

fn exact(kind: &str) -> bool {
    serde_json::from_value::<FieldType>(Value::from(kind)).is_ok()
}

/// `{ title: text! }`, or `{ title: }` where the name decides.
fn pair(name: &str, kind: &Value, first: bool) -> Read<Parsed> {
    let text = match kind {
        Value::Null => "",
        Value::String(text) => text.as_str(),
        _ => {
            return Err(EntityProblem::new(
                (0, 1),
                "the type of a field is a text",
                HELP,
            ));
        }
    };
    let mut draft = Draft {
        name: name.to_owned(),
        span: (0, text.trim_end().len().max(1)),
        ..Draft::default()
    };
    if !text.trim().is_empty() {
        read_all(text, &mut draft)?;
    }
    let open = draft.kind.kind.is_none();
    let (span, optional) = (draft.span, draft.optional);
    let mut field = finish(draft)?;
    field.required |= first && open && !optional && field.kind == FieldType::String;
    Ok(Parsed::one(field, open, span))
}

fn read_all(text: &str, draft: &mut Draft) -> Read<()> {
    let mut cursor = Cursor::new(text);
    cursor.skip_spaces();
    read_type(&mut cursor, draft)?;
    cursor.skip_spaces();
    if cursor.is_done() {
        return Ok(());
    }
    Err(EntityProblem::new(
        (cursor.at(), cursor.rest().len()),
        format!(
            "`{}` follows the type and belongs to nothing",
            shown(cursor.rest())
        ),
        "After a type come `!`, `^`, `?` or `=value`, without spaces.",
    ))
}

/// The long form as a spec prints it.
fn long(item: &Value) -> Read<Field> {
    let mut field: Field = serde_json::from_value(item.clone())
        .map_err(|error| EntityProblem::new((0, 1), error.to_string(), HELP))?;
    let span = (0, 1);
    field.name = names::field_name(&field.name).map_err(|problem| {
        let message = format!(
            "`{}` is no name of a field: {}",
            shown(&field.name),
            problem.message()
        );
        EntityProblem::new(
            span,
            message,
            "Give the field a short name such as `title`.",
        )
    })?;
    refuse_own(&field.name, span)?;
    if field.kind == FieldType::Ref {
        if let Some(short) = field
            .name
            .strip_suffix("_id")
            .filter(|short| !short.is_empty())
        {
            field.name = short.to_owned();
        }
        let target = field.references.as_deref().unwrap_or(&field.name);
        field.references = Some(target_name(target, span)?);
    } else if field.kind == FieldType::Many {
        let target = field.references.as_deref().unwrap_or(&field.name);
        field.references = Some(target_name(target, span)?);
    } else if field.references.take().is_some() {
        let message = format!("`{}` is no `ref` and refers to nothing", field.name);
        return Err(EntityProblem::new(span, message, "Write `type: ref`."));
    }
    check_field(&field, span)?;
    if let Some(default) = &field.default {
        check_default(&field, default, span)?;
    }
    Ok(field)
}

/// `{ name: status, type: "choice(a|b)=a", required: true }`.
fn mixed(map: &Map<String, Value>, kind: &str) -> Read<Field> {
    let mut draft = Draft {
        name: map
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        span: (0, 1),
        ..Draft::default()
    };
    read_all(kind, &mut draft).map_err(|problem| problem.below(&[Step::Key("type".to_owned())]))?;
    for (key, value) in map {
        match (key.as_str(), value.as_bool()) {
            ("name" | "type", _) => {}
            ("required", Some(on)) => draft.required |= on,
            ("unique", Some(on)) => draft.unique |= on,
            ("unique_each", Some(on)) => draft.unique_each |= on,
            _ => {
                let message = format!(
                    "`{}` does not go with the type `{}`",
                    shown(key),
                    shown(kind)
                );
                return Err(
                    EntityProblem::new((0, 1), message, HELP).below(&[Step::Key(key.clone())])
                );
            }
        }
    }
    finish(draft)
}
