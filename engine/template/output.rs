//! How values become text, and how much text there may be. Knows no template.

use std::io::{self, Write};

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Output, State, Value};

/// Bytes of the longest text that a template may give.
pub(super) const MAX_OUTPUT_BYTES: usize = 8 << 20;

/// Writes a value that stands in a template without a filter for its target. Only what reads the
/// same in every language is written: a boolean, null, list or map without one is a mistake.
pub(super) fn format(
    out: &mut Output<'_>,
    _state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    match value.kind() {
        ValueKind::String | ValueKind::Number => write!(out, "{value}")
            .map_err(|error| Error::new(ErrorKind::WriteFailure, error.to_string())),
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        kind => Err(Error::new(
            ErrorKind::InvalidOperation,
            format!(
                "a value of kind {kind} cannot be written as it is; \
                 filter it with py, js, rust, sql, yaml or toml"
            ),
        )),
    }
}

/// Text that stops growing at the limit.
#[derive(Debug, Default)]
pub(super) struct Limited {
    bytes: Vec<u8>,
    full: bool,
}

impl Limited {
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    pub(super) fn into_text(self) -> String {
        String::from_utf8(self.bytes).expect("templates and values are text")
    }
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > MAX_OUTPUT_BYTES {
            self.full = true;
            return Err(io::Error::other("too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
