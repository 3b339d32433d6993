//! SHA-256 of files that take a while to read. Knows no model.

use std::fs::File;
use std::io::{self, Read as _};

use camino::Utf8Path;
use sha2::{Digest as _, Sha256};

/// Bytes read at once.
const BLOCK_BYTES: usize = 1 << 20;

/// A hash that grows with what it is given.
#[derive(Clone, Default)]
pub struct Hash(Sha256);

impl Hash {
    /// Takes more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes, in lower-case hexadecimal.
    pub fn hex(self) -> String {
        let digits = |byte: &u8| {
            [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16).unwrap_or('0'))
        };
        self.0.finalize().iter().flat_map(digits).collect()
    }

    /// Takes all that `file` has from its place on; `on_bytes` hears how many at a time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self, file: &mut File, on_bytes: &mut dyn FnMut(u64)) -> io::Result<()> {
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            let count = match file.read(&mut block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                count => count?,
            };
            if count == 0 {
                return Ok(());
            }
            self.update(&block[..count]);
            on_bytes(count as u64);
        }
    }
}

/// The SHA-256 of the file at `path`; `on_bytes` hears how many bytes were read at a time.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_of(path: &Utf8Path, on_bytes: &mut dyn FnMut(u64)) -> io::Result<String> {
    let mut hash = Hash::default();
    hash.read(&mut File::open(path)?, on_bytes)?;
    Ok(hash.hex())
}
