//! Values written by the filters are read back by the languages' own parsers.

use super::*;

/// Texts that end a literal, a tag or an expression of some language where they are not escaped.
const HOSTILE: &[&str] = &[
    "",
    "plain",
    "it's",
    "say \"hi\"",
    "'''\"\"\"",
    "back\\slash\\",
    "\\",
    "\\'; DROP TABLE task; --",
    "a\nb\r\nc\rd\te",
    "</script><script>alert(1)</script>",
    "<!-- -->",
    "]]>",
    "{{ config }}",
    "{% raw %}{# x #}",
    "{ } {{ }} {",
    "<< x >> <% y %>",
    "\u{2028}\u{2029}\u{feff}\u{202e}\u{85}",
    "nul\0inside",
    "\u{1}\u{1b}[31m\u{7f}",
    "Straße 日本 🦀 e\u{301}",
    "# comment: yes",
    "- list",
    "null",
    "true",
    "1e3",
    "%s %(name)s $x ${x} `x`",
];

#[test]
fn python_reads_back_what_was_written() {
    for text in HOSTILE {
        let source = render("x = << x | py >>\n", *text).unwrap();
        let module = ruff_python_parser::parse_module(&source).expect(&source);
        let ruff_python_ast::Stmt::Assign(assign) = &module.syntax().body[0] else {
            panic!("{source} is no assignment");
        };
        let string = assign.value.as_string_literal_expr().expect(&source);
        assert_eq!(string.value.to_str(), *text);
        assert!(source.trim_end().lines().count() == 1, "{source}");
    }
}

#[test]
fn javascript_is_json_that_html_and_jinja_leave_alone() {
    for text in HOSTILE {
        let source = render("<< x | js >>", *text).unwrap();
        let back: String = serde_json::from_str(&source).expect(&source);
        assert_eq!(back, *text);
        for sign in ["<", ">", "&", "{{", "{%", "{#", "\u{2028}", "\u{2029}"] {
            assert!(!source.contains(sign), "{source}");
        }
    }
}

#[test]
fn sqlite_reads_back_what_was_written() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    for text in HOSTILE {
        let query = render("SELECT << x | sql >>", *text).unwrap();
        let back: String = connection
            .query_row(&query, [], |row| row.get(0))
            .expect(&query);
        assert_eq!(back, *text);
        if !text.contains('\0') {
            let query = render("SELECT 1 AS << x | sqlname >>", *text).unwrap();
            let statement = connection.prepare(&query).expect(&query);
            assert_eq!(statement.column_name(0).unwrap(), *text);
        }
    }
    let query = render("SELECT 'b' IN (<< x | sql >>)", vec!["a'", "b"]).unwrap();
    assert!(
        connection
            .query_row(&query, [], |row| row.get::<_, bool>(0))
            .unwrap()
    );
}

#[test]
fn yaml_and_toml_read_back_what_was_written() {
    for text in HOSTILE {
        let yaml = render("key: << x | yaml >>\n", *text).unwrap();
        let back: serde_yaml::Value = serde_yaml::from_str(&yaml).expect(&yaml);
        assert_eq!(back["key"].as_str(), Some(*text), "{yaml}");
        let toml = render("key = << x | toml >>\n", *text).unwrap();
        let back: toml::Table = toml::from_str(&toml).expect(&toml);
        assert_eq!(back["key"].as_str(), Some(*text), "{toml}");
    }
}

#[test]
fn rust_has_the_text_as_it_is_or_by_its_codes() {
    for text in HOSTILE {
        let literal = render("<< x | rust >>", *text).unwrap();
        let inside = literal
            .strip_prefix('"')
            .and_then(|it| it.strip_suffix('"'));
        assert_eq!(unescaped(inside.unwrap()), *text, "{literal}");
        assert!(!literal.chars().any(char::is_control), "{literal}");
        assert!(!literal.contains('\u{202e}'), "{literal}");
    }
    assert_eq!(
        render("<< x | rust >>", vec!["a", "\u{1b}"]).unwrap(),
        "[\"a\", \"\\u{1b}\"]"
    );
}

/// What a Rust compiler makes of the inside of a string literal.
fn unescaped(inside: &str) -> String {
    let mut text = String::new();
    let mut rest = inside.chars();
    while let Some(character) = rest.next() {
        text.push(match character {
            '"' => panic!("{inside} ends early"),
            '\\' => match rest.next().unwrap() {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits: String = rest.by_ref().take_while(|it| *it != '}').collect();
                    let code = u32::from_str_radix(digits.trim_start_matches('{'), 16).unwrap();
                    char::from_u32(code).unwrap()
                }
                same @ ('"' | '\\') => same,
                other => panic!("{inside} has \\{other}"),
            },
            character => character,
        });
    }
    text
}

#[test]
fn values_of_every_kind_survive() {
    let json = serde_json::json!({
        "list": [1, -2.5, true, "x"],
        "odd key\"": { "deep": [] },
        "big": 9_007_199_254_740_993_i64,
        "tiny": 1e-300,
    });
    let value = || value(&json);
    let js = render("<< x | js >>", value()).unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&js).unwrap(),
        json
    );
    let yaml = render("<< x | yaml >>", value()).unwrap();
    assert_eq!(
        serde_yaml::from_str::<serde_json::Value>(&yaml).unwrap(),
        json
    );
    let toml = render("x = << x | toml >>", value()).unwrap();
    let table: toml::Table = toml::from_str(&toml).expect(&toml);
    assert_eq!(serde_json::to_value(&table["x"]).unwrap(), json);
    let python = render("<< x | py >>", value()).unwrap();
    assert!(python.contains("[1, -2.5, True, \"x\"]"), "{python}");
    ruff_python_parser::parse_module(&python).expect(&python);
    assert_eq!(render("<< x | py >>", ()).unwrap(), "None");
    assert_eq!(render("<< x | sql >>", true).unwrap(), "1");
}

#[test]
fn what_a_language_cannot_say_is_refused() {
    for source in [
        "<< x | js >>",
        "<< x | py >>",
        "<< x | sql >>",
        "<< x | toml >>",
    ] {
        assert!(render(source, f64::NAN).is_err(), "{source}");
    }
    assert!(render("<< x | toml >>", ()).is_err());
    assert!(render("<< x | rust >>", ()).is_err());
    assert!(render("<< x | rust >>", value(&serde_json::json!({ "a": 1 }))).is_err());
    assert!(render("<< x | sql >>", vec![vec![1]]).is_err());
}
