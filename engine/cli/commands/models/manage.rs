//! `codey models import`, `verify`, `rm` and `default`.

use serde_json::json;

use super::super::super::error::CommandError;
use super::super::super::exit::Exit;
use super::super::super::model_args::ImportArgs;
use super::super::super::ui::Ui;
use super::super::config;
use super::{described, store, with_bar};
use crate::model::store::{Import, Keep};
use crate::report::visible;

pub(super) fn import(args: &ImportArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let store = store(ui)?;
    let keep = match args.in_place {
        true => Keep::InPlace,
        false => Keep::Linked,
    };
    let import = Import {
        file: &args.file,
        name: args.name.as_deref(),
        role: args.role.as_deref(),
        keep,
    };
    let total = args.file.metadata().map_or(0, |about| about.len());
    let label = format!("reading {}", args.file);
    let model = with_bar(&label, total, ui, |on_bytes| {
        store.import(&import, on_bytes)
    })?;
    let text = match args.json {
        true => format!("{}\n", described(&store, &model)),
        false => format!(
            "{} ({}) is installed as {}\n",
            visible(&model.name),
            visible(&model.role),
            visible(store.path(&model).as_str())
        ),
    };
    ui.print(&text)?;
    Ok(Exit::Done)
}

pub(super) fn verify(name: Option<&str>, as_json: bool, ui: &Ui) -> Result<Exit, CommandError> {
    let store = store(ui)?;
    let models = match name {
        Some(name) => vec![store.find(name)?],
        None => store.installed()?,
    };
    let mut ended = Exit::Done;
    for model in &models {
        let label = format!("reading {}", model.name);
        let found = with_bar(&label, model.size, ui, |on_bytes| {
            store.verify(model, on_bytes)
        })?;
        if found.is_err() {
            ended = Exit::Model;
        }
        let name = &model.name;
        let text = match (as_json, &found) {
            (true, _) => {
                let (ok, found) = (found.is_ok(), found.err());
                format!("{}\n", json!({ "name": name, "ok": ok, "found": found }))
            }
            (false, Ok(())) => format!("ok  {name}\n"),
            (false, Err(what)) => format!("no  {name}: {}\n", visible(what)),
        };
        ui.print(&text)?;
    }
    if ended != Exit::Done {
        ui.tell("help: `codey models rm NAME`, then pull or import it again\n");
    }
    Ok(ended)
}

pub(super) fn rm(name: &str, as_json: bool, ui: &Ui) -> Result<Exit, CommandError> {
    let store = store(ui)?;
    let model = store.remove(name)?;
    let text = match (as_json, model.is_in_place()) {
        (true, _) => format!("{}\n", described(&store, &model)),
        (false, false) => format!("{name} is removed\n"),
        (false, true) => format!(
            "{name} is forgotten; its file stays at {}\n",
            visible(model.file.as_str())
        ),
    };
    ui.print(&text)?;
    Ok(Exit::Done)
}

pub(super) fn default(
    role: &str,
    name: &str,
    as_json: bool,
    ui: &Ui,
) -> Result<Exit, CommandError> {
    let model = store(ui)?.find(name)?;
    if role.is_empty() || role.contains('.') {
        let message = format!("`{role}` is no role");
        return Err(CommandError::usage(
            message,
            "roles are coder, router, embedder, or what a plan names",
        ));
    }
    config::set(&format!("models.{role}"), name, ui)?;
    if model.role != role {
        ui.tell(&format!(
            "note: {name} was installed for the role {}\n",
            visible(&model.role)
        ));
    }
    let text = match as_json {
        true => format!("{}\n", json!({ "role": role, "name": name })),
        false => format!("{} is done by {name}\n", visible(role)),
    };
    ui.print(&text)?;
    Ok(Exit::Done)
}
