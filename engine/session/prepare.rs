//! A plan's nodes made ready: who produces them, the text of what needs no model, what their keys hang on.
//! Reads templates; neither looks at the workspace nor runs anything.

use std::sync::Arc;

use minijinja::Value;
use rayon::prelude::*;

use super::setup::Options;
use crate::contract::Contract;
use crate::diagnostic::Finding;
use crate::digest::Manifest;
use crate::id::Digest;
use crate::model::Sampling;
use crate::plan::{
    Action, By, CheckAction, GitAction, Node, Plan, Produce, SamplingGiven, SqliteAction,
    chunk_type,
};
use crate::prompt::{self, Brief, Piece, Place, Prompts};
use crate::template::{Frame, Templates, value};
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
struct Scene<'a> {
    params: Vec<(String, Value)>,
    entities: Vec<(String, Value)>,
    contract: Option<Value>,
    digest: Option<Digest>,
    covers: bool,
    /// What prompts are about.
    about: prompt::Scene<'a>,
    means: &'a Means<'a>,
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

    /// A produced file: by its template where that covers what is asked, else by the model.
    fn produce(&self, node: &Node, produce: &Produce) -> Result<Prepared, Finding> {
        let by = self.means.options.by.unwrap_or(produce.by);
        let is_covered = self.covers || self.contract.is_none();
        match (by, produce.template.as_deref()) {
            (By::Template, None) => Err(no_template(node)),
            (By::Template, Some(template)) => self.by_template(node, produce, template, ""),
            (By::Auto, Some(template)) if is_covered => {
                self.by_template(node, produce, template, "its template covers what is asked")
            }
            (By::Auto, Some(_)) => self.whole(node, produce, "no template covers what is asked"),
            (_, None) => self.whole(node, produce, "it has no template"),
            (By::Model, Some(template)) => {
                let frame = self
                    .means
                    .templates
                    .frame(template, self.context(produce))
                    .map_err(|finding| finding.node(&node.id))?;
                if frame.has_slots() {
                    return self.slots(node, produce, &frame);
                }
                // A flag speaks of all files at once and wants no more of a model than templates leave to it; a
                // plan that says so of one file means it.
                if self.means.options.by.is_some() {
                    return self.by_template(node, produce, template, "its template has no slots");
                }
                self.whole(node, produce, "the plan says so")
            }
        }
    }

    fn by_template(
        &self,
        node: &Node,
        produce: &Produce,
        template: &str,
        why: &'static str,
    ) -> Result<Prepared, Finding> {
        let text = self
            .means
            .templates
            .render(template, self.context(produce))
            .map_err(|f| f.node(&node.id))?;
        let prepared = Prepared {
            kind: Kind::Template,
            producer: template.to_owned(),
            content: None,
            model: None,
            why,
            manifest: listed("template", "path", [&produce.path]),
            reads_needs: false,
        };
        Ok(with_content(prepared, &text))
    }

    /// A file of which a template writes the frame and the model the slots.
    fn slots(&self, node: &Node, produce: &Produce, frame: &Frame) -> Result<Prepared, Finding> {
        let brief = self.shared(produce).and_then(|shared| {
            self.means
                .prompts
                .of_frame(frame, &shared, &place(node, produce))
        });
        let brief = brief.map_err(|finding| finding.node(&node.id))?;
        Ok(self.by_model(produce, brief, "its template leaves slots to the model"))
    }

    /// A file that the model writes from beginning to end.
    fn whole(
        &self,
        node: &Node,
        produce: &Produce,
        why: &'static str,
    ) -> Result<Prepared, Finding> {
        let template = produce.template.as_deref();
        let own = template.map(|name| self.means.templates.render(name, self.context(produce)));
        let brief = own.transpose().and_then(|own| {
            let shared = self.shared(produce)?;
            let place = place(node, produce);
            let prompts = self.means.prompts;
            prompts.of_file(&shared, &place, produce.max_tokens, own)
        });
        let brief = brief.map_err(|finding| finding.node(&node.id))?;
        Ok(self.by_model(produce, brief, why))
    }

    fn shared(&self, produce: &Produce) -> Result<String, Finding> {
        self.means.prompts.shared(&produce.model, &self.about)
    }

    fn by_model(&self, produce: &Produce, brief: Brief, why: &'static str) -> Prepared {
        let sampling = sampling(&self.means.options.sampling, &produce.sampling);
        let mut manifest = listed("model", "path", [&produce.path]);
        manifest.line("role", &produce.model);
        let model = self.means.options.models.get(&produce.model);
        manifest.lines("model", model.map(|facts| &facts.identity));
        manifest.line("sampling", format!("{sampling:?}"));
        manifest.line("on-fail", format!("{:?}", produce.on_fail));
        manifest.line("shared prompt", Digest::of(brief.shared.as_bytes()));
        for piece in &brief.pieces {
            match piece {
                Piece::Text(text) => manifest.line("text", Digest::of(text.as_bytes())),
                Piece::Task(task) => {
                    let own = task.own.as_deref().unwrap_or_default();
                    let (own, prompt) = (
                        Digest::of(own.as_bytes()),
                        Digest::of(task.prompt.as_bytes()),
                    );
                    manifest.line("slot", format!("{} {} {prompt} {own}", task.name, task.cap));
                }
            }
        }
        Prepared {
            kind: Kind::Model,
            producer: produce.model.clone(),
            content: None,
            model: Some(Asked {
                brief: Arc::new(brief),
                sampling,
            }),
            why,
            manifest,
            reads_needs: false,
        }
    }

    fn context(&self, produce: &Produce) -> Value {
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

/// Where a model writes.
fn place<'a>(node: &'a Node, produce: &'a Produce) -> Place<'a> {
    Place {
        role: &produce.model,
        path: &produce.path,
        chunk: &node.chunk,
        purpose: chunk_type(&node.chunk).map_or("", |found| &found.about),
        about: &produce.about,
    }
}

/// The usual sampling with what the plan gives.
fn sampling(usual: &Sampling, given: &SamplingGiven) -> Sampling {
    Sampling {
        temperature: given.temperature.unwrap_or(usual.temperature),
        top_k: given.top_k.unwrap_or(usual.top_k),
        top_p: given.top_p.unwrap_or(usual.top_p),
        min_p: given.min_p.unwrap_or(usual.min_p),
        repeat_penalty: given.repeat_penalty.unwrap_or(usual.repeat_penalty),
        repeat_window: usual.repeat_window,
        seed: given.seed.unwrap_or(usual.seed),
    }
}

fn with_content(mut prepared: Prepared, text: &str) -> Prepared {
    prepared
        .manifest
        .line("content", Digest::of(text.as_bytes()));
    prepared.content = Some(Arc::from(text.as_bytes()));
    prepared
}

fn listed<T: std::fmt::Display>(
    kind: &str,
    label: &str,
    values: impl IntoIterator<Item = T>,
) -> Manifest {
    let mut manifest = Manifest::new(kind);
    manifest.lines(label, values);
    manifest
}

fn no_template(node: &Node) -> Finding {
    Finding::error("plan::no-template", "`by: template` needs a `template`")
        .node(&node.id)
        .help("name one of the shipped templates, or let the model write the file with `by: model`")
}
