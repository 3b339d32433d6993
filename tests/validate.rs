//! The checks from outside: what is right passes, and every seeded fault is found where it is.
#![expect(
    clippy::disallowed_methods,
    reason = "tests make and damage files as they need, and fail by panicking"
)]

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use codey::contract::{App, Column, Contract, Endpoint, Entity, Index, Page, Table, View};
use codey::diagnostic::{Finding, Severity};
use codey::validate::{Stack, contract, ensure, links, parse_stack, syntax};

/// The findings' codes.
fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code).collect()
}

/// Line and column of the first finding.
fn spot(findings: &[Finding]) -> (u32, u32) {
    let place = findings[0].place.as_ref().expect("a place");
    (place.line, place.column)
}

fn passes(path: &str, text: &str) {
    let findings = syntax(Utf8Path::new(path), text);
    assert!(findings.is_empty(), "{path}: {text}\n{findings:#?}");
}

/// The text has an error at this line and column, and every finding is complete.
fn fails(path: &str, text: &str, line: u32, column: u32) {
    let findings = syntax(Utf8Path::new(path), text);
    assert!(!findings.is_empty(), "{path}: nothing found in\n{text}");
    assert_eq!(
        spot(&findings),
        (line, column),
        "{path}: {text}\n{findings:#?}"
    );
    for finding in &findings {
        let place = finding.place.as_ref().expect("a place");
        assert_eq!(place.file, path);
        assert!(place.length > 0 && !finding.help.is_empty() && !finding.message.is_empty());
    }
}

#[test]
fn python() {
    passes("a.py", "");
    passes(
        "a.py",
        "def f(a, *, b=1):\n    \"\"\"Add.\"\"\"\n    return f\"{a + b!r}\"\n",
    );
    fails("a.py", "def f()\n    return 1\n", 1, 8);
    fails("a.py", "def f():\n        a = 1\n    return a\n", 3, 1);
    fails("a.py", "x = 'open\ny = 1\n", 1, 5);
    fails("a.py", "print \"hello\"\n", 1, 7);
    fails("a.py", "ü = (1,\n", 2, 1);
    fails("a.py", "def f():\n", 1, 9);
    fails("a.py", "a = 1\0\n", 1, 6);
    let both = syntax("a.py".into(), "a = (\nb = ]\ndef f(:\n    pass\n");
    assert!(both.len() > 1, "{both:#?}");
}

#[test]
fn python_that_only_newer_versions_read_is_a_warning() {
    let findings = syntax("a.py".into(), "type A = int\n");
    assert_eq!(codes(&findings), ["python::version"]);
    assert_eq!(findings[0].severity, Severity::Warning);
}

#[test]
fn javascript() {
    passes(
        "a.js",
        "import { a } from './b.js';\nconst f = async (x) => { await a(`${x}`); };\n",
    );
    fails("a.js", "const a = 'ä' + ;\n", 1, 15);
    for cut in [
        "function f() {\n  if (a) {\n    b();\n",
        "const a = `x",
        "f(a, b",
        "const a = {b: 1,",
    ] {
        assert!(!syntax("a.js".into(), cut).is_empty(), "{cut}");
    }
}

#[test]
fn css() {
    passes(
        "a.css",
        ":root { --a: 1px; }\n@media (max-width: 40rem) { a:hover > b { color: red } }\n",
    );
    passes(
        "a.css",
        "a { margin: calc(var(--a) * 2) auto; inset: 0; }\n.b { & :focus-visible { gap: 1px } }\n",
    );
    for bad in [
        "a { color: red",
        "a { color: red;\n",
        "@media (a) { b { c: d }",
        "a { color red; }",
        "} a {}",
    ] {
        assert!(!syntax("a.css".into(), bad).is_empty(), "{bad}");
    }
}

#[test]
fn html() {
    passes(
        "a.html",
        "<!doctype html>\n<html lang=en><head><title>a</title><link href=x>\n<body><p>a && b < c &amp; d<ul><li>e</ul><br><textarea><div></textarea></body></html>\n",
    );
    fails("a.html", "<div><p>a</p>\n<section>b</div>\n", 2, 1);
    fails("a.html", "<html>\n<body>\n<p>b\n", 1, 1);
    fails("a.html", "<div>\n  <span>a</span>\n", 1, 1);
    fails("a.html", "<p>a</p>\n</div>\n", 2, 1);
    for cut in [
        "<div class=\"a",
        "<div><a href",
        "<!-- open",
        "<script>let a = 1;",
    ] {
        assert!(!syntax("a.html".into(), cut).is_empty(), "{cut}");
    }
}

#[test]
fn templates_of_pages() {
    passes(
        "templates/a.html",
        "{% extends 'b.html' %}{# a note: <b> #}\n{% block main %}<form {% if a %}hidden{% endif %} \
         class=\"{{ 'x' if a else \"y>\" }}\" {{ attributes }}>\n{% for i in l %}<li>{{ i|e }}{% endfor %}</form>{% endblock %}",
    );
    passes("static/a.html", "<p>{{ a && b }}</p>");
    fails(
        "templates/a.html",
        "<p>ä {{ a }}</p>\n<i>{{ b }}</u></i>",
        2,
        11,
    );
    fails("templates/a.html", "{% if a %}\n<div>\n{% endif %}\n", 2, 1);
    for cut in ["{% if a %}<p>a</p>", "<p>{{ a", "{% block x %}{% endif %}"] {
        let findings = syntax("templates/a.html".into(), cut);
        assert_eq!(codes(&findings), ["jinja::syntax"], "{cut}");
    }
}

#[test]
fn sql() {
    passes(
        "a.sql",
        "CREATE TABLE a (id INTEGER PRIMARY KEY);\nCREATE INDEX i ON a (id);\nINSERT INTO a VALUES (1), (2);\nSELECT ?1 FROM a;",
    );
    fails("a.sql", "CREATE TABLE a (b);\nCREATE TABEL c (d);\n", 2, 8);
    fails(
        "a.sql",
        "CREATE TABLE ä (b);\nSELECT 'ü', c FROM ä;\n",
        2,
        13,
    );
    fails(
        "a.sql",
        "CREATE TABLE a (b);\n\nINSERT INTO other VALUES (1);\n",
        3,
        1,
    );
    fails(
        "a.sql",
        "CREATE TABLE a (b UNIQUE);\nINSERT INTO a VALUES (1), (1);",
        2,
        1,
    );
    for cut in [
        "CREATE TABLE a (b",
        "SELECT 'a",
        "INSERT INTO",
        "CREATE TABLE a (b); CREATE TABLE a (b);",
    ] {
        assert!(!syntax("a.sql".into(), cut).is_empty(), "{cut}");
    }
}

#[test]
fn data_files() {
    passes("a.json", "{\"a\": [1, null]}\n");
    passes("tsconfig.json", "{ // a comment\n}");
    passes("a.toml", "[a]\nb = 1979-05-27\n");
    passes("a.yaml", "a: [1, 2]\n---\nb: c\n");
    passes(
        "requirements-dev.txt",
        "-r requirements.txt\npytest==8.4.1\n",
    );
    fails("a.json", "{\n  \"ä\": 1,\n}", 3, 1);
    fails("a.toml", "a = 1\nb = \n", 2, 5);
    fails("a.toml", "a = 1\na = 2\n", 2, 1);
    fails("a.yml", "a: 1\nb: [1, 2\n", 3, 1);
    fails("requirements.txt", "flask\n", 1, 1);
    assert_eq!(syntax("a.yaml".into(), "a: 1\n---\na: 1\na: 2\n").len(), 1);
    let deep = "[".repeat(100_000);
    for name in ["a.json", "a.yaml", "a.toml"] {
        assert_eq!(syntax(name.into(), &deep).len(), 1, "{name}");
    }
}

#[test]
fn languages_that_are_not_known_are_left_alone() {
    for name in ["a.txt", "a.rs", "Dockerfile", "a", "notes.requirements"] {
        passes(name, "{{{ <div def f(");
    }
}

#[test]
fn one_slip_gives_a_bounded_number_of_findings() {
    let text = "def (:\n".repeat(500);
    assert_eq!(syntax("a.py".into(), &text).len(), 20);
}

fn stack() -> Stack {
    let text = "name: s\nabout: a\nfield-types: [string]\nendpoint: { parameter: '<int:{name}>' }\nstart: []\n\
        static: \"{{ url_for('static', filename='{path}') }}\"\nstatic-folder: app/static\n";
    parse_stack(text).unwrap()
}

fn endpoint(method: &str, path: &str) -> Endpoint {
    Endpoint {
        method: method.to_owned(),
        path: path.to_owned(),
        about: String::new(),
        entity: "book".to_owned(),
        request: serde_json::Map::new(),
        response: serde_json::Map::new(),
        status: 200,
        errors: Vec::new(),
    }
}

fn column(name: &str, kind: &str, rest: &str) -> Column {
    Column {
        name: name.to_owned(),
        kind: kind.to_owned(),
        definition: format!("{kind} {rest}").trim().to_owned(),
    }
}

fn due() -> Contract {
    let entity = Entity {
        name: "book".to_owned(),
        plural: "books".to_owned(),
        class: "Book".to_owned(),
        slug: "books".to_owned(),
        label: "book".to_owned(),
        label_plural: "books".to_owned(),
        article: "a".to_owned(),
        fields: Vec::new(),
        title_field: "title".to_owned(),
        done_field: None,
        sortable: Vec::new(),
        default_sort: "-id".to_owned(),
        searchable: Vec::new(),
        filterable: Vec::new(),
        children: Vec::new(),
        owned: false,
        view: View::List,
        board_field: None,
        date_field: None,
        summed: Vec::new(),
        icon: "book".to_owned(),
        joins: Vec::new(),
        table: Table {
            name: "books".to_owned(),
            primary: Vec::new(),
            unique: Vec::new(),
            columns: vec![
                column("id", "INTEGER", "PRIMARY KEY AUTOINCREMENT"),
                column("title", "TEXT", "NOT NULL"),
                column("isbn", "TEXT", "UNIQUE"),
                column(
                    "author_id",
                    "INTEGER",
                    "REFERENCES authors (id) ON DELETE SET NULL",
                ),
            ],
            indexes: vec![Index {
                name: "books_author_id".to_owned(),
                columns: vec!["author_id".to_owned()],
            }],
        },
    };
    Contract {
        app: App {
            name: "books".to_owned(),
            title: "Books".to_owned(),
            accent: 0,
        },
        kind: "web".to_owned(),
        auth: false,
        account_tables: Vec::new(),
        dashboard: None,
        stack: "s".to_owned(),
        features: Vec::new(),
        entities: vec![entity],
        endpoints: vec![
            endpoint("GET", "/api/books"),
            endpoint("POST", "/api/books"),
            endpoint("GET", "/api/books/{id}"),
            endpoint("PATCH", "/api/books/{id}"),
        ],
        pages: vec![Page {
            path: "/books/{id}".to_owned(),
            title: "Book".to_owned(),
            entity: "book".to_owned(),
            ids: vec!["book-title".to_owned(), "book-list".to_owned()],
        }],
        files: Vec::new(),
    }
}

const API: &str = r#"
from x import Blueprint
bp = Blueprint("books", __name__, url_prefix="/api/books")

@bp.get("")
def books(): ...
@bp.route("", methods=["POST"])
def add(): ...
@bp.route("/<int:book_id>", methods=("GET", "PATCH"))
def one(book_id): ...
"#;

const WEB: &str = r#"
def create_app():
    app = App(__name__)

    @app.get("/<kind>/<int:id>")
    def page(kind, id): ...

    client.post("/api/books", json={})
    return app
"#;

const SCHEMA: &str = "
CREATE TABLE authors (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS books (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    isbn TEXT UNIQUE,
    author_id INTEGER REFERENCES authors (id) ON DELETE SET NULL
);
CREATE INDEX books_by_author ON books (author_id, title);
";

const PAGE: &str = r#"<!doctype html>
<title>Books</title>
<link rel="stylesheet" href="{{ url_for('static', filename='css/style.css') }}">
<script type="module" src="/static/js/app.js"></script>
<form id="book-form" action="/books"><input id="book-title"></form>
{% for field in fields %}<p id="{{ field }}-error">{{ field }}</p>{% endfor %}
<a href="https://example.org">About</a>
"#;

const SCRIPT: &str = r##"import { api } from "./api.js";
const form = document.getElementById("book-form");
const error = document.querySelector("#title-error");
const list = document.createElement("ul");
list.id = "book-list";
form.append(list);
document.querySelectorAll("#book-list > li[data-x='#none']");
document.querySelector("#" + form.dataset.id);
"##;

const STYLE: &str = "@import \"base.css\";\nbody { background: url(../img/a.svg#x), url('data:image/png;base64,AA'); }\n";

const README: &str = "# Books

| file | what |
|---|---|
| `app/api/books.py` | the API at `/api/books`, `application/json` |
| `app/static/` | files |

```sh
python3 -m venv .venv
.venv/bin/pip install -r requirements.txt  # not in other.txt
```

```
app
├── api
│   └── books.py
└── schema.sql
```
";

/// A good application, as paths and texts.
fn good() -> Vec<(Utf8PathBuf, String)> {
    [
        ("README.md", README),
        ("app/__init__.py", WEB),
        ("app/api/books.py", API),
        ("app/schema.sql", SCHEMA),
        ("app/static/css/base.css", "a { color: red; }\n"),
        ("app/static/css/style.css", STYLE),
        ("app/static/img/a.svg", "<svg/>"),
        ("app/static/js/api.js", "export const api = 1;\n"),
        ("app/static/js/app.js", SCRIPT),
        ("app/templates/books.html", PAGE),
        ("requirements.txt", "x==1\n"),
    ]
    .map(|(path, text)| (path.into(), text.to_owned()))
    .to_vec()
}

/// The good application with `from` replaced by `to` in one file.
fn with(path: &str, from: &str, to: &str) -> Vec<(Utf8PathBuf, String)> {
    let mut files = good();
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| name == path)
        .expect("a file");
    assert!(text.contains(from), "{path} has no {from}");
    *text = text.replacen(from, to, 1);
    files
}

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

/// A Python installation that answers by script.
struct Fake {
    calls: Vec<String>,
    venv: (i32, &'static str),
    pip: (i32, &'static str),
}

impl Fake {
    fn new() -> Self {
        Self {
            calls: Vec::new(),
            venv: (0, ""),
            pip: (0, ""),
        }
    }

    fn run(&mut self, words: &[String]) -> (i32, String) {
        self.calls.push(words.join(" "));
        let (code, text) = match words[2].as_str() {
            "venv" => {
                let bin = Utf8Path::new(&words[3]).join("bin");
                fs::create_dir_all(&bin).unwrap();
                fs::write(bin.join("python"), "").unwrap();
                self.venv
            }
            "pip" => self.pip,
            _ => (0, "3.12.1"),
        };
        (code, text.to_owned())
    }
}

fn wanted() -> Vec<(Utf8PathBuf, String)> {
    vec![
        (
            "requirements-dev.txt".into(),
            "-r requirements.txt\npytest==8\n".to_owned(),
        ),
        ("requirements.txt".into(), "flask==3\n".to_owned()),
    ]
}

#[test]
fn an_environment_is_made_once_for_its_requirements() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Utf8Path::from_path(dir.path()).unwrap().join("venvs");
    let mut fake = Fake::new();
    let first = ensure(&cache, "python3", &wanted(), &mut |words| {
        Ok(fake.run(words))
    })
    .unwrap();
    assert!(first.made && first.bin.join("python").exists());
    assert_eq!(fake.calls.len(), 3);
    let file = fake.calls[2].split(' ').next_back().unwrap();
    assert!(fake.calls[2].contains("-m pip install --disable-pip-version-check --no-input -q -r "));
    assert_eq!(fs::read_to_string(file).unwrap(), wanted()[0].1);
    assert!(
        Utf8Path::new(file)
            .with_file_name("requirements.txt")
            .exists()
    );

    let second = ensure(&cache, "python3", &wanted(), &mut |words| {
        Ok(fake.run(words))
    })
    .unwrap();
    assert_eq!((second.made, &second.bin), (false, &first.bin));
    assert_eq!(fake.calls.len(), 4);

    let mut other = wanted();
    other[1].1.push_str("click==8\n");
    let third = ensure(&cache, "python3", &other, &mut |words| Ok(fake.run(words))).unwrap();
    assert!(third.made && third.bin != first.bin);
}

#[test]
fn an_environment_that_was_not_finished_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Utf8Path::from_path(dir.path()).unwrap();
    let mut fake = Fake::new();
    fake.pip = (1, "ERROR: No matching distribution found for flask==3\n");
    let finding = ensure(
        cache,
        "python3",
        &wanted(),
        &mut |words| Ok(fake.run(words)),
    )
    .unwrap_err();
    assert_eq!(finding.code, "venv::install");
    assert!(
        finding.message.contains("No matching distribution"),
        "{}",
        finding.message
    );
    fake.pip = (0, "");
    assert!(
        ensure(
            cache,
            "python3",
            &wanted(),
            &mut |words| Ok(fake.run(words))
        )
        .unwrap()
        .made
    );
}

#[test]
fn what_an_environment_lacks_is_said_plainly() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Utf8Path::from_path(dir.path()).unwrap();
    let ask = |fake: &mut Fake, files: &[(Utf8PathBuf, String)]| {
        ensure(cache, "python3", files, &mut |words| Ok(fake.run(words))).unwrap_err()
    };
    let mut fake = Fake::new();
    fake.pip = (
        1,
        "WARNING: Retrying after NameResolutionError\nERROR: none",
    );
    assert_eq!(ask(&mut fake, &wanted()).code, "venv::offline");
    fake.venv = (
        1,
        "The virtual environment was not created because ensurepip is not available.",
    );
    let finding = ask(&mut fake, &wanted());
    assert_eq!(finding.code, "venv::no-venv");
    assert!(finding.help.contains("python3-venv"));
    let outside = [("../requirements.txt".into(), String::new())];
    assert_eq!(ask(&mut Fake::new(), &outside).code, "venv::requirements");
    let missing = ensure(cache, "python3", &[], &mut |_| {
        Err(Finding::error("proc", "not found"))
    });
    let finding = missing.unwrap_err();
    assert_eq!(finding.code, "venv::no-python");
    assert!(finding.help.contains("Install Python 3"));
}
