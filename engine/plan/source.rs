//! The texts a plan is read from, and places within them. Knows no YAML.

use std::fs::File;
use std::io::Read as _;
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};

use super::limits::{MAX_FILE_BYTES, MAX_FILES};
use crate::diagnostic::Place;

/// Bytes `start..end` of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Span {
    pub(super) file: u16,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// One text with the offsets of its lines.
#[derive(Debug)]
struct Source {
    name: Utf8PathBuf,
    text: String,
    lines: Vec<u32>,
}

/// The texts of one plan: its files as the user named them, and `<command line>`.
#[derive(Debug)]
pub struct Sources {
    slots: Box<[OnceLock<Source>]>,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            slots: (0..MAX_FILES).map(|_| OnceLock::new()).collect(),
        }
    }
}

impl Sources {
    /// The text of the file that findings call `name`.
    pub fn text(&self, name: &Utf8Path) -> Option<&str> {
        self.iter()
            .find(|source| source.name == name)
            .map(|source| source.text.as_str())
    }

    /// Keeps the text of a file that belongs to no plan, for findings that point into it, while there is room.
    pub fn keep(&self, name: &Utf8Path, text: String) {
        let _ = self.add(name, text);
    }

    /// Names and texts in the order they were read.
    pub fn files(&self) -> impl Iterator<Item = (&Utf8Path, &str)> {
        self.iter()
            .map(|source| (source.name.as_path(), source.text.as_str()))
    }

    fn iter(&self) -> impl Iterator<Item = &Source> {
        self.slots.iter().map_while(OnceLock::get)
    }

    fn get(&self, file: u16) -> &Source {
        self.slots[usize::from(file)]
            .get()
            .expect("a span is made from a source that is kept")
    }

    /// Keeps `text` under `name`; `None` when there are [`MAX_FILES`] already.
    pub(super) fn add(&self, name: &Utf8Path, text: String) -> Option<u16> {
        let lines = std::iter::once(0)
            .chain(
                text.bytes()
                    .enumerate()
                    .filter(|(_, byte)| *byte == b'\n')
                    .map(|(at, _)| at + 1),
            )
            .map(offset)
            .collect();
        let free = self.iter().count();
        let source = Source {
            name: name.to_owned(),
            text,
            lines,
        };
        self.slots.get(free)?.set(source).ok()?;
        u16::try_from(free).ok()
    }

    /// The whole text of `file`.
    pub(super) fn whole(&self, file: u16) -> &str {
        &self.get(file).text
    }

    /// The name of `file`.
    pub(super) fn name(&self, file: u16) -> &Utf8Path {
        &self.get(file).name
    }

    /// The text that `span` covers.
    pub(super) fn slice(&self, span: Span) -> &str {
        self.whole(span.file)
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// The line of `span`, from 1.
    pub(super) fn line(&self, span: Span) -> u32 {
        offset(
            self.get(span.file)
                .lines
                .partition_point(|line| *line <= span.start),
        )
    }

    /// What a person reads for `span`: its first line only, at least one character.
    pub(super) fn place(&self, span: Span) -> Place {
        let source = self.get(span.file);
        let line = self.line(span);
        let start = source.lines[line as usize - 1] as usize;
        let column = source
            .text
            .get(start..span.start as usize)
            .unwrap_or_default()
            .chars()
            .count();
        let shown = self
            .slice(span)
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end();
        Place {
            file: source.name.clone(),
            line,
            column: offset(column + 1),
            length: offset(shown.chars().count().max(1)),
        }
    }
}

/// A byte offset or count: file limits keep all of them within 32 bits.
pub(super) fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Why a file cannot be read.
pub(super) struct Unreadable {
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// Reads the bytes of a plan file: a regular file within the size limit.
pub(super) fn read(path: &Utf8Path) -> Result<Vec<u8>, Unreadable> {
    let failed = |error: &std::io::Error| Unreadable {
        message: format!("`{path}` cannot be read: {}", reason(error)),
        help: "check the path",
    };
    let about = std::fs::metadata(path).map_err(|error| failed(&error))?;
    if !about.is_file() {
        let kind = if about.is_dir() {
            "a directory"
        } else {
            "a device or pipe"
        };
        return Err(Unreadable {
            message: format!("`{path}` is {kind}, and a plan is a regular file"),
            help: "name the plan file itself",
        });
    }
    let mut bytes = Vec::new();
    let limit = MAX_FILE_BYTES as u64 + 1;
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| failed(&error))?;
    Ok(bytes)
}

fn reason(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file",
        std::io::ErrorKind::PermissionDenied => "permission is denied",
        _ => "the system reports an input error",
    }
}

/// A text that cannot be read as a plan, with the byte it fails at.
pub(super) struct Unfit {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) at: usize,
}

/// Turns a file's bytes into text, without its byte order mark.
///
/// The text is given in every case, so that a finding has something to show.
pub(super) fn decode(mut bytes: Vec<u8>) -> (String, Option<Unfit>) {
    if bytes.len() > MAX_FILE_BYTES {
        let mib = MAX_FILE_BYTES / (1024 * 1024);
        let message = format!("the file is larger than {mib} MiB, the limit for a plan");
        return (
            String::new(),
            Some(Unfit {
                code: "plan::too-large",
                message,
                help: "write many similar chunks as one chunk with `for-each`",
                at: 0,
            }),
        );
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    match String::from_utf8(bytes) {
        Ok(text) => {
            let unfit = control_character(&text);
            (text, unfit)
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            let message = if wide {
                "the file is UTF-16, and a plan is UTF-8 text".to_owned()
            } else {
                format!("the byte 0x{byte:02x} is not UTF-8 text")
            };
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            (
                text,
                Some(Unfit {
                    code: "plan::not-utf8",
                    message,
                    help: "save the file as UTF-8",
                    at,
                }),
            )
        }
    }
}

fn control_character(text: &str) -> Option<Unfit> {
    let bad = |byte: &u8| (*byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || *byte == 0x7f;
    let at = text.as_bytes().iter().position(bad)?;
    Some(Unfit {
        code: "plan::control-character",
        message: format!(
            "the control character U+{:04X} stands in the file",
            text.as_bytes()[at]
        ),
        help: "remove it, or write it as an escape such as `\"\\x1b\"` in double quotes",
        at,
    })
}
