//! Server-sent events: bytes as they come, into the data of whole events. Knows no meaning.

/// Most bytes of a line: one answer's worth is far less.
const MAX_LINE_BYTES: usize = 1 << 20;

/// Puts lines together that arrive in pieces, cut anywhere.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
}

impl Events {
    /// Takes bytes and gives the data of each event line that they complete. Comments and other fields are
    /// left out; the servers meant here put an event on one line.
    ///
    /// # Errors
    /// When a line is longer than any server would write, or no text.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<String>, &'static str> {
        let mut found = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.line.len() + piece.len() > MAX_LINE_BYTES {
                return Err("a line of the answer is longer than 1 MiB");
            }
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                let line = str::from_utf8(&line).map_err(|_| "the answer is not UTF-8")?;
                let data = line.trim_end_matches(['\r', '\n']).strip_prefix("data:");
                let data = data.map(str::trim_start).filter(|data| !data.is_empty());
                found.extend(data.map(str::to_owned));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_the_same_wherever_they_are_cut() {
        let text = "\u{feff}: hello\r\ndata: {\"a\":\"größe 木\"}\r\n\r\nevent: x\ndata:[DONE]\n";
        for cut in 0..=text.len() {
            let mut events = Events::default();
            let mut found = events.take(&text.as_bytes()[..cut]).unwrap();
            found.extend(events.take(&text.as_bytes()[cut..]).unwrap());
            assert_eq!(found, ["{\"a\":\"größe 木\"}", "[DONE]"], "cut at {cut}");
        }
    }

    #[test]
    fn endless_lines_and_other_bytes_are_errors() {
        let mut events = Events::default();
        assert!(events.take(&vec![b'x'; MAX_LINE_BYTES]).unwrap().is_empty());
        assert!(events.take(b"x").is_err());
        assert!(Events::default().take(b"data: \xff\n").is_err());
    }
}
