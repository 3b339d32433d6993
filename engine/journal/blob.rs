//! Bytes by their digest, below `.codey/blobs/`. Knows neither what they are nor who refers to them.
#![expect(
    clippy::disallowed_methods,
    reason = "the journal owns the files below `.codey/blobs/`"
)]

use std::fs;
use std::io::Write as _;

use camino::{Utf8Path, Utf8PathBuf};

use super::JournalError;
use crate::id::Digest;

/// Hex digits that name a blob's folder.
const FOLDER_DIGITS: usize = 2;

/// The store of old and produced bytes: what a merge starts from and an output is restored from.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: Utf8PathBuf,
}

impl Blobs {
    /// The store below the state directory `.codey`.
    pub fn new(state_dir: &Utf8Path) -> Self {
        Self {
            root: state_dir.join("blobs"),
        }
    }

    /// Keeps `bytes`; bytes that are there already stay as they are, damaged ones are replaced.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, JournalError> {
        let digest = Digest::of(bytes);
        let path = self.path(&digest);
        if fs::read(&path).is_ok_and(|kept| kept == bytes) {
            return Ok(digest);
        }
        let folder = path.parent().unwrap_or(&self.root);
        write_whole(folder, &path, &[bytes]).map_err(|error| JournalError::io(&path, &error))?;
        Ok(digest)
    }

    /// The bytes with this digest; none where they were never kept or are damaged.
    pub fn get(&self, digest: &Digest) -> Option<Vec<u8>> {
        let bytes = fs::read(self.path(digest)).ok()?;
        (Digest::of(&bytes) == *digest).then_some(bytes)
    }

    /// Where the bytes with this digest lie, or would lie.
    fn path(&self, digest: &Digest) -> Utf8PathBuf {
        let hex = digest.to_string();
        let (folder, name) = hex.split_at(FOLDER_DIGITS);
        self.root.join(folder).join(name)
    }
}

/// Writes a file so that it is there whole or not at all.
pub(super) fn write_whole(
    folder: &Utf8Path,
    path: &Utf8Path,
    parts: &[&[u8]],
) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".part-")
        .tempfile_in(folder)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Blobs) {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::new(Utf8Path::from_path(dir.path()).unwrap());
        (dir, blobs)
    }

    #[test]
    fn gives_back_what_was_put_and_keeps_it_once() {
        let (_dir, blobs) = store();
        let digest = blobs.put(b"text").unwrap();
        assert_eq!(blobs.put(b"text").unwrap(), digest);
        assert_eq!(blobs.get(&digest).as_deref(), Some(&b"text"[..]));
        assert_eq!(blobs.get(&Digest::of(b"other")), None);
        let folder = blobs.path(&digest).parent().unwrap().to_owned();
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
    }

    #[test]
    fn damaged_blobs_are_not_given_back_and_putting_repairs_them() {
        let (_dir, blobs) = store();
        let digest = blobs.put(b"some longer text").unwrap();
        for damage in [&b"some longer texT"[..], b"some", b""] {
            fs::write(blobs.path(&digest), damage).unwrap();
            assert_eq!(blobs.get(&digest), None);
            assert_eq!(blobs.put(b"some longer text").unwrap(), digest);
            assert!(blobs.get(&digest).is_some());
        }
    }

    #[test]
    fn a_store_that_cannot_be_written_says_so() {
        let (dir, _) = store();
        let file = Utf8Path::from_path(dir.path()).unwrap().join("state");
        fs::write(&file, "a file where the directory should be").unwrap();
        let error = Blobs::new(&file).put(b"text").unwrap_err();
        assert!(matches!(error, JournalError::Io { .. }), "{error}");
    }
}
