//! A project that grows: from its recorded plan and a wish to the plan that makes the wish true, with a
//! migration where the database changes. Writes nothing: what comes out is run as any plan is.

mod gone;
mod migration;
mod params;
mod remade;
mod replan;

use camino::Utf8Path;
use serde_json::{Map, Value};

pub use gone::{Cleared, Gone, clear};
pub use migration::Migration;
pub(super) use migration::number as migration_number;

use super::overrides::Overrides;
use super::recorded::{self, Recording};
use super::setup::SetupError;
use super::target::{Closed, Opened};
use crate::contract::{Change, Contract, Schema, changes};
use crate::diagnostic::Finding;
use crate::workspace::WorkspaceError;

/// The feature that brings accounts of its own with it.
const ADMIN: &str = "admin";

/// What a project is to have besides what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Growth {
    /// An entity, by the grammar.
    Entity(String),
    /// A field of an entity, by the grammar.
    Field {
        /// The entity's name.
        entity: String,
        /// The field.
        field: String,
    },
    /// A feature, by name.
    Feature(String),
    /// What this version of codey makes of it, with other values for parameters.
    Update(Vec<(String, String)>),
}

/// A grown project, ready to be run.
#[derive(Debug)]
pub struct Grown {
    /// Its plan.
    pub opened: Opened,
    /// The migration that it adds, where the database changes.
    pub migration: Option<Migration>,
    /// Whether rows come to belong to accounts: what shows them all would show them to everybody.
    pub owns: bool,
    /// Files that its plan no longer makes.
    pub gone: Vec<Gone>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Why a project cannot grow as wished.
#[derive(Debug)]
pub enum GrowError {
    /// There is no plan, or it does not pass its checks.
    Closed(Closed),
    /// It would lose data, or the wish says nothing that can be built.
    Refused(Vec<Finding>),
    /// The workspace cannot be read.
    Setup(SetupError),
}

impl From<Closed> for GrowError {
    fn from(closed: Closed) -> Self {
        Self::Closed(closed)
    }
}

impl From<SetupError> for GrowError {
    fn from(error: SetupError) -> Self {
        Self::Setup(error)
    }
}

impl From<WorkspaceError> for GrowError {
    fn from(error: WorkspaceError) -> Self {
        Self::Setup(error.into())
    }
}

fn refused(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> GrowError {
    GrowError::Refused(vec![Finding::error(code, message).help(help)])
}

/// What the project in `dir` becomes, by the embedded templates and those that stand in for them.
///
/// # Errors
/// See [`GrowError`]; nothing was written.
pub fn grow(dir: &Utf8Path, growth: &Growth, overrides: &Overrides) -> Result<Grown, GrowError> {
    let recorded = recorded::read(dir)?;
    let old = recorded.open(dir)?;
    let mut notes = Vec::new();
    let mut recording = replan::renewed(&recorded, &old, &mut notes);
    let about = wish(dir, growth, &mut recording, &mut notes)?;
    let mut opened = recording.open(dir)?;
    notes.extend(accounts(&old, &opened)?);
    let steps = steps(&recorded, &old, &opened)?;
    let owns = steps.iter().any(|step| matches!(step, Change::Own { .. }));
    let project = migration::Project {
        dir,
        old: &old,
        opened: &opened,
        templates: overrides.templates(),
    };
    let migration = if steps.is_empty() {
        if let Some(frozen) = project.kept()? {
            recording.set(&[(migration::PARAM.to_owned(), frozen)]);
            opened = recording.open(dir)?;
        }
        None
    } else {
        let (migration, all) = project.migration(&steps, &about)?;
        if owns {
            project.check_remade(&migration, &steps)?;
        }
        recording.set(&[(migration::PARAM.to_owned(), all)]);
        opened = recording.open(dir)?;
        Some(migration)
    };
    Ok(Grown {
        gone: gone::gone(dir, &old, &opened)?,
        opened,
        migration,
        owns,
        notes,
    })
}

/// What the migration is called after.
struct About {
    /// An identifier: `add_recipe_servings`.
    name: String,
    /// A sentence without a period: `Add servings to recipe`.
    text: String,
}

/// Writes the wish into the recording.
fn wish(
    dir: &Utf8Path,
    growth: &Growth,
    recording: &mut Recording,
    notes: &mut Vec<String>,
) -> Result<About, GrowError> {
    let opened = recording.open(dir)?;
    let params = &opened.plan.params;
    let about = |name: String, text: String| About { name, text };
    let (about, values) = match growth {
        Growth::Entity(text) => {
            let (name, values) = params::with_entity(params, text, notes)?;
            (about(format!("add_{name}"), format!("Add {name}")), values)
        }
        Growth::Field { entity, field } => {
            let (entity, name, values) = params::with_field(params, entity, field, notes)?;
            let text = format!("Add {name} to {entity}");
            (about(format!("add_{entity}_{name}"), text), values)
        }
        Growth::Feature(name) => {
            let values = params::with_feature(params, name, notes)?;
            (about(format!("add_{name}"), format!("Add {name}")), values)
        }
        Growth::Update(set) => {
            let values = values_of(dir, recording, set)?;
            let text = "Bring the database up to date".to_owned();
            (about("update".to_owned(), text), values)
        }
    };
    recording.set(&values);
    Ok(about)
}

/// The values that assignments of the command line stand for, by the plan's own reading.
fn values_of(
    dir: &Utf8Path,
    recording: &Recording,
    set: &[(String, String)],
) -> Result<Vec<(String, Value)>, GrowError> {
    let mut with = recording.clone();
    with.made.set.extend(set.iter().cloned());
    let params: Map<String, Value> = with.open(dir)?.plan.params;
    let mut values: Vec<(String, Value)> = Vec::new();
    for (name, _) in set {
        values.retain(|(known, _)| known != name);
        values.extend(params.get(name).map(|value| (name.clone(), value.clone())));
    }
    Ok(values)
}

/// The steps from the database that was recorded to the one that the grown plan asks for.
fn steps(recorded: &Recording, old: &Opened, new: &Opened) -> Result<Vec<Change>, GrowError> {
    let Some(contract) = &new.contract else {
        return Ok(Vec::new());
    };
    let before = match (&recorded.made.schema, &old.contract) {
        (Some(schema), _) => schema.clone(),
        (None, Some(contract)) => Schema::of(contract),
        (None, None) => Schema::default(),
    };
    changes(&before, &Schema::of(contract)).map_err(GrowError::Refused)
}

/// What the user is told of the rows that are there, where accounts come to them.
fn accounts(old: &Opened, new: &Opened) -> Result<Option<String>, GrowError> {
    let (Some(before), Some(contract)) = (&old.contract, &new.contract) else {
        return Ok(None);
    };
    let has_admin = |contract: &Contract| contract.features.iter().any(|name| name == ADMIN);
    let message = if has_admin(contract) && !has_admin(before) {
        "the administration cannot be added to a project that has a database: its accounts are made with it"
    } else if contract.auth && !before.auth {
        let style = new
            .stack
            .as_ref()
            .and_then(|stack| stack.migrations.as_ref());
        match style.and_then(|style| style.accounts.clone()) {
            Some(told) => return Ok(Some(told)),
            None => {
                "accounts cannot be added to a project of this stack that has a database: its rows would belong to nobody"
            }
        }
    } else {
        return Ok(None);
    };
    let help = "make a new project from `.codey/plan.yaml`: `codey run` it with the feature and with \
                `migrations=[]` set, and another `--dir`";
    Err(refused("grow::accounts", message, help))
}
