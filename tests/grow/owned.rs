//! Tables whose rows come to belong to accounts: made anew by SQL that loses nothing, or refused.

use codey::contract::{Change, OwnedTable, Schema, changes};
use proptest::prelude::*;
use proptest::sample::subsequence;
use rusqlite::Connection;

use super::changes::{
    FIELDS, book, contract, database, others, rows, run, shape, steps, steps_from, texts,
};

fn schema(entities: &[String], auth: bool) -> Schema {
    Schema::of(&contract(entities, auth))
}

/// Runs a migration as the applications do: in one transaction, foreign keys off.
fn migrate(db: &Connection, sql: &str) -> rusqlite::Result<()> {
    run(db, "PRAGMA foreign_keys = OFF");
    let ended = attempt(db, sql);
    run(db, "PRAGMA foreign_keys = ON");
    ended
}

fn attempt(db: &Connection, sql: &str) -> rusqlite::Result<()> {
    run(db, "BEGIN");
    let ended = db.execute_batch(sql);
    run(db, if ended.is_ok() { "COMMIT" } else { "ROLLBACK" });
    ended
}

/// What the first account does, by the statement that both stacks have.
fn sign_up(db: &Connection, name: &str) {
    let taken = db.execute("UPDATE users SET name = ?1 WHERE name = '(nobody)'", [name]);
    if taken.expect("the statement is one") == 0 {
        let insert = "INSERT INTO users (name, password) VALUES (?1, 'x')";
        db.execute(insert, [name]).expect("the name is free");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn rows_from_before_accounts_go_to_the_first_one(
        kept in subsequence(&FIELDS[..], 0..FIELDS.len()),
        added in subsequence(&FIELDS[..], 0..FIELDS.len()),
        more in 0..4_usize,
        is_empty: bool,
    ) {
        let fields: Vec<&str> = kept.iter().copied().chain(added.into_iter().filter(|field| !kept.contains(field))).collect();
        let with = |fields: &[&str]| [vec![book(fields)], others(more)].concat();
        let first = schema(&with(&kept), false);
        let (old, new) = (schema(&with(&fields), false), schema(&with(&fields), true));
        // Columns that came later stand last, and what is unique about them is an index.
        let db = database(&first);
        run(&db, &steps(&first, &old));
        if !is_empty {
            run(&db, "INSERT INTO books (title) VALUES ('one'), ('two'), ('three'); DELETE FROM books WHERE id IN (1, 3)");
            if more > 0 {
                run(&db, "INSERT INTO reviews (text, book_id) VALUES ('good', 2)");
            }
            if more > 1 {
                run(&db, "INSERT INTO authors (name) VALUES ('ada'); INSERT INTO authors_books VALUES (1, 2)");
            }
        }
        let columns: Vec<String> = old.tables.iter().find(|table| table.name == "books").expect("books").columns
            .iter().map(|column| format!("\"{}\"", column.name)).collect();
        let books = format!("SELECT {} FROM books", columns.join(", "));
        let counted = "SELECT name, seq FROM sqlite_sequence WHERE name NOT IN ('users', 'login_attempts') ORDER BY name";
        let before = (rows(&db, &books), rows(&db, counted));
        for table in changes(&old, &new).expect("rows get owners").iter().flat_map(owned) {
            prop_assert_eq!(table.strange(&made(&db, &table.table.name)), Vec::<String>::new());
        }
        // As SQLite counts for a table whose name was once written so.
        run(&db, "UPDATE sqlite_sequence SET name = 'BOOKS' WHERE name = 'books'");
        migrate(&db, &steps_from(&db, &old, &new)).expect("nothing stands in the way");
        run(&db, "DELETE FROM sqlite_sequence WHERE name = 'BOOKS'");

        prop_assert_eq!(&(rows(&db, &books), rows(&db, counted)), &before);
        prop_assert_eq!(shape(&db), shape(&database(&new)));
        prop_assert!(rows(&db, "PRAGMA foreign_key_check").is_empty());
        prop_assert!(rows(&db, "PRAGMA integrity_check")[0][0].contains("ok"));
        prop_assert!(rows(&db, "SELECT name FROM sqlite_temp_master").is_empty());
        prop_assert_eq!(rows(&db, "SELECT id FROM users").len(), usize::from(!is_empty));
        sign_up(&db, "ada");
        sign_up(&db, "bob");
        prop_assert_eq!(rows(&db, "SELECT id, name FROM users"), [["Integer(1)", "Text(\"ada\")"], ["Integer(2)", "Text(\"bob\")"]]);
        for table in ["books", "reviews", "authors"].iter().take(1 + more.min(2)) {
            let strangers = rows(&db, &format!("SELECT id FROM {table} WHERE owner_id != 1"));
            prop_assert!(strangers.is_empty());
        }
        prop_assert_eq!(rows(&db, &books), before.0);
        prop_assert!(changes(&new, &new).expect("nothing is to be done").is_empty());
    }
}

fn owned(change: &Change) -> &[OwnedTable] {
    match change {
        Change::Own { tables } => tables,
        _ => &[],
    }
}

/// The statement that made a table.
fn made(db: &Connection, name: &str) -> String {
    let query = "SELECT name, sql FROM sqlite_master WHERE type = 'table'";
    texts(db, query).remove(name).expect("the table is there")
}

/// Everything that a database has.
fn dump(db: &Connection) -> Vec<Vec<Vec<String>>> {
    let all = [
        "SELECT type, name, sql FROM sqlite_master ORDER BY name",
        "SELECT name, seq FROM sqlite_sequence ORDER BY name",
        "SELECT id, title FROM books",
        "SELECT id, text, book_id FROM reviews",
    ];
    all.iter().map(|query| rows(db, query)).collect()
}

#[test]
fn what_would_lose_something_stops_before_it_begins() {
    let entities = [vec![book(&["isbn:string(20)^"])], others(1)].concat();
    let (old, new) = (schema(&entities, false), schema(&entities, true));
    let sql = steps_from(&database(&old), &old, &new);
    let filled = || {
        let db = database(&old);
        run(
            &db,
            "INSERT INTO books (title) VALUES ('one'); INSERT INTO reviews (text, book_id) VALUES ('good', 1)",
        );
        db
    };
    let db = filled();
    let before = dump(&db);
    // As an edited application does that leaves foreign keys on; a review would go with its book.
    let failed = attempt(&db, &sql).unwrap_err().to_string();
    assert!(
        failed.contains("stopped_by.foreign_keys_that_are_on"),
        "{failed}"
    );
    assert_eq!(dump(&db), before);
    // Nor does it begin where there is no transaction to go back with.
    let _ = db.execute_batch(&sql).unwrap_err();
    assert_eq!(dump(&db), before);
    for (statement, word) in [
        ("ALTER TABLE books ADD COLUMN mine", "an_unknown_column"),
        (
            "ALTER TABLE books RENAME COLUMN title TO heading; ALTER TABLE books ADD COLUMN title INTEGER",
            "an_unknown_column",
        ),
        ("CREATE INDEX mine ON reviews (text)", "an_unknown_index"),
        (
            "CREATE TRIGGER mine AFTER DELETE ON BOOKS BEGIN SELECT 1; END",
            "an_unknown_trigger",
        ),
        // SQLite itself finds these, at the latest when the new table takes its name.
        ("CREATE VIEW mine AS SELECT title FROM books", "books"),
        ("CREATE TABLE users (id INTEGER PRIMARY KEY)", "users"),
    ] {
        let db = filled();
        run(&db, statement);
        let before = dump(&db);
        let failed = migrate(&db, &sql).unwrap_err().to_string();
        assert!(failed.contains(word), "{statement}: {failed}");
        assert_eq!(dump(&db), before, "{statement}");
    }
}

#[test]
fn what_else_would_change_is_named() {
    let of = |entity: &str, auth| schema(&[entity.to_owned()], auth);
    for (old, new, named) in [
        (
            "book: title!",
            "book: title! pages:int",
            "the column `pages` would come",
        ),
        (
            "book: title! pages:int",
            "book: title!",
            "the column `pages` would go",
        ),
        (
            "book: title! pages:int",
            "book: title! pages:int!",
            "`pages` would become `INTEGER NOT NULL",
        ),
        (
            "book: title! isbn:string",
            "book: title! isbn:string^",
            "the column `isbn` may be there twice",
        ),
        (
            "book: title! isbn:string^",
            "book: title! isbn:string",
            "the column `isbn` may be there twice",
        ),
    ] {
        let findings = changes(&of(old, false), &of(new, true)).unwrap_err();
        assert_eq!(findings[0].code, "change::accounts");
        assert!(
            findings[0].message.contains(named),
            "{}",
            findings[0].message
        );
        assert!(
            findings[0].message.contains("`books`"),
            "{}",
            findings[0].message
        );
        assert!(findings[0].help.contains("codey add feature auth"));
    }
}

#[test]
fn what_a_table_says_otherwise_stops_before_it_begins() {
    let entities = [vec![book(&["isbn:string(20)^"])], others(1)].concat();
    let (old, new) = (schema(&entities, false), schema(&entities, true));
    let db = database(&old);
    let sql = steps_from(&db, &old, &new);
    let plain = made(&db, "reviews");
    let steps = changes(&old, &new).unwrap();
    let reviews = steps.iter().flat_map(owned);
    let reviews = reviews
        .clone()
        .find(|it| it.table.name == "reviews")
        .unwrap();
    assert!(reviews.strange(&plain).is_empty());
    for (from, to) in [
        ("ON DELETE CASCADE", "ON DELETE RESTRICT"),
        ("text TEXT", "text TEXT COLLATE NOCASE"),
        ("text TEXT", "text TEXT UNIQUE"),
        ("rating INTEGER", "rating INTEGER CHECK (rating != 3)"),
        ("\n)", ",\n    CHECK (rating > 1 OR text != ',)')\n)"),
        ("\n)", "\n) STRICT"),
    ] {
        let changed = plain.replacen(from, to, 1);
        assert_ne!(changed, plain, "{from}");
        assert_eq!(reviews.strange(&changed).len(), 1, "{to}");
        let db = database(&old);
        run(&db, "DROP TABLE reviews");
        run(&db, &changed);
        run(
            &db,
            "INSERT INTO books (title) VALUES ('one'); INSERT INTO reviews (text, book_id) VALUES ('good', 1)",
        );
        let before = dump(&db);
        let failed = migrate(&db, &sql).unwrap_err().to_string();
        assert!(
            failed.contains("a_table_that_was_changed"),
            "{to}: {failed}"
        );
        assert_eq!(dump(&db), before, "{to}");
    }
    // How it is laid out tells nothing.
    let db = database(&old);
    run(&db, "DROP TABLE reviews");
    run(&db, &plain.replace("\n    ", " "));
    let indexes = old.table("reviews").unwrap().indexes.iter();
    for index in indexes {
        let columns = index.columns.join(", ");
        run(
            &db,
            &format!("CREATE INDEX {} ON reviews ({columns})", index.name),
        );
    }
    migrate(&db, &sql).unwrap();
}
