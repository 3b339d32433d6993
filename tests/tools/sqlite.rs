//! SQLite: schemas, queries, and what neither may do.

use super::*;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS task (\n  id INTEGER PRIMARY KEY,\n  title TEXT NOT NULL\n);\nCREATE INDEX task_title ON task (title);\n";

fn code<T: std::fmt::Debug>(answer: Result<T, Finding>) -> &'static str {
    answer.unwrap_err().code
}

#[test]
fn a_database_is_made_once_with_the_same_bytes() {
    let (one, two) = (place(), place());
    for place in [&one, &two] {
        let report = Sqlite::new(&place.workspace)
            .create("d/app.db".into(), SCHEMA)
            .unwrap();
        assert_eq!(report.detail, "made d/app.db with 1 table");
    }
    let bytes = |place: &Place| place.workspace.read("d/app.db".into()).unwrap().unwrap();
    assert_eq!(bytes(&one), bytes(&two));
    let again = Sqlite::new(&one.workspace)
        .create("d/app.db".into(), SCHEMA)
        .unwrap();
    assert!(again.detail.contains("already"), "{}", again.detail);
    assert_eq!(bytes(&one), bytes(&two));
}

#[test]
fn rows_survive_and_missing_tables_are_added() {
    let place = place();
    let sqlite = Sqlite::new(&place.workspace);
    let database = Utf8Path::new("app.db");
    sqlite.create(database, SCHEMA).unwrap();
    let path = place.workspace.root().join(database);
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute("INSERT INTO task (title) VALUES ('keep me')", [])
        .unwrap();
    drop(connection);
    let larger = format!("{SCHEMA}CREATE TABLE tag (id INTEGER PRIMARY KEY);");
    let report = sqlite.create(database, &larger).unwrap();
    assert_eq!(report.detail, "added tag to app.db");
    let rows = sqlite
        .query(database, "SELECT id, title FROM task")
        .unwrap();
    assert_eq!(
        rows.detail,
        "id  title\n--  -------\n1   keep me\n(1 row)\n"
    );
    let other = "CREATE TABLE task (id INTEGER PRIMARY KEY, name TEXT)";
    assert_eq!(
        code(sqlite.create(database, other)),
        "sqlite::schema-differs"
    );
}

#[test]
fn a_schema_that_is_wrong_or_reaches_outside_leaves_nothing() {
    let place = place();
    let sqlite = Sqlite::new(&place.workspace);
    for schema in [
        "CREATE TABLE",
        "ATTACH 'other.db' AS other; CREATE TABLE other.x (a);",
        "CREATE TABLE x (a); VACUUM INTO 'other.db';",
        "SELECT load_extension('x.so');",
        "PRAGMA temp_store_directory = '/tmp';",
        "CREATE TABLE x (a); PRAGMA writable_schema = on;",
    ] {
        assert_eq!(
            code(sqlite.create("app.db".into(), schema)),
            "sqlite::schema",
            "{schema}"
        );
    }
    assert_eq!(place.workspace.root().read_dir_utf8().unwrap().count(), 0);
    let outside = sqlite.create("../app.db".into(), SCHEMA);
    assert_eq!(code(outside), "workspace::outside");
}

#[test]
fn a_query_only_reads() {
    let place = place();
    let sqlite = Sqlite::new(&place.workspace);
    let database = Utf8Path::new("app.db");
    sqlite.create(database, SCHEMA).unwrap();
    let before = place.workspace.digest(database).unwrap();
    for sql in [
        "INSERT INTO task (title) VALUES ('x')",
        "DELETE FROM task",
        "DROP TABLE task",
        "CREATE TEMP TABLE t (a)",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO 'other.db'",
        "PRAGMA journal_mode = WAL",
        "SELECT load_extension('x.so')",
        "SELECT 1; DELETE FROM task",
        "no sql",
        "",
    ] {
        assert_eq!(code(sqlite.query(database, sql)), "sqlite::query", "{sql}");
    }
    assert_eq!(place.workspace.digest(database).unwrap(), before);
    assert_eq!(place.workspace.root().read_dir_utf8().unwrap().count(), 1);
    let columns = sqlite.query(database, "PRAGMA table_info(task)").unwrap();
    assert!(columns.detail.contains("title"));
    assert_eq!(
        code(sqlite.query("none.db".into(), "SELECT 1")),
        "workspace::not-found"
    );
}

#[test]
fn an_answer_is_bounded() {
    let place = place();
    let sqlite = Sqlite::new(&place.workspace);
    sqlite.create("app.db".into(), SCHEMA).unwrap();
    let count = |n: u32| {
        format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n}) \
             SELECT i, printf('%.*c', 1000, 'x') FROM n"
        )
    };
    let answer = sqlite.query("app.db".into(), &count(1000)).unwrap().detail;
    assert!(answer.ends_with("(only the first 200 rows)\n"));
    assert_eq!(answer.lines().count(), 203);
    assert!(answer.lines().all(|line| line.chars().count() < 300));
    assert!(
        sqlite
            .query("app.db".into(), &count(200))
            .unwrap()
            .detail
            .ends_with("(200 rows)\n")
    );
}
