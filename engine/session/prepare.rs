//! A plan's nodes made ready: who produces them, the text of what needs no model, what their keys hang on.
//! Reads templates; neither looks at the workspace nor runs anything.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::Value;
use rayon::prelude::*;

use super::setup::Options;
use super::target::Opened;
use crate::contract::Contract;
use crate::diagnostic::Finding;
use crate::digest::Manifest;
use crate::id::Digest;
use crate::model::Sampling;
use crate::plan::{Action, By, CheckAction, GitAction, Node, Plan, Produce, SqliteAction};
use crate::prompt::{self, Brief, Prompts};
use crate::template::{Templates, value};
use crate::validate::Stack;

/// Who does the work of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Tool,
    Template,
    Model,
    Check,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Template => "template",
            Self::Model => "model",
            Self::Check => "check",
        }
    }
}

/// A node with everything that is known of it before the run.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub kind: Kind,
    /// The template's name, the model's role, the program or the tool.
    pub producer: String,
    /// The bytes of the file that it writes, where they are known beforehand.
    pub content: Option<Arc<[u8]>>,
    /// What a model is asked for, where one writes the file.
    pub model: Option<Asked>,
    /// Why a template or a model writes the file, where that could be otherwise.
    pub why: &'static str,
    /// What its cache key hangs on, its needs apart.
    pub manifest: Manifest,
    /// Whether what its needs leave is part of its key: it can read them.
    pub reads_needs: bool,
}

/// What a model is asked for, and how it answers.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub brief: Arc<Brief>,
    pub sampling: Sampling,
}

/// What files are produced with.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    pub templates: &'a Templates,
    pub prompts: &'a Prompts,
    pub options: &'a Options,
}

/// Prepares every node, rendering templates in parallel; all findings at once.
pub(super) fn prepare(
    plan: &Plan,
    contract: Option<&Contract>,
    stack: Option<&Stack>,
    means: &Means<'_>,
) -> Result<Vec<Prepared>, Vec<Finding>> {
    let scene = Scene {
        params: plan
            .params
            .iter()
            .map(|(k, v)| (k.clone(), value(v)))
            .collect(),
        entities: contract.map_or_else(Vec::new, |contract| {
            let entities = contract.entities.iter();
            entities.map(|e| (e.name.clone(), value(e))).collect()
        }),
        about: prompt::Scene {
            name: &plan.name,
            about: &plan.about,
            contract,
        },
        contract: contract.map(value),
        digest: contract.map(|contract| {
            Digest::of(
                serde_json::to_string(contract)
                    .unwrap_or_default()
                    .as_bytes(),
            )
        }),
        covers: contract
            .zip(stack)
            .is_some_and(|(contract, stack)| covers(contract, stack)),
        means,
    };
    let prepared: Vec<_> = plan
        .nodes
        .par_iter()
        .map(|node| scene.prepare(node))
        .collect();
    let mut findings = Vec::new();
    let prepared = prepared
        .into_iter()
        .filter_map(|result| result.map_err(|finding| findings.push(finding)).ok())
        .collect();
    if findings.is_empty() {
        Ok(prepared)
    } else {
        Err(findings)
    }
}

/// The word for what makes each node's outputs: `template`, `model`, `check`, or nothing for a tool.
pub fn producers(opened: &Opened, options: &Options) -> Vec<&'static str> {
    let usual = |node: &Node| match &node.action {
        Action::Produce(_) => Kind::Template.word(),
        Action::Check(_) => Kind::Check.word(),
        _ => "",
    };
    let word = |prepared: &Prepared| match prepared.kind {
        Kind::Tool => "",
        kind => kind.word(),
    };
    with_models(opened, options).map_or_else(
        || opened.plan.nodes.iter().map(usual).collect(),
        |prepared| prepared.iter().map(word).collect(),
    )
}

/// The roles of the models that write files of the plan.
pub fn roles(opened: &Opened, options: &Options) -> BTreeSet<String> {
    let prepared = with_models(opened, options).unwrap_or_default();
    let models = prepared.into_iter().filter(|node| node.kind == Kind::Model);
    models.map(|node| node.producer).collect()
}

/// The nodes, prepared, where a model may write some of them: preparing takes a moment, and mostly there is
/// nothing to find out. What cannot be prepared is told by the run itself.
fn with_models(opened: &Opened, options: &Options) -> Option<Vec<Prepared>> {
    let may_be_model = |node: &Node| match &node.action {
        Action::Produce(produce) => produce.by == By::Model || produce.template.is_none(),
        _ => false,
    };
    let (contract, stack) = (opened.contract.as_ref(), opened.stack.as_ref());
    let is_covered = contract
        .zip(stack)
        .is_none_or(|(contract, stack)| covers(contract, stack));
    if options.by != Some(By::Model) && is_covered && !opened.plan.nodes.iter().any(may_be_model) {
        return None;
    }
    let means = Means {
        templates: &options.overrides.templates(),
        prompts: &Prompts::of(options.prompts.templates()),
        options,
    };
    Some(prepare(&opened.plan, contract, stack, &means).unwrap_or_default())
}

/// Whether the stack's templates write everything that the contract asks for.
fn covers(contract: &Contract, stack: &Stack) -> bool {
    let types: Vec<String> = stack
        .field_types
        .iter()
        .filter_map(|kind| serde_json::to_value(kind).ok()?.as_str().map(str::to_owned))
        .collect();
    let mut fields = contract.entities.iter().flat_map(|entity| &entity.fields);
    fields.all(|field| types.contains(&field.kind))
        && contract
            .features
            .iter()
            .all(|feature| stack.features.contains(feature))
}

/// What templates see and preparation asks for, made once.
pub(super) struct Scene<'a> {
    params: Vec<(String, Value)>,
    entities: Vec<(String, Value)>,
    pub(super) contract: Option<Value>,
    digest: Option<Digest>,
    pub(super) covers: bool,
    /// What prompts are about.
    pub(super) about: prompt::Scene<'a>,
    pub(super) means: &'a Means<'a>,
}

impl Scene<'_> {
    fn prepare(&self, node: &Node) -> Result<Prepared, Finding> {
        let tool = |producer: &str, manifest, reads_needs| Prepared {
            kind: Kind::Tool,
            producer: producer.to_owned(),
            content: None,
            model: None,
            why: "",
            manifest,
            reads_needs,
        };
        Ok(match &node.action {
            Action::Mkdir(paths) => tool("mkdir", listed("mkdir", "path", paths), false),
            Action::Delete(paths) => tool("delete", listed("delete", "path", paths), false),
            Action::Copy { from, to } => {
                let mut manifest = listed("copy", "to", [to]);
                manifest.line("from", from);
                tool("copy", manifest, true)
            }
            Action::Write { path, content } => {
                let prepared = tool("write", listed("write", "path", [path]), false);
                with_content(prepared, content)
            }
            Action::Run { argv, cwd, env } => {
                let mut manifest = listed("run", "argv", argv);
                manifest.lines("cwd", cwd);
                manifest.lines(
                    "env",
                    env.iter().map(|(name, value)| format!("{name}={value}")),
                );
                manifest.lines("output", &node.outputs);
                tool(&argv[0], manifest, true)
            }
            Action::Git(action) => {
                let (word, message) = match action {
                    GitAction::Init => ("init", None),
                    GitAction::Add => ("add", None),
                    GitAction::Commit { message } => ("commit", Some(message)),
                };
                let mut manifest = listed("git", "act", [word]);
                manifest.lines("message", message);
                tool(
                    &format!("git {word}"),
                    manifest,
                    !matches!(action, GitAction::Init),
                )
            }
            Action::Sqlite(action) => {
                let manifest = match action {
                    SqliteAction::Create { database, schema } => {
                        listed("sqlite create", "path", [database, schema])
                    }
                    SqliteAction::Query { database, sql } => {
                        listed("sqlite query", "argument", [database.as_str(), sql])
                    }
                };
                tool("sqlite", manifest, true)
            }
            Action::Check(check) => self.check(check),
            Action::Produce(produce) => self.produce(node, produce)?,
        })
    }

    fn check(&self, check: &CheckAction) -> Prepared {
        let (producer, manifest) = match check {
            CheckAction::Command { argv, cwd, venv } => {
                let mut manifest = listed("check", "argv", argv);
                manifest.lines("cwd", cwd);
                manifest.lines("venv", venv);
                (argv.join(" "), manifest)
            }
            CheckAction::Builtin(names) => {
                let mut manifest = listed("built-in check", "name", names);
                manifest.line("codey", env!("CARGO_PKG_VERSION"));
                manifest.lines("contract", self.digest);
                (names.join(", "), manifest)
            }
        };
        Prepared {
            kind: Kind::Check,
            producer,
            content: None,
            model: None,
            why: "",
            manifest,
            reads_needs: true,
        }
    }

    pub(super) fn context(&self, produce: &Produce) -> Value {
        let bindings = produce.bindings.iter().map(|(name, bound)| {
            let entity = bound.get("name").and_then(|name| {
                self.entities
                    .iter()
                    .find(|(entity, _)| name == entity)
                    .map(|(_, value)| value.clone())
            });
            (name.clone(), entity.unwrap_or_else(|| value(bound)))
        });
        let contract = self
            .contract
            .iter()
            .map(|value| ("contract".to_owned(), value.clone()));
        let file = ("file".to_owned(), Value::from(produce.path.as_str()));
        let names = self
            .params
            .iter()
            .cloned()
            .chain(contract)
            .chain(bindings)
            .chain([file]);
        Value::from_pairs(names)
    }
}

pub(super) fn with_content(mut prepared: Prepared, text: &str) -> Prepared {
    prepared
        .manifest
        .line("content", Digest::of(text.as_bytes()));
    prepared.content = Some(Arc::from(text.as_bytes()));
    prepared
}

pub(super) fn listed<T: std::fmt::Display>(
    kind: &str,
    label: &str,
    values: impl IntoIterator<Item = T>,
) -> Manifest {
    let mut manifest = Manifest::new(kind);
    manifest.lines(label, values);
    manifest
}
