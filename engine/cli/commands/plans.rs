//! `codey plans`: the shipped plans, what they say of themselves, and copies of them.

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::keep_args::{PlansArgs, PlansCommand};
use super::super::ui::Ui;
use crate::assets;
use crate::diagnostic::did_you_mean;
use crate::plan::MAX_ID_CHARS;
use crate::planner::{self, Described};
use crate::report::visible;
use crate::workspace::{Durability, Workspace};

/// Columns between a name and what is said of it.
const GAP: usize = 2;
/// Characters of a default that are shown; `--json` has all of it.
const MAX_SHOWN: usize = 70;

pub(in crate::cli) fn plans(args: &PlansArgs, ui: &Ui) -> Result<Exit, CommandError> {
    match &args.command {
        PlansCommand::List { json } => list(*json, ui)?,
        PlansCommand::Show { name, text, json } => {
            let source = text_of(name)?;
            let described = describe(name, source);
            if *text {
                ui.print(source)?;
            } else if *json {
                ui.print(&line(&described))?;
            } else {
                ui.print(&shown(&described))?;
            }
        }
        PlansCommand::New {
            name,
            output,
            force,
        } => new(name, output.as_deref(), *force, ui)?,
    }
    Ok(Exit::Done)
}

fn list(json: bool, ui: &Ui) -> Result<(), CommandError> {
    let all: Vec<Described> = shipped().map(|(name, text)| describe(name, text)).collect();
    if json {
        return ui.print(&all.iter().map(line).collect::<String>());
    }
    let width = all.iter().map(|plan| plan.name.len()).max().unwrap_or(0) + GAP;
    let line = |plan: &Described| format!("{:width$}{}\n", plan.name, visible(&plan.about));
    ui.print(&all.iter().map(line).collect::<String>())?;
    ui.tell("\n`codey plans show NAME` shows parameters and an example\n");
    Ok(())
}

fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    assets::plans().filter(|(_, text)| planner::is_plan(text))
}

fn text_of(name: &str) -> Result<&'static str, CommandError> {
    if let Some((_, text)) = shipped().find(|(known, _)| *known == name) {
        return Ok(text);
    }
    let help = did_you_mean(name, shipped().map(|(known, _)| known)).map_or_else(
        || "`codey plans list` lists them".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(CommandError::usage(
        format!("codey comes with no plan called `{name}`"),
        help,
    ))
}

fn describe(name: &str, text: &str) -> Described {
    planner::describe(name, text, &assets::plan)
}

fn line(described: &Described) -> String {
    let json = serde_json::to_string(described).unwrap_or_default();
    format!("{json}\n")
}

fn shown(plan: &Described) -> String {
    let mut text = format!("{}: {}\n", plan.name, visible(&plan.about));
    if !plan.params.is_empty() {
        text.push_str("\nparameters, for `--set NAME=VALUE`\n");
    }
    let width = plan.params.iter().map(|param| param.name.len()).max();
    let name_width = width.unwrap_or(0) + GAP;
    let kinds = plan.params.iter().map(|param| param.kind.len());
    let kind_width = kinds.max().unwrap_or(0) + GAP;
    for param in &plan.params {
        let choices: Vec<String> = param.choices.iter().map(plain).collect();
        let facts = [
            (!param.about.is_empty()).then(|| param.about.clone()),
            (!choices.is_empty()).then(|| format!("one of {}", choices.join(", "))),
            (!param.default.is_null()).then(|| format!("default {}", short(&param.default))),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let line = format!(
            "  {:name_width$}{:kind_width$}{}",
            param.name,
            param.kind,
            facts.join("; ")
        );
        text.push_str(visible(&line).trim_end());
        text.push('\n');
    }
    let example = format!("\nexample\n  {}\n", visible(&plan.example));
    text.push_str(&example);
    text
}

/// A value as `--set` takes it, or its beginning.
fn short(value: &Value) -> String {
    let text = plain(value);
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A value as `--set` takes it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        value => value.to_string(),
    }
}

fn new(name: &str, output: Option<&Utf8Path>, force: bool, ui: &Ui) -> Result<(), CommandError> {
    let source = text_of(name)?;
    let output = output.map_or_else(
        || Utf8PathBuf::from(format!("{name}.yaml")),
        Utf8Path::to_owned,
    );
    if output == "-" {
        return ui.print(&planner::copy_of(source, name, name));
    }
    let own_name = output.file_stem().map(plan_name);
    let own_name = own_name.filter(|own| !own.is_empty());
    let copy = planner::copy_of(source, name, own_name.as_deref().unwrap_or(name));
    let (dir, file) = match (output.parent(), output.file_name()) {
        (Some(dir), Some(file)) if dir != "" => (dir, file),
        _ => (Utf8Path::new("."), output.as_str()),
    };
    let workspace = Workspace::create(dir)?;
    let file = Utf8Path::new(file);
    let old = workspace.read(file)?;
    if !force && old.is_some_and(|old| old != copy.as_bytes()) {
        return Err(CommandError::new(
            Exit::Refused,
            format!("`{output}` is there already with another text"),
            "name another file with `-o`, or replace this one with `--force`",
        ));
    }
    workspace.write(file, copy.as_bytes(), Durability::Synced)?;
    ui.tell(&format!(
        "wrote {output}; run it with `codey run {}`\n",
        shell_words::quote(output.as_str())
    ));
    Ok(())
}

/// The file's name as far as a plan can be called so.
fn plan_name(stem: &str) -> String {
    stem.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        .skip_while(|c| !c.is_ascii_alphanumeric())
        .take(MAX_ID_CHARS)
        .collect()
}
