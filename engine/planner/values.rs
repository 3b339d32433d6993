//! What a spec says for each parameter of a plan.

use serde_yaml::{Mapping, Value};

use super::base::{GITLAB, PROVIDER};

use crate::spec::names::{entity_names, slug, snake};
use crate::spec::{Entity, Spec, to_compact};

/// The value for the parameter `name`, which is declared as `declaration`; none where the spec says nothing.
pub(super) fn value_of(name: &str, declaration: &Mapping, spec: &Spec) -> Option<Value> {
    let kind = declaration
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match (name, kind) {
        (_, "entities") if spec.entities.is_empty() && !may_be_empty(declaration) => None,
        (_, "entities") => Some(Value::Sequence(spec.entities.iter().map(entity).collect())),
        ("app" | "name", "string") => Some(Value::from(spec.name.as_str())),
        ("title", "string") => Some(Value::from(spec.title.as_str())),
        ("pages", "list") if !spec.pages.is_empty() => {
            let pages = spec.pages.iter().map(|page| Value::from(file_name(page)));
            Some(Value::Sequence(pages.collect()))
        }
        ("versions", "list") if !spec.versions.is_empty() => {
            let versions = spec
                .versions
                .iter()
                .map(|version| Value::from(version.as_str()));
            Some(Value::Sequence(versions.collect()))
        }
        ("purpose", "string") if !spec.purpose.is_empty() => {
            Some(Value::from(spec.purpose.as_str()))
        }
        ("one_page", "bool") if spec.one_page => Some(Value::from(true)),
        ("language", "choice") => Some(Value::from(spec.stack.as_str())),
        (PROVIDER, "choice") if spec.features.iter().any(|feature| feature == GITLAB) => {
            Some(Value::from(GITLAB))
        }
        (_, "bool" | "boolean") if spec.features.iter().any(|feature| feature == name) => {
            Some(Value::from(true))
        }
        _ => None,
    }
}

/// Most characters of the name of a page's file.
const MAX_FILE_CHARS: usize = 40;

/// What the file of a page is called: `opening-hours`.
fn file_name(page: &str) -> String {
    let name = snake(page).unwrap_or_default();
    slug(&name).chars().take(MAX_FILE_CHARS).collect()
}

/// A parameter's value as the default of its declaration: entities by the grammar, all else as it is.
pub(super) fn default_of(value: &serde_json::Value, declaration: &Mapping) -> Value {
    let is_entities = declaration.get("type").and_then(Value::as_str) == Some("entities");
    let entities = is_entities.then(|| serde_json::from_value::<Vec<Entity>>(value.clone()));
    match entities {
        Some(Ok(entities)) => Value::Sequence(entities.iter().map(entity).collect()),
        _ => serde_yaml::to_value(value).unwrap_or_default(),
    }
}

/// Whether the plan also makes projects that keep nothing.
fn may_be_empty(declaration: &Mapping) -> bool {
    declaration.get("required").and_then(Value::as_bool) == Some(false)
}

/// An entity as a plan writes it: its name, and each field in the grammar on a line of its own.
fn entity(entity: &Entity) -> Value {
    let fields = entity
        .fields
        .iter()
        .map(|field| Value::from(to_compact(field)));
    let fields = Value::Sequence(fields.collect());
    let usual = entity_names(&entity.name)
        .is_ok_and(|names| names == (entity.name.clone(), entity.plural.clone()));
    let mut map = Mapping::new();
    // An entity called `name` would read as the long form.
    if usual && !["name", "fields"].contains(&entity.name.as_str()) {
        map.insert(Value::from(entity.name.as_str()), fields);
    } else {
        map.insert(Value::from("name"), Value::from(entity.name.as_str()));
        map.insert(Value::from("plural"), Value::from(entity.plural.as_str()));
        map.insert(Value::from("fields"), fields);
    }
    Value::Mapping(map)
}
