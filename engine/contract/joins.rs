//! The tables that keep the lists of an entity: tags and many-to-many relations. Knows no migration.

use super::column::column;
use super::types::{Index, Join, Table};
use crate::spec::{Entity, Field, FieldType, names};

/// Most characters of a tag.
pub(super) const MAX_TAG_CHARS: u32 = 40;

/// Where the list `field` of `entity` is kept.
pub(super) fn join(entity: &Entity, field: &Field) -> Option<Join> {
    let own = names::reference_column(&entity.name);
    let other = match field.kind {
        FieldType::Tags => "name".to_owned(),
        FieldType::Many => {
            let target = field.references.as_deref().unwrap_or_default();
            let column = names::reference_column(target);
            // A list of rows of the same kind needs a second name for them.
            if column == own {
                "other_id".to_owned()
            } else {
                column
            }
        }
        _ => return None,
    };
    Some(Join {
        table: format!(
            "{}_{}",
            names::bare(&entity.plural),
            names::bare(&field.name)
        ),
        own,
        other,
    })
}

/// The tables of all lists of `entity`.
pub(super) fn joins(entity: &Entity, all: &[Entity]) -> Vec<Table> {
    let fields = entity.fields.iter();
    let joins = fields.filter_map(|field| Some((field, join(entity, field)?)));
    joins
        .map(|(field, join)| table(entity, field, join, all))
        .collect()
}

fn table(entity: &Entity, field: &Field, join: Join, all: &[Entity]) -> Table {
    let refers =
        |plural: &str| format!("INTEGER NOT NULL REFERENCES {plural} (id) ON DELETE CASCADE");
    let other = if field.kind == FieldType::Tags {
        let length = format!("BETWEEN 1 AND {MAX_TAG_CHARS}");
        let definition =
            format!("TEXT NOT NULL COLLATE NOCASE CHECK (length(trim(name)) {length})");
        column(&join.other, "TEXT", definition)
    } else {
        let is_target = |other: &&Entity| Some(&other.name) == field.references.as_ref();
        let plural = all.iter().find(is_target).map(|target| &target.plural);
        column(
            &join.other,
            "INTEGER",
            refers(plural.map_or("", String::as_str)),
        )
    };
    Table {
        primary: vec![join.own.clone(), join.other.clone()],
        indexes: vec![Index {
            name: format!("{}_{}", join.table, join.other),
            columns: vec![join.other],
        }],
        columns: vec![column(&join.own, "INTEGER", refers(&entity.plural)), other],
        name: join.table,
        unique: Vec::new(),
    }
}
