//! Reads values of parameters of type `entities` by the entity grammar. Knows no plan.

use serde_json::Value;

use crate::spec::{EntityProblem, entities_from_value};

/// The entities that `value` describes, in normal form.
pub(super) fn normalise(value: &Value) -> Result<Value, Vec<EntityProblem>> {
    let entities = entities_from_value(value)?;
    Ok(serde_json::to_value(entities).expect("entities have string keys only"))
}
