//! The text of an answer, found while it comes: what lies between the fences, indented for its place. Knows no model,
//! file or prompt.

use super::elision::is_elision;
use super::repetition::{line_loops, lines_loop};

/// Blank lines in a row that are kept.
const MAX_BLANK_LINES: usize = 2;

/// Backticks of the shortest fence.
const MIN_TICKS: usize = 3;

/// What is expected of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Backticks of the fence around the text; fewer belong to the text.
    pub ticks: usize,
    /// Whether the text is one line.
    pub is_line: bool,
    /// What every line begins with in the file.
    pub indent: String,
}

/// What is wrong with an answer, seen while it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A line stands in for text that was left out.
    Elision,
    /// The answer runs in a circle.
    Repetition,
}

/// A fault and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// The line of the text, from 0.
    pub line: usize,
}

/// Takes an answer piece by piece; however it is cut, what comes out is the same.
#[derive(Clone, Debug, Default)]
pub struct Splitter {
    form: Form,
    content: String,
    restarts: u32,
    fault: Option<Fault>,
    is_over: bool,
    /// The line that is being read.
    line: Vec<char>,
    /// Whether the line is known to be text, and written as it comes.
    is_text: bool,
    /// Line breaks that are written before the next text.
    breaks: usize,
    /// Blanks that are written before the next character of the line.
    blanks: String,
    /// What the first line begins with: every line gives up as much of it as it has.
    base: Option<String>,
    /// The lines that are complete, without what they begin and end with.
    lines: Vec<String>,
}

impl Splitter {
    /// For an answer of this form whose beginning was put into the model's mouth.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            ..Self::default()
        }
    }

    /// Takes the next piece of the answer.
    pub fn push(&mut self, piece: &str) {
        for character in piece.chars() {
            match character {
                _ if self.is_over => return,
                '\r' => {}
                '\n' => self.end_line(),
                character => self.character(character),
            }
        }
    }

    /// Ends the answer.
    pub fn finish(&mut self) {
        if !self.is_over {
            let is_short = self.is_short_fence();
            if is_short && self.form.ticks <= MIN_TICKS {
                self.line.clear();
            }
            self.end_line();
            self.is_over = true;
        }
        self.drop_stray_fence();
    }

    /// The text so far; it only grows between two restarts.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// How often what had come turned out to be talk before the text, and the text began anew.
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// Whether nothing that still comes matters: a fence closed the text, or there is a fault.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// What is wrong.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    fn character(&mut self, character: char) {
        self.line.push(character);
        if self.is_text {
            self.write(character);
            if line_loops(&self.line) {
                self.fail(FaultKind::Repetition);
            }
        } else if !self.may_be_fence() {
            self.open_line();
        }
    }

    /// Whether the line, as far as it is known, may become a fence; a line of blanks may.
    fn may_be_fence(&self) -> bool {
        let mut rest = self.line.iter().skip_while(|c| c.is_whitespace());
        let ticks = rest.by_ref().take_while(|c| **c == '`').count();
        let starts = self.line.iter().filter(|c| !c.is_whitespace()).count();
        starts == ticks || ticks >= self.ticks()
    }

    fn ticks(&self) -> usize {
        self.form.ticks.max(MIN_TICKS)
    }

    /// Writes the line as far as it is known: it is text.
    fn open_line(&mut self) {
        self.is_text = true;
        let indent: String = self.line.iter().take_while(|c| c.is_whitespace()).collect();
        let base = self.base.get_or_insert_with(|| indent.clone());
        let common = base.chars().zip(indent.chars());
        let given_up = common.take_while(|(a, b)| a == b).count();
        let breaks = std::mem::take(&mut self.breaks).min(MAX_BLANK_LINES + 1);
        self.content.extend(std::iter::repeat_n('\n', breaks));
        self.content.push_str(&self.form.indent);
        let line = std::mem::take(&mut self.line);
        line.iter().skip(given_up).for_each(|c| self.write(*c));
        self.line = line;
    }

    fn write(&mut self, character: char) {
        if matches!(character, ' ' | '\t') {
            self.blanks.push(character);
        } else {
            self.content.push_str(&self.blanks);
            self.blanks.clear();
            self.content.push(character);
        }
    }

    fn end_line(&mut self) {
        if self.is_short_fence() && !self.is_text {
            self.open_line();
        }
        let line: String = std::mem::take(&mut self.line).into_iter().collect();
        let line = line.trim();
        self.blanks.clear();
        if std::mem::take(&mut self.is_text) {
            self.breaks = 1;
            self.lines.push(line.to_owned());
            if is_elision(line) {
                self.fail(FaultKind::Elision);
            } else if lines_loop(&self.lines) {
                self.fail(FaultKind::Repetition);
            }
            self.is_over |= self.form.is_line;
        } else if line.is_empty() {
            if !self.content.is_empty() {
                self.breaks += 1;
                self.lines.push(String::new());
            }
        } else {
            self.fence(line.trim_start_matches('`').trim());
        }
    }

    /// Whether the line is made of backticks that are too few for a fence.
    fn is_short_fence(&self) -> bool {
        let mut rest = self.line.iter().skip_while(|c| c.is_whitespace());
        let ticks = rest.by_ref().take_while(|c| **c == '`').count();
        (1..self.ticks()).contains(&ticks) && rest.all(|c| c.is_whitespace())
    }

    /// A model may end a long fence with a short one: within the text that is one too many.
    fn drop_stray_fence(&mut self) {
        let is_fence = |line: &&String| line.starts_with("```");
        let fences = self.lines.iter().filter(is_fence).count();
        let last = self.lines.iter().rfind(|line| !line.is_empty());
        let is_bare = last.is_some_and(|line| line.bytes().all(|byte| byte == b'`'));
        if self.form.ticks > MIN_TICKS && is_bare && fences % 2 == 1 {
            let end = self.content.trim_end_matches('`').trim_end().len();
            self.content.truncate(end);
        }
    }

    /// A fence with what stands after its backticks.
    fn fence(&mut self, tag: &str) {
        if self.content.is_empty() {
            return;
        }
        if tag.is_empty() {
            self.is_over = true;
            return;
        }
        *self = Self {
            restarts: self.restarts + 1,
            ..Self::new(self.form.clone())
        };
    }

    fn fail(&mut self, kind: FaultKind) {
        self.fault = Some(Fault {
            kind,
            line: self.content.matches('\n').count(),
        });
        self.is_over = true;
    }
}
