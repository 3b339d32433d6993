//! From bytes of tokens to text: whole characters only, and nothing of a text that ends the answer.
//! Knows no token.

/// What a stretch of bytes came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// Text that can be told.
    pub(super) text: String,
    /// Whether a stop text came; nothing comes after it.
    pub(super) is_end: bool,
}

/// Holds back what may yet turn out to be part of a stop text or of a character.
#[derive(Debug)]
pub(super) struct Outlet {
    stops: Vec<Vec<u8>>,
    held: Vec<u8>,
    is_over: bool,
}

impl Outlet {
    /// An outlet that ends at the first of `stops`; empty ones mean nothing.
    pub(super) fn new(stops: &[String]) -> Self {
        let stops = stops.iter().filter(|stop| !stop.is_empty());
        Self {
            stops: stops.map(|stop| stop.clone().into_bytes()).collect(),
            held: Vec::new(),
            is_over: false,
        }
    }

    /// Takes the next bytes. The stop text that is complete first ends the text; of two that are complete with the
    /// same byte the longer one counts.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Piece {
        if self.is_over {
            return Piece::default();
        }
        for byte in bytes {
            self.held.push(*byte);
            let ended = self.stops.iter().filter(|stop| self.held.ends_with(stop));
            if let Some(length) = ended.map(Vec::len).max() {
                self.held.truncate(self.held.len() - length);
                return Piece {
                    text: self.finish(),
                    is_end: true,
                };
            }
        }
        let safe = self.held.len() - self.begun();
        Piece {
            text: take_characters(&mut self.held, safe),
            is_end: false,
        }
    }

    /// The rest, when no more bytes come.
    pub(super) fn finish(&mut self) -> String {
        self.is_over = true;
        let rest = std::mem::take(&mut self.held);
        String::from_utf8_lossy(&rest).into_owned()
    }

    /// Bytes at the end that may begin a stop text.
    fn begun(&self) -> usize {
        let begun = |stop: &Vec<u8>| {
            let longest = self.held.len().min(stop.len() - 1);
            (1..=longest)
                .rev()
                .find(|length| self.held.ends_with(&stop[..*length]))
        };
        self.stops.iter().filter_map(begun).max().unwrap_or(0)
    }
}

/// Takes the whole characters among the first `limit` bytes; bytes that are none become U+FFFD.
fn take_characters(held: &mut Vec<u8>, limit: usize) -> String {
    let mut text = String::new();
    let mut taken = 0;
    for chunk in held[..limit].utf8_chunks() {
        text.push_str(chunk.valid());
        taken += chunk.valid().len();
        let invalid = chunk.invalid();
        // At the very end the rest of a character may be still to come.
        let is_cut = taken + invalid.len() == limit
            && std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
        if !invalid.is_empty() && !is_cut {
            text.push(char::REPLACEMENT_CHARACTER);
            taken += invalid.len();
        }
    }
    held.drain(..taken);
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn through(stops: &[String], parts: &[&[u8]]) -> (String, bool) {
        let mut outlet = Outlet::new(stops);
        let mut text = String::new();
        let mut is_end = false;
        for part in parts {
            let piece = outlet.push(part);
            text.push_str(&piece.text);
            is_end |= piece.is_end;
        }
        text.push_str(&outlet.finish());
        (text, is_end)
    }

    /// What comes out by definition: everything before the stop text whose last byte comes first.
    fn expected(stops: &[String], bytes: &[u8]) -> (String, bool) {
        for end in 1..=bytes.len() {
            let ended = stops
                .iter()
                .filter(|stop| !stop.is_empty() && bytes[..end].ends_with(stop.as_bytes()));
            if let Some(length) = ended.map(String::len).max() {
                return (
                    String::from_utf8_lossy(&bytes[..end - length]).into_owned(),
                    true,
                );
            }
        }
        (String::from_utf8_lossy(bytes).into_owned(), false)
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_text(
            text in "[ab`\né😀]{0,24}",
            noise in prop::collection::vec((0_usize..64, any::<u8>()), 0..3),
            cuts in prop::collection::vec(0_usize..64, 0..8),
            stops in prop::collection::vec("[ab`\né]{0,4}", 0..4),
        ) {
            let mut bytes = text.into_bytes();
            for (at, byte) in noise {
                let at = at.min(bytes.len());
                bytes.insert(at, byte);
            }
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| (*cut).min(bytes.len())).collect();
            cuts.push(bytes.len());
            cuts.sort_unstable();
            let mut parts = Vec::new();
            let mut start = 0;
            for cut in cuts {
                parts.push(&bytes[start..cut]);
                start = cut;
            }
            prop_assert_eq!(through(&stops, &parts), expected(&stops, &bytes));
        }
    }

    #[test]
    fn what_may_be_a_stop_text_is_told_late_and_lost_never() {
        let mut outlet = Outlet::new(&["\n```".to_owned()]);
        assert_eq!(outlet.push(b"x = 1\n``").text, "x = 1");
        assert_eq!(outlet.push(b"y").text, "\n``y");
        assert_eq!(outlet.push("é".as_bytes()[..1].as_ref()).text, "");
        assert_eq!(outlet.push(&"é".as_bytes()[1..]).text, "é");
        let last = outlet.push(b"\n```\nafter");
        assert_eq!((last.text.as_str(), last.is_end), ("", true));
        assert_eq!(outlet.push(b"more"), Piece::default());
    }
}
