//! Filters that make text safe within other text: html, md. Know no template.

use std::fmt::Write as _;

use minijinja::Environment;
use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};

/// Adds the filters.
pub(super) fn add_to(environment: &mut Environment<'_>) {
    environment.add_filter("html", |value: &Value| {
        Ok::<_, Error>(html(&text_of(value)?))
    });
    environment.add_filter("md", |value: &Value| {
        Ok::<_, Error>(markdown(&text_of(value)?))
    });
}

fn text_of(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String | ValueKind::Number => Ok(value.to_string()),
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        kind => Err(Error::new(
            ErrorKind::InvalidOperation,
            format!("a value of kind {kind} is no text"),
        )),
    }
}

/// Text for elements and quoted attributes. Braces are written as references too: the page is
/// rendered by Jinja, which must find no expression in a title.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' | '\'' | '`' | '{' | '}' => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            '\n' | '\t' => out.push(character),
            character if character.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            character => out.push(character),
        }
    }
    out
}

/// Text of one paragraph, list item or table cell, with no meaning to Markdown.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        let special = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '{' | '}' => true,
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '#' | '+' | '-' | '=' | ':' => out.is_empty(),
            '!' => after == '[',
            '.' | ')' => after == ' ' && out.chars().all(|it| it.is_ascii_digit()),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(if character.is_control() {
            ' '
        } else {
            character
        });
        before = character;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_has_no_markup_no_end_of_attribute_and_no_jinja() {
        let hostile = "<b a='1' b=\"2\">&{{ config }}{% x %}`\0\u{1b}</b>";
        let safe = html(hostile);
        assert!(!safe.contains(['<', '>', '"', '\'', '`', '{', '}', '\0', '\u{1b}']));
        assert!(safe.starts_with("&lt;b a=&#39;1&#39;"));
        assert_eq!(html("Straße & 日本"), "Straße &amp; 日本");
    }

    #[test]
    fn markdown_reads_as_written() {
        assert_eq!(markdown("# not a heading"), "\\# not a heading");
        assert_eq!(markdown("1. no list"), "1\\. no list");
        assert_eq!(markdown("- no list - really"), "\\- no list - really");
        assert_eq!(
            markdown("a_b *c* [d](e) ![f]"),
            "a_b \\*c\\* \\[d\\](e) \\!\\[f\\]"
        );
        assert_eq!(markdown("<script> | x\nnext"), "\\<script\\> \\| x next");
        assert_eq!(markdown("Version 1.2 is here."), "Version 1.2 is here.");
    }
}
