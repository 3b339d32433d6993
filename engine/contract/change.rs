//! From one database to the next: what has to be done so that its rows survive, or why that cannot be.
//! Knows what SQLite's `ALTER TABLE` can do, and no file.

use serde::Serialize;

use super::owned::{OwnedTable, difference, gets_owner};
use super::schema::{ColumnShape, IndexShape, Schema, TableShape};
use crate::diagnostic::Finding;

/// A step of a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// Make a table; its indexes are steps of their own.
    CreateTable {
        /// The table.
        table: TableShape,
    },
    /// Add a column to a table that has rows.
    AddColumn {
        /// The table's name.
        table: String,
        /// The entity whose rows it keeps.
        entity: String,
        /// The column, in a form that `ALTER TABLE ADD COLUMN` takes.
        column: ColumnShape,
        /// Whether no two rows may share a value, which an index of its own sees to.
        unique: bool,
    },
    /// Make tables anew whose rows come to belong to accounts; those that are there belong to nobody yet.
    Own {
        /// The tables.
        tables: Vec<OwnedTable>,
    },
    /// Make an index.
    CreateIndex {
        /// The table's name.
        table: String,
        /// The entity whose rows it keeps.
        entity: String,
        /// The index.
        index: IndexShape,
    },
    /// Drop an index.
    DropIndex {
        /// The table's name.
        table: String,
        /// The entity whose rows it keeps.
        entity: String,
        /// The index.
        index: IndexShape,
    },
}

/// What leads from `old` to `new`, new tables first.
///
/// # Errors
/// Everything that cannot be done without losing or inventing data.
pub fn changes(old: &Schema, new: &Schema) -> Result<Vec<Change>, Vec<Finding>> {
    let mut steps = Steps::default();
    for table in &new.tables {
        if old.table(&table.name).is_none() {
            steps.create(table);
        }
    }
    for table in &new.tables {
        if let Some(old) = old.table(&table.name) {
            steps.alter(old, table);
        }
    }
    for table in &old.tables {
        if new.table(&table.name).is_none() {
            steps.refuse(
                "change::table-gone",
                format!("the table `{}` would go with all its rows", table.name),
                "leave what it keeps in the plan, or move the rows in a migration of your own first",
            );
        }
    }
    if !steps.owned.is_empty() {
        steps.changes.push(Change::Own {
            tables: steps.owned,
        });
    }
    match steps.refused.is_empty() {
        true => Ok(steps.changes),
        false => Err(steps.refused),
    }
}

#[derive(Default)]
struct Steps {
    changes: Vec<Change>,
    owned: Vec<OwnedTable>,
    refused: Vec<Finding>,
}

impl Steps {
    fn refuse(&mut self, code: &'static str, message: String, help: impl Into<String>) {
        self.refused.push(Finding::error(code, message).help(help));
    }

    fn create(&mut self, table: &TableShape) {
        self.changes.push(Change::CreateTable {
            table: table.clone(),
        });
        for index in &table.indexes {
            self.index(table, index.clone());
        }
    }

    fn index(&mut self, table: &TableShape, index: IndexShape) {
        self.changes.push(Change::CreateIndex {
            table: table.name.clone(),
            entity: table.entity.clone(),
            index,
        });
    }

    fn own(&mut self, old: &TableShape, new: &TableShape) {
        match difference(old, new) {
            None => self.owned.push(OwnedTable::new(old, new)),
            Some(difference) => self.refuse(
                "change::accounts",
                format!(
                    "`{}` would change otherwise too when accounts come to it: {difference}",
                    new.name
                ),
                "one at a time: `codey update` first, then `codey add feature auth` by itself",
            ),
        }
    }

    fn alter(&mut self, old: &TableShape, new: &TableShape) {
        if gets_owner(old, new) {
            return self.own(old, new);
        }
        for column in &new.columns {
            match old.column(&column.name) {
                None => self.add(new, column),
                Some(before) if before.definition == column.definition => {}
                Some(before) => self.refuse(
                    "change::column",
                    format!(
                        "the column `{}.{}` would become `{}` and is `{}`",
                        new.name, column.name, column.definition, before.definition
                    ),
                    "the rows that are there may not fit: leave the field as it was, or change table and \
                     rows in a migration of your own",
                ),
            }
        }
        for column in &old.columns {
            if new.column(&column.name).is_none() {
                self.refuse(
                    "change::column-gone",
                    format!("the column `{}.{}` would go with its values", new.name, column.name),
                    "leave the field in the plan, or move its values in a migration of your own first",
                );
            }
        }
        self.constraints(old, new);
        self.indexes(old, new);
    }

    fn add(&mut self, table: &TableShape, column: &ColumnShape) {
        let words = outside_texts(&column.definition);
        let (unique, definition) = without_unique(&column.definition);
        let has_default = words.contains(" DEFAULT ");
        let name = format!("{}.{}", table.name, column.name);
        if words.contains("PRIMARY KEY") || words.contains(" DEFAULT (") {
            let message = format!(
                "SQLite cannot add the column `{name}` as `{}`",
                column.definition
            );
            self.refuse(
                "change::new-column",
                message,
                "add it in a migration of your own",
            );
        } else if words.contains("NOT NULL") && !has_default {
            self.refuse(
                "change::required",
                required(table, column),
                required_help(column),
            );
        } else if unique && has_default {
            let message = format!(
                "the rows that `{}` has already would all get one value for `{}`, which is to be unique",
                table.name, column.name
            );
            self.refuse(
                "change::unique-default",
                message,
                "leave out the default, or the `^`",
            );
        } else {
            self.changes.push(Change::AddColumn {
                table: table.name.clone(),
                entity: table.entity.clone(),
                column: ColumnShape {
                    name: column.name.clone(),
                    definition,
                },
                unique,
            });
            if unique {
                self.index(table, unique_index(table, vec![column.name.clone()]));
            }
        }
    }

    /// Constraints of a table that is there cannot be added; an index does for those that can be.
    fn constraints(&mut self, old: &TableShape, new: &TableShape) {
        for constraint in &new.constraints {
            if old.constraints.contains(constraint) {
                continue;
            }
            match unique_columns(constraint) {
                // A new column has no two values yet; on old ones the rows may disagree.
                Some(columns) if columns.iter().any(|name| old.column(name).is_none()) => {
                    self.index(new, unique_index(new, columns));
                }
                _ => self.refuse(
                    "change::constraint",
                    format!("`{}` would get the constraint `{constraint}`", new.name),
                    "the rows that are there may not fit: add it in a migration of your own",
                ),
            }
        }
        for constraint in &old.constraints {
            if !new.constraints.contains(constraint) {
                self.refuse(
                    "change::constraint",
                    format!("`{}` would lose the constraint `{constraint}`", new.name),
                    "leave it, or drop it in a migration of your own",
                );
            }
        }
    }

    fn indexes(&mut self, old: &TableShape, new: &TableShape) {
        for index in &old.indexes {
            if !new.indexes.contains(index) {
                self.changes.push(Change::DropIndex {
                    table: new.name.clone(),
                    entity: new.entity.clone(),
                    index: index.clone(),
                });
            }
        }
        for index in &new.indexes {
            if !old.indexes.contains(index) {
                self.index(new, index.clone());
            }
        }
    }
}

fn required(table: &TableShape, column: &ColumnShape) -> String {
    format!(
        "`{}` is required, and the rows that `{}` has already have no value for it",
        column.name, table.name
    )
}

fn required_help(column: &ColumnShape) -> &'static str {
    match outside_texts(&column.definition).contains("REFERENCES") {
        true => "make the reference optional: leave out its `!`",
        false => "give it a default, such as `servings:int!=1`, or leave out the `!`",
    }
}

/// A definition without what stands in quotes: a value of a choice can be called anything.
fn outside_texts(definition: &str) -> String {
    let parts = definition.split('\'').step_by(2);
    parts.collect::<Vec<_>>().join("''").to_ascii_uppercase()
}

/// Whether a definition says `UNIQUE` outside its texts, and the definition without the word.
pub(super) fn without_unique(definition: &str) -> (bool, String) {
    const WORD: &str = " UNIQUE";
    let found = definition.match_indices(WORD).find(|(at, _)| {
        let is_outside = definition[..*at].matches('\'').count().is_multiple_of(2);
        let next = definition[at + WORD.len()..].chars().next();
        is_outside && next.is_none_or(|c| c == ' ')
    });
    match found {
        Some((at, _)) => {
            let rest = &definition[at + WORD.len()..];
            (true, format!("{}{rest}", &definition[..at]))
        }
        None => (false, definition.to_owned()),
    }
}

/// The columns of `UNIQUE (a, b)`.
fn unique_columns(constraint: &str) -> Option<Vec<String>> {
    let inner = constraint.strip_prefix("UNIQUE (")?.strip_suffix(')')?;
    Some(inner.split(", ").map(str::to_owned).collect())
}

pub(super) fn unique_index(table: &TableShape, columns: Vec<String>) -> IndexShape {
    IndexShape {
        name: format!(
            "{}_{}_unique",
            crate::spec::names::bare(&table.name),
            columns.join("_")
        ),
        columns,
        unique: true,
    }
}
