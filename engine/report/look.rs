//! How output looks: colours, width, redaction. Decided once by the command line, read by every report.

/// The outward form of everything that is written for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Use ANSI colours.
    pub colour: bool,
    /// Show `<time>` in place of times, so that output can be compared.
    pub redact: bool,
    /// Columns of the terminal, or [`PLAIN_WIDTH`].
    pub width: u16,
}

/// Columns that are assumed where there is no terminal.
pub const PLAIN_WIDTH: u16 = 100;

/// Narrower terminals than this get lines that the terminal itself breaks.
const LEAST_WIDTH: u16 = 40;

/// Wider tables are hard to follow from one end to the other.
const WIDEST_TABLE: u16 = 160;

/// What a piece of text means; its colour follows from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// The main thing on its line.
    Strong,
    /// Of less interest.
    Faint,
    /// Went well.
    Good,
    /// Went wrong.
    Bad,
    /// Needs a look.
    Warn,
    /// Structure: gutters, arrows.
    Frame,
}

impl Look {
    /// Plain text of [`PLAIN_WIDTH`] columns with times: what a file or pipe gets.
    pub const PLAIN: Self = Self {
        colour: false,
        redact: false,
        width: PLAIN_WIDTH,
    };

    /// The columns that lines may use.
    pub(super) fn columns(self) -> usize {
        usize::from(self.width.clamp(LEAST_WIDTH, PLAIN_WIDTH))
    }

    /// The columns that a table may use: all of a wide terminal, since its cells are not read as lines.
    pub(super) fn table_columns(self) -> usize {
        usize::from(self.width.clamp(LEAST_WIDTH, WIDEST_TABLE))
    }

    /// `text` in the colour of `tone`, or as it is.
    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Strong => "1",
            Tone::Faint => "2",
            Tone::Good => "32",
            Tone::Bad => "1;31",
            Tone::Warn => "33",
            Tone::Frame => "34",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// The time in words for people, of a fixed width where it is redacted.
    pub(super) fn time(self, ms: u64) -> String {
        if self.redact {
            "<time>".to_owned()
        } else {
            super::text::duration(ms)
        }
    }
}
