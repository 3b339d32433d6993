//! The file on disk: made with defaults where there is none. Knows no values.

use std::io;

use camino::Utf8Path;

use super::values::Config;
use crate::workspace::{Durability, Kind, Workspace, WorkspaceError};

/// The file's name in the configuration folder.
pub const FILE_NAME: &str = "config.json";

/// Most bytes of a configuration.
const MAX_BYTES: u64 = 1 << 20;

/// Its text; nothing where there is no file.
///
/// # Errors
/// When it is there and cannot be read as text.
pub fn read_text(folder: &Utf8Path) -> io::Result<Option<String>> {
    use io::Read as _;
    let file = match std::fs::File::open(folder.join(FILE_NAME)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        let what = format!("it is larger than {MAX_BYTES} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    Ok(Some(text))
}

/// Writes the defaults and returns their text, or that of a file that appeared meanwhile.
///
/// # Errors
/// When the folder cannot be written.
pub fn create_default(folder: &Utf8Path) -> Result<String, WorkspaceError> {
    let mut text = serde_json::to_string_pretty(&Config::default()).unwrap_or_default();
    text.push('\n');
    let space = Workspace::create(folder)?;
    let path = Utf8Path::new(FILE_NAME);
    match space.create_file(path, text.as_bytes(), Durability::Cached) {
        Err(error) if error.kind == Kind::Taken => {
            let found = space
                .read(path)?
                .and_then(|bytes| String::from_utf8(bytes).ok());
            Ok(found.unwrap_or(text))
        }
        written => written.map(|_| text),
    }
}
