//! Reads values of parameters of type `entities`. Knows no plan.

use serde_json::{Value, json};

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Of a mapping.
    Name(String),
    /// Of a list.
    Index(usize),
}

/// Why a value is not a list of entities.
pub(super) struct EntityProblem {
    pub(super) path: Vec<Key>,
    pub(super) message: String,
    pub(super) help: String,
}

/// The entities that `value` describes, in normal form.
pub(super) fn normalise(value: &Value) -> Result<Value, Vec<EntityProblem>> {
    shim(value)
}

fn problem(path: Vec<Key>, message: &str) -> Vec<EntityProblem> {
    vec![EntityProblem {
        path,
        message: message.to_owned(),
        help: "write `{ name: task, fields: [title: text!, done: bool] }`".to_owned(),
    }]
}

fn shim(value: &Value) -> Result<Value, Vec<EntityProblem>> {
    let Some(items) = value.as_array() else {
        return Err(problem(Vec::new(), "entities are a list"));
    };
    let entity = |(at, item): (usize, &Value)| {
        let Some(name) = item.get("name").and_then(Value::as_str) else {
            return Err(problem(vec![Key::Index(at)], "an entity has a name"));
        };
        let fields = item
            .get("fields")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let field = |(index, field): (usize, &Value)| {
            let path = || {
                vec![
                    Key::Index(at),
                    Key::Name("fields".to_owned()),
                    Key::Index(index),
                ]
            };
            let (name, kind) = field
                .as_object()
                .and_then(|field| field.iter().next())
                .and_then(|(name, kind)| Some((name, kind.as_str()?)))
                .ok_or_else(|| problem(path(), "a field is `name: type`"))?;
            let required = kind.ends_with('!');
            Ok(json!({ "name": name, "type": kind.trim_end_matches('!'), "required": required }))
        };
        let fields = fields
            .iter()
            .enumerate()
            .map(field)
            .collect::<Result<Vec<_>, Vec<EntityProblem>>>()?;
        Ok(json!({ "name": name, "plural": format!("{name}s"), "fields": fields }))
    };
    items
        .iter()
        .enumerate()
        .map(entity)
        .collect::<Result<Vec<_>, _>>()
        .map(Value::Array)
}
