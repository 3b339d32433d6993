//! A role's model as it was chosen to be loaded. Chooses nothing.

use camino::Utf8PathBuf;

use super::super::chat::ChatTemplate;
use super::super::settings::Settings;

/// A role's model.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The role that it serves.
    pub role: String,
    /// Its name for people.
    pub name: String,
    /// The file.
    pub path: Utf8PathBuf,
    /// What stands for the file's content.
    pub digest: String,
    /// How it is loaded.
    pub settings: Settings,
    /// Memory that it takes once loaded, in KiB.
    pub need_kib: u64,
    /// The form of its conversations.
    pub chat: ChatTemplate,
}
