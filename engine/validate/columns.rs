//! What a database in memory really has: columns, keys and indexes of a table. Knows no contract.

use rusqlite::{Connection, Row};

/// A column as SQLite keeps it.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) not_null: bool,
    pub(super) primary: bool,
}

/// A foreign key of one column.
pub(super) struct Key {
    pub(super) from: String,
    pub(super) table: String,
    pub(super) on_delete: String,
}

/// A table as SQLite keeps it.
pub(super) struct Shape {
    pub(super) columns: Vec<Column>,
    pub(super) keys: Vec<Key>,
    /// Columns of each index, with whether it is unique.
    pub(super) indexes: Vec<(bool, Vec<String>)>,
}

impl Shape {
    /// The table `name`; without columns where there is none.
    pub(super) fn of(db: &Connection, name: &str) -> rusqlite::Result<Self> {
        let column = |row: &Row<'_>| {
            Ok(Column {
                name: row.get("name")?,
                kind: row.get("type")?,
                not_null: row.get("notnull")?,
                primary: row.get::<_, i64>("pk")? > 0,
            })
        };
        let key = |row: &Row<'_>| {
            Ok(Key {
                from: row.get("from")?,
                table: row.get("table")?,
                on_delete: row.get("on_delete")?,
            })
        };
        let index = |row: &Row<'_>| Ok((row.get("unique")?, row.get::<_, String>("name")?));
        let part = |row: &Row<'_>| row.get::<_, Option<String>>("name");
        let mut indexes = Vec::new();
        for (unique, index) in read(db, "SELECT * FROM pragma_index_list(?1)", name, index)? {
            let parts = read(db, "SELECT * FROM pragma_index_info(?1)", &index, part)?;
            // A part without a name is an expression.
            indexes.push((
                unique,
                parts.into_iter().map(Option::unwrap_or_default).collect(),
            ));
        }
        Ok(Self {
            columns: read(db, "SELECT * FROM pragma_table_info(?1)", name, column)?,
            keys: read(db, "SELECT * FROM pragma_foreign_key_list(?1)", name, key)?,
            indexes,
        })
    }
}

fn read<T>(
    db: &Connection,
    sql: &str,
    name: &str,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    db.prepare_cached(sql)?.query_map([name], row)?.collect()
}
