//! The index of installed models: read whole, changed under a lock, written in one step.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::files::{Lock, remove};
use crate::diagnostic::did_you_mean;
use crate::model::catalogue;
use crate::workspace::{Durability, Workspace};

const INDEX: &str = "index.json";
const LOCK: &str = ".index.lock";
/// The form of the index; a file with another number is from another codey.
const VERSION: u32 = 1;
/// Longest name in characters.
const MAX_NAME: usize = 80;

/// Where an installed model came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Downloaded from this address.
    Url(String),
    /// Imported from this file.
    File(Utf8PathBuf),
}

/// An installed model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Installed {
    /// What people and configurations call it.
    pub name: String,
    /// What it is for.
    pub role: String,
    /// Its file: a name in the folder, or an absolute path of a file that codey only refers to.
    pub file: Utf8PathBuf,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the file when it was installed.
    pub sha256: String,
    /// Where it came from.
    pub source: Source,
}

impl Installed {
    /// Whether the file lies elsewhere and belongs to the user.
    pub fn is_in_place(&self) -> bool {
        self.file.is_absolute()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    version: u32,
    models: Vec<Installed>,
}

/// The models folder, which need not be there.
#[derive(Clone, Debug)]
pub struct Store {
    folder: Utf8PathBuf,
}

/// Whether `name` can be that of a model: it becomes a file name.
pub fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    name.len() <= MAX_NAME
        && name.bytes().all(fits)
        && name
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
}

impl Store {
    /// The models in `folder`.
    pub fn new(folder: &Utf8Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Utf8Path {
        &self.folder
    }

    /// All installed models, by name.
    ///
    /// # Errors
    /// When the index is there and cannot be read.
    pub fn installed(&self) -> Result<Vec<Installed>, StoreError> {
        let path = self.folder.join(INDEX);
        let broken = |what: String| StoreError::Broken {
            path: path.clone(),
            what,
        };
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            text => text.map_err(|error| broken(error.to_string()))?,
        };
        let index: Index =
            serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        if index.version != VERSION {
            return Err(broken(format!(
                "its version is {}, this codey knows {VERSION}",
                index.version
            )));
        }
        // A name becomes a path, and the index is a file that anybody may have edited.
        match index.models.iter().find(|model| !is_name(&model.name)) {
            Some(model) => Err(broken(format!("`{}` is no name", model.name))),
            None => Ok(index.models),
        }
    }

    /// The installed model called `name`.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, name: &str) -> Result<Installed, StoreError> {
        let all = self.installed()?;
        let near = did_you_mean(name, all.iter().map(|model| model.name.as_str()));
        let near = near.map(str::to_owned);
        let found = all.into_iter().find(|model| model.name == name);
        found.ok_or_else(|| StoreError::NotInstalled {
            name: name.to_owned(),
            near,
            is_known: catalogue::find(name).is_some(),
        })
    }

    /// The path of a model's file.
    pub fn path(&self, model: &Installed) -> Utf8PathBuf {
        self.folder.join(&model.file)
    }

    /// The path that a model called `name` gets in the folder.
    pub fn path_for(&self, name: &str) -> Utf8PathBuf {
        self.folder.join(file_for(name))
    }

    /// Enters a model whose file is in place, instead of one of the same name.
    ///
    /// # Errors
    /// When the index cannot be read or written.
    pub fn add(&self, model: Installed) -> Result<(), StoreError> {
        self.change(|models| {
            models.retain(|other| other.name != model.name);
            models.push(model);
            models.sort_by(|a, b| a.name.cmp(&b.name));
        })
    }

    /// Forgets a model and removes its file, unless that belongs to the user.
    ///
    /// # Errors
    /// When there is none, or the folder cannot be changed.
    pub fn remove(&self, name: &str) -> Result<Installed, StoreError> {
        let model = self.find(name)?;
        self.change(|models| models.retain(|other| other.name != name))?;
        if !model.is_in_place() {
            let path = self.path(&model);
            remove(&path).map_err(|error| StoreError::io("remove", &path, error))?;
        }
        Ok(model)
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Installed>)) -> Result<(), StoreError> {
        let space = Workspace::create(&self.folder)?;
        let lock = self.folder.join(LOCK);
        let _lock = Lock::wait(&lock).map_err(|error| StoreError::io("lock", &lock, error))?;
        let mut models = self.installed()?;
        change(&mut models);
        let version = VERSION;
        let mut text = serde_json::to_string_pretty(&Index { version, models }).unwrap_or_default();
        text.push('\n');
        space.write(Utf8Path::new(INDEX), text.as_bytes(), Durability::Synced)?;
        Ok(())
    }
}

/// The file name of a model called `name`.
pub(super) fn file_for(name: &str) -> Utf8PathBuf {
    format!("{name}.gguf").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_file_names_and_nothing_more() {
        for good in ["a", "qwen2.5-coder-7b", "A_1"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", ".hidden", "../x", "a/b", "a b", "ä", &"x".repeat(81)] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
