//! Servers that repeat what an answer begins with before they go on: the repetition is left out.

/// Shorter beginnings may come again by right, such as a brace after a brace.
const LEAST_CHARS: usize = 3;

/// Leaves out one repetition of a beginning at the start of a text that comes in pieces.
#[derive(Debug)]
pub(super) struct Echo {
    begin: String,
    held: String,
}

impl Echo {
    /// For an answer that begins with `begin` already.
    pub(super) fn of(begin: &str) -> Self {
        let is_telling = begin.trim().chars().count() >= LEAST_CHARS;
        Self {
            begin: if is_telling {
                begin.to_owned()
            } else {
                String::new()
            },
            held: String::new(),
        }
    }

    /// Takes the next piece and gives what is new.
    pub(super) fn take(&mut self, piece: &str) -> String {
        if self.begin.is_empty() {
            return piece.to_owned();
        }
        self.held.push_str(piece);
        if self.begin.starts_with(&self.held) {
            return String::new();
        }
        self.rest_after()
    }

    /// What was held back, once no more comes.
    pub(super) fn rest(&mut self) -> String {
        match self.begin.is_empty() {
            true => String::new(),
            false => self.rest_after(),
        }
    }

    fn rest_after(&mut self) -> String {
        let held = std::mem::take(&mut self.held);
        let begin = std::mem::take(&mut self.begin);
        match held.strip_prefix(&begin) {
            Some(rest) => rest.to_owned(),
            None => held,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(begin: &str, pieces: &[&str]) -> String {
        let mut echo = Echo::of(begin);
        let mut text: String = pieces.iter().map(|piece| echo.take(piece)).collect();
        text.push_str(&echo.rest());
        text
    }

    #[test]
    fn a_repetition_is_left_out_once() {
        assert_eq!(all("```py\n", &["``", "`py", "\nx = 1"]), "x = 1");
        assert_eq!(all("```py\n", &["x", " = 1"]), "x = 1");
        assert_eq!(all("```py\n", &["```", " other"]), "``` other");
        assert_eq!(all("```py\n", &["``"]), "``");
        assert_eq!(all("{", &["{", "}"]), "{}");
        assert_eq!(all("", &["x"]), "x");
    }
}
