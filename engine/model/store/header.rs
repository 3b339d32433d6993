//! Whether a file begins as a GGUF model does: a first look, before anything else reads it. Knows no tensor.

use std::fs::File;
use std::io::Read as _;

use camino::Utf8Path;

use super::error::StoreError;

/// The first bytes of every GGUF file.
pub(in crate::model) const MAGIC: [u8; 4] = *b"GGUF";
/// Versions that llama.cpp loads.
const VERSIONS: std::ops::RangeInclusive<u32> = 2..=3;

/// Checks magic and version of the file at `path`.
///
/// # Errors
/// When it cannot be read, or is no GGUF file of a version that can be loaded.
pub fn check(path: &Utf8Path) -> Result<(), StoreError> {
    let not = |what: String| StoreError::NotAModel {
        path: path.to_owned(),
        what,
    };
    let io = |error| StoreError::io("read", path, error);
    let mut file = File::open(path).map_err(io)?;
    if !file.metadata().map_err(io)?.is_file() {
        return Err(not("it is no regular file".into()));
    }
    let mut head = [0; 8];
    file.read_exact(&mut head)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => not("it has fewer than 8 bytes".into()),
            _ => io(error),
        })?;
    let [magic @ .., a, b, c, d] = head;
    if magic != MAGIC {
        return Err(not("it does not begin with `GGUF`".into()));
    }
    let version = u32::from_le_bytes([a, b, c, d]);
    if !VERSIONS.contains(&version) {
        return Err(not(format!(
            "its version is {version}, and 2 or 3 is needed"
        )));
    }
    Ok(())
}
