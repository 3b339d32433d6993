//! The database that a contract asks for, as the tables that SQLite is to have. Knows no statement.

use serde::{Deserialize, Serialize};

use super::types::{Column, Contract, Index};

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
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entity: String,
    /// Its columns.
    pub columns: Vec<ColumnShape>,
    /// Constraints of the table as a whole: `UNIQUE (owner_id, sku)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<String>,
    /// Whether it is `WITHOUT ROWID`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_rowid: bool,
    /// Its indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
}

impl Schema {
    /// The tables of a contract.
    pub fn of(contract: &Contract) -> Self {
        let tables = contract.entities.iter().map(|entity| TableShape {
            name: entity.table.name.clone(),
            entity: entity.name.clone(),
            columns: entity.table.columns.iter().map(column).collect(),
            constraints: Vec::new(),
            without_rowid: false,
            indexes: entity.table.indexes.iter().map(index).collect(),
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
