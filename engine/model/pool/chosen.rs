//! A role's model as it was chosen to be loaded. Chooses nothing.

use camino::Utf8PathBuf;

use super::super::settings::Settings;
use super::turns::Turns;

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
    /// How turns are marked for it.
    pub turns: Turns,
}
