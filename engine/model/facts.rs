//! What the engine knows of a role's model before a run. Knows no file and no runtime.

use serde::{Deserialize, Serialize};

/// A role's model, as far as keys, lanes and the dry run need it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Its name for people.
    pub name: String,
    /// What stands for its content in cache keys: another model, another identity.
    pub identity: String,
    /// Talks at once.
    pub lanes: u32,
    /// Tokens of a talk, prompt and answers together; 0 where nobody knows.
    pub context: u32,
    /// Memory that it takes once loaded, in MiB; 0 where it is elsewhere.
    pub need_mib: u64,
    /// The server that runs it, where that is not this computer.
    pub endpoint: Option<String>,
}
