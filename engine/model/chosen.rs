//! A role's model with everything that was decided about it before it is loaded. Knows no worker.

use camino::Utf8PathBuf;

use super::budget::Need;
use super::chat::ChatTemplate;
use super::facts::Facts;
use super::gguf::Shape;
use super::settings::Settings;

/// A model that was chosen for a role, and how it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// What it is for, such as `coder`.
    pub role: String,
    /// Its name for people.
    pub name: String,
    /// Its file.
    pub path: Utf8PathBuf,
    /// What stands for its content in keys and names of saved prefixes.
    pub identity: String,
    /// What it is like.
    pub shape: Shape,
    /// How it is loaded.
    pub settings: Settings,
    /// What it takes.
    pub need: Need,
    /// The form of its conversations.
    pub chat: ChatTemplate,
}

impl Chosen {
    /// What the engine needs to know of it before a run.
    pub fn facts(&self) -> Facts {
        Facts {
            name: self.name.clone(),
            identity: self.identity.clone(),
            lanes: self.settings.lanes,
            context: self.settings.context,
            need_mib: self.need.mib(),
            endpoint: None,
        }
    }
}
