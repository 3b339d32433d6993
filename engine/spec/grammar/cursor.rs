//! A place in a text that moves forward. Knows characters, words and quotes, no grammar.

use super::problem::EntityProblem;

/// A result with the problem that stopped it.
pub(super) type Read<T> = Result<T, EntityProblem>;

/// A text and how far it was read.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn whole(&self) -> &'t str {
        self.text
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn since(&self, start: usize) -> &'t str {
        &self.text[start..self.at]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub(super) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    pub(super) fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// A run of letters, digits, `_` and `-`; an arrow ends it.
    pub(super) fn word(&mut self) -> &'t str {
        let start = self.at;
        while let Some(next) = self.peek() {
            if self.rest().starts_with("->") || !(next.is_alphanumeric() || "_-'".contains(next)) {
                break;
            }
            self.bump();
        }
        self.since(start)
    }

    /// A text in double or single quotes, `\` before a quote or itself; none where none begins here.
    pub(super) fn quoted(&mut self) -> Read<Option<String>> {
        let start = self.at;
        let Some(quote) = self.peek().filter(|c| matches!(c, '"' | '\'')) else {
            return Ok(None);
        };
        self.bump();
        let mut value = String::new();
        while let Some(next) = self.bump() {
            match next {
                '\\' => value.extend(self.bump()),
                _ if next == quote => return Ok(Some(value)),
                _ => value.push(next),
            }
        }
        let span = (start, self.at - start);
        Err(EntityProblem::new(
            span,
            "a quote is opened and not closed",
            format!("Put {quote} at the end of the text."),
        ))
    }

    /// Moves past the field at hand, so that the next one can be read after a problem.
    pub(super) fn skip_field(&mut self) {
        let mut depth = 0_usize;
        while let Some(next) = self.peek() {
            if matches!(next, '"' | '\'') && matches!(self.quoted(), Ok(Some(_))) {
                continue;
            }
            match next {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => return,
                _ if next.is_whitespace() && depth == 0 => return,
                _ => {}
            }
            self.bump();
        }
    }
}
