//! Whether an installed file is still what was installed. Knows no network.

use super::error::StoreError;
use super::hash::sha256_of;
use super::header;
use super::index::{Installed, Store};

impl Store {
    /// Reads the whole file of `model` and returns what is wrong with it: nothing, or one sentence. `on_bytes`
    /// hears how many bytes were read at a time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn verify(
        &self,
        model: &Installed,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<Result<(), String>, StoreError> {
        let path = self.path(model);
        let io = |error| StoreError::io("read", &path, error);
        let Ok(about) = path.metadata() else {
            return Ok(Err(format!("`{path}` is not there")));
        };
        if about.len() != model.size {
            let (now, then) = (about.len(), model.size);
            return Ok(Err(format!("it has {now} bytes instead of {then}")));
        }
        if let Err(error @ StoreError::NotAModel(_)) = header::check(&path) {
            return Ok(Err(error.to_string()));
        }
        let found = sha256_of(&path, on_bytes).map_err(io)?;
        Ok(match found == model.sha256 {
            true => Ok(()),
            false => Err(format!(
                "its SHA-256 is {found} instead of {}",
                model.sha256
            )),
        })
    }
}
