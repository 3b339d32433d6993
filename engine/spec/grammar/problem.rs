//! What is wrong with an entity and where. Knows no file: who has one adds the place.

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of a map.
    Key(String),
    /// An element of a list, from 0.
    Index(usize),
}

/// Something wrong with an entity, with where it is in the value or text it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityProblem {
    /// The way to the value; empty for a text given alone.
    pub path: Vec<Step>,
    /// Bytes into the text found there.
    pub offset: usize,
    /// Bytes to underline; at least 1.
    pub length: usize,
    /// What was found and what is allowed: a lowercase fragment.
    pub message: String,
    /// One sentence: the next step.
    pub help: String,
}

impl EntityProblem {
    /// A problem at `offset` of the text at hand.
    pub(crate) fn new(
        (offset, length): (usize, usize),
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            path: Vec::new(),
            offset,
            length: length.max(1),
            message: message.into(),
            help: help.into(),
        }
    }

    /// The same problem, found below `steps`.
    #[must_use]
    pub(crate) fn below(mut self, steps: &[Step]) -> Self {
        self.path.splice(0..0, steps.iter().cloned());
        self
    }
}

/// `text` as it appears in a message: one short line without control characters.
pub(crate) fn shown(text: &str) -> String {
    const MOST_CHARS: usize = 40;
    let mut line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MOST_CHARS)
        .collect();
    if text.chars().nth(MOST_CHARS).is_some() {
        line.push('…');
    }
    line
}
