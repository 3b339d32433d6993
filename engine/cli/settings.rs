//! The user's settings as commands get them: file and environment, with a file made where there is none.

use camino::Utf8PathBuf;

use super::error::{CommandError, Say};
use super::exit::Exit;
use super::ui::Ui;
use crate::config::{self, Effective, FILE_NAME};
use crate::diagnostic::Finding;
use crate::model::budget;
use crate::plan::Sources;

/// KiB in a MiB.
const KIB_PER_MIB: u64 = 1024;

/// Settings with where they are.
pub(super) struct Settings {
    /// The values and their origins.
    pub effective: Effective,
    /// The file.
    pub path: Utf8PathBuf,
    /// Its text.
    pub text: String,
}

impl Settings {
    /// Reads the file, or makes it with defaults, and lays the environment over it.
    pub(super) fn load(ui: &Ui) -> Result<Self, CommandError> {
        let folder = ui.config_dir()?;
        let path = folder.join(FILE_NAME);
        let unreadable = |error: std::io::Error| {
            let message = format!("`{path}` cannot be read: {error}");
            CommandError::new(
                Exit::Invalid,
                message,
                "check the file and the rights to it",
            )
        };
        let text = match config::read_text(&folder).map_err(unreadable)? {
            Some(text) => text,
            None => config::create_default(&folder).unwrap_or_else(|error| {
                // Settings are complete without a file, so a folder that cannot be written stops nobody.
                ui.tell(&format!("note: {error}; the defaults hold\n"));
                "{}".to_owned()
            }),
        };
        let environment = ui.settings_env();
        match config::layered(&path, &text, &environment) {
            Ok(effective) => Ok(Self {
                effective,
                path,
                text,
            }),
            Err(finding) => Err(invalid(*finding, &path, text)),
        }
    }

    /// Memory for all models together, in MiB; all there could be where the system does not say what is free.
    pub(super) fn budget_mib(&self) -> u64 {
        let usual = || budget::available().map(|kib| budget::default_budget(kib) / KIB_PER_MIB);
        let set = self.effective.config.memory_budget_mb;
        set.or_else(usual).unwrap_or(u64::MAX)
    }
}

/// The error for a configuration with a fault.
pub(super) fn invalid(finding: Finding, path: &Utf8PathBuf, text: String) -> CommandError {
    let sources = Sources::default();
    sources.keep(path, text);
    CommandError {
        exit: Exit::Invalid,
        say: Say::Findings(vec![finding], sources),
    }
}
