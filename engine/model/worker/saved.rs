//! Evaluated prefixes on disk, so that a later worker need not evaluate them. Knows bytes and their digests, not
//! what llama.cpp makes of them: it ends the process over damaged ones, so none is handed to it unverified.
#![expect(
    clippy::disallowed_methods,
    reason = "saved prefixes lie in codey's own cache directory, outside of any workspace"
)]

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::time::{Duration, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};

use super::super::linked::LLAMA;
use super::super::wire::Load;
use crate::clock;

/// What a file begins with; another layout gets another number.
const MAGIC: &[u8; 8] = b"codeykv1";
/// What the state depends on besides llama.cpp's version, the model, its settings and the tokens: one cache for all
/// sequences.
const LAYOUT: &str = "unified, no full windows";
/// Bytes of a digest.
const DIGEST_BYTES: usize = blake3::OUT_LEN;
/// Bytes before the state: magic, key, length and digest of the state.
const HEADER_BYTES: usize = MAGIC.len() + DIGEST_BYTES + 8 + DIGEST_BYTES;
/// How the names of saved prefixes end.
const ENDING: &str = "prefix";

/// A directory of saved prefixes.
pub(super) struct Store {
    dir: Utf8PathBuf,
    /// Most bytes of all files together.
    limit: u64,
    /// Has taken in what all prefixes of this model have in common.
    key: blake3::Hasher,
}

/// A file whose state is as it was written.
pub(super) struct Saved(Vec<u8>);

impl Saved {
    pub(super) fn state(&self) -> &[u8] {
        &self.0[HEADER_BYTES..]
    }
}

impl Store {
    /// The directory that `load` names, made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn open(load: &Load) -> io::Result<Option<Self>> {
        let Some(dir) = &load.prefixes else {
            return Ok(None);
        };
        fs::create_dir_all(dir)?;
        let mut key = blake3::Hasher::new();
        // Each part with its length, so that no two lists of parts have the same bytes.
        let kv = format!("{:?}", load.settings.kv);
        // Plain attention keeps values in another order.
        let attention = load.settings.attends_plainly().to_string();
        for part in [LLAMA, LAYOUT, &load.digest, &kv, &attention] {
            key.update(&part.len().to_le_bytes())
                .update(part.as_bytes());
        }
        Ok(Some(Self {
            dir: dir.clone(),
            limit: load.prefix_bytes,
            key,
        }))
    }

    fn key(&self, tokens: &[i32]) -> blake3::Hash {
        let mut key = self.key.clone();
        for token in tokens {
            key.update(&token.to_le_bytes());
        }
        key.finalize()
    }

    fn path(&self, key: blake3::Hash) -> Utf8PathBuf {
        self.dir.join(format!("{}.{ENDING}", key.to_hex()))
    }

    /// What was saved for these tokens.
    ///
    /// # Errors
    /// One line about a file that cannot be used; it is deleted.
    pub(super) fn read(&self, tokens: &[i32]) -> Result<Option<Saved>, String> {
        let key = self.key(tokens);
        let path = self.path(key);
        let bytes = match self.bytes(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes.map_err(|error| error.to_string()),
        };
        let checked = bytes.and_then(|bytes| match is_whole(&bytes, key) {
            true => Ok(Some(Saved(bytes))),
            false => Err("it is damaged".to_owned()),
        });
        checked.map_err(|reason| {
            let _ = fs::remove_file(&path);
            format!("saved prefix `{path}` is evaluated anew: {reason}")
        })
    }

    fn bytes(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        // The time of use decides which files stay.
        let now = UNIX_EPOCH + Duration::from_millis(clock::unix_ms());
        let _ = file.set_modified(now);
        let mut bytes = Vec::new();
        file.take(self.limit.saturating_add(1))
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Saves a state, and deletes what was not used for longest where there is too much. A state that is larger than
    /// all may be is not saved.
    ///
    /// # Errors
    /// When the file cannot be written. Nothing hangs on it.
    pub(super) fn write(&self, tokens: &[i32], state: &[u8]) -> io::Result<()> {
        let size = (HEADER_BYTES + state.len()) as u64;
        if size > self.limit {
            return Ok(());
        }
        let key = self.key(tokens);
        let mut file = tempfile::Builder::new()
            .suffix(".part")
            .tempfile_in(&self.dir)?;
        file.write_all(MAGIC)?;
        file.write_all(key.as_bytes())?;
        file.write_all(&(state.len() as u64).to_le_bytes())?;
        file.write_all(blake3::hash(state).as_bytes())?;
        file.write_all(state)?;
        self.shrink(self.limit - size)?;
        file.persist(self.path(key)).map_err(|error| error.error)?;
        Ok(())
    }

    /// Deletes the files that were not used for longest until the others have at most `limit` bytes.
    fn shrink(&self, limit: u64) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            // Another worker may delete the same files.
            if let Ok(data) = entry.metadata()
                && entry
                    .path()
                    .extension()
                    .is_some_and(|ending| ending == ENDING)
            {
                files.push((data.modified()?, data.len(), entry.path()));
            }
        }
        files.sort();
        let mut bytes: u64 = files.iter().map(|(_, size, _)| size).sum();
        for (_, size, path) in files {
            if bytes <= limit {
                break;
            }
            let _ = fs::remove_file(path);
            bytes -= size;
        }
        Ok(())
    }
}

/// Whether a file is the one for this key, and as it was written.
fn is_whole(bytes: &[u8], key: blake3::Hash) -> bool {
    let Some((header, state)) = bytes.split_at_checked(HEADER_BYTES) else {
        return false;
    };
    let mut expected = Vec::with_capacity(HEADER_BYTES);
    expected.extend_from_slice(MAGIC);
    expected.extend_from_slice(key.as_bytes());
    expected.extend_from_slice(&(state.len() as u64).to_le_bytes());
    expected.extend_from_slice(blake3::hash(state).as_bytes());
    header == expected
}

#[cfg(test)]
mod tests {
    use super::super::super::settings::{KvType, Settings};
    use super::*;

    fn load(dir: &Utf8Path) -> Load {
        Load {
            path: "model.gguf".into(),
            digest: "of the model".into(),
            settings: Settings {
                context: 64,
                lanes: 1,
                kv: KvType::F16,
                threads: 1,
                prefill_threads: 1,
                prefill_slice: 8,
                repack: false,
                tiled: false,
            },
            prefixes: Some(dir.to_owned()),
            prefix_bytes: 1000,
        }
    }

    fn directory() -> (tempfile::TempDir, Utf8PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(directory.path().join("prefixes")).unwrap();
        (directory, path)
    }

    fn state_of(store: &Store, tokens: &[i32]) -> Option<Vec<u8>> {
        let saved = store.read(tokens).unwrap()?;
        Some(saved.state().to_vec())
    }

    #[test]
    fn a_prefix_is_found_by_its_tokens_model_and_settings_only() {
        let (_held, dir) = directory();
        let store = Store::open(&load(&dir)).unwrap().unwrap();
        store.write(&[1, 2], b"state").unwrap();
        assert_eq!(state_of(&store, &[1, 2]).unwrap(), b"state");
        assert_eq!(state_of(&store, &[1, 3]), None);
        let others = [
            Load {
                digest: "of another".into(),
                ..load(&dir)
            },
            Load {
                settings: Settings {
                    kv: KvType::Q8_0,
                    ..load(&dir).settings
                },
                ..load(&dir)
            },
        ];
        for other in others {
            assert_eq!(
                state_of(&Store::open(&other).unwrap().unwrap(), &[1, 2]),
                None
            );
        }
    }

    #[test]
    fn no_damage_goes_unnoticed() {
        let (_held, dir) = directory();
        let store = Store::open(&load(&dir)).unwrap().unwrap();
        store.write(&[7], b"state").unwrap();
        let path = store.path(store.key(&[7]));
        let whole = fs::read(&path).unwrap();
        let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
        let changed = (0..whole.len()).map(|at| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            bytes
        });
        let longer = [&whole[..], b"x"].concat();
        for damaged in cut.chain(changed).chain([longer]) {
            fs::write(&path, &damaged).unwrap();
            assert!(store.read(&[7]).is_err());
            assert!(!path.exists());
        }
        fs::write(&path, &whole).unwrap();
        assert!(store.read(&[7]).unwrap().is_some());
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let (_held, dir) = directory();
        let store = Store::open(&load(&dir)).unwrap().unwrap();
        let long_ago = |tokens: &[i32], seconds: u64| {
            let file = File::open(store.path(store.key(tokens))).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds))
                .unwrap();
        };
        let state = [0; 300];
        for token in 1..=2 {
            store.write(&[token], &state).unwrap();
        }
        long_ago(&[1], 1);
        long_ago(&[2], 2);
        assert!(state_of(&store, &[1]).is_some());
        store.write(&[3], &state).unwrap();
        assert!(state_of(&store, &[1]).is_some());
        assert!(state_of(&store, &[2]).is_none());
        assert!(state_of(&store, &[3]).is_some());
        store.write(&[4], &[0; 2000]).unwrap();
        assert!(state_of(&store, &[4]).is_none());
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 2);
    }
}
