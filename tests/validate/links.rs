//! Files that refer to files that are not there, and text that refers to nothing sensible.

use camino::{Utf8Path, Utf8PathBuf};
use codey::validate::{contract, links, syntax};

use super::codes;
use super::good::{due, stack, with};

#[test]
fn every_seeded_broken_link_is_found() {
    let page = "app/templates/books.html";
    let style = "app/static/css/style.css";
    let cases = [
        (page, "css/style.css", "css/styles.css", "links::missing", 3),
        (
            page,
            "/static/js/app.js",
            "/static/js/main.js",
            "links::missing",
            4,
        ),
        (
            page,
            "/static/js/app.js",
            "https://cdn.example.org/a.js",
            "links::external",
            4,
        ),
        (
            page,
            "/static/js/app.js",
            "//cdn.example.org/a.js",
            "links::external",
            4,
        ),
        (
            page,
            "https://example.org",
            "/static/about.html",
            "links::missing",
            7,
        ),
        (style, "base.css", "bas.css", "links::missing", 1),
        (
            style,
            "../img/a.svg",
            "../../../../a.svg",
            "links::missing",
            2,
        ),
        (
            style,
            "../img/a.svg",
            "https://example.org/a.svg",
            "links::external",
            2,
        ),
        (
            "app/static/js/app.js",
            "./api.js",
            "./apis.js",
            "links::missing",
            1,
        ),
        (
            "README.md",
            "app/api/books.py",
            "app/api/book.py",
            "links::readme",
            5,
        ),
        (
            "README.md",
            "app/static/",
            "app/assets/",
            "links::readme",
            6,
        ),
        (
            "README.md",
            "requirements.txt",
            "requirements-dev.txt",
            "links::readme",
            10,
        ),
        ("README.md", "schema.sql", "models.sql", "links::readme", 17),
    ];
    for (path, from, to, code, line) in cases {
        let findings = links(&with(path, from, to), Some(&stack()));
        assert_eq!(
            codes(&findings),
            [code],
            "{path}: {from} -> {to}\n{findings:#?}"
        );
        let place = findings[0].place.as_ref().expect("a place");
        assert_eq!(
            (place.file.as_str(), place.line),
            (path, line),
            "{findings:#?}"
        );
    }
}

#[test]
fn hostile_text_is_answered_without_a_panic() {
    let deep = format!("{}{}", "<div>".repeat(3_000), "(".repeat(3_000));
    let odd = [
        "", "\u{feff}", "ä{{ü", "{{", "{%", "'", "\"", "url(", "`", "/*", "#", "<a id=", &deep,
    ];
    let names = [
        "a.py",
        "a.js",
        "a.css",
        "templates/a.html",
        "a.html",
        "a.sql",
        "a.json",
        "a.toml",
        "a.yaml",
        "README.md",
        "requirements.txt",
    ];
    for text in odd {
        for name in names {
            let files = [(Utf8PathBuf::from(name), text.to_owned())];
            syntax(Utf8Path::new(name), text);
            links(&files, Some(&stack()));
            contract(&due(), &stack(), &files);
        }
    }
}
