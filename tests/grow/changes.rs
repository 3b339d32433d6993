//! Migrations lead from any database to any larger one: the same tables as made at once, and every row kept.

use std::collections::{BTreeMap, BTreeSet};

use codey::contract::{Change, Contract, Schema, changes, derive};
use codey::spec::{Spec, entities_from_value};
use codey::template::{Templates, value};
use minijinja::Value as Context;
use proptest::prelude::*;
use proptest::sample::subsequence;
use rusqlite::Connection;
use serde_json::json;

/// What may be added to a table with rows.
pub(super) const FIELDS: [&str; 16] = [
    "pages:int(1..)",
    "price:money(0..)=1.5",
    "isbn:string(20)^",
    "in_print:bool",
    "is_new:bool=true",
    "state:choice(a|\"it's NOT NULL\"|\"is UNIQUE now\")=\"it's NOT NULL\"",
    "due_on:date",
    "starts_at:datetime",
    "at:time",
    "summary:longtext",
    "weight:number(0.5..3)!=2.5",
    "email:email!=\"x@y.zz\"",
    "site:url",
    "call:phone",
    "labels:tags",
    "parent:ref(book)",
];

fn spec(entities: &[String], auth: bool) -> Spec {
    Spec {
        name: "grown".to_owned(),
        title: "Grown".to_owned(),
        kind: "web".to_owned(),
        stack: "flask".to_owned(),
        entities: entities_from_value(&json!(entities)).expect("the test's entities are valid"),
        features: if auth {
            vec!["auth".to_owned()]
        } else {
            Vec::new()
        },
        ..Spec::default()
    }
}

pub(super) fn contract(entities: &[String], auth: bool) -> Contract {
    derive(&spec(entities, auth), Vec::new()).expect("the test's spec has a contract")
}

pub(super) fn book(fields: &[&str]) -> String {
    format!("book: title! {}", fields.join(" "))
}

/// The entities beside the books, as many as `count`.
pub(super) fn others(count: usize) -> Vec<String> {
    let all = [
        "review: text! book:ref! rating:1..5",
        "author: name!^ books:many(book)",
        "shelf: name! keeper:ref(author) topics:tags!",
    ];
    all.iter()
        .take(count)
        .map(|&text| text.to_owned())
        .collect()
}

/// The migration's text, as the stacks that keep SQL write it for tables that `made` made.
fn sql(changes: &[Change], made: &BTreeMap<String, String>) -> String {
    let context = Context::from_pairs([
        ("changes", value(&changes)),
        ("made", value(made)),
        ("about", Context::from("A test")),
    ]);
    let text = Templates::new().render("web/migration.sql", context);
    text.expect("the template gives a text")
}

pub(super) fn steps(old: &Schema, new: &Schema) -> String {
    let steps = changes(old, new).expect("the larger one can be reached");
    sql(&steps, &BTreeMap::new())
}

/// The same for tables as they are in a database.
pub(super) fn steps_from(db: &Connection, old: &Schema, new: &Schema) -> String {
    let made = texts(
        db,
        "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
    );
    let steps = changes(old, new).expect("the larger one can be reached");
    sql(&steps, &made)
}

pub(super) fn texts(db: &Connection, query: &str) -> BTreeMap<String, String> {
    let mut statement = db.prepare(query).expect("the query is one");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let rows = rows.expect("the query runs");
    rows.map(|row| row.expect("both are texts")).collect()
}

pub(super) fn run(db: &Connection, sql: &str) {
    db.execute_batch(sql)
        .unwrap_or_else(|error| panic!("{sql}\n{error}"));
}

pub(super) fn database(schema: &Schema) -> Connection {
    let db = Connection::open_in_memory().expect("SQLite opens");
    run(&db, "PRAGMA foreign_keys = ON");
    run(&db, &steps(&Schema::default(), schema));
    db
}

/// Every row of a query, its values as text.
pub(super) fn rows(db: &Connection, query: &str) -> Vec<Vec<String>> {
    let mut statement = db.prepare(query).expect("the query is one");
    let count = statement.column_count();
    let rows = statement.query_map([], |row| {
        let text = |at| {
            row.get::<_, rusqlite::types::Value>(at)
                .map(|value| format!("{value:?}"))
        };
        (0..count).map(text).collect()
    });
    rows.expect("the query runs")
        .map(|row| row.expect("a row"))
        .collect()
}

/// What there is, whatever the order in which it came.
pub(super) fn shape(db: &Connection) -> BTreeSet<String> {
    let tables =
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'";
    let mut shape = BTreeSet::new();
    for table in rows(db, tables) {
        shape.insert(table.join(" "));
        let name = table[0]
            .trim_start_matches("Text(\"")
            .trim_end_matches("\")");
        for (what, query) in [
            (
                "column",
                format!(
                    "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_xinfo('{name}')"
                ),
            ),
            (
                "key",
                format!(
                    "SELECT \"from\", \"table\", \"to\", on_delete FROM pragma_foreign_key_list('{name}')"
                ),
            ),
            (
                "index",
                format!(
                    "SELECT \"unique\", (SELECT group_concat(name) FROM pragma_index_info(l.name)) \
                     FROM pragma_index_list('{name}') AS l"
                ),
            ),
        ] {
            shape.extend(
                rows(db, &query)
                    .iter()
                    .map(|row| format!("{name} {what} {}", row.join(" "))),
            );
        }
    }
    shape
}

/// What tables refuse is in their statements, which SQLite keeps.
fn refuses(db: &Connection, statement: &str) {
    assert!(
        db.execute_batch(statement).is_err(),
        "{statement} should be refused"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn a_database_that_grew_is_like_one_made_at_once(
        kept in subsequence(&FIELDS[..], 0..FIELDS.len()),
        added in subsequence(&FIELDS[..], 0..FIELDS.len()),
        before in 0..3_usize,
        more in 0..3_usize,
        auth: bool,
    ) {
        let new_fields: Vec<&str> = kept.iter().copied().chain(added.into_iter().filter(|field| !kept.contains(field))).collect();
        let mut old = vec![book(&kept)];
        old.extend(others(before));
        let mut new = vec![book(&new_fields)];
        new.extend(others((before + more).min(3)));
        let (old, new) = (Schema::of(&contract(&old, auth)), Schema::of(&contract(&new, auth)));

        let db = database(&old);
        let owner = if auth { ("owner_id, ", "1, ") } else { ("", "") };
        if auth {
            run(&db, "INSERT INTO users (name, password) VALUES ('ada', 'x')");
        }
        for title in ["one", "two"] {
            run(&db, &format!("INSERT INTO books ({}title) VALUES ({}'{title}')", owner.0, owner.1));
        }
        let columns = old.tables.iter().find(|table| table.name == "books").expect("books").columns.iter();
        let columns: Vec<String> = columns.map(|column| format!("\"{}\"", column.name)).collect();
        let query = format!("SELECT {} FROM books ORDER BY id", columns.join(", "));
        let rows_before = rows(&db, &query);
        run(&db, &format!("BEGIN; {} COMMIT;", steps(&old, &new)));

        prop_assert_eq!(rows(&db, &query), rows_before, "rows survive");
        prop_assert_eq!(shape(&db), shape(&database(&new)));
        prop_assert!(rows(&db, "PRAGMA integrity_check")[0][0].contains("ok"));
        prop_assert!(rows(&db, "PRAGMA foreign_key_check").is_empty());
        prop_assert!(changes(&new, &new).expect("nothing is to be done").is_empty());
        let again = Schema::of(&contract(&[book(&new_fields)], auth));
        let json = serde_json::to_string(&again).expect("a schema is JSON");
        prop_assert_eq!(serde_json::from_str::<Schema>(&json).expect("it reads back"), again);
    }
}

#[test]
fn what_was_added_holds_as_if_it_had_been_there() {
    let old = Schema::of(&contract(&[book(&[])], false));
    let new = Schema::of(&contract(&[book(&FIELDS)], false));
    let db = database(&old);
    run(&db, "INSERT INTO books (title) VALUES ('one'), ('two')");
    run(&db, &steps(&old, &new));
    run(&db, "PRAGMA foreign_keys = ON");
    refuses(&db, "UPDATE books SET pages = 0");
    refuses(&db, "UPDATE books SET state = 'b'");
    refuses(&db, "UPDATE books SET due_on = '2026-02-30'");
    refuses(&db, "UPDATE books SET isbn = 'same'");
    refuses(&db, "UPDATE books SET parent_id = 99");
    refuses(&db, "INSERT INTO books_labels VALUES (1, ' ')");
    run(
        &db,
        "UPDATE books SET parent_id = 1 WHERE id = 2; DELETE FROM books WHERE id = 1",
    );
    assert_eq!(
        rows(
            &db,
            "SELECT weight, price, state, is_new, parent_id FROM books"
        ),
        [[
            "Real(2.5)",
            "Integer(150)",
            "Text(\"it's NOT NULL\")",
            "Integer(1)",
            "Null"
        ]]
    );
}

/// The codes of what keeps `new` from following `old`.
fn refusals(old: &[&str], new: &[&str], accounts: (bool, bool)) -> Vec<&'static str> {
    let schema = |entities: &[&str], auth| {
        let entities: Vec<String> = entities.iter().map(|&text| text.to_owned()).collect();
        Schema::of(&contract(&entities, auth))
    };
    let found = changes(&schema(old, accounts.0), &schema(new, accounts.1));
    let findings = found.expect_err("this would lose or invent data");
    assert!(
        findings.iter().all(|finding| !finding.help.is_empty()),
        "{findings:?}"
    );
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn what_would_lose_or_invent_data_is_refused() {
    let no = (false, false);
    let refused = |old, new| refusals(&[old], &[new], no);
    assert_eq!(
        refused("book: title!", "book: title! pages:int!"),
        ["change::required"]
    );
    assert_eq!(
        refused("book: title!", "book: title! done:bool!"),
        ["change::required"]
    );
    assert_eq!(
        refused("book: title!", "book: title! code:string^=x"),
        ["change::unique-default"]
    );
    assert_eq!(
        refused("book: title! a:int", "book: title!"),
        ["change::column-gone"]
    );
    assert_eq!(
        refused("book: title! a:int", "book: title! a:int!"),
        ["change::column"]
    );
    assert_eq!(
        refused("book: title! labels:tags", "book: title!"),
        ["change::table-gone"]
    );
    assert_eq!(
        refusals(
            &["book: title!", "shelf: name!"],
            &["book: title! shelf:ref!", "shelf: name!"],
            no
        ),
        ["change::required"]
    );
    assert_eq!(
        refusals(&["book: title!"], &["book: title! a:string"], (false, true)),
        ["change::accounts"]
    );
    assert!(
        refusals(&["book: title!"], &["book: title!"], (true, false))
            .contains(&"change::column-gone")
    );
    assert_eq!(
        refusals(
            &["book: title! a:string"],
            &["book: title! a:string^"],
            (true, true)
        ),
        ["change::constraint"]
    );
}
