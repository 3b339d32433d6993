//! Counting lines, words and characters. Knows nothing of the command line.

use std::io::{self, BufRead};
use std::ops::AddAssign;

use serde::Serialize;

/// How much text there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub lines: u64,
    pub words: u64,
    pub characters: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.lines += other.lines;
        self.words += other.words;
        self.characters += other.characters;
    }
}

/// Counts a text, which is read line by line and may be of any size.
pub fn count(mut text: impl BufRead) -> io::Result<Counts> {
    let mut total = Counts::default();
    let mut line = String::new();
    while text.read_line(&mut line)? > 0 {
        total += Counts {
            lines: 1,
            words: line.split_whitespace().count() as u64,
            characters: line.chars().count() as u64,
        };
        line.clear();
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_not_bytes() {
        let counts = count("grün\nund blau".as_bytes()).unwrap();
        let expected = Counts {
            lines: 2,
            words: 3,
            characters: 13,
        };
        assert_eq!(counts, expected);
    }

    #[test]
    fn nothing_counts_nothing() {
        assert_eq!(count(io::empty()).unwrap(), Counts::default());
    }

    #[test]
    fn what_is_no_text_is_an_error() {
        assert!(count(&b"\xff\xfe"[..]).is_err());
    }
}
