//! A few computed values in files below `.codey/cache/`. Knows neither what they hold nor how they are made.
#![expect(
    clippy::disallowed_methods,
    reason = "the journal owns the files below `.codey/cache/`"
)]

use std::fs;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};

use super::JournalError;
use super::blob::write_whole;
use crate::id::Digest;

/// Files kept; the oldest go first.
const MAX_ENTRIES: usize = 8;

/// Bytes of the checksum that a file begins with.
const SUM_BYTES: usize = 32;

/// Values that can be computed again: losing or damaging one costs time only.
#[derive(Clone, Debug)]
pub struct FileCache {
    dir: Utf8PathBuf,
}

impl FileCache {
    /// The cache below the state directory `.codey`.
    pub fn new(state_dir: &Utf8Path) -> Self {
        Self {
            dir: state_dir.join("cache"),
        }
    }

    /// The value `name` for this key; none where there is no such file or it is damaged.
    pub fn get(&self, name: &str, key: Digest) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.path(name, key)).ok()?;
        let (stored, value) = bytes.split_at_checked(SUM_BYTES)?;
        if stored != sum(name, key, value).0 {
            return None;
        }
        bytes.drain(..SUM_BYTES);
        Some(bytes)
    }

    /// Keeps the value `name` for this key, and lets the oldest files go.
    pub fn put(&self, name: &str, key: Digest, value: &[u8]) -> Result<(), JournalError> {
        let path = self.path(name, key);
        write_whole(&self.dir, &path, &[&sum(name, key, value).0, value])
            .map_err(|error| JournalError::io(&path, &error))?;
        self.trim(&path);
        Ok(())
    }

    /// Removes the oldest files above the limit, never `kept`. A file that stays is harmless.
    fn trim(&self, kept: &Utf8Path) {
        let Ok(entries) = fs::read_dir(&self.dir) else {
            return;
        };
        let mut others: Vec<_> = entries
            .flatten()
            .filter(|entry| entry.path() != kept.as_std_path())
            .map(|entry| {
                let modified = entry.metadata().and_then(|data| data.modified());
                (modified.unwrap_or(SystemTime::UNIX_EPOCH), entry.path())
            })
            .collect();
        others.sort();
        let excess = others.len().saturating_sub(MAX_ENTRIES - 1);
        for (_, path) in &others[..excess] {
            fs::remove_file(path).ok();
        }
    }

    fn path(&self, name: &str, key: Digest) -> Utf8PathBuf {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = name.chars().map(plain).collect();
        self.dir.join(format!("{name}-{}", key.short()))
    }
}

/// Covers the name and key too, so that a renamed file is not another's value.
fn sum(name: &str, key: Digest, value: &[u8]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(name.as_bytes());
    hasher.update(&[0]);
    hasher.update(&key.0);
    hasher.update(value);
    Digest(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> (tempfile::TempDir, FileCache) {
        let dir = tempfile::tempdir().unwrap();
        let cache = FileCache::new(Utf8Path::from_path(dir.path()).unwrap());
        (dir, cache)
    }

    #[test]
    fn hits_only_for_the_same_name_and_key() {
        let (_dir, cache) = cache();
        let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
        cache.put("plan", one, b"value").unwrap();
        assert_eq!(cache.get("plan", one).as_deref(), Some(&b"value"[..]));
        assert_eq!(cache.get("plan", two), None);
        assert_eq!(cache.get("other", one), None);
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_a_miss() {
        let (_dir, cache) = cache();
        let key = Digest::of(b"key");
        cache.put("plan", key, b"some value").unwrap();
        let path = cache.path("plan", key);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            fs::write(&path, &flipped).unwrap();
            assert_eq!(cache.get("plan", key), None, "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(cache.get("plan", key), None, "cut at {at}");
        }
    }

    #[test]
    fn a_few_entries_are_kept_and_the_newest_among_them() {
        let (_dir, cache) = cache();
        for n in 0..3 * MAX_ENTRIES {
            let key = Digest::of(n.to_string().as_bytes());
            cache.put("plan", key, b"value").unwrap();
            assert!(cache.get("plan", key).is_some());
        }
        assert_eq!(fs::read_dir(&cache.dir).unwrap().count(), MAX_ENTRIES);
    }
}
