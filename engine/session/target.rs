//! From what the user named to a checked plan with its contract: a request, a plan file or a shipped plan.
//! Reads plan files only; writes nothing and runs nothing.

use camino::{Utf8Path, Utf8PathBuf};

use super::compiled::Compiled;
use crate::assets;
use crate::contract::{self, Contract, Owner};
use crate::diagnostic::{Finding, Severity};
use crate::plan::{self, LoadOptions, Loaded, Plan, Sources};
use crate::planner;
use crate::spec::{self, Coverage, Note, NoteKind, Spec, SpecOptions};
use crate::validate::{Stack, parse_stack};

/// The name that a plan made from a request goes by in findings.
const REQUEST_PLAN: &str = "<request>";

/// What the user named.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// A request in words, a plan file or the name of a shipped plan.
    pub text: String,
    /// Entities given on the command line.
    pub entities: Vec<String>,
    /// Parameters given on the command line.
    pub set: Vec<(String, String)>,
    /// Whether a request is refused when something it asks for has to be left out.
    pub strict: bool,
    /// The workspace, which may hold the plan compiled.
    pub dir: Option<Utf8PathBuf>,
}

/// A checked plan and everything that follows from it without looking at the workspace.
#[derive(Debug)]
pub struct Opened {
    /// The plan.
    pub plan: Plan,
    /// What the application promises, where the plan describes one.
    pub contract: Option<Contract>,
    /// What is known of its stack.
    pub stack: Option<Stack>,
    /// The request, where there was one, and its plan as a file.
    pub request: Option<Requested>,
    /// Findings that stop nothing.
    pub warnings: Vec<Finding>,
    /// The texts that findings point into.
    pub sources: Sources,
    /// What the plan was read from, for the recording.
    pub(super) origin: Origin,
    /// Where a run may keep the plan compiled, when it was read from its text.
    pub(super) compiled: Option<Compiled>,
}

/// A request and what was made of it.
#[derive(Clone, Debug)]
pub struct Requested {
    /// Its words.
    pub text: String,
    /// What it was understood to ask for.
    pub spec: Spec,
    /// The plan file made from it.
    pub plan: String,
}

/// What a plan was read from.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// The plan's text; nothing where the plan was found compiled, and the file has it.
    pub text: Option<String>,
    /// Its file, where it has one.
    pub file: Option<Utf8PathBuf>,
    /// The shipped plan that it is, values apart, where that is known without a look.
    pub base: Option<String>,
    /// Whether it includes files of the user's.
    pub includes: bool,
    /// The request that it was made from.
    pub request: Option<String>,
    /// Parameters given on the command line.
    pub set: Vec<(String, String)>,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum Closed {
    /// The plan has errors.
    Invalid(Vec<Finding>, Sources),
    /// The request asks for what codey cannot make, or for nothing that can be built.
    Unsupported(Spec),
    /// The command line contradicts itself.
    Usage(String),
    /// No run has left its plan in this directory, or what it left cannot be read.
    NotRecorded(Utf8PathBuf, String),
}

/// Whether `text` names a plan: a file, something that looks like one, or a shipped plan.
pub fn names_a_plan(text: &str) -> bool {
    let path = Utf8Path::new(text);
    matches!(path.extension(), Some("yaml" | "yml"))
        || path.is_file()
        || assets::plan(text).is_some()
}

/// Opens what the user named.
pub fn open(target: &Target) -> Result<Opened, Closed> {
    if names_a_plan(&target.text) {
        open_plan_file(target)
    } else {
        open_request(target)
    }
}

/// Opens a plan file or a shipped plan.
pub fn open_plan_file(target: &Target) -> Result<Opened, Closed> {
    if !target.entities.is_empty() {
        let help = "`--entity` goes with a request; for a plan use `--set entities=...`";
        return Err(Closed::Usage(help.to_owned()));
    }
    let options = LoadOptions {
        set: target.set.clone(),
        shipped: assets::plan,
    };
    let path = Utf8Path::new(&target.text);
    let mut origin = Origin {
        set: target.set.clone(),
        ..Origin::default()
    };
    if let Some(text) = assets::plan(&target.text).filter(|_| !path.is_file()) {
        origin.text = Some(text.to_owned());
        origin.base = Some(target.text.clone());
        return open_plan(plan::load_text(&target.text, text, &options), None, origin);
    }
    origin.file = Some(path.to_owned());
    let compiled = target.dir.as_ref().and_then(|_| Compiled::of(target));
    let known = compiled
        .as_ref()
        .zip(target.dir.as_ref())
        .and_then(|(place, dir)| place.load(dir));
    if let Some(plan) = known {
        let sources = Sources::default();
        return open_plan(
            Loaded {
                plan: Some(plan),
                findings: Vec::new(),
                sources,
            },
            None,
            origin,
        );
    }
    let mut opened = open_plan(plan::load(path, &options), None, origin)?;
    opened.origin.text = opened.sources.text(path).map(str::to_owned);
    opened.origin.includes = includes_files(&opened.sources);
    let is_whole = opened.warnings.is_empty() && Compiled::describes(&opened.sources);
    opened.compiled = compiled.filter(|_| is_whole);
    Ok(opened)
}

/// What a request asks for, as far as the shipped stacks cover it.
pub fn read_request(text: &str, entities: &[String]) -> Spec {
    let options = SpecOptions {
        entities: entities.to_vec(),
        covered: coverage(),
        ..SpecOptions::default()
    };
    let mut spec = spec::read_request(text, &options);
    let uncovered: Vec<String> = planner::uncovered(&spec)
        .into_iter()
        .map(str::to_owned)
        .collect();
    spec.features.retain(|name| !uncovered.contains(name));
    let renamed = contract::free_owner(&mut spec);
    spec.notes
        .extend(renamed.into_iter().map(|(from, to)| Note {
            kind: NoteKind::Defaulted,
            text: format!("`{from}` is called {to}, because accounts keep the owner of a row"),
            from,
        }));
    spec.notes.extend(uncovered.into_iter().map(|name| Note {
        kind: NoteKind::Missing,
        text: format!(
            "{name} is nothing that {} projects with {} have",
            spec.kind, spec.stack
        ),
        from: name,
    }));
    spec
}

fn open_request(target: &Target) -> Result<Opened, Closed> {
    let spec = read_request(&target.text, &target.entities);
    let missing = |note: &Note| note.kind == NoteKind::Missing;
    if spec.refusals().next().is_some() || (target.strict && spec.notes.iter().any(missing)) {
        return Err(Closed::Unsupported(spec));
    }
    let Some(base) = planner::base_plan(&spec).and_then(assets::plan) else {
        return Err(Closed::Unsupported(spec));
    };
    let text = planner::plan_text(&spec, base);
    let options = LoadOptions {
        set: target.set.clone(),
        shipped: assets::plan,
    };
    let loaded = plan::load_text(REQUEST_PLAN, &text, &options);
    let origin = Origin {
        text: Some(text.clone()),
        base: planner::base_plan(&spec).map(str::to_owned),
        request: Some(target.text.clone()),
        set: target.set.clone(),
        ..Origin::default()
    };
    let requested = Requested {
        text: target.text.clone(),
        spec,
        plan: text,
    };
    open_plan(loaded, Some(requested), origin)
}

/// Whether a plan was read from several files of the user's.
fn includes_files(sources: &Sources) -> bool {
    let own =
        |name: &Utf8Path| !name.as_str().starts_with('<') && assets::plan(name.as_str()).is_none();
    sources.files().filter(|(name, _)| own(name)).count() > 1
}

pub(super) fn open_plan(
    loaded: Loaded,
    request: Option<Requested>,
    origin: Origin,
) -> Result<Opened, Closed> {
    let Loaded {
        plan,
        mut findings,
        sources,
    } = loaded;
    let Some(plan) = plan else {
        return Err(Closed::Invalid(findings, sources));
    };
    match application(&plan) {
        Ok((contract, stack)) => Ok(Opened {
            plan,
            contract,
            stack,
            request,
            warnings: findings,
            sources,
            origin,
            compiled: None,
        }),
        Err(found) => {
            findings.extend(found);
            findings.retain(|finding| finding.severity == Severity::Error);
            Err(Closed::Invalid(findings, sources))
        }
    }
}

/// The contract and the stack of a plan that describes an application.
fn application(plan: &Plan) -> Result<(Option<Contract>, Option<Stack>), Vec<Finding>> {
    let Some(value) = &plan.spec else {
        return Ok((None, None));
    };
    let spec: Spec = serde_json::from_value(value.clone()).map_err(|error| {
        vec![
            Finding::error(
                "plan::spec",
                format!("the `spec` block is not complete: {error}"),
            )
            .help("give `name`, `title`, `stack` and `entities`"),
        ]
    })?;
    let stack = stack(&spec.stack)?;
    Ok((Some(contract::derive(&spec, owners(plan))?), Some(stack)))
}

fn stack(name: &str) -> Result<Stack, Vec<Finding>> {
    let text = assets::template(&format!("{name}/stack.yaml")).ok_or_else(|| {
        let known: Vec<String> = stacks().map(|stack| format!("`{}`", stack.name)).collect();
        let message = format!("`{name}` is no stack; there is {}", known.join(", "));
        vec![Finding::error("plan::unknown-stack", message).help("name one of these in `spec`")]
    })?;
    parse_stack(text).map_err(|finding| vec![finding])
}

fn stacks() -> impl Iterator<Item = Stack> {
    assets::templates()
        .filter(|(name, _)| name.ends_with("/stack.yaml"))
        .filter_map(|(_, text)| parse_stack(text).ok())
}

/// What the shipped plans make.
fn coverage() -> Coverage {
    let mut coverage = Coverage::default();
    let push = |list: &mut Vec<String>, name: &str| {
        if !list.iter().any(|known| known == name) {
            list.push(name.to_owned());
        }
    };
    for made in planner::made() {
        push(&mut coverage.kinds, made.kind);
        push(&mut coverage.stacks, made.stack);
        for feature in made.features {
            push(&mut coverage.features, feature);
        }
    }
    coverage
}

fn owners(plan: &Plan) -> Vec<Owner> {
    let owner = |node: &plan::Node, path: &Utf8PathBuf| Owner {
        path: path.to_string(),
        node: node.id.clone(),
        chunk: node.chunk.clone(),
    };
    plan.nodes
        .iter()
        .flat_map(|node| node.outputs.iter().map(move |path| owner(node, path)))
        .collect()
}
