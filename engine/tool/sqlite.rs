//! SQLite databases in a workspace: made from a schema, and read. Writes files through the workspace only.

use std::fmt::Write as _;
use std::time::Duration;

use camino::Utf8Path;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::report::ToolReport;
use super::table::{cell, table};
use crate::clock::Stopwatch;
use crate::diagnostic::Finding;
use crate::workspace::{Durability, Workspace};

/// Time one query or schema may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Steps of SQLite's machine between two looks at the clock.
const STEPS_PER_LOOK: i32 = 10_000;
/// Rows of an answer that are shown.
const MAX_ROWS: usize = 200;
/// Bytes of the longest value and of the longest statement.
const MAX_VALUE_BYTES: i32 = 64 << 20;
const MAX_STATEMENT_BYTES: i32 = 1 << 20;
/// Time to wait for another program that writes to the database.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Pragmas that only describe the schema.
const DESCRIBING: &[&str] = &[
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "table_info",
    "table_list",
    "table_xinfo",
];
/// Pragmas that a schema may set: none names a file or weakens the format.
const SETTINGS: &[&str] = &[
    "application_id",
    "auto_vacuum",
    "encoding",
    "foreign_keys",
    "journal_mode",
    "page_size",
    "recursive_triggers",
    "synchronous",
    "user_version",
];

/// SQLite in a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Sqlite<'a> {
    workspace: &'a Workspace,
}

/// A table, index, view or trigger of a schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Object {
    kind: String,
    name: String,
    sql: String,
}

impl<'a> Sqlite<'a> {
    /// SQLite in `workspace`.
    pub fn new(workspace: &'a Workspace) -> Self {
        Self { workspace }
    }

    /// Makes `database` from the statements `schema`. In a database that is there already, missing
    /// tables and indexes are added; rows are never touched, and a table that differs is an error.
    pub fn create(self, database: &Utf8Path, schema: &str) -> Result<ToolReport, Finding> {
        let mut wanted = build(schema)?;
        let objects = objects(&wanted).map_err(|error| schema_error(&error))?;
        let existing = self.workspace.stat(database)?;
        if existing.is_none_or(|stat| stat.bytes == 0 && stat.is_file) {
            let bytes = wanted
                .serialize("main")
                .map_err(|error| schema_error(&error))?;
            self.workspace.write(database, &bytes, Durability::Synced)?;
            let count = count_tables(&objects);
            return Ok(ToolReport::new(format!("made {database} with {count}")));
        }
        self.complete(database, &objects)
    }

    /// The rows that the statement `sql` finds in `database`, as a table.
    pub fn query(self, database: &Utf8Path, sql: &str) -> Result<ToolReport, Finding> {
        let path = self.workspace.locate(database)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)
            .map_err(|error| query_error(database, &error))?;
        restrict(&mut connection, allow_reading).map_err(|error| query_error(database, &error))?;
        rows(&connection, sql).map_err(|error| query_error(database, &error))
    }

    /// Adds to an existing database what it lacks of `wanted`.
    fn complete(self, database: &Utf8Path, wanted: &[Object]) -> Result<ToolReport, Finding> {
        let path = self.workspace.locate(database)?;
        let failed = |error: rusqlite::Error| {
            Finding::error("sqlite::open", format!("cannot open `{database}`: {error}"))
                .help("Check that the file is a SQLite database that no program has locked.")
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        connection.busy_timeout(BUSY_WAIT).map_err(failed)?;
        restrict(&mut connection, allow_schema).map_err(failed)?;
        let present = objects(&connection).map_err(failed)?;
        let missing = missing(database, wanted, &present)?;
        if missing.is_empty() {
            return Ok(ToolReport::new(format!(
                "{database} has this schema already"
            )));
        }
        let added = connection.transaction().and_then(|transaction| {
            for object in &missing {
                transaction.execute_batch(&object.sql)?;
            }
            transaction.commit()
        });
        added.map_err(failed)?;
        let names: Vec<_> = missing.iter().map(|object| object.name.as_str()).collect();
        Ok(ToolReport::new(format!(
            "added {} to {database}",
            names.join(", ")
        )))
    }
}

/// Runs the statements of a schema in memory.
fn build(schema: &str) -> Result<Connection, Finding> {
    let prepare = || -> rusqlite::Result<Connection> {
        let mut connection = Connection::open_in_memory()?;
        restrict(&mut connection, allow_schema)?;
        connection.execute_batch(schema)?;
        // The statements are done; what follows is codey's own.
        connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
        Ok(connection)
    };
    prepare().map_err(|error| schema_error(&error))
}

/// What the schema of a database consists of, tables before what is on them.
fn objects(connection: &Connection) -> rusqlite::Result<Vec<Object>> {
    const QUERY: &str = "SELECT type, name, sql FROM sqlite_schema \
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";
    let mut statement = connection.prepare(QUERY)?;
    let rows = statement.query_map([], |row| {
        Ok(Object {
            kind: row.get(0)?,
            name: row.get(1)?,
            sql: row.get(2)?,
        })
    })?;
    rows.collect()
}

/// The objects of `wanted` that are not in `present`; those that are there and differ are an error.
fn missing<'o>(
    database: &Utf8Path,
    wanted: &'o [Object],
    present: &[Object],
) -> Result<Vec<&'o Object>, Finding> {
    let mut missing = Vec::new();
    let mut differing = Vec::new();
    for object in wanted {
        let name = &object.name;
        match present.iter().find(|it| it.name.eq_ignore_ascii_case(name)) {
            None => missing.push(object),
            Some(it) if it.kind != object.kind || normal(&it.sql) != normal(&object.sql) => {
                differing.push(format!("{} `{name}`", object.kind));
            }
            Some(_) => {}
        }
    }
    if differing.is_empty() {
        return Ok(missing);
    }
    Err(Finding::error(
        "sqlite::schema-differs",
        format!(
            "`{database}` has another definition of {}",
            differing.join(", ")
        ),
    )
    .help("Change the database by hand, or move it away: codey never drops rows."))
}

/// A definition without what does not change its meaning.
fn normal(sql: &str) -> String {
    let words: Vec<_> = sql.split_whitespace().collect();
    words.join(" ").replace("IF NOT EXISTS ", "")
}

fn count_tables(objects: &[Object]) -> String {
    match objects
        .iter()
        .filter(|object| object.kind == "table")
        .count()
    {
        1 => "1 table".to_owned(),
        count => format!("{count} tables"),
    }
}

/// Bounds what a statement may do, how long it takes and how much it makes.
fn restrict(
    connection: &mut Connection,
    allow: fn(AuthContext<'_>) -> Authorization,
) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_STATEMENT_BYTES)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.authorizer(Some(allow))?;
    let watch = Stopwatch::start();
    connection.progress_handler(STEPS_PER_LOOK, Some(move || watch.elapsed() > TIME_LIMIT))
}

/// Reading only: no write, no other database, no setting, no extension.
fn allow_reading(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => {
            Authorization::Allow
        }
        AuthAction::Function { function_name } => allow_function(function_name),
        AuthAction::Pragma { pragma_name, .. } => allow_pragma(DESCRIBING, pragma_name),
        _ => Authorization::Deny,
    }
}

/// Everything within the database, and nothing outside of it.
fn allow_schema(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Attach { .. } | AuthAction::Detach { .. } | AuthAction::Unknown { .. } => {
            Authorization::Deny
        }
        AuthAction::Function { function_name } => allow_function(function_name),
        AuthAction::Pragma { pragma_name, .. } => allow_pragma(SETTINGS, pragma_name),
        _ => Authorization::Allow,
    }
}

fn allow_function(name: &str) -> Authorization {
    const OUTSIDE: &[&str] = &[
        "load_extension",
        "readfile",
        "writefile",
        "edit",
        "fts3_tokenizer",
    ];
    if OUTSIDE
        .iter()
        .any(|outside| outside.eq_ignore_ascii_case(name))
    {
        Authorization::Deny
    } else {
        Authorization::Allow
    }
}

fn allow_pragma(allowed: &[&str], name: &str) -> Authorization {
    if allowed.iter().any(|it| it.eq_ignore_ascii_case(name)) {
        Authorization::Allow
    } else {
        Authorization::Deny
    }
}

/// The first rows that `sql` gives, under their names.
fn rows(connection: &Connection, sql: &str) -> rusqlite::Result<ToolReport> {
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.column_names().map(cell).collect();
    let mut found = Vec::new();
    let mut more = false;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if found.len() == MAX_ROWS {
            more = true;
            break;
        }
        let cells: rusqlite::Result<Vec<_>> = (0..names.len())
            .map(|column| Ok(value(row.get_ref(column)?)))
            .collect();
        found.push(cells?);
    }
    let mut detail = table(&names, &found);
    let count = found.len();
    let rows = if count == 1 { "row" } else { "rows" };
    let only = if more { "only the first " } else { "" };
    let _ = writeln!(detail, "({only}{count} {rows})");
    Ok(ToolReport::new(detail))
}

fn value(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => cell(&String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => format!("({} bytes)", bytes.len()),
    }
}

fn schema_error(error: &rusqlite::Error) -> Finding {
    Finding::error(
        "sqlite::schema",
        format!("the schema is not accepted: {}", describe(error)),
    )
    .help("Correct the statements; only the database itself may be changed by them.")
}

fn query_error(database: &Utf8Path, error: &rusqlite::Error) -> Finding {
    Finding::error(
        "sqlite::query",
        format!(
            "the query of `{database}` is not accepted: {}",
            describe(error)
        ),
    )
    .help("Give one statement that only reads.")
}

fn describe(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => {
            format!("it takes longer than {} seconds", TIME_LIMIT.as_secs())
        }
        Some(ErrorCode::AuthorizationForStatementDenied) => {
            "it does what is not allowed".to_owned()
        }
        _ => error.to_string(),
    }
}
