//! One file a command; what they share is here.

mod add;
mod bench;
mod check;
mod completions;
mod config;
mod doctor;
mod explain;
#[cfg(feature = "llama")]
mod model_worker;
mod models;
mod plan;
mod plans;
mod run;
mod schema;
mod serve;
mod spec;
mod templates;
mod update;
mod verify;

pub(super) use add::add;
pub(super) use bench::bench;
pub(super) use check::check;
pub(super) use completions::completions;
pub(super) use config::config;
pub(super) use doctor::doctor;
pub(super) use explain::explain;
#[cfg(feature = "llama")]
pub(super) use model_worker::model_worker;
pub(super) use models::models;
pub(super) use plan::plan;
pub(super) use plans::plans;
pub(super) use run::run;
pub(super) use schema::schema;
pub(super) use serve::serve;
pub(super) use spec::spec;
pub(super) use templates::{prompts, templates};
pub(super) use update::update;
pub(super) use verify::verify;

use camino::Utf8Path;

use super::args::Target;
use super::error::CommandError;
use super::notes;
use super::ui::Ui;
use crate::host;
use crate::report;
use crate::session::{self, Closed, Edits, Opened, Options, Overrides, Shelf};

/// Most bytes of a request that is read from standard input.
const MAX_REQUEST_BYTES: u64 = 64 * 1024;

/// Opens what the user named and tells what was assumed and warned about.
fn open(target: &Target, ui: &Ui) -> Result<Opened, CommandError> {
    let opened = session::open(&session::Target {
        text: words(&target.target)?,
        entities: target.entity.clone(),
        set: assignments(&target.set)?,
        strict: target.strict,
        dir: Some(target.dir.clone()),
    })?;
    if let Some(request) = &opened.request {
        ui.tell(&notes::told(&request.spec.notes));
    }
    if !opened.warnings.is_empty() {
        let read = |path: &Utf8Path| opened.sources.text(path).map(str::to_owned);
        ui.tell(&report::render_findings(&opened.warnings, &read, ui.err()));
    }
    Ok(opened)
}

/// Opens the plan that made a project: as codey recorded it, or the one that is named.
fn made(dir: &Utf8Path, plan: Option<&str>) -> Result<Opened, Closed> {
    plan.map_or_else(
        || session::recorded::open(dir),
        |plan| {
            session::open_plan_file(&session::Target {
                text: plan.to_owned(),
                ..session::Target::default()
            })
        },
    )
}

/// How to look at a plan without running it: what is not asked for on the command line is as usual.
fn options(dir: &Utf8Path, ui: &Ui) -> Result<Options, CommandError> {
    let load = |shelf| {
        let user = ui.user_folder(shelf)?;
        Ok::<_, CommandError>(Overrides::load(shelf, dir, Some(&user)))
    };
    Ok(Options {
        dir: dir.to_owned(),
        jobs: host::processors(),
        keep_going: false,
        verify: true,
        edits: Edits::Merge,
        cache_dir: ui.cache_dir()?,
        install_env: ui.install_env(),
        overrides: load(Shelf::Templates)?,
        prompts: load(Shelf::Prompts)?,
        ..Options::default()
    })
}

/// Tells what is strange about templates and prompts of the project's or the user's own.
fn tell_templates(opened: &Opened, options: &Options, ui: &Ui) {
    for overrides in [&options.overrides, &options.prompts] {
        templates::tell(overrides, &overrides.unused(Some(&opened.plan)), ui);
    }
}

/// The request itself, or standard input for `-`.
fn words(text: &str) -> Result<String, CommandError> {
    use std::io::Read as _;
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut words = String::new();
    std::io::stdin()
        .take(MAX_REQUEST_BYTES)
        .read_to_string(&mut words)
        .map_err(|error| {
            CommandError::usage(
                format!("cannot read the request: {error}"),
                "pass UTF-8 text",
            )
        })?;
    Ok(words)
}

/// `KEY=VALUE` pairs.
fn assignments(set: &[String]) -> Result<Vec<(String, String)>, CommandError> {
    let pair = |text: &String| match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(CommandError::usage(
            format!("`--set {text}` is no assignment"),
            "write `--set KEY=VALUE`",
        )),
    };
    set.iter().map(pair).collect()
}
