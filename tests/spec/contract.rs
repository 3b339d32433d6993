//! Contracts hold in a real database, and their values are what they claim to be.

use codey::contract::{Contract, Entity, check, derive, free_owner};
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
        ..Spec::default()
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
    for table in contract.tables() {
        let columns = table.columns.iter();
        let mut parts: Vec<String> = columns
            .map(|column| format!("{} {}", column.name, column.definition))
            .collect();
        let unique = table.unique.iter();
        parts.extend(unique.map(|columns| format!("UNIQUE ({})", columns.join(", "))));
        if !table.primary.is_empty() {
            parts.push(format!("PRIMARY KEY ({})", table.primary.join(", ")));
        }
        let sql = format!("CREATE TABLE {} ({})", table.name, parts.join(", "));
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
    let kept = || {
        let fields = entity.fields.iter().enumerate();
        fields.filter(|(_, field)| field.join.is_none())
    };
    let mut names: Vec<&str> = kept().map(|(_, field)| field.name.as_str()).collect();
    let mut values: Vec<Sql> = kept()
        .map(|(index, field)| {
            stored(
                &field.kind,
                if index == at { value } else { &field.example },
            )
        })
        .collect();
    if entity.owned {
        names.push("owner_id");
        values.push(Sql::Integer(1));
    }
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
        let fields = entity.fields.iter().enumerate();
        for (at, field) in fields.filter(|(_, field)| field.join.is_none()) {
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

/// An application with accounts, lists and everything else that a feature brings.
fn grown() -> Contract {
    let mut grown = spec(
        "grown",
        &[
            "book: title! isbn:string(20)^ rating:rating authors:many(author)! genres:tags shelf:ref sequels:many(book)",
            "author: name!^",
            "shelf: name!",
            "reading: book:ref! starts_at:datetime! minutes:int(0..)",
            "todo: title! done:bool",
            "fine: reason! amount:money(0..)! paid_on:date!",
            "card: title! status:choice(new|open|closed)=new position:int",
        ],
    );
    grown.features = ["auth", "board", "csv", "dashboard"]
        .map(str::to_owned)
        .to_vec();
    derive(&grown, Vec::new()).expect("the test's spec has a contract")
}

#[test]
fn the_contract_of_an_application_with_every_feature() {
    let grown = grown();
    insta::assert_json_snapshot!("grown", readable(&grown));
}

#[test]
fn rows_of_owners_and_lists_hold_in_a_database() {
    let contract = grown();
    let db = database(&contract);
    let run = |sql: &str| db.execute(sql, []).map(|_| ());
    run("INSERT INTO users (name, password) VALUES ('ada', 'x'), ('bob', 'x')").expect("users");
    run("INSERT INTO users (name, password) VALUES ('ADA', 'x')")
        .expect_err("names differ by more than case");
    for owner in [1, 2] {
        run(&format!(
            "INSERT INTO books (owner_id, title, isbn) VALUES ({owner}, 'a', '1')"
        ))
        .expect("each owner may have the same unique value");
    }
    run("INSERT INTO books (owner_id, title, isbn) VALUES (1, 'b', '1')").expect_err("but once");
    run("INSERT INTO books (title) VALUES ('b')").expect_err("a row has an owner");
    run("INSERT INTO authors (owner_id, name) VALUES (1, 'Ada')").expect("an author");
    run("INSERT INTO books_authors VALUES (1, 1)").expect("a pair");
    run("INSERT INTO books_authors VALUES (1, 1)").expect_err("a pair is unique");
    run("INSERT INTO books_genres VALUES (1, 'Crime')").expect("a tag");
    run("INSERT INTO books_genres VALUES (1, 'crime')").expect_err("a tag is unique in any case");
    run("INSERT INTO books_genres VALUES (1, ' ')").expect_err("a tag is not blank");
    run("INSERT INTO books_sequels VALUES (1, 2)").expect("books of books");
    run("DELETE FROM users WHERE id = 1").expect("an account goes with all that it owns");
    for table in ["books_authors", "books_genres", "authors"] {
        let count: i64 = db
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .expect("the table is there");
        assert_eq!(count, 0, "{table}");
    }
}

#[test]
fn accounts_keep_their_tables_to_themselves() {
    let mut spec = spec("bank", &["account: name!", "user: name!"]);
    assert!(check(&spec).is_empty());
    spec.features.push("auth".to_owned());
    let codes: Vec<_> = check(&spec).iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["contract::taken-table"; 2]);
}

#[test]
fn accounts_keep_whose_a_row_is() {
    let mut pets = spec("pets", &["keeper: name!", "pet: name! owner:ref(keeper)"]);
    assert!(check(&pets).is_empty() && free_owner(&mut pets).is_empty());
    pets.features.push("auth".to_owned());
    assert_eq!(check(&pets)[0].code, "contract::taken-column");
    let renamed = [("owner".to_owned(), "pet_owner".to_owned())];
    assert_eq!(free_owner(&mut pets), renamed);
    assert!(check(&pets).is_empty());
}

#[test]
fn a_pair_is_unique_and_its_parts_are_not() {
    let entities = ["habit: name!", "checkin: habit:ref! day:date!^^"];
    let contract = contract_of(("habits", &entities));
    let checkin = contract
        .entities
        .iter()
        .find(|it| it.name == "checkin")
        .unwrap();
    assert_eq!(checkin.table.unique, [["habit_id", "day"]]);
    assert_eq!(checkin.fields[1].within, ["habit_id"]);
    let refusals = |endpoint: &codey::contract::Endpoint| {
        endpoint.entity == "checkin" && endpoint.errors.contains(&409)
    };
    assert!(contract.endpoints.iter().any(refusals));
    let db = database(&contract);
    let add = |habit: u8, day: &str| {
        let values = (habit, day);
        db.execute("INSERT INTO checkins (habit_id, day) VALUES (?, ?)", values)
    };
    for name in ["Run", "Read"] {
        db.execute("INSERT INTO habits (name) VALUES (?)", [name])
            .unwrap();
    }
    assert!(add(1, "2026-03-14").is_ok());
    assert!(add(2, "2026-03-14").is_ok());
    assert!(add(1, "2026-03-15").is_ok());
    assert!(add(1, "2026-03-14").is_err());
}

#[test]
fn a_year_is_no_amount_and_no_average() {
    let mut spec = spec(
        "cellar",
        &["wine: name! vintage:int bottles:int price:money amount:money"],
    );
    spec.features.push("dashboard".to_owned());
    let contract = derive(&spec, Vec::new()).expect("the test's spec has a contract");
    let fields = &contract.entities[0].fields;
    assert_eq!(fields[1].format.as_deref(), Some("year"));
    assert_eq!(fields[2].format, None);
    let summary = &contract.dashboard.as_ref().unwrap()[0];
    assert!(!summary.averages.contains(&"vintage".to_owned()));
    assert_eq!(summary.count_sum.as_deref(), Some("amount"));
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
