//! Tables whose rows come to belong to accounts: which do, and what else about them would change. Knows no
//! statement.

use serde::Serialize;

use super::accounts::{OWNER, owner_column};
use super::change::{unique_index, without_unique};
use super::schema::{ColumnShape, Schema, TableShape};

/// A table that is made anew because its rows come to belong to accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnedTable {
    /// The table as it is to be, with its indexes.
    pub table: TableShape,
    /// Names of the indexes that it has so far.
    pub indexes: Vec<String>,
}

impl OwnedTable {
    pub(super) fn new(old: &TableShape, new: &TableShape) -> Self {
        let unique = old.columns.iter().filter(|column| is_unique(column));
        let by_column = unique.map(|column| unique_index(old, vec![column.name.clone()]).name);
        let named = old.indexes.iter().map(|index| index.name.clone());
        Self {
            table: new.clone(),
            indexes: named.chain(by_column).collect(),
        }
    }
}

/// Whether rows of a database belong to accounts.
pub fn has_owners(schema: &Schema) -> bool {
    schema.tables.iter().any(has_owner)
}

fn has_owner(table: &TableShape) -> bool {
    let owner = table.column(OWNER);
    owner.is_some_and(|column| column.definition == owner_column().definition)
}

/// Whether the rows of `new` belong to accounts and those of `old` to nobody.
pub(super) fn gets_owner(old: &TableShape, new: &TableShape) -> bool {
    old.column(OWNER).is_none() && has_owner(new)
}

/// What `new` has otherwise than `old` besides owners: what was unique is so among the rows of an owner.
pub(super) fn difference(old: &TableShape, new: &TableShape) -> Option<String> {
    let columns = || new.columns.iter().filter(|column| column.name != OWNER);
    let by_owner = |name: &str| format!("UNIQUE ({OWNER}, {name})");
    for column in columns() {
        let Some(before) = old.column(&column.name) else {
            return Some(format!("the column `{}` would come to it", column.name));
        };
        let definition = without_unique(&before.definition).1;
        if definition != column.definition {
            return Some(format!(
                "the column `{}` would become `{}` and is `{definition}`",
                column.name, column.definition
            ));
        }
        if is_unique(before) != new.constraints.contains(&by_owner(&column.name)) {
            return Some(format!(
                "whether values of the column `{}` may be there twice would change",
                column.name
            ));
        }
    }
    if let Some(gone) = old.columns.iter().find(|it| new.column(&it.name).is_none()) {
        return Some(format!("the column `{}` would go", gone.name));
    }
    let is_new = |constraint: &&String| !columns().any(|it| **constraint == by_owner(&it.name));
    let others: Vec<&String> = new.constraints.iter().filter(is_new).collect();
    let other = old.constraints.iter().find(|it| !others.contains(it));
    let other = other.or(others.into_iter().find(|it| !old.constraints.contains(it)));
    other.map(|constraint| format!("the constraint `{constraint}` would come or go"))
}

fn is_unique(column: &ColumnShape) -> bool {
    without_unique(&column.definition).0
}
