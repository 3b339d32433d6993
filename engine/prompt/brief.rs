//! A file as a model is asked for it: fixed text and tasks in their order. Knows no template and no runtime.

use camino::Utf8Path;

use crate::artifact::Form;
use crate::template::{Slot, SlotKind};

/// Backticks of a fence. Markdown holds fences of its own, so its fence is longer.
const TICKS: usize = 3;
const MARKDOWN_TICKS: usize = 4;

/// A line of text without anything that means something to HTML, Markdown, Jinja or a string literal.
const LINE_GRAMMAR: &str = r#"root ::= first rest{1,118}
first ::= [^\x00-\x20\x7F<>{}&"`\\|*_#~=+-]
rest ::= [^\x00-\x1F\x7F<>{}&"`\\|*_#~]
"#;
/// Characters that [`LINE_GRAMMAR`] leaves out, control characters apart.
const NOT_IN_A_LINE: &str = "<>{}&\"`\\|*_#~";
/// Most characters of a line.
const MAX_LINE_CHARS: usize = 120;

/// A file that a model writes parts of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// What all prompts of a run begin with.
    pub shared: String,
    /// The file in its order.
    pub pieces: Vec<Piece>,
}

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that stays as it is.
    Text(String),
    /// What the model is asked for.
    Task(Box<Task>),
}

/// One thing that a model is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The slot's name; `file` where it is the whole file.
    pub name: String,
    /// Its language.
    pub kind: SlotKind,
    /// Tokens in one slice.
    pub cap: u32,
    /// The template's own version, where there is one.
    pub own: Option<String>,
    /// Whether the text ends with a line break.
    pub ends_line: bool,
    /// The prompt, after what is shared.
    pub prompt: String,
}

impl Brief {
    /// What the model is asked for, in order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Task(task) => Some(&**task),
            Piece::Text(_) => None,
        })
    }
}

impl Task {
    /// The task of a slot, without its prompt.
    pub(super) fn of_slot(slot: &Slot) -> Self {
        Self {
            name: slot.name.clone(),
            kind: slot.kind,
            cap: slot.cap,
            own: Some(slot.own.clone()),
            ends_line: slot.own.is_empty() || slot.own.ends_with('\n'),
            prompt: String::new(),
        }
    }

    /// The task of a whole file, without its prompt.
    pub(super) fn of_file(path: &Utf8Path, cap: u32, own: Option<String>) -> Self {
        Self {
            name: "file".to_owned(),
            kind: language(path),
            cap,
            own,
            ends_line: true,
            prompt: String::new(),
        }
    }

    /// What the answer begins with.
    pub fn lead(&self) -> String {
        match self.kind {
            SlotKind::Line => String::new(),
            kind => format!("{}{}\n", self.fence(), kind.word()),
        }
    }

    /// What the answer ends with: a fence on a line of its own, so that one with a language is none.
    pub fn stop(&self) -> String {
        match self.kind {
            SlotKind::Line => "\n".to_owned(),
            _ => format!("\n{}\n", self.fence()),
        }
    }

    /// The grammar that the answer keeps.
    pub fn grammar(&self) -> Option<&'static str> {
        (self.kind == SlotKind::Line).then_some(LINE_GRAMMAR)
    }

    /// How the text is found in the answer.
    pub fn form(&self) -> Form {
        let own = self.own.as_deref().unwrap_or_default();
        let first = own.lines().find(|line| !line.trim().is_empty());
        let blanks = |line: &str| line.chars().take_while(|c| c.is_whitespace()).collect();
        Form {
            ticks: self.ticks(),
            is_line: self.kind == SlotKind::Line,
            indent: match first {
                Some(line) if self.ends_line => blanks(line),
                _ => String::new(),
            },
        }
    }

    /// What is wrong with a text that its language's checks do not see.
    pub fn fault(&self, text: &str) -> Option<String> {
        if text.trim().is_empty() {
            return Some("the answer holds no text".to_owned());
        }
        if self.kind != SlotKind::Line {
            return None;
        }
        let chars = text.trim().chars().count();
        if chars > MAX_LINE_CHARS {
            return Some(format!(
                "the line has {chars} characters; {MAX_LINE_CHARS} are the most"
            ));
        }
        let is_odd = |c: &char| c.is_control() || NOT_IN_A_LINE.contains(*c);
        let odd = text.trim().chars().find(is_odd)?;
        Some(format!(
            "`{}` has no place in a line of text",
            odd.escape_default()
        ))
    }

    fn ticks(&self) -> usize {
        match self.kind {
            SlotKind::Markdown => MARKDOWN_TICKS,
            _ => TICKS,
        }
    }

    fn fence(&self) -> String {
        "`".repeat(self.ticks())
    }
}

/// The language of a file by its name.
fn language(path: &Utf8Path) -> SlotKind {
    match path.extension().unwrap_or_default() {
        "py" => SlotKind::Python,
        "js" | "mjs" => SlotKind::JavaScript,
        "css" => SlotKind::Css,
        "html" => SlotKind::Html,
        "sql" => SlotKind::Sql,
        "md" => SlotKind::Markdown,
        _ => SlotKind::Text,
    }
}
