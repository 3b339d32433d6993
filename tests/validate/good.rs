//! A small application that keeps its contract, to be damaged by the tests.

use camino::Utf8PathBuf;
use codey::contract::{App, Column, Contract, Endpoint, Entity, Index, Page, Table, View};
use codey::validate::{Stack, parse_stack};

pub(super) fn stack() -> Stack {
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

pub(super) fn due() -> Contract {
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
pub(super) fn good() -> Vec<(Utf8PathBuf, String)> {
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
pub(super) fn with(path: &str, from: &str, to: &str) -> Vec<(Utf8PathBuf, String)> {
    let mut files = good();
    let (_, text) = files
        .iter_mut()
        .find(|(name, _)| name == path)
        .expect("a file");
    assert!(text.contains(from), "{path} has no {from}");
    *text = text.replacen(from, to, 1);
    files
}
