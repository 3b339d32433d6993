//! Turns a program's bytes into lines that are safe to show. Knows terminals' control codes, no program.

/// Bytes of a line that are shown; a longer one is cut.
const MAX_LINE_BYTES: usize = 4096;

/// The text of `bytes` without anything a terminal would act on. Line ends become `\n`; of a line
/// that was overwritten after a carriage return the last version is kept.
pub fn sanitize(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let line = line.trim_end_matches('\r');
        strip(line.rsplit('\r').next().unwrap_or(line), &mut out);
    }
    out
}

/// Appends `text` without escape sequences, control characters and direction marks.
fn strip(text: &str, out: &mut String) {
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' => skip_escape(&mut rest),
            '\u{9b}' => skip_csi(&mut rest),
            '\t' => out.push('\t'),
            character if character.is_control() || changes_direction(character) => {}
            character => out.push(character),
        }
    }
}

fn skip_escape(rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('[') => skip_csi(rest),
        // Strings for the terminal: its title, links, device controls.
        Some(']' | 'P' | 'X' | '^' | '_') => skip_string(rest),
        // Two-character forms that choose a character set.
        Some('(' | ')' | '*' | '+' | '#' | '%' | ' ') => {
            rest.next();
        }
        _ => {}
    }
}

/// Parameters up to a final letter or sign.
fn skip_csi(rest: &mut std::str::Chars<'_>) {
    for character in rest.by_ref() {
        if ('\u{40}'..='\u{7e}').contains(&character) {
            return;
        }
    }
}

/// Everything up to BEL or the string terminator.
fn skip_string(rest: &mut std::str::Chars<'_>) {
    while let Some(character) = rest.next() {
        match character {
            '\u{7}' | '\u{9c}' => return,
            '\u{1b}' => {
                rest.next();
                return;
            }
            _ => {}
        }
    }
}

/// Characters that reorder what is shown, so that it reads as something else than it is.
fn changes_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Cuts a stream of bytes into lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    partial: Vec<u8>,
    skipping: bool,
}

impl Lines {
    /// Takes `bytes` and reports each line they complete. A carriage return ends a line too: so a
    /// progress bar that redraws itself is seen to move.
    pub(super) fn push(&mut self, bytes: &[u8], on_line: &mut dyn FnMut(&str)) {
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (content, ended) = match piece.split_last() {
                Some((b'\n' | b'\r', content)) => (content, true),
                _ => (piece, false),
            };
            self.extend(content);
            if ended {
                self.flush(on_line);
            }
        }
    }

    /// Reports a last line that no line end completes.
    pub(super) fn finish(mut self, on_line: &mut dyn FnMut(&str)) {
        self.flush(on_line);
    }

    fn extend(&mut self, content: &[u8]) {
        if self.skipping {
            return;
        }
        let room = MAX_LINE_BYTES - self.partial.len();
        self.partial.extend(&content[..content.len().min(room)]);
        self.skipping = content.len() > room;
    }

    fn flush(&mut self, on_line: &mut dyn FnMut(&str)) {
        let line = sanitize(&self.partial);
        self.partial.clear();
        self.skipping = false;
        if !line.trim().is_empty() {
            on_line(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let mut found = Vec::new();
        let mut lines = Lines::default();
        for chunk in chunks {
            lines.push(chunk, &mut |line| found.push(line.to_owned()));
        }
        lines.finish(&mut |line| found.push(line.to_owned()));
        found
    }

    #[test]
    fn lines_are_whole_however_the_bytes_arrive() {
        let bytes = "alpha\r\nbeta €\n\nomega".as_bytes();
        let expected = ["alpha", "beta €", "omega"];
        assert_eq!(lines(&[bytes]), expected);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(lines(&single), expected);
    }

    #[test]
    fn a_redrawn_progress_bar_is_seen_to_move_and_its_last_form_kept() {
        assert_eq!(lines(&[b"10%\r20%\r", b"30%\n"]), ["10%", "20%", "30%"]);
        assert_eq!(sanitize(b"10%\r20%\r30%\r\nend"), "30%\nend");
    }

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        let hostile = b"\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://x\x1b\\link \x1b(B\x08\x07\x9b2J\xff\xe2\x80\xaeend";
        let clean = sanitize(hostile);
        assert_eq!(clean, "red link \u{fffd}2J\u{fffd}end");
    }

    #[test]
    fn an_unfinished_escape_swallows_no_other_line() {
        assert_eq!(
            sanitize(b"one\x1b[12\ntwo\x1b]0;x\nthree"),
            "one\ntwo\nthree"
        );
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let long = vec![b'x'; MAX_LINE_BYTES * 3];
        let found = lines(&[&long, &long, b"\nnext\n"]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].len(), MAX_LINE_BYTES);
        assert_eq!(found[1], "next");
    }
}
