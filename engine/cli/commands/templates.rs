//! `codey templates` and `codey prompts`: what there is, whose it is, and copies to change.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::keep_args::{TemplatesArgs, TemplatesCommand, To};
use super::super::prompt_args::{PromptsArgs, PromptsCommand};
use super::super::ui::Ui;
use crate::diagnostic::{Finding, did_you_mean};
use crate::report::{self, visible};
use crate::session::{self, EjectError, EjectTo, ListedTemplate, Overrides, Shelf};

/// Columns between a name and what is said of it.
const GAP: usize = 2;

pub(in crate::cli) fn templates(args: &TemplatesArgs, ui: &Ui) -> Result<Exit, CommandError> {
    const SHELF: Shelf = Shelf::Templates;
    match &args.command {
        TemplatesCommand::List { dir, json } => list(SHELF, dir, *json, ui),
        TemplatesCommand::Show { name, dir } => show(SHELF, name, dir, ui),
        TemplatesCommand::Eject {
            name,
            to,
            dir,
            force,
        } => eject(SHELF, name, *to, dir, *force, ui),
    }
}

pub(in crate::cli) fn prompts(args: &PromptsArgs, ui: &Ui) -> Result<Exit, CommandError> {
    const SHELF: Shelf = Shelf::Prompts;
    match &args.command {
        PromptsCommand::List { dir, json } => list(SHELF, dir, *json, ui),
        PromptsCommand::Show { name, dir } => show(SHELF, name, dir, ui),
        PromptsCommand::Eject {
            name,
            to,
            dir,
            force,
        } => eject(SHELF, name, *to, dir, *force, ui),
    }
}

fn list(shelf: Shelf, dir: &Utf8Path, as_json: bool, ui: &Ui) -> Result<Exit, CommandError> {
    let overrides = load(shelf, dir, ui)?;
    let all = overrides.list();
    if as_json {
        ui.print(&all.iter().map(json_line).collect::<String>())?;
    } else {
        let width = all.iter().map(|one| one.name.len()).max().unwrap_or(0) + GAP;
        let line = |one: &ListedTemplate| {
            let path = one.path.as_ref().map(|path| format!("  {path}"));
            let path = path.unwrap_or_default();
            let line = format!("{:width$}{}{path}", one.name, one.origin.word());
            format!("{}\n", visible(&line))
        };
        ui.print(&all.iter().map(line).collect::<String>())?;
    }
    let mut errors = overrides.unreadable().to_vec();
    errors.extend(overrides.broken());
    let ended = if errors.is_empty() {
        Exit::Done
    } else {
        Exit::Invalid
    };
    errors.extend(overrides.unused(None));
    tell(&overrides, &errors, ui);
    Ok(ended)
}

fn json_line(one: &ListedTemplate) -> String {
    let mut value = json!({ "name": one.name, "origin": one.origin.word() });
    if let (Some(path), Some(object)) = (&one.path, value.as_object_mut()) {
        object.insert("path".to_owned(), json!(path));
    }
    format!("{value}\n")
}

fn show(shelf: Shelf, name: &str, dir: &Utf8Path, ui: &Ui) -> Result<Exit, CommandError> {
    let overrides = load(shelf, dir, ui)?;
    let Some(text) = overrides.text(name) else {
        let all = overrides.list();
        let near = did_you_mean(name, all.iter().map(|one| one.name.as_str()));
        return Err(unknown(shelf, name, near));
    };
    ui.print(&text)?;
    Ok(Exit::Done)
}

fn unknown(shelf: Shelf, name: &str, near: Option<&str>) -> CommandError {
    let word = shelf.word();
    let help = near.map_or_else(
        || format!("`codey {word}s list` lists the {word}s"),
        |near| format!("did you mean `{near}`?"),
    );
    CommandError::usage(format!("there is no {word} called `{name}`"), help)
}

fn eject(
    shelf: Shelf,
    name: &str,
    to: To,
    dir: &Utf8Path,
    force: bool,
    ui: &Ui,
) -> Result<Exit, CommandError> {
    let user = ui.user_folder(shelf)?;
    let to = match to {
        To::Project => EjectTo::Project(dir),
        To::User => EjectTo::User(&user),
    };
    let paths = session::eject(shelf, name, to, force).map_err(|error| match error {
        EjectError::Unknown(shelf, name, near) => unknown(shelf, &name, near.as_deref()),
        EjectError::InTheWay(_) => CommandError::new(
            Exit::Refused,
            error.to_string(),
            "nothing was written; replace them with `--force`",
        ),
        EjectError::Workspace(error) => error.into(),
    })?;
    let line = |path: &Utf8PathBuf| format!("{path}\n");
    ui.print(&paths.iter().map(line).collect::<String>())?;
    ui.tell(&format!(
        "change them as you like; a file that is deleted gives way to the embedded {} again\n",
        shelf.word()
    ));
    Ok(Exit::Done)
}

fn load(shelf: Shelf, dir: &Utf8Path, ui: &Ui) -> Result<Overrides, CommandError> {
    if !dir.is_dir() {
        let message = format!("there is no directory `{dir}`");
        return Err(CommandError::usage(
            message,
            "name the project with `--dir`",
        ));
    }
    let user = ui.user_folder(shelf)?;
    Ok(Overrides::load(shelf, dir, Some(&user)))
}

/// Tells findings about templates of a project or a user.
pub(in crate::cli) fn tell(overrides: &Overrides, findings: &[Finding], ui: &Ui) {
    if !findings.is_empty() {
        let sources = overrides.sources(findings);
        let read = |path: &Utf8Path| sources.text(path).map(str::to_owned);
        ui.tell(&report::render_findings(findings, &read, ui.err()));
    }
}
