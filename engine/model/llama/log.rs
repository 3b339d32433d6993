//! What llama.cpp says, line by line: its troubles go to standard error, where the parent reads them.
//! Knows nothing of what they mean.

use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// Longest line that is kept, in bytes.
const MAX_LINE_BYTES: usize = 4 << 10;

static STATE: Mutex<State> = Mutex::new(State {
    line: String::new(),
    is_trouble: false,
    last: None,
});

struct State {
    /// The line that is being said.
    line: String,
    is_trouble: bool,
    /// The last line that told of trouble.
    last: Option<String>,
}

/// Takes a piece of a line.
pub(super) fn heard(text: &str, is_trouble: bool) {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.is_trouble |= is_trouble;
    for piece in text.split_inclusive('\n') {
        if state.line.len() + piece.len() <= MAX_LINE_BYTES {
            state.line.push_str(piece.trim_end_matches('\n'));
        }
        if piece.ends_with('\n') {
            let line = std::mem::take(&mut state.line);
            if std::mem::take(&mut state.is_trouble) && !line.trim().is_empty() {
                say(&line);
                state.last = Some(line);
            }
        }
    }
}

/// The last line that told of trouble.
pub(super) fn last_trouble() -> Option<String> {
    let state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.last.clone()
}

/// Writes a line to standard error; one that nobody reads is no reason to stop.
pub(in crate::model) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
