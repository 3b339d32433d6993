//! Contracts hold in a real database, and their values are what they claim to be.

use codey::contract::{Contract, Entity, check, derive};
use codey::spec::{Spec, entities_from_value};
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};

/// A library with every type of field.
pub(super) const LIBRARY: [&str; 3] = [
    "loan: book:ref! borrower:string! phone due_at:datetime pickup:time weight:number(0..) returned:bool",
    "book: title:text! isbn:string(20)^ pages:int(1..) price:money(0..) rating:1..5 \
     status:choice(wanted|reading|\"it's done\")=wanted published_on:date in_print:bool=true summary:longtext author:ref!",
    "author: name:string! email website:url mentor:ref(author)",
];

fn contract_of((name, entities): (&str, &[&str])) -> Contract {
    derive(&spec(name, entities), Vec::new()).expect("the test's spec has a contract")
}

pub(super) fn spec(name: &str, entities: &[&str]) -> Spec {
    Spec {
        name: name.to_owned(),
        title: codey::spec::names::title(name),
        kind: "web".to_owned(),
        stack: "flask".to_owned(),
        entities: entities_from_value(&json!(entities)).expect("the test's entities are valid"),
        features: Vec::new(),
        notes: Vec::new(),
    }
}

/// The contract as JSON with long runs of one letter shortened, for people to read.
fn readable(contract: &Contract) -> Value {
    fn shorten(value: &mut Value) {
        match value {
            Value::String(text) if text.len() > 60 && text.bytes().all(|byte| byte == b'x') => {
                *text = format!("x repeated {} times", text.len());
            }
            Value::Array(items) => items.iter_mut().for_each(shorten),
            Value::Object(map) => map.values_mut().for_each(shorten),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(contract).expect("a contract is JSON");
    shorten(&mut value);
    value
}

#[test]
fn the_contract_of_a_todo_application() {
    let todo = contract_of(("todo", &["todo: title! done:bool"]));
    insta::assert_json_snapshot!("todo", readable(&todo));
}

#[test]
fn the_contract_of_a_library_with_every_type() {
    let library = contract_of(("library", &LIBRARY));
    let names: Vec<&str> = library
        .entities
        .iter()
        .map(|entity| entity.name.as_str())
        .collect();
    assert_eq!(names, ["author", "book", "loan"], "parents come first");
    insta::assert_json_snapshot!("library", readable(&library));
}

/// A database with the tables of `contract`.
fn database(contract: &Contract) -> Connection {
    let db = Connection::open_in_memory().expect("SQLite opens");
    db.execute_batch("PRAGMA foreign_keys = ON")
        .expect("SQLite has foreign keys");
    for table in contract.entities.iter().map(|entity| &entity.table) {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| format!("{} {}", column.name, column.definition))
            .collect();
        let sql = format!("CREATE TABLE {} ({})", table.name, columns.join(", "));
        db.execute_batch(&sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        for index in &table.indexes {
            let sql = format!(
                "CREATE INDEX {} ON {} ({})",
                index.name,
                table.name,
                index.columns.join(", ")
            );
            db.execute_batch(&sql)
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }
    db
}

fn stored(kind: &str, value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(on) => Sql::Integer(i64::from(*on)),
        #[expect(clippy::cast_possible_truncation, reason = "the samples are small")]
        Value::Number(number) if kind == "money" => {
            Sql::Integer((number.as_f64().unwrap_or_default() * 100.0).round() as i64)
        }
        Value::Number(number) if number.is_i64() => {
            Sql::Integer(number.as_i64().unwrap_or_default())
        }
        Value::Number(number) => Sql::Real(number.as_f64().unwrap_or_default()),
        other => Sql::Text(other.as_str().unwrap_or_default().to_owned()),
    }
}

/// Inserts a row of examples, with `value` in column `at`.
fn insert(db: &Connection, entity: &Entity, at: usize, value: &Value) -> rusqlite::Result<usize> {
    let names: Vec<&str> = entity
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let values: Vec<Sql> = entity
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            stored(
                &field.kind,
                if index == at { value } else { &field.example },
            )
        })
        .collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({marks})",
        entity.table.name,
        names.join(", ")
    );
    db.execute(&sql, rusqlite::params_from_iter(values))
}

/// Reasons that constraints of the table, and not only the application, stand for.
const HELD_BY_TABLES: [&str; 7] = [
    "missing",
    "blank",
    "too_long",
    "below_min",
    "above_max",
    "unknown_value",
    "unknown_reference",
];

fn holds(contract: &Contract) {
    let db = database(contract);
    let mut refused = 0;
    for entity in &contract.entities {
        db.execute_batch("SAVEPOINT row").expect("savepoints work");
        insert(&db, entity, usize::MAX, &Value::Null).expect("examples are valid");
        db.execute_batch("ROLLBACK TO row")
            .expect("savepoints work");
        for (at, field) in entity.fields.iter().enumerate() {
            insert(&db, entity, at, &field.other)
                .unwrap_or_else(|error| panic!("{}.{}: {error}", entity.name, field.name));
            db.execute_batch("ROLLBACK TO row")
                .expect("savepoints work");
            let dated = matches!(field.kind.as_str(), "date" | "datetime" | "time");
            for invalid in &field.invalid {
                let held = HELD_BY_TABLES.contains(&invalid.why.as_str())
                    || (dated && invalid.why == "malformed");
                if held {
                    let result = insert(&db, entity, at, &invalid.value);
                    assert!(
                        result.is_err(),
                        "{}.{} took {invalid:?}",
                        entity.name,
                        field.name
                    );
                    refused += 1;
                }
            }
            if field.unique {
                insert(&db, entity, usize::MAX, &Value::Null)
                    .expect("the first of its kind is free");
                insert(&db, entity, usize::MAX, &Value::Null).expect_err("the second is not");
                db.execute_batch("ROLLBACK TO row")
                    .expect("savepoints work");
            }
        }
        insert(&db, entity, usize::MAX, &Value::Null).expect("examples are valid");
    }
    assert!(refused > 0, "no constraint was tried");
}

#[test]
fn tables_take_valid_values_and_refuse_invalid_ones() {
    holds(&contract_of(("todo", &["todo: title! done:bool"])));
    holds(&contract_of(("library", &LIBRARY)));
}

#[test]
fn odd_names_and_narrow_ranges_hold_too() {
    let entities = [
        "order: group! from:date! values:int(0..10)! select:choice(\"it's\"|b)! key:email^ order:int",
        "news: title(x)? class:string(1)! when:datetime! tiny:number(0.1..0.2) one:7..7 cents:money(0.01..0.02)!",
        "value: row:ref(order) text:longtext! price:money(-5..-1) table:time!",
    ];
    let entities = entities.map(|text| text.replace("title(x)?", "title?"));
    let texts: Vec<&str> = entities.iter().map(String::as_str).collect();
    let contract = contract_of(("odd", &texts));
    holds(&contract);
    for field in contract.entities.iter().flat_map(|entity| &entity.fields) {
        assert!(
            field.name == "one" || field.kind == "ref" || field.example != field.other,
            "{field:?}"
        );
    }
}

#[test]
fn deleting_a_parent_deletes_or_frees_its_children() {
    let contract = contract_of(("library", &LIBRARY));
    let db = database(&contract);
    for entity in &contract.entities {
        insert(&db, entity, usize::MAX, &Value::Null).expect("examples are valid");
    }
    let count = |table: &str| -> i64 {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .expect("the table is there")
    };
    assert_eq!(count("loans"), 1);
    db.execute_batch("DELETE FROM authors")
        .expect("authors can be deleted");
    assert_eq!((count("books"), count("loans")), (0, 0));
}

#[test]
fn rings_of_required_references_are_findings() {
    let ring = spec("ring", &["a: title! b:ref!", "b: title! a:ref!"]);
    let findings = check(&ring);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, "contract::reference-ring");
    assert!(
        findings[0].message.contains("a -> b -> a"),
        "{}",
        findings[0].message
    );
    assert_eq!(derive(&ring, Vec::new()), Err(findings));
    assert!(check(&spec("library", &LIBRARY)).is_empty());
}
