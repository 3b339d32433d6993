//! A download that is not finished: its bytes, what they are of, and their hash. Knows no network.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::model::store::{Hash, StoreError, remove, settle};
use crate::workspace::{Durability, Workspace};

/// What the bytes are of. Written before the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    /// The address asked for.
    pub(super) url: String,
    /// The version of the file, where the server says it so that bytes of two answers can be joined.
    pub(super) version: Option<String>,
}

/// Bytes on their way to becoming a file.
pub(super) struct Part {
    target: Utf8PathBuf,
    path: Utf8PathBuf,
    file: File,
    hash: Hash,
    /// Bytes that are here.
    pub(super) have: u64,
    /// What they are of.
    pub(super) journal: Journal,
}

impl Part {
    /// Opens what is there of `target`. Bytes that are not of `url`, or of an unknown version of a file whose
    /// hash is not known either, are thrown away. `on_bytes` hears how many were read for the hash.
    pub(super) fn open(
        target: &Utf8Path,
        url: &str,
        is_hash_known: bool,
        on_bytes: &mut dyn FnMut(u64, u64),
    ) -> Result<Self, StoreError> {
        let path: Utf8PathBuf = format!("{target}.part").into();
        let io = |error| StoreError::io("open", &path, error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(io)?;
        let mut part = Self {
            target: target.to_owned(),
            path: path.clone(),
            file,
            hash: Hash::default(),
            have: 0,
            journal: Journal::default(),
        };
        let journal = part.read_journal();
        let known = journal
            .filter(|journal| journal.url == url && (is_hash_known || journal.version.is_some()));
        match known {
            Some(journal) => {
                let total = part.file.metadata().map_err(io)?.len();
                let (hash, have) = (&mut part.hash, &mut part.have);
                let mut count = |bytes| {
                    *have += bytes;
                    on_bytes(*have, total);
                };
                hash.read(&mut part.file, &mut count).map_err(io)?;
                part.journal = journal;
            }
            None => part.restart()?,
        }
        url.clone_into(&mut part.journal.url);
        Ok(part)
    }

    /// Throws all bytes away.
    pub(super) fn restart(&mut self) -> Result<(), StoreError> {
        let file = &mut self.file;
        let emptied = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
        emptied.map_err(|error| StoreError::io("empty", &self.path, error))?;
        self.hash = Hash::default();
        self.have = 0;
        self.journal.version = None;
        Ok(())
    }

    /// Notes the version of the file that the next bytes are of.
    pub(super) fn note(&mut self, version: Option<String>) -> Result<(), StoreError> {
        self.journal.version = version;
        let text = serde_json::to_string(&self.journal).unwrap_or_default();
        let name = self.journal_path();
        let (Some(folder), Some(name)) = (name.parent(), name.file_name()) else {
            return Ok(());
        };
        let space = Workspace::open(folder)?;
        space.write(Utf8Path::new(name), text.as_bytes(), Durability::Cached)?;
        Ok(())
    }

    /// Adds bytes.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| StoreError::io("write", &self.path, error))?;
        self.hash.update(bytes);
        self.have += bytes.len() as u64;
        Ok(())
    }

    /// The SHA-256 of all bytes.
    pub(super) fn sha256(&self) -> String {
        self.hash.clone().hex()
    }

    /// Makes the bytes the file that they were to become.
    pub(super) fn finish(self) -> Result<(), StoreError> {
        let synced = self.file.sync_all();
        synced
            .and_then(|()| settle(&self.path, &self.target))
            .and_then(|()| remove(&self.journal_path()))
            .map_err(|error| StoreError::io("finish", &self.target, error))
    }

    /// Removes the bytes: they are not what they should be.
    pub(super) fn discard(self) -> Result<(), StoreError> {
        let removed = remove(&self.path).and_then(|()| remove(&self.journal_path()));
        removed.map_err(|error: io::Error| StoreError::io("remove", &self.path, error))
    }

    fn journal_path(&self) -> Utf8PathBuf {
        format!("{}.json", self.path).into()
    }

    /// An unreadable journal is none: then the bytes are of nobody knows what.
    fn read_journal(&self) -> Option<Journal> {
        let text = std::fs::read_to_string(self.journal_path()).ok()?;
        serde_json::from_str(&text).ok()
    }
}
