//! `codey config`: the settings that hold, where they come from, and changes to the file.

use camino::Utf8Path;
use serde_json::json;

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::model_args::{ConfigArgs, ConfigCommand};
use super::super::settings::{Settings, invalid};
use super::super::ui::Ui;
use crate::config::{self, EditError, FILE_NAME};
use crate::diagnostic::did_you_mean;
use crate::report::visible;
use crate::workspace::{Durability, Workspace};

pub(in crate::cli) fn config(args: &ConfigArgs, ui: &Ui) -> Result<Exit, CommandError> {
    match &args.command {
        ConfigCommand::Show { json } => show(*json, ui)?,
        ConfigCommand::Path => ui.print(&format!("{}\n", ui.config_dir()?.join(FILE_NAME)))?,
        ConfigCommand::Get { key } => get(key, ui)?,
        ConfigCommand::Set { key, value } => set(key, value, ui)?,
    }
    Ok(Exit::Done)
}

fn show(as_json: bool, ui: &Ui) -> Result<(), CommandError> {
    let effective = Settings::load(ui)?.effective;
    let row = |(key, origin): &(&str, config::Origin)| {
        let value = effective.config.get(key).unwrap_or_default();
        if as_json {
            let row = json!({ "key": key, "value": value, "from": origin.word() });
            return format!("{row}\n");
        }
        let value = value.to_string();
        format!("{key:24} {:20} {}\n", visible(&value), origin.word())
    };
    ui.print(&effective.origins.iter().map(row).collect::<String>())
}

fn get(key: &str, ui: &Ui) -> Result<(), CommandError> {
    let config = Settings::load(ui)?.effective.config;
    match config.get(key) {
        Some(value) => ui.print(&format!("{value}\n")),
        // A role without a model is no fault of the key.
        None if key.starts_with("models.") => ui.print("null\n"),
        None => {
            let near = did_you_mean(key, config::keys().iter().map(String::as_str));
            Err(unknown(key, near))
        }
    }
}

fn unknown(key: &str, near: Option<&str>) -> CommandError {
    let help = near.map_or_else(
        || "`codey config show` lists the settings".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    CommandError::usage(format!("there is no setting `{key}`"), help)
}

/// Changes one setting in the file.
pub(super) fn set(key: &str, value: &str, ui: &Ui) -> Result<(), CommandError> {
    let Settings { path, text, .. } = Settings::load(ui)?;
    let edited = config::set(&path, &text, key, value).map_err(|error| match error {
        EditError::Unknown(key, near) => unknown(&key, near.as_deref()),
        EditError::Unfit(_) => CommandError::usage(
            error.to_string(),
            "`codey config show` lists the settings with values that fit",
        ),
        EditError::Broken(finding) => invalid(*finding, &path, text.clone()),
    })?;
    let space = Workspace::create(&ui.config_dir()?)?;
    space.write(
        Utf8Path::new(FILE_NAME),
        edited.as_bytes(),
        Durability::Synced,
    )?;
    Ok(())
}
