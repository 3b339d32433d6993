//! Bringing a file of the user's into the models folder, or referring to it where it lies.

use camino::{Utf8Path, Utf8PathBuf};

use super::error::StoreError;
use super::files;
use super::hash::sha256_of;
use super::header;
use super::index::{Installed, Source, Store, file_for, is_name};
use super::resolve::DEFAULT_ROLE;
use crate::model::catalogue::{self, Entry};
use crate::workspace::Workspace;

/// What becomes of the file that is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It gets a further name in the models folder, or is copied where that cannot be.
    Linked,
    /// It stays where it is, and codey refers to it.
    InPlace,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import<'a> {
    /// The file.
    pub file: &'a Utf8Path,
    /// The name it gets; nothing means that of the catalogue, or of the file.
    pub name: Option<&'a str>,
    /// What it is for; nothing means what the catalogue says, or the coder.
    pub role: Option<&'a str>,
    /// What becomes of the file.
    pub keep: Keep,
}

impl Store {
    /// Installs a file. `on_bytes` hears how many bytes were read at a time.
    ///
    /// # Errors
    /// When it is no model, its name is taken, or the system refuses.
    pub fn import(
        &self,
        import: &Import<'_>,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<Installed, StoreError> {
        let io = |error| StoreError::io("read", import.file, error);
        let file = import.file.canonicalize_utf8().map_err(io)?;
        header::check(&file)?;
        let size = file.metadata().map_err(io)?.len();
        let sha256 = sha256_of(&file, on_bytes).map_err(io)?;
        let known = catalogue::entries()
            .iter()
            .find(|entry| entry.sha256.as_deref() == Some(sha256.as_str()));
        let name = self.name(import, &file, known)?;
        let place = match import.keep {
            Keep::InPlace => file.clone(),
            Keep::Linked => self.bring(&file, &name)?,
        };
        let role = import
            .role
            .or_else(|| known.map(|entry| entry.role.as_str()));
        let installed = Installed {
            name,
            role: role.unwrap_or(DEFAULT_ROLE).to_owned(),
            file: place,
            size,
            sha256,
            source: Source::File(file),
        };
        self.add(installed.clone())?;
        Ok(installed)
    }

    fn name(
        &self,
        import: &Import<'_>,
        file: &Utf8Path,
        known: Option<&Entry>,
    ) -> Result<String, StoreError> {
        let name = import
            .name
            .or_else(|| known.map(|entry| entry.name.as_str()))
            .or_else(|| file.file_stem())
            .unwrap_or_default();
        if !is_name(name) {
            return Err(StoreError::BadName(name.to_owned()));
        }
        match self.installed()?.iter().any(|model| model.name == name) {
            true => Err(StoreError::Taken(name.to_owned())),
            false => Ok(name.to_owned()),
        }
    }

    /// Links or copies `file` into the folder.
    fn bring(&self, file: &Utf8Path, name: &str) -> Result<Utf8PathBuf, StoreError> {
        Workspace::create(self.folder())?;
        let target = self.path_for(name);
        let io = |error| StoreError::io("make", &target, error);
        // What lies there is in no index: the rest of an import that was cut short.
        files::remove(&target).map_err(io)?;
        if !files::link(file, &target).map_err(io)? {
            let part: Utf8PathBuf = format!("{target}.copy").into();
            files::copy(file, &part).map_err(io)?;
            files::settle(&part, &target).map_err(io)?;
        }
        Ok(file_for(name))
    }
}
