//! The contract's tables against the SQL that was written. Knows no language but SQL.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use super::columns::{Column, Shape};
use super::sql::{Database, is_missing};
use crate::contract::{self, Contract};
use crate::diagnostic::{Finding, Place, did_you_mean};

/// What the SQL files, in the order of their paths, make otherwise than the contract asks.
pub(super) fn check(contract: &Contract, files: &[(Utf8PathBuf, String)]) -> Vec<Finding> {
    let run = || -> rusqlite::Result<Vec<Finding>> {
        let mut database = Database::new()?;
        let mut findings = Vec::new();
        let mut sql: Vec<_> = files
            .iter()
            .filter(|(path, _)| path.extension() == Some("sql"))
            .collect();
        sql.sort();
        for (path, text) in sql {
            // The syntax check of each file says the rest.
            findings.extend(database.take(path, text).into_iter().filter(is_missing));
        }
        for due in contract.tables() {
            findings.extend(table(&database, due)?);
        }
        Ok(findings)
    };
    run().unwrap_or_else(|error| vec![Finding::error("contract::table", error.to_string())])
}

/// Whether the statements of migrations, one file after the other, can be run and make the contract's tables.
pub fn migrations(contract: &Contract, files: &[(Utf8PathBuf, String)]) -> Vec<Finding> {
    let run = || -> rusqlite::Result<Vec<Finding>> {
        let mut database = Database::new()?;
        let taken = files.iter().map(|(path, text)| database.take(path, text));
        let mut findings = taken.collect::<Vec<_>>().concat();
        if findings.is_empty() {
            for due in contract.tables() {
                findings.extend(table(&database, due)?);
            }
        }
        Ok(findings)
    };
    run().unwrap_or_else(|error| vec![Finding::error("contract::table", error.to_string())])
}

/// The statements that made the tables which the files leave, one file after the other; nothing where these cannot
/// be run.
pub fn replayed(files: &[(Utf8PathBuf, String)]) -> BTreeMap<String, String> {
    let run = || -> rusqlite::Result<BTreeMap<String, String>> {
        let mut database = Database::new()?;
        if files
            .iter()
            .any(|(path, text)| !database.take(path, text).is_empty())
        {
            return Ok(BTreeMap::new());
        }
        let query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL";
        let mut statement = database.db.prepare(query)?;
        let tables = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        tables.collect()
    };
    run().unwrap_or_default()
}

fn table(database: &Database, due: &contract::Table) -> rusqlite::Result<Vec<Finding>> {
    let shape = Shape::of(&database.db, &due.name)?;
    if shape.columns.is_empty() {
        return Ok(vec![no_table(database, &due.name)]);
    }
    let spot = database.made.iter().find(|(name, _)| *name == due.name);
    let spot = spot.map(|(_, place)| place.clone());
    let mut findings = Vec::new();
    for column in &due.columns {
        let name = format!("{}.{}", due.name, column.name);
        let problems = match shape.columns.iter().find(|made| made.name == column.name) {
            Some(made) => differences(&shape, made, column),
            None => vec![no_column(&shape, &column.name)],
        };
        findings.extend(problems.into_iter().map(|(code, problem)| {
            located(code, format!("column `{name}` {problem}"), spot.as_ref()).help(format!(
                "Declare it as `{} {}` in the table `{}`.",
                column.name, column.definition, due.name
            ))
        }));
    }
    for columns in &due.unique {
        let is_kept = |(unique, kept): &(bool, Vec<String>)| *unique && kept == columns;
        if !shape.indexes.iter().any(is_kept) {
            let columns = columns.join(", ");
            let message = format!("the table `{}` may hold ({columns}) twice", due.name);
            let help = format!("Add `UNIQUE ({columns})` to the table `{}`.", due.name);
            findings.push(located("contract::unique", message, spot.as_ref()).help(help));
        }
    }
    for index in &due.indexes {
        if !shape
            .indexes
            .iter()
            .any(|(_, columns)| columns.starts_with(&index.columns))
        {
            let columns = index.columns.join(", ");
            let message = format!("the table `{}` has no index on {columns}", due.name);
            findings.push(
                located("contract::index", message, spot.as_ref()).help(format!(
                    "Add `CREATE INDEX {} ON {} ({columns});`.",
                    index.name, due.name
                )),
            );
        }
    }
    Ok(findings)
}

type Problem = (&'static str, String);

/// What a column lacks of its definition.
fn differences(shape: &Shape, made: &Column, due: &contract::Column) -> Vec<Problem> {
    let asked = due.definition.to_ascii_uppercase();
    let mut problems = Vec::new();
    if !made.kind.eq_ignore_ascii_case(&due.kind) {
        problems.push((
            "contract::column-type",
            format!("is {} and not {}", made.kind, due.kind),
        ));
    }
    if asked.contains("NOT NULL") && !made.not_null && !made.primary {
        problems.push(("contract::not-null", "may be NULL".to_owned()));
    }
    if asked.contains("PRIMARY KEY") && !made.primary {
        problems.push(("contract::primary-key", "is not the primary key".to_owned()));
    }
    let unique =
        |(unique, columns): &(bool, Vec<String>)| *unique && *columns == [due.name.as_str()];
    if has_word(&asked, "UNIQUE") && !made.primary && !shape.indexes.iter().any(unique) {
        problems.push(("contract::unique", "may hold one value twice".to_owned()));
    }
    problems.extend(reference(shape, due));
    problems
}

/// What a column lacks of the foreign key that its definition asks for.
fn reference(shape: &Shape, due: &contract::Column) -> Option<Problem> {
    let at = due.definition.to_ascii_uppercase().find("REFERENCES")?;
    let target = due.definition[at + "REFERENCES".len()..].trim_start();
    let target = target
        .split(['(', ' '])
        .next()?
        .trim_matches(['"', '`', '[', ']']);
    let Some(key) = shape
        .keys
        .iter()
        .find(|key| key.from == due.name && key.table == target)
    else {
        return Some((
            "contract::foreign-key",
            format!("does not refer to `{target}`"),
        ));
    };
    let asked = due.definition.to_ascii_uppercase();
    let action = asked.split("ON DELETE ").nth(1)?;
    (!action.starts_with(&key.on_delete)).then(|| {
        let action = action.split(" ON ").next().unwrap_or(action).trim();
        let problem = format!("says ON DELETE {} and not {action}", key.on_delete);
        ("contract::foreign-key", problem)
    })
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|part| part == word)
}

fn no_table(database: &Database, name: &str) -> Finding {
    let made = database.made.iter().map(|(name, _)| name.as_str());
    let near =
        did_you_mean(name, made).map_or_else(String::new, |near| format!("; there is `{near}`"));
    Finding::error(
        "contract::table",
        format!("no SQL file makes the table `{name}`{near}"),
    )
    .help(format!("Add `CREATE TABLE {name}` with its columns."))
}

fn no_column(shape: &Shape, name: &str) -> Problem {
    let names = shape.columns.iter().map(|column| column.name.as_str());
    let near =
        did_you_mean(name, names).map_or_else(String::new, |near| format!("; there is `{near}`"));
    ("contract::column", format!("is not there{near}"))
}

fn located(code: &'static str, message: String, spot: Option<&Place>) -> Finding {
    let finding = Finding::error(code, message);
    match spot {
        Some(place) => finding.at(place.clone()),
        None => finding,
    }
}
