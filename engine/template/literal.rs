//! Filters that write a value as a literal of a language: py, js, rust, sql, yaml, toml. Know no template.

use std::fmt::Write as _;

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, Value};

/// Depth of lists and maps within each other.
const MAX_NESTING: usize = 32;

/// Adds the filters.
pub(super) fn add_to(environment: &mut Environment<'_>) {
    environment.add_filter("py", |value: &Value| write_value(&PYTHON, value));
    environment.add_filter("js", |value: &Value| write_value(&JAVASCRIPT, value));
    environment.add_filter("rust", |value: &Value| write_value(&RUST, value));
    environment.add_filter("yaml", |value: &Value| write_value(&YAML, value));
    environment.add_filter("toml", |value: &Value| write_value(&TOML, value));
    environment.add_filter("sql", sql);
    environment.add_filter("sqlname", |name: &str| {
        format!("\"{}\"", name.replace('"', "\"\""))
    });
}

/// How a language writes values that are not numbers.
struct Language {
    name: &'static str,
    /// False and true.
    bools: [&'static str; 2],
    /// Absent where the language has no null.
    null: Option<&'static str>,
    /// Between a key and its value; absent where the language has no literal of a map.
    colon: Option<&'static str>,
    /// Whether keys that look like identifiers go without quotes, as in a TOML inline table.
    bare_keys: bool,
    /// Whether a text with more double quotes than single ones stands in single ones, as formatters write it.
    fewest_escapes: bool,
    /// Writes one character of a string; `next` follows it.
    character: fn(&mut String, character: char, next: Option<char>),
}

const PYTHON: Language = Language {
    name: "Python",
    bools: ["False", "True"],
    null: Some("None"),
    colon: Some(": "),
    bare_keys: false,
    fewest_escapes: true,
    character: |out, character, _| match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        character if is_plain(character) => out.push(character),
        character => {
            let code = u32::from(character);
            let _ = match code {
                0..0x100 => write!(out, "\\x{code:02x}"),
                0x100..0x1_0000 => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
        }
    },
};

/// JSON, which is JavaScript, and which neither an HTML parser that sees it in a script nor a
/// Jinja that renders the page takes for something else.
const JAVASCRIPT: Language = Language {
    name: "JavaScript",
    bools: ["false", "true"],
    null: Some("null"),
    colon: Some(": "),
    bare_keys: false,
    fewest_escapes: false,
    character: |out, character, next| match (character, next) {
        ('<' | '>' | '&', _) | ('{', Some('{' | '%' | '#')) => unicode(out, character),
        _ => json(out, character),
    },
};

const RUST: Language = Language {
    name: "Rust",
    bools: ["false", "true"],
    null: None,
    colon: None,
    bare_keys: false,
    fewest_escapes: false,
    character: |out, character, _| match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        character if is_plain(character) => out.push(character),
        character => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
    },
};

/// The JSON subset of YAML.
const YAML: Language = Language {
    name: "YAML",
    bools: ["false", "true"],
    null: Some("null"),
    colon: Some(": "),
    bare_keys: false,
    fewest_escapes: false,
    character: |out, character, _| json(out, character),
};

const TOML: Language = Language {
    name: "TOML",
    bools: ["false", "true"],
    null: None,
    colon: Some(" = "),
    bare_keys: true,
    fewest_escapes: false,
    character: |out, character, _| match character {
        character if is_plain(character) => out.push(character),
        character => {
            let _ = write!(out, "\\U{:08X}", u32::from(character));
        }
    },
};

/// Characters that may stand in a quoted string of any of the languages, and look like what they are.
fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '"' | '\\' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..)
}

fn json(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        character if is_plain(character) => out.push(character),
        character => unicode(out, character),
    }
}

fn unicode(out: &mut String, character: char) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

fn write_value(language: &Language, value: &Value) -> Result<String, Error> {
    let mut out = String::new();
    append(language, value, &mut out, 0)?;
    Ok(out)
}

fn append(language: &Language, value: &Value, out: &mut String, depth: usize) -> Result<(), Error> {
    if depth > MAX_NESTING {
        return Err(refuse(language, "a value nested this deeply"));
    }
    match value.kind() {
        ValueKind::Undefined => return Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => {
            out.push_str(language.null.ok_or_else(|| refuse(language, "null"))?);
        }
        ValueKind::Bool => out.push_str(language.bools[usize::from(value.is_true())]),
        ValueKind::Number => out.push_str(&number(language, value)?),
        ValueKind::String => quote(language, value.as_str().unwrap_or_default(), out),
        ValueKind::Seq | ValueKind::Iterable => {
            out.push('[');
            for (index, item) in value.try_iter()?.enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                append(language, &item, out, depth + 1)?;
            }
            out.push(']');
        }
        ValueKind::Map => {
            let colon = language.colon.ok_or_else(|| refuse(language, "a map"))?;
            out.push('{');
            for (index, key) in value.try_iter()?.enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                append_key(language, &key, out)?;
                out.push_str(colon);
                append(language, &value.get_item(&key)?, out, depth + 1)?;
            }
            out.push('}');
        }
        kind => return Err(refuse(language, &kind.to_string())),
    }
    Ok(())
}

fn append_key(language: &Language, key: &Value, out: &mut String) -> Result<(), Error> {
    let text = key
        .as_str()
        .ok_or_else(|| refuse(language, "a key that is no string"))?;
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if language.bare_keys && !text.is_empty() && text.bytes().all(is_bare) {
        out.push_str(text);
    } else {
        quote(language, text, out);
    }
    Ok(())
}

fn quote(language: &Language, text: &str, out: &mut String) {
    let count = |mark: char| text.chars().filter(|&character| character == mark).count();
    let mark = match language.fewest_escapes && count('"') > count('\'') {
        true => '\'',
        false => '"',
    };
    out.push(mark);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.push_str("\\\\"),
            _ if character == mark => {
                out.push('\\');
                out.push(mark);
            }
            '"' => out.push('"'),
            _ => (language.character)(out, character, characters.peek().copied()),
        }
    }
    out.push(mark);
}

/// Digits in a form that all the languages read back as the same number of the same type.
fn number(language: &Language, value: &Value) -> Result<String, Error> {
    if value.is_integer() {
        return Ok(value.to_string());
    }
    let float = f64::try_from(value.clone())?;
    if !float.is_finite() {
        return Err(refuse(language, "a number that is not finite"));
    }
    Ok(format!("{float:?}"))
}

fn refuse(language: &Language, what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidOperation,
        format!("{what} cannot be written in {}", language.name),
    )
}

/// An SQL literal for SQLite; a list becomes its elements with commas between them.
fn sql(value: &Value) -> Result<String, Error> {
    const SQL: Language = Language {
        name: "SQL",
        ..JAVASCRIPT
    };
    match value.kind() {
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => Ok("NULL".to_owned()),
        ValueKind::Bool => Ok(u8::from(value.is_true()).to_string()),
        ValueKind::Number => number(&SQL, value),
        ValueKind::String => Ok(sql_string(value.as_str().unwrap_or_default())),
        ValueKind::Seq | ValueKind::Iterable => {
            let items: Result<Vec<_>, _> = value.try_iter()?.map(|item| sql_item(&item)).collect();
            Ok(items?.join(", "))
        }
        kind => Err(refuse(&SQL, &kind.to_string())),
    }
}

fn sql_item(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => Err(Error::new(
            ErrorKind::InvalidOperation,
            "a list within a list cannot be written in SQL",
        )),
        _ => sql(value),
    }
}

/// A literal ends at a NUL, so that one is put together.
fn sql_string(text: &str) -> String {
    let quoted = format!("'{}'", text.replace('\'', "''"));
    if text.contains('\0') {
        return format!("({})", quoted.replace('\0', "' || char(0) || '"));
    }
    quoted
}
