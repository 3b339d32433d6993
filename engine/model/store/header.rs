//! The header of a file that is to be installed or used. Knows no format: the reader of headers does.

use camino::Utf8Path;

use super::error::StoreError;
use crate::model::gguf::Header;

/// Reads and checks the header of the file at `path`.
///
/// # Errors
/// When there is no such file, or it is no model that llama.cpp takes.
pub fn check(path: &Utf8Path) -> Result<Header, StoreError> {
    let about = path.metadata();
    let about = about.map_err(|error| StoreError::io("read", path, error))?;
    // A pipe would be waited for.
    if !about.is_file() {
        return Err(StoreError::NoFile(path.to_owned()));
    }
    Ok(Header::read(path)?)
}
