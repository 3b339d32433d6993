//! The database that a contract asks for, as the tables that SQLite is to have. Knows no statement.

use serde::{Deserialize, Serialize};

use super::types::{Column, Contract, Field, Index, Table};

/// All tables, parents before children.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schema {
    /// The tables.
    pub tables: Vec<TableShape>,
}

/// A table with everything that its statement says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableShape {
    /// Its name.
    pub name: String,
    /// The entity whose rows it keeps; empty for a table that keeps none.
    #[serde(default)]
    pub entity: String,
    /// The field whose lists it keeps; empty for a table of rows.
    #[serde(default)]
    pub field: String,
    /// Its columns.
    pub columns: Vec<ColumnShape>,
    /// Constraints of the table as a whole: `UNIQUE (owner_id, sku)`.
    #[serde(default)]
    pub constraints: Vec<String>,
    /// Whether it is `WITHOUT ROWID`.
    #[serde(default)]
    pub without_rowid: bool,
    /// Its indexes.
    #[serde(default)]
    pub indexes: Vec<IndexShape>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnShape {
    /// Its name.
    pub name: String,
    /// Everything after the name in `CREATE TABLE`.
    pub definition: String,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexShape {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Whether it lets no two rows have the same values.
    #[serde(default)]
    pub unique: bool,
}

impl Schema {
    /// The tables of a contract.
    pub fn of(contract: &Contract) -> Self {
        let owner = |table: &Table| {
            let mut entities = contract.entities.iter();
            let owner = entities.find(|entity| {
                entity.table.name == table.name
                    || entity.joins.iter().any(|join| join.name == table.name)
            })?;
            let keeps = |field: &&Field| {
                field
                    .join
                    .as_ref()
                    .is_some_and(|join| join.table == table.name)
            };
            Some((
                owner.name.clone(),
                owner
                    .fields
                    .iter()
                    .find(keeps)
                    .map(|field| field.name.clone()),
            ))
        };
        let tables = contract.tables().map(|table| {
            let (entity, field) = owner(table).unwrap_or_default();
            shape(table, entity, field.unwrap_or_default())
        });
        Self {
            tables: tables.collect(),
        }
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&TableShape> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl TableShape {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&ColumnShape> {
        self.columns.iter().find(|column| column.name == name)
    }
}

fn shape(table: &Table, entity: String, field: String) -> TableShape {
    let mut constraints: Vec<String> = Vec::new();
    if !table.primary.is_empty() {
        constraints.push(format!("PRIMARY KEY ({})", table.primary.join(", ")));
    }
    let unique = table.unique.iter();
    constraints.extend(unique.map(|columns| format!("UNIQUE ({})", columns.join(", "))));
    TableShape {
        name: table.name.clone(),
        entity,
        field,
        columns: table.columns.iter().map(column).collect(),
        constraints,
        without_rowid: !table.primary.is_empty(),
        indexes: table.indexes.iter().map(index).collect(),
    }
}

fn column(column: &Column) -> ColumnShape {
    ColumnShape {
        name: column.name.clone(),
        definition: column.definition.clone(),
    }
}

fn index(index: &Index) -> IndexShape {
    IndexShape {
        name: index.name.clone(),
        columns: index.columns.clone(),
        unique: false,
    }
}
