//! Lanes that were measured to pay, kept for later runs. What they hang on is their key; a key that was never
//! measured has none. Knows the folder of models and nothing of how lanes are measured.

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::super::chosen::Chosen;
use super::super::linked::LLAMA;
use super::super::settings::KvType;
use crate::host;
use crate::workspace::{Durability, Workspace, WorkspaceError};

/// The file in the folder of models.
const FILE: &str = "measured.json";
/// The form of the file; one with another number is from another codey and holds nothing for this one.
const VERSION: u32 = 2;
/// Most entries: the one that was measured longest ago leaves.
const MAX_ENTRIES: usize = 200;

/// What the best number of lanes hangs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// What stands for the model's content.
    pub model: String,
    /// The processor's name.
    pub processor: String,
    /// Threads.
    pub threads: u32,
    /// The type of keys and values.
    pub kv: KvType,
    /// Whether weights are copied into another order.
    pub repack: bool,
    /// The version of llama.cpp.
    pub llama: String,
}

impl Key {
    /// The key of a model on this computer.
    pub fn of(chosen: &Chosen) -> Self {
        Self {
            model: chosen.identity.clone(),
            processor: host::processor_name(),
            threads: chosen.settings.threads,
            kv: chosen.settings.kv,
            repack: chosen.settings.repack,
            llama: LLAMA.to_owned(),
        }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct File {
    version: u32,
    measured: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    key: Key,
    lanes: u32,
}

/// Everything that was measured.
#[derive(Clone, Debug)]
pub struct Measured {
    folder: Utf8PathBuf,
}

impl Measured {
    /// What is kept in the folder of models, which need not be there.
    pub fn new(folder: &Utf8Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The file.
    pub fn path(&self) -> Utf8PathBuf {
        self.folder.join(FILE)
    }

    /// The lanes that pay; nothing where this was not measured.
    pub fn lanes(&self, key: &Key) -> Option<u32> {
        let entries = self.entries();
        let found = entries.iter().find(|entry| entry.key == *key);
        found.map(|entry| entry.lanes)
    }

    /// Keeps the number of lanes that pays.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&self, key: Key, lanes: u32) -> Result<(), WorkspaceError> {
        let mut measured = self.entries();
        measured.retain(|entry| entry.key != key);
        measured.push(Entry { key, lanes });
        let surplus = measured.len().saturating_sub(MAX_ENTRIES);
        measured.drain(..surplus);
        let file = File {
            version: VERSION,
            measured,
        };
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        let space = Workspace::create(&self.folder)?;
        space.write(Utf8Path::new(FILE), text.as_bytes(), Durability::Cached)?;
        Ok(())
    }

    /// All entries. A file that cannot be read holds measurements at most, which can be made again.
    fn entries(&self) -> Vec<Entry> {
        let text = std::fs::read_to_string(self.path()).unwrap_or_default();
        let file: File = serde_json::from_str(&text).unwrap_or_default();
        match file.version {
            VERSION => file.measured,
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(model: &str) -> Key {
        Key {
            model: model.into(),
            processor: "A processor".into(),
            threads: 2,
            kv: KvType::F16,
            repack: false,
            llama: LLAMA.into(),
        }
    }

    #[test]
    fn lanes_are_found_by_everything_they_hang_on() {
        let dir = tempfile::tempdir().unwrap();
        let measured = Measured::new(Utf8Path::from_path(dir.path()).unwrap());
        assert_eq!(measured.lanes(&key("a")), None);
        measured.keep(key("a"), 7).unwrap();
        measured.keep(key("b"), 4).unwrap();
        measured.keep(key("b"), 16).unwrap();
        assert_eq!(measured.lanes(&key("a")), Some(7));
        assert_eq!(measured.lanes(&key("b")), Some(16));
        let others = [
            Key {
                model: "c".into(),
                ..key("a")
            },
            Key {
                processor: "Another".into(),
                ..key("a")
            },
            Key {
                threads: 4,
                ..key("a")
            },
            Key {
                kv: KvType::Q8_0,
                ..key("a")
            },
            Key {
                repack: true,
                ..key("a")
            },
            Key {
                llama: "newer".into(),
                ..key("a")
            },
        ];
        for other in others {
            assert_eq!(measured.lanes(&other), None, "{other:?}");
        }
    }

    #[test]
    fn a_file_of_something_else_is_measured_anew() {
        let dir = tempfile::tempdir().unwrap();
        let measured = Measured::new(Utf8Path::from_path(dir.path()).unwrap());
        measured.keep(key("a"), 7).unwrap();
        let newer = std::fs::read_to_string(measured.path()).unwrap();
        let newer = newer.replace(
            &format!("\"version\": {VERSION}"),
            &format!("\"version\": {}", VERSION + 1),
        );
        for text in [newer.as_str(), "no JSON"] {
            #[expect(clippy::disallowed_methods, reason = "a test breaks the file")]
            std::fs::write(measured.path(), text).unwrap();
            assert_eq!(measured.lanes(&key("a")), None);
        }
        measured.keep(key("a"), 4).unwrap();
        assert_eq!(measured.lanes(&key("a")), Some(4));
    }

    #[test]
    fn old_measurements_leave() {
        let dir = tempfile::tempdir().unwrap();
        let measured = Measured::new(Utf8Path::from_path(dir.path()).unwrap());
        for number in 0..=MAX_ENTRIES {
            measured.keep(key(&number.to_string()), 2).unwrap();
        }
        assert_eq!(measured.lanes(&key("0")), None);
        assert_eq!(measured.lanes(&key("1")), Some(2));
    }
}
