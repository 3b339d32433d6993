//! Tables: columns with their constraints for SQLite, and indexes. Knows no migration.

use serde_json::Value;

use super::accounts::{OWNER, owner_column};
use super::entity::column_name;
use super::field::max_length;
use super::types::{Column, Index, Table};
use crate::spec::{self, Field, FieldType};

/// A moment that is now unless it is given.
pub(super) const NOW: &str = "TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))";

/// The table of `entity`, with an index for each column that lists are narrowed by. Where rows are `owned`,
/// a unique value is so among the rows of one owner.
pub(super) fn table(entity: &spec::Entity, all: &[spec::Entity], owned: bool) -> Table {
    let mut columns = vec![column(
        "id",
        "INTEGER",
        "INTEGER PRIMARY KEY AUTOINCREMENT".to_owned(),
    )];
    columns.extend(owned.then(owner_column));
    let kept = || entity.fields.iter().filter(|field| !field.kind.is_list());
    for field in kept() {
        let name = column_name(field);
        let definition = definition(field, &name, all, owned);
        columns.push(column(&name, storage(field.kind), definition));
    }
    columns.push(column("created_at", "TEXT", NOW.to_owned()));
    columns.push(column("updated_at", "TEXT", NOW.to_owned()));
    let mut unique: Vec<Vec<String>> = Vec::new();
    if owned {
        let names = kept().filter(|field| field.unique).map(column_name);
        unique.extend(names.map(|name| vec![OWNER.to_owned(), name]));
    }
    // What a row refers to belongs to its owner already.
    unique.extend(kept().filter(|field| field.unique_each).map(|field| {
        let scope = entity.scope_of(field).into_iter();
        scope.chain([field]).map(column_name).collect()
    }));
    let narrowed = kept().filter(|field| is_filterable(field.kind) && !field.unique);
    let indexes = owned
        .then(|| OWNER.to_owned())
        .into_iter()
        .chain(narrowed.map(column_name))
        .map(|name| Index {
            name: format!("{}_{name}", spec::names::bare(&entity.plural)),
            columns: vec![name],
        })
        .collect();
    Table {
        name: entity.plural.clone(),
        columns,
        primary: Vec::new(),
        unique,
        indexes,
    }
}

/// Whether lists can be narrowed by a field of this type.
pub(super) fn is_filterable(kind: FieldType) -> bool {
    matches!(
        kind,
        FieldType::Boolean | FieldType::Choice | FieldType::Ref | FieldType::Tags | FieldType::Many
    )
}

/// A column; `definition` is all that follows its name.
pub(super) fn column(name: &str, kind: &str, definition: String) -> Column {
    Column {
        name: name.to_owned(),
        kind: kind.to_owned(),
        definition,
    }
}

fn storage(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Integer | FieldType::Money | FieldType::Boolean | FieldType::Ref => "INTEGER",
        FieldType::Number => "REAL",
        _ => "TEXT",
    }
}

fn definition(field: &Field, name: &str, all: &[spec::Entity], owned: bool) -> String {
    let mut parts = vec![storage(field.kind).to_owned()];
    if field.required || field.kind == FieldType::Boolean {
        parts.push("NOT NULL".to_owned());
    }
    if field.unique && !owned {
        parts.push("UNIQUE".to_owned());
    }
    if let Some(default) = default(field) {
        parts.push(format!("DEFAULT {default}"));
    }
    if let Some(check) = check(field, name) {
        parts.push(format!("CHECK ({check})"));
    }
    parts.extend(references(field, all));
    parts.join(" ")
}

fn references(field: &Field, all: &[spec::Entity]) -> Option<String> {
    let name = field.references.as_ref()?;
    let target = all.iter().find(|entity| &entity.name == name)?;
    let action = match field.required {
        true => "CASCADE",
        false => "SET NULL",
    };
    Some(format!(
        "REFERENCES {} (id) ON DELETE {action}",
        target.plural
    ))
}

fn default(field: &Field) -> Option<String> {
    let value = match (&field.default, field.kind) {
        (None, FieldType::Boolean) => return (!field.required).then(|| "0".to_owned()),
        (None, _) => return None,
        (Some(value), _) => value,
    };
    Some(match value {
        Value::Bool(on) => u8::from(*on).to_string(),
        Value::String(text) => quoted(text),
        number => stored(field.kind, number.as_f64().unwrap_or_default()),
    })
}

/// A number the way its column keeps it.
fn stored(kind: FieldType, value: f64) -> String {
    match kind {
        FieldType::Money => (value * 100.0).round().to_string(),
        _ => value.to_string(),
    }
}

fn check(field: &Field, name: &str) -> Option<String> {
    match field.kind {
        FieldType::Boolean => Some(format!("{name} IN (0, 1)")),
        FieldType::Choice => {
            let values: Vec<String> = field.values.iter().map(|value| quoted(value)).collect();
            Some(format!("{name} IN ({})", values.join(", ")))
        }
        FieldType::Date => Some(format!("{name} IS date({name})")),
        FieldType::Time => Some(format!("{name} IS strftime('%H:%M', {name})")),
        FieldType::Datetime => Some(format!("{name} IS strftime('%Y-%m-%dT%H:%M:%SZ', {name})")),
        kind if kind.is_numeric() => range(field, name),
        _ => {
            let most = max_length(field)?;
            let least = u8::from(field.required);
            Some(match least {
                0 => format!("length({name}) <= {most}"),
                _ => format!("length(trim({name})) >= 1 AND length({name}) <= {most}"),
            })
        }
    }
}

fn range(field: &Field, name: &str) -> Option<String> {
    let bound = |value: f64| stored(field.kind, value);
    match (field.min, field.max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("{name} >= {}", bound(min))),
        (None, Some(max)) => Some(format!("{name} <= {}", bound(max))),
        (Some(min), Some(max)) => Some(format!("{name} BETWEEN {} AND {}", bound(min), bound(max))),
    }
}

/// `text` as a literal of SQL.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
