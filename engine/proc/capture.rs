//! Keeps the beginning and the end of a program's output within fixed memory. Knows no lines.

use std::collections::VecDeque;

use super::lines::sanitize;

/// Bytes kept of the beginning.
pub const HEAD_BYTES: usize = 64 << 10;
/// Bytes kept of the end.
pub const TAIL_BYTES: usize = 64 << 10;

/// What a program wrote, as text for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    /// Beginning and end, joined by a line that says how much is missing between them.
    pub text: String,
    /// Bytes that were written and not kept.
    pub omitted_bytes: u64,
}

/// Takes output as it comes.
#[derive(Debug, Default)]
pub(super) struct Capture {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    omitted: u64,
}

impl Capture {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(HEAD_BYTES - self.head.len()));
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..excess);
        self.omitted += excess as u64;
    }

    pub(super) fn finish(mut self) -> Captured {
        let mut text = sanitize(&self.head);
        if self.omitted > 0 {
            let start = if text.ends_with('\n') { "" } else { "\n" };
            let omitted = format!("{start}[{} bytes left out]\n", self.omitted);
            text.push_str(&omitted);
            text.push_str(&sanitize(whole_characters(self.tail.make_contiguous())));
        } else if !self.tail.is_empty() {
            self.head.extend(&self.tail);
            text = sanitize(&self.head);
        }
        Captured {
            text,
            omitted_bytes: self.omitted,
        }
    }
}

/// The bytes from the first one on that does not continue a character.
fn whole_characters(bytes: &[u8]) -> &[u8] {
    const LONGEST: usize = 3;
    let start = bytes
        .iter()
        .take(LONGEST)
        .position(|byte| byte & 0xC0 != 0x80)
        .unwrap_or(0);
    &bytes[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(chunks: &[&[u8]]) -> Captured {
        let mut capture = Capture::default();
        for chunk in chunks {
            capture.push(chunk);
        }
        capture.finish()
    }

    #[test]
    fn short_output_is_kept_whole() {
        let captured = captured(&[b"one\n", b"two"]);
        assert_eq!(captured.text, "one\ntwo");
        assert_eq!(captured.omitted_bytes, 0);
    }

    #[test]
    fn output_of_exactly_the_limit_is_kept_whole() {
        let line = b"0123456789abcde\n";
        let all = line.repeat((HEAD_BYTES + TAIL_BYTES) / line.len());
        let captured = captured(&[&all]);
        assert_eq!(captured.omitted_bytes, 0);
        assert_eq!(captured.text.as_bytes(), all);
    }

    #[test]
    fn the_middle_is_left_out_and_counted() {
        let mut all = vec![b'a'; HEAD_BYTES];
        all.extend(vec![b'b'; 1000]);
        all.extend(vec![b'c'; TAIL_BYTES]);
        let chunks: Vec<&[u8]> = all.chunks(777).collect();
        let captured = captured(&chunks);
        assert_eq!(captured.omitted_bytes, 1000);
        assert!(captured.text.starts_with("aaa") && captured.text.ends_with("ccc"));
        assert!(captured.text.contains("\n[1000 bytes left out]\n"));
        assert!(!captured.text.contains('b'.to_string().repeat(5).as_str()));
    }

    #[test]
    fn a_character_cut_at_the_gap_leaves_no_rubble() {
        let mut all = vec![b'a'; HEAD_BYTES];
        all.extend("€".repeat(TAIL_BYTES).as_bytes());
        let captured = captured(&[&all]);
        let (_, tail) = captured.text.split_once("left out]\n").unwrap();
        assert!(tail.chars().all(|character| character == '€'));
    }
}
