//! A request as words and marks, each with its place. Knows letters, not meanings.

use crate::spec::inflect;

/// A word or a mark of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Lowercase, without a possessive; a mark is one character.
    pub text: String,
    /// The singular of `text`.
    pub one: String,
    /// Where it begins in the request, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// It is a word and not a mark.
    pub is_word: bool,
    /// Something has made use of it.
    pub used: bool,
    /// It is read and no part of a phrase.
    pub hidden: bool,
    /// What it says besides what it may name; empty where something else tells.
    pub meant: Option<&'static str>,
}

impl Token {
    /// Takes the token as another word, in the singular.
    pub(super) fn read_as(&mut self, word: &str) {
        word.clone_into(&mut self.text);
        word.clone_into(&mut self.one);
    }
}

/// Cuts `text` into tokens.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let length = match next {
            _ if next.is_alphanumeric() => word_length(&text[at..]),
            _ => next.len_utf8(),
        };
        let visible = next == '\n' || !(next.is_whitespace() || next.is_control());
        if visible {
            tokens.push(token(&text[at..at + length], at, next.is_alphanumeric()));
        }
        at += length;
    }
    tokens
}

fn token(raw: &str, start: usize, is_word: bool) -> Token {
    let lower = raw.to_lowercase().replace('\u{2019}', "'");
    // `a Trello-like board`
    let lower = lower.strip_suffix("-like").unwrap_or(&lower);
    let text = lower
        .strip_suffix("'s")
        .or_else(|| lower.strip_suffix('\''))
        .unwrap_or(lower)
        .to_owned();
    Token {
        one: match is_word {
            true => inflect::singular(&text),
            false => text.clone(),
        },
        text,
        start,
        end: start + raw.len(),
        is_word,
        used: false,
        hidden: false,
        meant: None,
    }
}

/// The bytes of the word that begins `text`: letters and digits, joined by single marks between them.
fn word_length(text: &str) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((_, letter)) = letters.next() {
        let Some(&(after, next)) = letters.peek() else {
            return text.len();
        };
        if next.is_alphanumeric() {
            continue;
        }
        let joins = letter.is_alphanumeric()
            && matches!(next, '-' | '_' | '\'' | '\u{2019}' | '.')
            && text[after + next.len_utf8()..].starts_with(char::is_alphanumeric);
        if !joins {
            return after;
        }
    }
    text.len()
}

/// Whether `phrase`, words with spaces between them, begins at token `at`; its tokens when it does.
///
/// Words are compared as they are and in the singular.
pub(super) fn phrase_at(tokens: &[Token], at: usize, phrase: &str) -> Option<usize> {
    let mut length = 0;
    for word in phrase.split(' ') {
        let token = tokens.get(at + length).filter(|token| !token.used)?;
        if token.text != word && token.one != word {
            return None;
        }
        length += 1;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_keep_inner_marks_and_lose_possessives() {
        assert_eq!(
            texts("Full-stack app, node.js!"),
            ["full-stack", "app", ",", "node.js", "!"]
        );
        assert_eq!(
            texts("each author's books."),
            ["each", "author", "books", "."]
        );
        assert_eq!(texts("a\nb"), ["a", "\n", "b"]);
        assert_eq!(texts("Größe 書籍 🎉"), ["größe", "書籍", "🎉"]);
    }

    #[test]
    fn phrases_match_whole_words_in_the_singular() {
        let tokens = tokens("two reading lists");
        assert_eq!(phrase_at(&tokens, 1, "reading list"), Some(2));
        assert_eq!(phrase_at(&tokens, 1, "read"), None);
    }
}
