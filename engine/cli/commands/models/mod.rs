//! `codey models`: one file a task; what they share is here.

mod list;
mod manage;
mod ps;
mod pull;

use camino::Utf8PathBuf;
use serde_json::{Value, json};

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::model_args::{ModelsArgs, ModelsCommand};
use super::super::ui::Ui;
use crate::model::store::{Installed, Store, StoreError};
use crate::report::Transfer;

pub(in crate::cli) fn models(args: &ModelsArgs, ui: &Ui) -> Result<Exit, CommandError> {
    match &args.command {
        ModelsCommand::List { installed, json } => list::list(*installed, *json, ui),
        ModelsCommand::Show { name, json } => list::show(name, *json, ui),
        ModelsCommand::Pull(args) => pull::pull(args, ui),
        ModelsCommand::Import(args) => manage::import(args, ui),
        ModelsCommand::Verify { name, json } => manage::verify(name.as_deref(), *json, ui),
        ModelsCommand::Rm { name, json } => manage::rm(name, *json, ui),
        ModelsCommand::Default { role, name, json } => manage::default(role, name, *json, ui),
        ModelsCommand::Ps { json } => ps::ps(*json, ui),
    }
}

fn store(ui: &Ui) -> Result<Store, CommandError> {
    Ok(Store::new(&ui.models_dir()?))
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let help = error.help();
        let exit = match &error {
            StoreError::Io { error, .. } => match error.kind() {
                std::io::ErrorKind::NotFound => Exit::Model,
                _ => Exit::Resources,
            },
            StoreError::Workspace(_) => Exit::Resources,
            StoreError::BadName(_) => Exit::Usage,
            StoreError::Taken(_) => Exit::Refused,
            StoreError::Broken { .. }
            | StoreError::NotInstalled { .. }
            | StoreError::NoFile(_)
            | StoreError::NotAModel(_)
            | StoreError::Gone { .. }
            | StoreError::NoneForRole { .. }
            | StoreError::Several { .. } => Exit::Model,
        };
        Self::new(exit, error.to_string(), help)
    }
}

/// An installed model as JSON.
fn described(store: &Store, model: &Installed) -> Value {
    let path: Utf8PathBuf = store.path(model);
    json!({
        "name": model.name,
        "role": model.role,
        "path": path,
        "size": model.size,
        "sha256": model.sha256,
        "source": model.source,
        "in_place": model.is_in_place(),
    })
}

/// Runs `task` with something to tell how many of `total` bytes were read.
fn with_bar<T>(label: &str, total: u64, ui: &Ui, task: impl FnOnce(&mut dyn FnMut(u64)) -> T) -> T {
    let mut transfer = Transfer::new(label, ui.bars);
    let mut done = 0;
    let answer = task(&mut |bytes| {
        done += bytes;
        transfer.to(done, total);
    });
    transfer.finish();
    answer
}
