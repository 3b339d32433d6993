//! Files that do not parse, and files that do.

use codey::diagnostic::Severity;
use codey::validate::syntax;

use super::{codes, fails, passes};

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
