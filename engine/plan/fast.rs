//! Reads the plainest form of a long list of chunks, one to a line, many times faster than all of YAML can be read.
//! Whatever is not that plain is left to the parser, so this knows neither errors nor limits but its own.

use std::borrow::Cow;
use std::collections::HashSet;

use super::limits::MAX_DEPTH;
use super::source::{Span, offset};
use super::tree::{Entry, Node, Scalar, Shape, resolve};

/// Bytes from which a text is worth the attempt.
pub(super) const WORTH: usize = 32 * 1024;
/// Longest key or value that is read here, in bytes: YAML looks no further for the colon of a key.
const MAX_PLAIN: usize = 512;

/// The chunks of a text that ends with them, and the bytes before the first of them.
pub(super) struct Chunks<'s> {
    pub(super) head: usize,
    pub(super) entries: Vec<Entry<'s>>,
}

/// The chunks at the end of `text`, when each is one plain line.
pub(super) fn chunks(text: &str, file: u16) -> Option<Chunks<'_>> {
    const OPENING: &str = "\nchunks:\n";
    let at = text.find(OPENING)?;
    let start = at + OPENING.len();
    if text[..at].contains('\r') || text[start..].contains(OPENING) {
        return None;
    }
    let indent = text[start..]
        .bytes()
        .take_while(|byte| *byte == b' ')
        .count();
    if indent == 0 {
        return None;
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: start,
        file,
        depth: 0,
    };
    let mut entries = Vec::with_capacity((text.len() - start) / 64);
    let mut seen = HashSet::with_capacity((text.len() - start) / 64);
    while reader.at < text.len() {
        let line = reader.at;
        reader.spaces();
        if reader.at - line != indent {
            return None;
        }
        let entry = reader.entry()?;
        if !seen.insert(entry.key.clone()) {
            return None;
        }
        entries.push(entry);
        match reader.peek() {
            Some(b'\n') => reader.at += 1,
            None => {}
            Some(_) => return None,
        }
    }
    (!entries.is_empty()).then_some(Chunks {
        head: start,
        entries,
    })
}

/// Puts the chunks into the mapping that was read before them, where they are its last and empty value.
pub(super) fn join<'s>(mut root: Node<'s>, chunks: Vec<Entry<'s>>) -> Option<Node<'s>> {
    let (first, last) = (chunks.first()?.key_span, chunks.last()?.value.span);
    let Shape::Map(entries) = &mut root.shape else {
        return None;
    };
    let entry = entries.last_mut().filter(|entry| entry.key == "chunks")?;
    if !matches!(entry.value.shape, Shape::Scalar(Scalar::Null, _)) {
        return None;
    }
    let span = Span {
        end: last.end,
        ..first
    };
    entry.value = Node::map(span, chunks);
    root.holes |= entry.value.holes;
    Some(root)
}

struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    file: u16,
    depth: usize,
}

impl<'s> Reader<'s> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn span(&self, start: usize) -> Span {
        Span {
            file: self.file,
            start: offset(start),
            end: offset(self.at),
        }
    }

    /// `key: value`.
    fn entry(&mut self) -> Option<Entry<'s>> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        {
            self.at += 1;
        }
        let key = &self.text[start..self.at];
        if key.is_empty() || key.len() > MAX_PLAIN || !self.bytes[start].is_ascii_alphabetic() {
            return None;
        }
        let key_span = self.span(start);
        self.expect(b':')?;
        self.expect(b' ')?;
        self.spaces();
        let value = self.value()?;
        Some(Entry {
            key: Cow::Borrowed(key),
            key_span,
            value,
        })
    }

    fn value(&mut self) -> Option<Node<'s>> {
        match self.peek()? {
            b'{' => self.nested(Self::map),
            b'[' => self.nested(Self::list),
            b'"' => self.quoted(b'"'),
            b'\'' => self.quoted(b'\''),
            _ => self.plain(),
        }
    }

    fn nested(&mut self, read: impl Fn(&mut Self) -> Option<Node<'s>>) -> Option<Node<'s>> {
        self.depth += 1;
        if self.depth + 2 > MAX_DEPTH {
            return None;
        }
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn map(&mut self) -> Option<Node<'s>> {
        let start = self.at;
        let mut entries: Vec<Entry<'s>> = Vec::new();
        self.at += 1;
        self.spaces();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Some(Node::map(self.span(start), entries));
        }
        loop {
            self.spaces();
            let entry = self.entry()?;
            if entries.iter().any(|earlier| earlier.key == entry.key) {
                return None;
            }
            entries.push(entry);
            if self.end(b'}')? {
                return Some(Node::map(self.span(start), entries));
            }
        }
    }

    fn list(&mut self) -> Option<Node<'s>> {
        let start = self.at;
        let mut items = Vec::new();
        self.at += 1;
        self.spaces();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Some(Node::list(self.span(start), items));
        }
        loop {
            self.spaces();
            items.push(self.value()?);
            if self.end(b']')? {
                return Some(Node::list(self.span(start), items));
            }
        }
    }

    /// Whether `close` follows, and not a comma.
    fn end(&mut self, close: u8) -> Option<bool> {
        self.spaces();
        let found = self.peek()?;
        self.at += 1;
        match found {
            b',' => Some(false),
            found if found == close => Some(true),
            _ => None,
        }
    }

    fn plain(&mut self) -> Option<Node<'s>> {
        let start = self.at;
        while self.peek().is_some_and(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'=' | b'+')
        }) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if text.is_empty() || text.len() > MAX_PLAIN || !self.bytes[start].is_ascii_alphanumeric() {
            return None;
        }
        Some(Node::scalar(
            self.span(start),
            resolve(text),
            Cow::Borrowed(text),
        ))
    }

    fn quoted(&mut self, quote: u8) -> Option<Node<'s>> {
        let start = self.at;
        self.at += 1;
        while self.peek()? != quote {
            if !matches!(self.bytes[self.at], b' '..=b'~') || self.bytes[self.at] == b'\\' {
                return None;
            }
            self.at += 1;
        }
        self.at += 1;
        if self.peek() == Some(quote) || self.at - start > MAX_PLAIN {
            return None;
        }
        let text = &self.text[start + 1..self.at - 1];
        Some(Node::scalar(
            self.span(start),
            Scalar::Text,
            Cow::Borrowed(text),
        ))
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use proptest::prelude::*;

    use super::super::parse::{document, parse};
    use super::super::report::Report;
    use super::super::source::Sources;
    use super::*;

    const LINES: &[&str] = &[
        "{ run: [make, \"a b\", 'c d', 5, 1.5, true, x/y.z], needs: [a, b] }",
        "{ mkdir: [src] , cost: 2, needs: [ ], env: {} }",
        "{write: a.txt,content: \"{{ app }}\", type: [ x,y ]}",
        "[one, two]",
        "plain",
        "\"quoted: #text\"",
    ];

    fn text(lines: &[usize]) -> String {
        let mut text =
            String::from("codey: 1\nname: x\nparams: { app: { type: string } }\nchunks:\n");
        for (at, line) in lines.iter().enumerate() {
            text.push_str(&["  n", &at.to_string(), ": ", LINES[*line], "\n"].concat());
        }
        text
    }

    /// Both readings of a text, as far as they can be told apart; the short one only where it dares.
    fn both(body: &str) -> Option<(String, String)> {
        let padded = format!("# {}\n{body}", "-".repeat(WORTH));
        let sources = Sources::default();
        let file = sources
            .add(Utf8Path::new("x"), padded.clone())
            .expect("there is room for a file");
        chunks(sources.whole(file), file)?;
        let told = |root: Option<Node<'_>>, report: Report<'_>| {
            let entries = match root.map(|root| root.shape) {
                Some(Shape::Map(entries)) => entries,
                _ => Vec::new(),
            };
            let shapes: Vec<_> = entries
                .iter()
                .map(|entry| (&entry.key, entry.key_span, &entry.value.shape))
                .collect();
            format!("{shapes:?} {:?}", report.finish())
        };
        let (mut one, mut two) = (Report::new(&sources), Report::new(&sources));
        let short = document(file, &mut one);
        let long = parse(file, 0..padded.len(), &mut two);
        Some((told(short, one), told(long, two)))
    }

    #[test]
    fn plain_lines_are_read_like_yaml() {
        let lines: Vec<_> = (0..LINES.len()).collect();
        let (short, long) = both(&text(&lines)).expect("these lines are plain");
        assert_eq!(short, long);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for line in [
            "{ run: *a }",
            "{ run: [make] } # note",
            "{ run: [a: b] }",
            "{ run: [make], run: [make] }",
            "{ run: [\"a\\n\"] }",
            "{ run: [a b] }",
            "{ run: [-, x] }",
            "{ run: }",
            "&a { run: [x] }",
        ] {
            assert!(
                chunks(&format!("codey: 1\nchunks:\n  a: {line}\n"), 0).is_none(),
                "{line}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn no_change_makes_the_two_readings_differ(
            lines in prop::collection::vec(0..LINES.len(), 1..6),
            edits in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b" \n:,{}[]\"'#&*!-ab0\\\t~?|".to_vec())), 0..4),
        ) {
            let mut bytes = text(&lines).into_bytes();
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some((short, long)) = both(&String::from_utf8(bytes).expect("the bytes are ASCII")) {
                prop_assert_eq!(short, long);
            }
        }
    }
}
