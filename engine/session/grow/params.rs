//! A wish as values of the plan's parameters. Knows the grammar of entities and no file.

use serde_json::{Map, Value, json};

use super::{GrowError, refused};
use crate::diagnostic::{Finding, did_you_mean};
use crate::spec::{Entity, EntityProblem, entities_from_value, entity_from_text};

/// The parameter that holds what is stored.
const ENTITIES: &str = "entities";

type Params = Map<String, Value>;
type Values = Vec<(String, Value)>;

/// The entities with one more, and its name.
pub(super) fn with_entity(
    params: &Params,
    text: &str,
    notes: &mut Vec<String>,
) -> Result<(String, Values), GrowError> {
    let mut list = entities(params)?;
    let new = entity_from_text(text).map_err(problems)?;
    let name = new.name.clone();
    list.push(Value::from(text));
    let all = match entities_from_value(&Value::Array(list)) {
        Ok(all) => all,
        // Only together with the others is it known whether it is the one that is there.
        Err(_) if is_there(params, &new) => {
            notes.push(format!(
                "there is the entity `{name}` already, as it is to be"
            ));
            return Ok((name, Vec::new()));
        }
        Err(found) if found_twice(params, &new) => {
            let _ = found;
            let help = format!("add what it lacks with `codey add field {name} '...'`");
            let message = format!("there is an entity `{name}` already, with other fields");
            return Err(refused("grow::entity", message, help));
        }
        Err(found) => return Err(problems(found)),
    };
    Ok((name, vec![(ENTITIES.to_owned(), json!(all))]))
}

/// The entities with a field more; the names of entity and field.
pub(super) fn with_field(
    params: &Params,
    entity: &str,
    field: &str,
    notes: &mut Vec<String>,
) -> Result<(String, String, Values), GrowError> {
    let known = known(params)?;
    let wanted = entity.trim().to_lowercase().replace([' ', '-'], "_");
    let at = known
        .iter()
        .position(|known| known.name == wanted || known.plural == wanted)
        .ok_or_else(|| no_entity(entity, &known))?;
    let before = &known[at];
    let mut list = entities(params)?;
    if let Some(fields) = list[at].get_mut("fields").and_then(Value::as_array_mut) {
        fields.push(Value::from(field));
    }
    let read = entities_from_value(&Value::Array(list));
    let Ok(mut all) = read else {
        return field_there(&known, at, field, notes)
            .unwrap_or_else(|| Err(problems(read.err().unwrap_or_default())));
    };
    let [new] = &all[at].fields[before.fields.len()..] else {
        let message = format!("`{field}` names more than one field");
        return Err(refused("grow::field", message, "add one field at a time"));
    };
    let name = new.name.clone();
    all[at].plural.clone_from(&before.plural);
    let values = vec![(ENTITIES.to_owned(), json!(all))];
    Ok((before.name.clone(), name, values))
}

/// The parameter that turns a feature on.
pub(super) fn with_feature(
    params: &Params,
    name: &str,
    notes: &mut Vec<String>,
) -> Result<Values, GrowError> {
    match params.get(name) {
        Some(Value::Bool(true)) => {
            notes.push(format!("the project has `{name}` already"));
            Ok(Vec::new())
        }
        Some(Value::Bool(false)) => Ok(vec![(name.to_owned(), Value::Bool(true))]),
        _ => {
            let features: Vec<&str> = params
                .iter()
                .filter(|(_, value)| value.is_boolean())
                .map(|(name, _)| name.as_str())
                .collect();
            let help = match (did_you_mean(name, features.iter().copied()), features.len()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, 0) => "its plan has no features to choose from".to_owned(),
                (None, _) => format!("choose from {}", features.join(", ")),
            };
            let message = format!("the plan of this project has no feature `{name}`");
            Err(refused("grow::feature", message, help))
        }
    }
}

/// What becomes of a field that is there already: nothing to add, or a refusal.
fn field_there(
    known: &[Entity],
    at: usize,
    field: &str,
    notes: &mut Vec<String>,
) -> Option<Result<(String, String, Values), GrowError>> {
    let entity = &known[at];
    let mut alone = known.to_vec();
    // The field is read without its namesake, by the same rules.
    let name = entity
        .fields
        .iter()
        .find(|there| {
            alone[at].fields.retain(|other| other.name != there.name);
            let mut list: Vec<Value> = alone.iter().map(|entity| json!(entity)).collect();
            if let Some(fields) = list[at].get_mut("fields").and_then(Value::as_array_mut) {
                fields.push(Value::from(field));
            }
            let read = entities_from_value(&Value::Array(list));
            alone[at].clone_from(entity);
            read.is_ok_and(|all| {
                all[at]
                    .fields
                    .last()
                    .is_some_and(|new| new.name == there.name)
            })
        })?
        .name
        .clone();
    let same = entity_from_text(&format!("{}: {field}", entity.name))
        .is_ok_and(|read| read.fields.len() == 1 && entity.fields.contains(&read.fields[0]));
    if same {
        notes.push(format!(
            "`{}` has the field `{name}` already, as it is to be",
            entity.name
        ));
        return Some(Ok((entity.name.clone(), name, Vec::new())));
    }
    let message = format!(
        "`{}` has a field `{name}` already, of another kind",
        entity.name
    );
    let help = "choose another name: what is stored in a field is not turned into something else";
    Some(Err(refused("grow::field", message, help)))
}

fn is_there(params: &Params, new: &Entity) -> bool {
    known(params).is_ok_and(|known| known.contains(new))
}

fn found_twice(params: &Params, new: &Entity) -> bool {
    known(params).is_ok_and(|known| known.iter().any(|entity| entity.name == new.name))
}

fn no_entity(name: &str, known: &[Entity]) -> GrowError {
    let names = || known.iter().map(|entity| entity.name.as_str());
    let help = match did_you_mean(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", names().collect::<Vec<_>>().join(", ")),
    };
    refused(
        "grow::entity",
        format!("this project has no entity `{name}`"),
        help,
    )
}

/// The entities in normal form.
fn entities(params: &Params) -> Result<Vec<Value>, GrowError> {
    let list = match params.get(ENTITIES) {
        // A project that keeps nothing yet.
        Some(Value::Null) => Some(Vec::new()),
        value => value.and_then(Value::as_array).cloned(),
    };
    list.ok_or_else(|| {
        let help = "only projects that store something have entities and fields";
        refused(
            "grow::no-entities",
            "the plan of this project has no parameter `entities`",
            help,
        )
    })
}

fn known(params: &Params) -> Result<Vec<Entity>, GrowError> {
    match entities(params)? {
        list if list.is_empty() => Ok(Vec::new()),
        list => entities_from_value(&Value::Array(list)).map_err(problems),
    }
}

fn problems(found: Vec<EntityProblem>) -> GrowError {
    let finding = |problem: EntityProblem| {
        Finding::error("grow::grammar", problem.message).help(problem.help)
    };
    GrowError::Refused(found.into_iter().map(finding).collect())
}
