//! CSS by the shape that every rule has: what a browser would throw away, and what is linked. Knows no property,
//! so that new ones pass.

use std::ops::Range;

use camino::Utf8Path;

use super::place::place;
use crate::diagnostic::Finding;

/// Characters of the text that a message quotes.
const MAX_QUOTE: usize = 40;

/// Properties whose values have colons outside of brackets.
const COLON_VALUES: &[&str] = &["filter", "-ms-filter"];

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Space, comments and the marks of HTML comments.
    Space,
    Text,
    /// `url(...)` without quotes.
    Url,
    Open(char),
    Close(char),
    Colon,
    Semicolon,
    At,
    Word,
    /// A comment, text or address that runs to the end of the file or line.
    Unclosed(&'static str),
}

/// A rule, declaration or at-rule that has begun.
#[derive(Clone, Debug)]
struct Item {
    range: Range<usize>,
    at_rule: bool,
    custom: bool,
    /// The name before the first colon, while nothing else came before it.
    name: Option<Range<usize>>,
    colons: Vec<usize>,
    value: bool,
}

/// An open bracket with what has begun inside it.
struct Frame {
    open: char,
    at: usize,
    item: Option<Item>,
}

/// Comments, texts, brackets and declarations that are not as they must be.
pub(super) fn syntax(path: &Utf8Path, text: &str) -> Vec<Finding> {
    let mut checker = Checker {
        text,
        frames: vec![Frame {
            open: '\0',
            at: 0,
            item: None,
        }],
        problems: Vec::new(),
    };
    for (kind, range) in tokens(text) {
        checker.take(kind, range);
    }
    checker.end();
    let finding = |(message, range): (String, Range<usize>)| {
        Finding::error("css::syntax", message)
            .at(place(path, text, range))
            .help("Correct it here, or close what was opened before it.")
    };
    checker.problems.into_iter().map(finding).collect()
}

/// The ranges of what `url(...)` and `@import` link, without quotes.
pub(super) fn links(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut before) = (Vec::new(), Vec::new());
    for (kind, range) in tokens(text) {
        let word = |at: usize| {
            let word: Option<&Range<usize>> = before.iter().rev().nth(at);
            word.map(|range| text[range.clone()].to_ascii_lowercase())
        };
        match kind {
            Kind::Space => continue,
            Kind::Url => {
                let inner = &text[range.start + "url(".len()..range.end - 1];
                let start = range.end - 1 - inner.trim_start().len();
                found.push(start..start + inner.trim().len());
            }
            Kind::Text => {
                let import = word(0).is_some_and(|word| word == "@import");
                if import || (word(0).as_deref(), word(1).as_deref()) == (Some("("), Some("url")) {
                    found.push(range.start + 1..range.end - 1);
                }
            }
            _ => {}
        }
        before.push(range);
    }
    found
}

struct Checker<'a> {
    text: &'a str,
    frames: Vec<Frame>,
    problems: Vec<(String, Range<usize>)>,
}

impl Checker<'_> {
    fn take(&mut self, kind: Kind, range: Range<usize>) {
        match kind {
            Kind::Space => {}
            Kind::Unclosed(what) => {
                self.problems
                    .push((format!("the {what} is never closed"), range));
            }
            Kind::Open('{') => {
                if self.top().item.is_none() {
                    self.problems.push((
                        "a block needs a selector before it".to_owned(),
                        range.clone(),
                    ));
                }
                self.open('{', range.start);
            }
            Kind::Open(open) => {
                self.extend(Kind::Word, range.clone());
                self.open(open, range.start);
            }
            Kind::Close(close) => self.close(close, range),
            Kind::Semicolon if self.in_brackets() => {}
            Kind::Semicolon => self.finish(),
            _ if self.in_brackets() => {}
            _ => self.extend(kind, range),
        }
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the file's own frame stays")
    }

    fn in_brackets(&mut self) -> bool {
        matches!(self.top().open, '(' | '[')
    }

    fn open(&mut self, open: char, at: usize) {
        self.frames.push(Frame {
            open,
            at,
            item: None,
        });
    }

    fn close(&mut self, close: char, range: Range<usize>) {
        let open = match close {
            ')' => '(',
            ']' => '[',
            _ => '{',
        };
        if self.top().open != open {
            if open == '{' && self.frames.iter().any(|frame| frame.open == '{') {
                // A brace closes its block whatever bracket is open in it.
                while self.in_brackets() {
                    self.unclosed();
                }
            } else {
                self.problems
                    .push((format!("`{close}` closes nothing that is open"), range));
                return;
            }
        }
        if open == '{' {
            self.finish();
        }
        self.frames.pop();
        if open == '{' && self.top().item.as_ref().is_none_or(|item| !item.custom) {
            self.top().item = None;
        }
    }

    fn unclosed(&mut self) {
        if let Some(frame) = self.frames.pop() {
            let message = format!("`{}` is never closed", frame.open);
            self.problems.push((message, frame.at..frame.at + 1));
        }
    }

    fn end(&mut self) {
        while self.frames.len() > 1 {
            self.unclosed();
        }
        self.finish();
        self.problems.sort_by_key(|(_, range)| range.start);
    }

    /// Adds a token to the item, which it may begin.
    fn extend(&mut self, kind: Kind, range: Range<usize>) {
        let custom = self.text[range.clone()].starts_with("--");
        let Some(item) = &mut self.top().item else {
            let name = (kind == Kind::Word).then(|| range.clone());
            self.top().item = Some(Item {
                range,
                at_rule: kind == Kind::At,
                custom,
                name,
                colons: Vec::new(),
                value: false,
            });
            return;
        };
        item.range.end = range.end;
        if kind == Kind::Colon {
            item.colons.push(range.start);
        } else if item.colons.is_empty() {
            item.name = None;
            item.custom = false;
        } else {
            item.value = true;
        }
    }

    /// Looks at an item that ends without a block.
    fn finish(&mut self) {
        let block = self.top().open == '{';
        let Some(item) = self.top().item.take() else {
            return;
        };
        if item.at_rule {
            return;
        }
        let quote: String = self.text[item.range.clone()]
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(MAX_QUOTE)
            .collect();
        let declared = item.name.filter(|_| block && !item.colons.is_empty());
        let problem = match declared {
            Some(_) if item.custom => return,
            Some(name) if item.value => {
                let name = self.text[name].to_ascii_lowercase();
                match item.colons.get(1) {
                    Some(&colon) if !COLON_VALUES.contains(&name.as_str()) => {
                        ("a `;` is missing before this".to_owned(), colon..colon + 1)
                    }
                    _ => return,
                }
            }
            Some(_) => (format!("`{quote}` has no value"), item.range),
            None if block => (
                format!("`{quote}` is no declaration: it needs `name: value`"),
                item.range,
            ),
            None => (format!("`{quote}` needs a block after it"), item.range),
        };
        self.problems.push(problem);
    }
}

/// The text in tokens that cover all of it.
fn tokens(text: &str) -> impl Iterator<Item = (Kind, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (kind, length) = token(rest);
        let start = at;
        at += length;
        Some((kind, start..at))
    })
}

/// The token that `text` begins with, and its length.
fn token(text: &str) -> (Kind, usize) {
    let first = text.chars().next().unwrap_or_default();
    match first {
        '/' if text.starts_with("/*") => match text[2..].find("*/") {
            Some(end) => (Kind::Space, end + 4),
            None => (Kind::Unclosed("comment"), text.len()),
        },
        c if c.is_whitespace() => (Kind::Space, c.len_utf8()),
        '\u{feff}' => (Kind::Space, first.len_utf8()),
        '<' if text.starts_with("<!--") => (Kind::Space, 4),
        '-' if text.starts_with("-->") => (Kind::Space, 3),
        '"' | '\'' => quoted(text, first),
        '{' | '(' | '[' => (Kind::Open(first), 1),
        '}' | ')' | ']' => (Kind::Close(first), 1),
        ':' => (Kind::Colon, 1),
        ';' => (Kind::Semicolon, 1),
        '@' => (Kind::At, word_length(text)),
        _ => {
            let length = word_length(text);
            let argument = text[length..].strip_prefix('(').map(str::trim_start);
            let bare = argument.is_some_and(|argument| !argument.starts_with(['"', '\'']));
            if bare && text[..length].eq_ignore_ascii_case("url") {
                return match text.find([')', '\n']) {
                    Some(end) if text[end..].starts_with(')') => (Kind::Url, end + 1),
                    end => (Kind::Unclosed("address"), end.unwrap_or(text.len())),
                };
            }
            (Kind::Word, length)
        }
    }
}

/// A text in quotes, which ends with its line unless the line's end is escaped.
fn quoted(text: &str, quote: char) -> (Kind, usize) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return (Kind::Unclosed("text"), at),
            c if c == quote => return (Kind::Text, at + 1),
            _ => {}
        }
    }
    (Kind::Unclosed("text"), text.len())
}

/// The length of a word: up to what has a meaning of its own, and at least one character.
fn word_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        let ends = c.is_whitespace() || "{}()[]:;\"'".contains(c) || text[at..].starts_with("/*");
        if at > 0 && ends && !escaped {
            return at;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        syntax("a.css".into(), text)
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn what_browsers_read_passes() {
        for text in [
            "@layer a, b;\n@import url(\"a.css\") layer(x) supports(display: grid) screen;",
            "@container card (min-width: 20rem) { a { b: c } }",
            "@media (40rem <= width <= 80rem) { :is(a, b):hover { c: d; } }",
            ".a { &:hover { b: c } d: e; > .b { c: d } .c & { e: f; } }",
            ":root { --empty: ; --block: { a: b }; --text: x:y }",
            "input[type=\"a\" i]:checked + label { color: hsl(210deg 50% 50% / 0.5) }",
            "a { background: url(../a/b.svg), url( data:image/png;base64,AA= ) };",
            "a { color: red;; } /* {{{ */ <!-- --> @page :first { margin: 1in; }",
            ".sm\\:flex { content: \"a\\\"}\"; font: 1rem/1.5 \"Segoe UI\", system-ui !important }",
            "@font-face { src: url('x.woff2') format(\"woff2\"); unicode-range: U+0025-00FF, u+4?? }",
            "@keyframes a { from { b: c } 50% { d: e } }\n@property --x { syntax: '<length>'; inherits: false }",
            "a { filter: progid:DX.gradient(start='#1') }",
            "",
        ] {
            assert_eq!(messages(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_browsers_throw_away_is_found() {
        for (text, word) in [
            ("a { color: red;\nb { c: d }", "`{` is never closed"),
            ("a { color: red; } }", "`}` closes nothing"),
            ("a { color red; }", "`color red` is no declaration"),
            ("a { color: ; }", "has no value"),
            ("a { color: red\n  margin: 0; }", "`;` is missing"),
            ("a { width: calc(1px; }", "`(` is never closed"),
            ("a { b: c } /* d", "comment is never closed"),
            ("a { content: \"b; }\n", "text is never closed"),
            ("a { b: url(c\n; }", "address is never closed"),
            ("a, b", "needs a block"),
            ("a: b;", "needs a block"),
            ("{ a: b }", "needs a selector"),
        ] {
            let found = messages(text);
            assert!(
                found.iter().any(|message| message.contains(word)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn links_are_found_with_and_without_quotes() {
        let text = "@import 'a.css'; @import url(b.css);\nc { d: url( e.svg ) , url(\"f.svg\"); content: \"g\" }";
        let found: Vec<_> = links(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["a.css", "b.css", "e.svg", "f.svg"]);
    }
}
