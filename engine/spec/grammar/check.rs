//! What must hold between entities and between fields. Knows no text: problems carry a path only.

use std::collections::BTreeSet;

use super::problem::EntityProblem;
use crate::diagnostic::did_you_mean;
use crate::spec::names::{self, MAX_ENTITIES, MAX_FIELDS};
use crate::spec::{Entity, FieldType};

/// A problem with entity `.0`, and with its field `.1` where it concerns one.
pub(in crate::spec) type Placed = (usize, Option<usize>, EntityProblem);

fn placed(
    entity: usize,
    field: Option<usize>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Placed {
    (entity, field, EntityProblem::new((0, 1), message, help))
}

/// Checks entities together: names, counts and references.
pub(in crate::spec) fn check_entities(entities: &[Entity]) -> Vec<Placed> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, entity) in entities.iter().enumerate() {
        if at == MAX_ENTITIES {
            problems.push(placed(
                at,
                None,
                format!(
                    "there are {} entities; {MAX_ENTITIES} are allowed",
                    entities.len()
                ),
                "Split the application in two.",
            ));
        }
        if !seen.insert(&entity.name) || !seen.insert(&entity.plural) {
            problems.push(placed(
                at,
                None,
                format!("two entities are called `{}`", entity.name),
                "Give each entity a name of its own.",
            ));
        }
        check_fields(at, entity, &mut problems);
        check_targets(at, entity, entities, &mut problems);
    }
    problems
}

/// Checks the fields of one entity against each other.
pub(super) fn check_fields(at: usize, entity: &Entity, problems: &mut Vec<Placed>) {
    if entity.fields.is_empty() {
        problems.push(placed(
            at,
            None,
            format!("`{}` has no fields", entity.name),
            format!("Name what is stored, `{}: title! notes`.", entity.name),
        ));
    }
    check_pairs(at, entity, problems);
    let mut columns = BTreeSet::new();
    for (index, field) in entity.fields.iter().enumerate() {
        if index == MAX_FIELDS {
            let count = entity.fields.len();
            problems.push(placed(
                at,
                Some(index),
                format!(
                    "`{}` has {count} fields; {MAX_FIELDS} are allowed",
                    entity.name
                ),
                "Move some fields to an entity of their own.",
            ));
        }
        let mut keys = BTreeSet::from([names::key(field)]);
        keys.extend(field.kind.is_list().then(|| names::filter(field)));
        keys.extend((field.kind == FieldType::Many).then(|| field.name.clone()));
        let is_new = columns.is_disjoint(&keys);
        columns.extend(keys);
        if !is_new {
            problems.push(placed(
                at,
                Some(index),
                format!("`{}` has two fields called `{}`", entity.name, field.name),
                "Give each field a name of its own.",
            ));
        }
    }
}

/// Refuses `^^` where there is no required reference among whose rows a value could be unique.
fn check_pairs(at: usize, entity: &Entity, problems: &mut Vec<Placed>) {
    for (index, field) in entity.fields.iter().enumerate() {
        if field.unique_each && entity.scope_of(field).is_empty() {
            problems.push(placed(
                at,
                Some(index),
                format!(
                    "`{}` is to be unique for each row that `{}` refers to, and it has no required reference",
                    field.name, entity.name
                ),
                "Add one, such as `habit:ref!`, or write `^` for a value that no two rows share.",
            ));
        }
    }
}

fn check_targets(at: usize, entity: &Entity, entities: &[Entity], problems: &mut Vec<Placed>) {
    for (index, field) in entity.fields.iter().enumerate() {
        let Some(target) = &field.references else {
            continue;
        };
        if entities.iter().any(|other| &other.name == target) {
            continue;
        }
        let known = || entities.iter().map(|other| other.name.as_str());
        let help = match did_you_mean(target, known()) {
            Some(near) => format!("Did you mean `{}({near})`?", field.kind.word()),
            None => format!(
                "Add an entity `{target}`, or refer to one of {}.",
                known().collect::<Vec<_>>().join(", ")
            ),
        };
        problems.push(placed(
            at,
            Some(index),
            format!(
                "`{}` refers to `{target}`, which is no entity here",
                field.name
            ),
            help,
        ));
    }
}
