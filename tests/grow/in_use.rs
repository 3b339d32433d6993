//! An application of Flask or FastAPI that is in use: its rows, requests to it, and its database.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rusqlite::{Connection, OpenFlags};

use super::grow;
use crate::common::{Project, venv_of};

/// Rows as text, by table.
pub(super) type Rows = BTreeMap<String, Vec<String>>;

const CLIENT: &str = include_str!("accounts.py");
pub(super) const DATABASE: &str = "data.sqlite3";
const ENTITIES: [&str; 3] = [
    "recipe: title! state:choice(new|old)=new tags:tags parent:ref(recipe)",
    "review: text! recipe:ref!",
    "cook: name!^ recipes:many(recipe)",
];

/// What people entered before there were accounts.
const ENTERED: [&str; 9] = [
    r#"POST /api/recipes {"title": "soup", "tags": ["hot", "Quick"], "isbn": "a"}"#,
    r#"POST /api/recipes {"title": "stew", "parent_id": 1, "state": "old"}"#,
    r#"POST /api/recipes {"title": "gone"}"#,
    r#"POST /api/reviews {"text": "good", "recipe_id": 1}"#,
    r#"POST /api/reviews {"text": "bad", "recipe_id": 2}"#,
    r#"POST /api/cooks {"name": "Ada", "recipe_ids": [1, 2]}"#,
    r#"POST /api/cooks {"name": "Bob"}"#,
    "DELETE /api/recipes/3",
    "DELETE /api/cooks/2",
];

/// An application of `stack` with a history of two migrations and rows in all of its tables.
pub(super) fn in_use(stack: &str) -> Project {
    let project = Project::new();
    let mut args = vec!["run", "--dir", "app"];
    let request = format!("recipes in {stack}");
    args.push(&request);
    args.extend(ENTITIES.iter().flat_map(|entity| ["--entity", entity]));
    let _ = project.codey(&args).exits(0);
    let field = ["add", "field", "recipe", "isbn:string(20)^", "--no-verify"];
    let _ = grow(&project, &field).exits(0);
    let answers = ask(&project, &ENTERED);
    let statuses: Vec<u64> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [201, 201, 201, 201, 201, 201, 201, 204, 204]);
    // As databases have it that were once written to without looking after references.
    let db = Connection::open(project.path().join(DATABASE)).unwrap();
    db.execute_batch(
        "PRAGMA foreign_keys = OFF; INSERT INTO reviews (text, recipe_id) VALUES ('lost', 77)",
    )
    .unwrap();
    project
}

pub(super) fn client(project: &Project, requests: &[&str]) -> Command {
    let mut command = Command::new(venv_of(project, "app").join("bin/python"));
    command.args(["-c", CLIENT]).args(requests);
    command.current_dir(project.path());
    command
}

pub(super) fn started(project: &Project, requests: &[&str]) -> Output {
    client(project, requests).output().unwrap()
}

pub(super) fn ask(project: &Project, requests: &[&str]) -> Vec<(u64, serde_json::Value)> {
    let output = started(project, requests);
    assert!(output.status.success(), "{}", said(&output));
    let out = String::from_utf8(output.stdout).unwrap();
    out.lines().map(answer).collect()
}

pub(super) fn answer(line: &str) -> (u64, serde_json::Value) {
    let answer: serde_json::Value = serde_json::from_str(line).unwrap();
    (answer[0].as_u64().unwrap(), answer[1].clone())
}

pub(super) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(super) fn sign_up(name: &str) -> String {
    format!("POST /api/accounts {{\"name\": \"{name}\", \"password\": \"correct horse\"}}")
}

pub(super) fn open(file: &Path) -> Connection {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap()
}

pub(super) fn query(db: &Connection, query: &str) -> Vec<String> {
    let mut statement = db.prepare(query).unwrap();
    let count = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let values = (0..count).map(|at| row.get::<_, rusqlite::types::Value>(at));
        let values: rusqlite::Result<Vec<_>> = values.collect();
        values.map(|values| format!("{values:?}"))
    };
    statement
        .query_map([], row)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// All rows by table, without the columns in `but`.
pub(super) fn rows(file: &Path, but: &str) -> Rows {
    let db = open(file);
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut names = db.prepare(tables).unwrap();
    let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let of = |name: String| {
        let columns = format!(
            "SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('{name}') WHERE name != '{but}' ORDER BY name)"
        );
        let columns: String = db.query_row(&columns, [], |row| row.get(0)).unwrap();
        let rows = query(&db, &format!("SELECT {columns} FROM {name} ORDER BY 1, 2"));
        (name, rows)
    };
    names.map(|name| of(name.unwrap())).collect()
}

/// Everything in the database file: what is described, what is kept, what is counted.
pub(super) fn dump(file: &Path) -> (Vec<String>, Rows, Vec<String>) {
    let db = open(file);
    let described = query(
        &db,
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name",
    );
    let mut counted = query(&db, "SELECT name, seq FROM sqlite_sequence ORDER BY name");
    counted.extend(query(&db, "PRAGMA user_version"));
    (described, rows(file, ""), counted)
}

/// The statements of a database, however they are written.
pub(super) fn schema(file: &Path) -> Vec<String> {
    let all =
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name";
    let plain = |row: &String| {
        let row = row.replace("\\n", " ").replace(['"', '\\'], "");
        row.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mut schema: Vec<String> = query(&open(file), all).iter().map(plain).collect();
    schema.sort();
    schema
}

/// A copy of the database as it was before there were accounts.
pub(super) fn keep(project: &Project) -> PathBuf {
    let kept = project.path().join("kept.sqlite3");
    // What is in the write-ahead log comes along.
    let _ = std::fs::remove_file(&kept);
    let db = open(&project.path().join(DATABASE));
    db.execute("VACUUM INTO ?1", [kept.to_str().unwrap()])
        .unwrap();
    kept
}

pub(super) fn put_back(project: &Project, kept: &Path) {
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(project.path().join(format!("{DATABASE}{suffix}")));
    }
    std::fs::copy(kept, project.path().join(DATABASE)).unwrap();
}
