//! What an application promised and does not hold.

use codey::validate::{contract, links};

use super::good::{due, good, stack, with};
use super::{codes, passes};

#[test]
fn an_application_that_keeps_its_contract_passes() {
    let findings = contract(&due(), &stack(), &good());
    assert!(findings.is_empty(), "{findings:#?}");
    let findings = links(&good(), Some(&stack()));
    assert!(findings.is_empty(), "{findings:#?}");
    for (path, text) in good() {
        passes(path.as_str(), &text);
    }
}

const API_FILE: &str = "app/api/books.py";
const SCHEMA_FILE: &str = "app/schema.sql";
const SCRIPT_FILE: &str = "app/static/js/app.js";
const PAGE_FILE: &str = "app/templates/books.html";

/// A file, what is replaced in it by what, the codes that follow, and words of a message.
type Breach = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

const BREACHES: &[Breach] = &[
    (
        API_FILE,
        "@bp.get(\"\")",
        "@bp.get(\"/\")",
        &["contract::endpoint"],
        "`GET /api/books`",
    ),
    (
        API_FILE,
        "\"PATCH\"",
        "\"PUT\"",
        &["contract::endpoint"],
        "the path has GET, PUT",
    ),
    (
        API_FILE,
        "url_prefix=\"/api/books\"",
        "url_prefix=\"/api/boks\"",
        &["contract::endpoint"; 4],
        "`/api/boks`",
    ),
    (
        API_FILE,
        "[\"POST\"]",
        "[\"POST\", \"GET\"]",
        &["contract::endpoint-twice"],
        "`GET /api/books`",
    ),
    (
        API_FILE,
        "/<int:book_id>",
        "/book",
        &["contract::endpoint"; 2],
        "{id}",
    ),
    (
        "app/__init__.py",
        "/<kind>/<int:id>",
        "/<kind>",
        &["contract::endpoint"],
        "`GET /books/{id}`",
    ),
    (
        SCHEMA_FILE,
        "EXISTS books (",
        "EXISTS bocks (",
        &["sql::statement", "contract::table"],
        "no such table",
    ),
    (
        SCHEMA_FILE,
        "    isbn TEXT UNIQUE,\n",
        "",
        &["contract::column"],
        "`books.isbn`",
    ),
    (
        SCHEMA_FILE,
        "isbn TEXT UNIQUE",
        "isbn TEXT",
        &["contract::unique"],
        "`books.isbn`",
    ),
    (
        SCHEMA_FILE,
        "isbn TEXT UNIQUE",
        "isbn INTEGER UNIQUE",
        &["contract::column-type"],
        "INTEGER and not TEXT",
    ),
    (
        SCHEMA_FILE,
        "title TEXT NOT NULL",
        "title TEXT",
        &["contract::not-null"],
        "`books.title`",
    ),
    (
        SCHEMA_FILE,
        " REFERENCES authors (id) ON DELETE SET NULL",
        "",
        &["contract::foreign-key"],
        "`authors`",
    ),
    (
        SCHEMA_FILE,
        "SET NULL",
        "CASCADE",
        &["contract::foreign-key"],
        "CASCADE and not SET NULL",
    ),
    (
        SCHEMA_FILE,
        "ON books (author_id, title)",
        "ON books (title, author_id)",
        &["contract::index"],
        "author_id",
    ),
    (
        SCHEMA_FILE,
        "books (\n    id INTEGER PRIMARY KEY AUTOINCREMENT",
        "books (\n    id INTEGER",
        &["contract::primary-key"],
        "`books.id`",
    ),
    (
        SCRIPT_FILE,
        "(\"book-form\")",
        "(\"book-from\")",
        &["contract::script-id"],
        "`book-form`",
    ),
    (
        SCRIPT_FILE,
        "#title-error",
        "#title-errors",
        &["contract::script-id"],
        "title-errors",
    ),
    (
        SCRIPT_FILE,
        "list.id = \"book-list\";",
        "",
        &["contract::script-id", "contract::page-id"],
        "book-list",
    ),
    (
        PAGE_FILE,
        "id=\"book-title\"",
        "id=\"title\"",
        &["contract::page-id"],
        "book-title",
    ),
];

#[test]
fn every_seeded_breach_of_the_contract_is_found() {
    for (path, from, to, expected, word) in BREACHES {
        let findings = contract(&due(), &stack(), &with(path, from, to));
        assert_eq!(
            codes(&findings),
            *expected,
            "{path}: {from} -> {to}\n{findings:#?}"
        );
        let said = findings
            .iter()
            .any(|finding| finding.message.contains(word));
        assert!(said, "{word} is not in {findings:#?}");
        assert!(findings.iter().all(|finding| !finding.help.is_empty()));
    }
}

#[test]
fn breaches_are_located() {
    let find = |path: &str, from: &str, to: &str| {
        let findings = contract(&due(), &stack(), &with(path, from, to));
        let place = findings[0].place.clone().expect("a place");
        (
            place.file.to_string(),
            place.line,
            place.column,
            place.length,
        )
    };
    let script = "app/static/js/app.js";
    assert_eq!(
        find(script, "\"book-form\"", "\"nothing\""),
        (script.to_owned(), 2, 39, 7)
    );
    let schema = "app/schema.sql";
    assert_eq!(find(schema, "title TEXT NOT NULL", "title TEXT").1, 3);
    let api = "app/api/books.py";
    assert_eq!(find(api, "[\"POST\"]", "[\"POST\", \"GET\"]").1, 7);
}

#[test]
fn routes_are_found_below_the_prefix_of_their_registration() {
    let api = "from .. import Router\nrouter = Router()\n@router.get(\"/books\")\ndef a(): ...\n";
    let main = "from .api import books as b\nfrom .api.books import router as r\n";
    let mut due = due();
    due.endpoints.truncate(1);
    due.pages.clear();
    due.entities.clear();
    for (call, declared) in [
        ("app.include_router(b.router, prefix=\"/api\")", true),
        ("app.include_router(r, prefix=\"/api\")", true),
        ("app.include_router(r, prefix=\"/other\")", false),
        ("app.include_router(r)", false),
    ] {
        let files = [
            ("app/api/books.py".into(), api.to_owned()),
            ("app/main.py".into(), format!("{main}{call}\n")),
        ];
        let findings = contract(&due, &stack(), &files);
        assert_eq!(findings.is_empty(), declared, "{call}: {findings:#?}");
    }
}
