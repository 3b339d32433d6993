//! Migrations: what is there stays byte for byte, what changes gets a file of its own. Knows numbers and
//! names; the text is the template's business.

use camino::{Utf8Path, Utf8PathBuf};
use minijinja::Value as Context;
use serde_json::{Value, json};

use super::super::prepare::{Means, prepare};
use super::super::setup::Options;
use super::super::target::Opened;
use super::{About, GrowError, refused};
use crate::contract::Change;
use crate::prompt::Prompts;
use crate::template::{Templates, value};
use crate::validate::Migrations;
use crate::workspace::Workspace;

/// The plan's parameter with the migrations that stay as they are: a list of `{ name, text }`.
pub(super) const PARAM: &str = "migrations";

/// Digits of a migration's number.
const DIGITS: usize = 4;
/// Most characters of a migration's name, its number apart.
const MAX_NAME_CHARS: usize = 60;

/// A migration that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its file.
    pub path: Utf8PathBuf,
    /// Its text.
    pub text: String,
}

/// A project between two plans.
pub(super) struct Project<'a> {
    pub dir: &'a Utf8Path,
    pub old: &'a Opened,
    pub opened: &'a Opened,
    pub templates: Templates,
}

impl Project<'_> {
    /// The value of the parameter where the migrations that were made so far would be written anew, and
    /// otherwise than they are.
    pub(super) fn kept(&self) -> Result<Option<Value>, GrowError> {
        let Some(style) = self.style() else {
            return Ok(None);
        };
        if !self.opened.plan.params.contains_key(PARAM) || !self.parameter().is_empty() {
            return Ok(None);
        }
        let made = self.made(style)?;
        // A template that fails says so when the plan is run.
        let (contract, stack) = (self.opened.contract.as_ref(), self.opened.stack.as_ref());
        let means = Means {
            templates: &self.templates,
            prompts: &Prompts::default(),
            options: &Options::default(),
        };
        let Ok(prepared) = prepare(&self.opened.plan, contract, stack, &means) else {
            return Ok(None);
        };
        let nodes = self.opened.plan.nodes.iter().zip(&prepared);
        let differs = made.iter().any(|(path, text)| {
            let mut written = nodes
                .clone()
                .filter(|(node, _)| node.outputs.contains(path));
            written.any(|(_, prepared)| {
                prepared
                    .content
                    .as_deref()
                    .is_some_and(|new| new != text.as_bytes())
            })
        });
        Ok(differs
            .then(|| Value::Array(made.iter().map(|(path, text)| frozen(path, text)).collect())))
    }

    /// The migration for `changes`, and all migrations as the parameter's value.
    pub(super) fn migration(
        &self,
        changes: &[Change],
        about: &About,
    ) -> Result<(Migration, Value), GrowError> {
        let Some(style) = self.style() else {
            let name = self
                .opened
                .stack
                .as_ref()
                .map_or("", |stack| stack.name.as_str());
            let message =
                format!("the database would change, and the stack `{name}` keeps no migrations");
            return Err(refused(
                "grow::no-migrations",
                message,
                "change the database by hand",
            ));
        };
        if !self.opened.plan.params.contains_key(PARAM) {
            let message = "the database would change, and the plan has no parameter `migrations` to keep that in";
            let help = "take the parameter and the chunk `migrations` over from the shipped plan";
            return Err(refused("grow::no-migrations", message, help));
        }
        let mut all = self.parameter();
        if all.is_empty() {
            all = self
                .made(style)?
                .iter()
                .map(|(path, text)| frozen(path, text))
                .collect();
        }
        let (number, previous) = self.last(style)?;
        let digits = format!("{:0DIGITS$}", number + 1);
        let name: String = format!("{digits}_{}", about.name)
            .chars()
            .take(MAX_NAME_CHARS)
            .collect();
        let path = file(style, &name);
        let owns = changes.iter().any(|it| matches!(it, Change::Own { .. }));
        let made = owns.then(|| self.tables()).transpose()?.unwrap_or_default();
        let context = Context::from_pairs([
            ("contract", value(&self.opened.contract)),
            ("changes", value(&changes)),
            ("made", value(&made)),
            ("about", Context::from(about.text.as_str())),
            ("previous", Context::from(previous)),
            ("name", Context::from(name.as_str())),
        ]);
        let text = self
            .templates
            .render(&style.template, context)
            .map_err(|finding| GrowError::Refused(vec![finding]))?;
        all.push(frozen(&path, &text));
        Ok((Migration { path, text }, Value::Array(all)))
    }

    pub(super) fn style(&self) -> Option<&Migrations> {
        self.opened.stack.as_ref()?.migrations.as_ref()
    }

    pub(super) fn parameter(&self) -> Vec<Value> {
        let value = self.opened.plan.params.get(PARAM).and_then(Value::as_array);
        value.cloned().unwrap_or_default()
    }

    /// The migrations that the old plan made, as they lie there now.
    fn made(&self, style: &Migrations) -> Result<Vec<(Utf8PathBuf, String)>, GrowError> {
        let workspace = Workspace::open(self.dir)?;
        let text = |path: &Utf8PathBuf| {
            let bytes = workspace.read(path)?;
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            text.map(|text| (path.clone(), text)).ok_or_else(|| {
                let message = format!("the migration `{path}` is not there");
                let help =
                    "take it back from version control: databases that exist were made by it";
                refused("grow::no-migration", message, help)
            })
        };
        self.made_paths(style).into_iter().map(text).collect()
    }

    /// The files of the migrations that the old plan made.
    pub(super) fn made_paths(&self, style: &Migrations) -> Vec<&Utf8PathBuf> {
        let nodes = self.old.plan.nodes.iter();
        let mut paths: Vec<&Utf8PathBuf> = nodes
            .flat_map(|node| &node.outputs)
            .filter(|path| number(style, path).is_some())
            .collect();
        paths.sort();
        paths
    }

    /// Number and name of the last migration, whoever wrote it.
    fn last(&self, style: &Migrations) -> Result<(u32, String), GrowError> {
        let folder = Utf8Path::new(&style.path)
            .parent()
            .unwrap_or(Utf8Path::new(""));
        let there = Workspace::open(self.dir)?.list(folder, &|_| false)?;
        let numbered = there.iter().filter_map(|path| {
            let name = path.file_stem().unwrap_or_default().to_owned();
            Some((number(style, path)?, name))
        });
        Ok(numbered.max().unwrap_or_default())
    }
}

pub(super) fn file(style: &Migrations, name: &str) -> Utf8PathBuf {
    Utf8PathBuf::from(style.path.replace("{name}", name))
}

/// The number of the migration at `path`; nothing when it is none.
pub(in crate::session) fn number(style: &Migrations, path: &Utf8Path) -> Option<u32> {
    let (before, after) = style.path.split_once("{name}")?;
    let name = path.as_str().strip_prefix(before)?.strip_suffix(after)?;
    let (digits, _) = name.split_once('_')?;
    (!name.contains('/')).then(|| digits.parse().ok()).flatten()
}

fn frozen(path: &Utf8Path, text: &str) -> Value {
    json!({ "name": path.file_stem().unwrap_or_default(), "text": text })
}
