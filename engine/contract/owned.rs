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

    /// What the statement `sql` says of the table so far that codey did not: making the table anew would lose it.
    pub fn strange(&self, sql: &str) -> Vec<String> {
        let columns = self.table.columns.iter().filter(|it| it.name != OWNER);
        let due: Vec<String> = columns
            .map(|column| format!("{} {}", column.name, column.definition))
            .chain(self.table.constraints.iter().cloned())
            .collect();
        let is_known = |part: &String| {
            let (unique, rest) = without_unique(part);
            let name = part.split(' ').next().unwrap_or_default();
            due.contains(&rest) && (!unique || self.table.constraints.contains(&by_owner(name)))
        };
        let mut parts = parts(sql);
        parts.retain(|part| !is_known(part));
        parts
    }
}

/// What stands between the outermost parentheses, by commas, and what stands after them; without quotes around
/// names, and with one space where there are several or a line ends.
fn parts(sql: &str) -> Vec<String> {
    let start = sql.find('(').map_or(sql.len(), |at| at + 1);
    let end = sql.rfind(')').unwrap_or(sql.len()).max(start);
    let (mut parts, mut depth, mut in_text) = (vec![String::new()], 0_u32, false);
    for letter in sql[start..end].chars() {
        in_text ^= letter == '\'';
        match letter {
            '(' if !in_text => depth += 1,
            ')' if !in_text => depth = depth.saturating_sub(1),
            ',' if !in_text && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            '"' if !in_text => continue,
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts.push(sql[end..].trim_start_matches(')').to_owned());
    let plain = |part: &String| part.split_whitespace().collect::<Vec<_>>().join(" ");
    parts
        .iter()
        .map(plain)
        .filter(|part| !part.is_empty())
        .collect()
}

/// The constraint by which values of a column are there once among the rows of an owner.
fn by_owner(name: &str) -> String {
    format!("UNIQUE ({OWNER}, {name})")
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
