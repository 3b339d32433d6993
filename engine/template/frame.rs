//! Frames: a rendered file with the slots that a model may fill. Knows no model and no prompt.

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind};
use serde::{Deserialize, Serialize};

/// Most tokens of one slot: what a small model keeps in its head.
pub const MAX_SLOT_TOKENS: u32 = 512;

/// What a slot begins with, what divides its description from its text, and what it ends with, where frames are
/// rendered. Unicode sets these aside for the inside of programs, so no file has a use for them.
const MARKS: [char; 3] = ['\u{fdd0}', '\u{fdd1}', '\u{fdd2}'];

/// The language of a slot's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    /// Statements, functions or tests.
    Python,
    /// Statements or functions.
    JavaScript,
    /// Rules.
    Css,
    /// Elements.
    Html,
    /// Statements.
    Sql,
    /// Paragraphs.
    Markdown,
    /// One line of text without markup.
    Line,
    /// Any text.
    Text,
}

impl SlotKind {
    /// As templates write it; also the language tag of a fence.
    pub fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::Css => "css",
            Self::Html => "html",
            Self::Sql => "sql",
            Self::Markdown => "markdown",
            Self::Line => "line",
            Self::Text => "text",
        }
    }
}

/// A part of a file that a model may write, and the template's own version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name, one of a kind within its file.
    pub name: String,
    /// Its language.
    pub kind: SlotKind,
    /// What belongs there, for the model.
    pub about: String,
    /// Tokens in one slice of the model's work.
    pub cap: u32,
    /// The template's own version. Where it ends with a line break, so does whatever takes its place.
    pub own: String,
}

/// A piece of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stays as it is.
    Text(String),
    /// What a model may write.
    Slot(Slot),
}

/// A rendered file in pieces, slots apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The pieces in their order.
    pub parts: Vec<Part>,
}

impl Frame {
    /// Whether a model has anything to write in it.
    pub fn has_slots(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Slot(_)))
    }

    /// The file as the template alone writes it.
    pub fn own_text(&self) -> String {
        let own = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Slot(slot) => slot.own.clone(),
        };
        self.parts.iter().map(own).collect()
    }

    /// Reads what a template gave in an environment with [`add_marking`]; the message says what is wrong.
    pub(super) fn of(marked: &str) -> Result<Self, String> {
        let [begin, middle, end] = MARKS;
        let mut frame = Self::default();
        let mut rest = marked;
        while let Some((before, after)) = rest.split_once(begin) {
            let (slot, after) = after.split_once(end).ok_or("a slot has no end")?;
            let (header, own) = slot.split_once(middle).ok_or("a slot has no text")?;
            if own.contains(MARKS) {
                return Err("a slot stands within another".to_owned());
            }
            let Header {
                name,
                kind,
                about,
                cap,
            } = serde_json::from_str(header).map_err(|error| error.to_string())?;
            if frame.slot(&name).is_some() {
                return Err(format!("two slots are called `{name}`"));
            }
            frame.text(before);
            let own = own.to_owned();
            frame.parts.push(Part::Slot(Slot {
                name,
                kind,
                about,
                cap,
                own,
            }));
            rest = after;
        }
        if rest.contains(MARKS) {
            return Err("the text holds a noncharacter of Unicode".to_owned());
        }
        frame.text(rest);
        Ok(frame)
    }

    fn slot(&self, name: &str) -> Option<&Slot> {
        self.parts.iter().find_map(|part| match part {
            Part::Slot(slot) if slot.name == name => Some(slot),
            _ => None,
        })
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.parts.push(Part::Text(text.to_owned()));
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Header {
    name: String,
    kind: SlotKind,
    about: String,
    cap: u32,
}

/// Adds the filter `slot` that leaves its text as it is.
pub(super) fn add_plain(environment: &mut Environment<'_>) {
    environment.add_filter("slot", |own: String, name: &str, kwargs: Kwargs| {
        header(name, &kwargs).map(|_| own)
    });
}

/// Adds the filter `slot` that marks its text for [`Frame::of`].
pub(super) fn add_marking(environment: &mut Environment<'_>) {
    environment.add_filter("slot", |own: String, name: &str, kwargs: Kwargs| {
        let header = serde_json::to_string(&header(name, &kwargs)?)
            .map_err(|error| invalid(error.to_string()))?;
        let [begin, middle, end] = MARKS;
        Ok::<_, Error>(format!("{begin}{header}{middle}{own}{end}"))
    });
}

fn header(name: &str, kwargs: &Kwargs) -> Result<Header, Error> {
    let kind: String = kwargs.get("kind")?;
    let header = Header {
        name: name.to_owned(),
        kind: serde_json::from_value(kind.clone().into())
            .map_err(|_| invalid(format!("`{kind}` is no kind of slot")))?,
        about: kwargs.get("about")?,
        cap: kwargs.get("cap")?,
    };
    kwargs.assert_all_used()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(invalid(format!(
            "`{name}` is no name of a slot; use letters, digits, `-` and `_`"
        )));
    }
    if !(1..=MAX_SLOT_TOKENS).contains(&header.cap) {
        return Err(invalid(format!(
            "a slot's cap is 1 to {MAX_SLOT_TOKENS} tokens, not {}",
            header.cap
        )));
    }
    Ok(header)
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}
