//! Stop texts in an answer that comes in pieces. Knows no server.

/// Holds text back that may be the beginning of a stop text.
#[derive(Debug)]
pub(super) struct StopTexts<'a> {
    texts: &'a [String],
    held: String,
}

impl<'a> StopTexts<'a> {
    pub(super) fn new(texts: &'a [String]) -> Self {
        Self {
            texts,
            held: String::new(),
        }
    }

    /// Takes the next piece and gives what is certain to belong to the answer, and whether a stop text came.
    pub(super) fn take(&mut self, piece: &str) -> (String, bool) {
        self.held.push_str(piece);
        let texts = self.texts.iter().filter(|text| !text.is_empty());
        if let Some(at) = texts
            .clone()
            .filter_map(|text| self.held.find(text.as_str()))
            .min()
        {
            self.held.truncate(at);
            return (std::mem::take(&mut self.held), true);
        }
        let open = |at: &usize| {
            texts
                .clone()
                .any(|text| text.starts_with(&self.held[*at..]))
        };
        let starts = self.held.char_indices().map(|(at, _)| at);
        let longest = self.texts.iter().map(String::len).max().unwrap_or(0);
        let from = self.held.len().saturating_sub(longest);
        let keep = starts.filter(|at| *at >= from).find(open);
        let rest = self.held.split_off(keep.unwrap_or(self.held.len()));
        (std::mem::replace(&mut self.held, rest), false)
    }

    /// What was held back, once no more comes.
    pub(super) fn rest(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_texts_are_found_across_pieces_and_never_shown() {
        let texts = ["\n```".to_owned(), "END".to_owned()];
        let answer = "a 木\n``x E\nEN b\n```\nmore";
        for width in 1..8 {
            let mut stop = StopTexts::new(&texts);
            let mut text = String::new();
            let chars: Vec<char> = answer.chars().collect();
            for piece in chars.chunks(width) {
                let (more, ended) = stop.take(&piece.iter().collect::<String>());
                text.push_str(&more);
                if ended {
                    break;
                }
            }
            assert_eq!(text, "a 木\n``x E\nEN b", "pieces of {width}");
        }
    }

    #[test]
    fn what_only_looked_like_one_is_given_at_the_end() {
        let texts = ["END".to_owned()];
        let mut stop = StopTexts::new(&texts);
        assert_eq!(stop.take("at the EN"), ("at the ".to_owned(), false));
        assert_eq!(stop.rest(), "EN");
    }
}
