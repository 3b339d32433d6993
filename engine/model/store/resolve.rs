//! Which installed model serves a role: the flag, the configuration, or the only one there is.

use camino::{Utf8Path, Utf8PathBuf};

use super::error::StoreError;
use super::header;
use super::index::{Installed, Store};
use crate::model::catalogue;
use crate::model::gguf::Header;

/// The role of a model of which nothing else is known.
pub const DEFAULT_ROLE: &str = "coder";

/// A model that serves a role.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// Its name for people.
    pub name: String,
    /// Its file.
    pub path: Utf8PathBuf,
    /// What stands for its content in keys: its SHA-256, or for a file that is not installed the identity in its header.
    pub identity: String,
    /// Its header, checked.
    pub header: Header,
}

impl Store {
    /// The model for `role`: `flag` is a name or a file, `configured` the name in the configuration, and
    /// `budget_mib` what a suggestion may take.
    ///
    /// # Errors
    /// When none or several could be meant, or the file is not what was installed.
    pub fn resolve(
        &self,
        role: &str,
        flag: Option<&str>,
        configured: Option<&str>,
        budget_mib: u64,
    ) -> Result<Resolved, StoreError> {
        let is_path =
            |text: &str| text.contains('/') || Utf8Path::new(text).extension() == Some("gguf");
        match flag.or(configured) {
            Some(file) if is_path(file) => loose(Utf8Path::new(file)),
            Some(name) => self.resolved(self.find(name)?),
            None => self.resolved(self.only(role, budget_mib)?),
        }
    }

    fn only(&self, role: &str, budget_mib: u64) -> Result<Installed, StoreError> {
        let mut all = self.installed()?;
        all.retain(|model| model.role == role);
        match all.len() {
            0 | 1 => all.pop().ok_or_else(|| StoreError::NoneForRole {
                role: role.to_owned(),
                suggestion: catalogue::best(role, budget_mib).map(|entry| entry.name.clone()),
            }),
            _ => Err(StoreError::Several {
                role: role.to_owned(),
                names: all.into_iter().map(|model| model.name).collect(),
            }),
        }
    }

    fn resolved(&self, model: Installed) -> Result<Resolved, StoreError> {
        let path = self.path(&model);
        let gone = |what: String| StoreError::Gone {
            name: model.name.clone(),
            path: path.clone(),
            what,
        };
        let about = path.metadata().map_err(|_| gone("is not there".into()))?;
        if about.len() != model.size {
            let (now, then) = (about.len(), model.size);
            return Err(gone(format!("has {now} bytes instead of {then}")));
        }
        let header = header::check(&path)?;
        Ok(Resolved {
            name: model.name,
            identity: model.sha256,
            path,
            header,
        })
    }
}

/// A file that is named on the command line and not installed.
fn loose(file: &Utf8Path) -> Result<Resolved, StoreError> {
    let io = |error| StoreError::io("read", file, error);
    let path = file.canonicalize_utf8().map_err(io)?;
    let header = header::check(&path)?;
    Ok(Resolved {
        name: path.file_stem().unwrap_or_default().to_owned(),
        identity: header.identity.clone(),
        path,
        header,
    })
}
