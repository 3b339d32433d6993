//! One known model: where its file is, what it must be and what it needs. Knows no other entry.

use serde::{Deserialize, Serialize};

/// Where the repositories of the catalogue are, unless the user names another server.
pub const BASE_URL: &str = "https://huggingface.co";

/// A known model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// What people and configurations call it.
    pub name: String,
    /// What it is for: `coder`, `router` or `embedder`.
    pub role: String,
    /// Whether it is suggested before others: prompts were written for it, and it is fast without a GPU.
    #[serde(default)]
    pub usual: bool,
    /// One line for people.
    pub about: String,
    /// Owner and name of its repository.
    pub repository: String,
    /// The revision that size and hash belong to.
    pub revision: String,
    /// The file's path in the repository.
    pub file: String,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of the file in lower-case hexadecimal, where it is known.
    pub sha256: Option<String>,
    /// Tokens that the model was made for.
    pub context: u32,
    /// Memory that it takes with one lane of 8192 tokens, in MiB, repacked weights apart.
    pub ram_mib: u64,
    /// The licence of its weights.
    pub licence: String,
    /// What a user has to agree to before the download, where the licence limits use.
    #[serde(default)]
    pub accept: Option<String>,
    /// Its prompt format and what to know of it.
    pub notes: String,
}

impl Entry {
    /// The address of its file, below `base` in place of [`BASE_URL`] where that is given.
    pub fn url(&self, base: Option<&str>) -> String {
        let base = base.unwrap_or(BASE_URL).trim_end_matches('/');
        let Self {
            repository,
            revision,
            file,
            ..
        } = self;
        format!("{base}/{repository}/resolve/{revision}/{file}")
    }
}
