//! From a file or a text to a checked plan with everything there is to say about it. Runs nothing.

use std::collections::{BTreeSet, HashMap};

use camino::Utf8Path;
use serde_json::{Map, Value};

use super::checked::{Action, Need, Node as PlanNode, Plan};
use super::chunk::Draft;
use super::eval::{self, Evaluator, Spent};
use super::expand::{Context, Expanded, expand};
use super::given;
use super::include::{Gatherer, Raw, Shipped, nearest, require_chunks};
use super::keys::BUILTIN_LANES;
use super::limits::MAX_LANE_DEPTH;
use super::names;
use super::params::{self, Values};
use super::read::{self, wrong};
use super::report::Report;
use super::source::Sources;
use super::tree::{Entry, Node, Shape};
use super::{cycle, needs, writers};
use crate::diagnostic::Finding;
use crate::id::Digest;

/// What a plan is loaded with.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// Values of parameters, by name; of two for one name the last counts.
    pub set: Vec<(String, String)>,
    /// Finds the text of a plan that comes with codey, by name.
    pub shipped: Shipped,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            set: Vec::new(),
            shipped: |_| None,
        }
    }
}

/// A plan as far as it could be read, with all findings.
#[derive(Debug)]
pub struct Loaded {
    /// The plan, when no finding is an error.
    pub plan: Option<Plan>,
    /// Everything there is to say, in the order of the files.
    pub findings: Vec<Finding>,
    /// The texts that findings are located in.
    pub sources: Sources,
}

/// Loads the plan file at `path`.
pub fn load(path: &Utf8Path, options: &LoadOptions) -> Loaded {
    load_with(options, |gatherer| gatherer.file(path))
}

/// Loads a plan from `text`, which findings call `name`.
pub fn load_text(name: &str, text: &str, options: &LoadOptions) -> Loaded {
    load_with(options, |gatherer| {
        gatherer.document(Utf8Path::new(name), text.as_bytes().to_vec(), None);
    })
}

fn load_with(options: &LoadOptions, gather: impl FnOnce(&mut Gatherer<'_, '_>)) -> Loaded {
    let sources = Sources::default();
    let mut report = Report::new(&sources);
    let mut gatherer = Gatherer::new(&mut report, options.shipped);
    gather(&mut gatherer);
    let raw = gatherer.raw;
    let plan = if raw.start.is_some() {
        check(&mut report, &raw, options)
    } else {
        None
    };
    let plan = plan.filter(|_| !report.has_errors());
    let findings = report.finish();
    Loaded {
        plan,
        findings,
        sources,
    }
}

fn check<'s>(report: &mut Report<'s>, raw: &Raw<'s>, options: &LoadOptions) -> Option<Plan> {
    let digest = blake3_of_files(report.sources);
    require_chunks(report, raw);
    let spent = Spent::default();
    let given = given::command_line(report, &options.set);
    let values = params::values(report, &raw.params, &given);
    let mut used = BTreeSet::new();
    let mut texts = Texts {
        values: &values,
        spent: &spent,
        used: &mut used,
    };
    let name = name(report, raw, &mut texts);
    let about = texts.line(report, raw.about.as_ref(), "about");
    // Only the catalogue of shipped plans shows it.
    let _ = texts.line(report, raw.example.as_ref(), "example");
    let spec = spec(report, raw, &mut texts);
    let lanes = lanes(report, &raw.lanes, &mut texts);
    let context = Context {
        scope: &values.scope,
        spent: &spent,
        evaluate: values.complete,
    };
    let expanded = expand(report, &raw.chunks, &context, &mut |name| {
        used.insert(name.to_owned());
    });
    check_lanes(report, &expanded, raw, &lanes);
    duplicate_instances(report, &expanded);
    let edges = needs::resolve(report, &expanded);
    cycle::check(report, &expanded, &edges);
    writers::check(report, &expanded);
    let digest = digest_with(digest, &values.json);
    if report.has_errors() {
        return None;
    }
    unused(report, raw, &used);
    let sources = report.sources;
    Some(Plan {
        name: name?,
        about: about.unwrap_or_default(),
        params: values.json,
        spec,
        lanes,
        nodes: nodes(expanded, edges, sources),
        digest,
    })
}

/// Evaluates what stands outside the chunks.
struct Texts<'a> {
    values: &'a Values,
    spent: &'a Spent,
    used: &'a mut BTreeSet<String>,
}

impl Texts<'_> {
    fn node<'s>(&mut self, report: &mut Report<'_>, node: &Node<'s>) -> Option<Node<'s>> {
        if !node.holes {
            return Some(node.clone());
        }
        let scope = &self.values.scope;
        let compiled = eval::compile(
            node,
            scope,
            &mut |name| {
                self.used.insert(name.to_owned());
            },
            report,
        )?;
        if !self.values.complete {
            return None;
        }
        let evaluator = Evaluator {
            spent: self.spent,
            scope: scope.value(),
        };
        match evaluator.eval(node, &compiled) {
            Ok(node) => Some(node),
            Err((span, problem)) => {
                eval::report_problem(report, span, problem);
                None
            }
        }
    }

    fn line(
        &mut self,
        report: &mut Report<'_>,
        entry: Option<&Entry<'_>>,
        key: &str,
    ) -> Option<String> {
        let node = self.node(report, &entry?.value)?;
        read::line(report, key, &node).map(std::borrow::Cow::into_owned)
    }
}

fn name(report: &mut Report<'_>, raw: &Raw<'_>, texts: &mut Texts<'_>) -> Option<String> {
    let Some(entry) = &raw.name else {
        let start = raw.start?;
        report.error(
            "plan::missing-key",
            start,
            "the plan has no `name`",
            "add `name: my-plan` below `codey: 1`",
        );
        return None;
    };
    let name = texts.line(report, Some(entry), "name")?;
    names::id(report, "name", &name, entry.value.span).then_some(name)
}

fn spec(report: &mut Report<'_>, raw: &Raw<'_>, texts: &mut Texts<'_>) -> Option<Value> {
    let entry = raw.spec.as_ref()?;
    if !matches!(entry.value.shape, Shape::Map(_)) {
        wrong(
            report,
            "spec",
            &entry.value,
            "a mapping",
            "write `spec: { name: app, entities: \"{{ entities }}\" }`",
        );
    }
    texts.node(report, &entry.value).map(|node| node.to_json())
}

fn lanes(
    report: &mut Report<'_>,
    entries: &[Entry<'_>],
    texts: &mut Texts<'_>,
) -> Vec<(String, u32)> {
    let mut lanes = Vec::with_capacity(entries.len());
    for entry in entries {
        let name = entry.key.as_ref();
        if BUILTIN_LANES.contains(&name) {
            let message = format!("the lane `{name}` is built in, and `--jobs` sets its depth");
            report.error(
                "plan::duplicate-key",
                entry.key_span,
                message,
                "choose another name",
            );
            continue;
        }
        names::id(report, "lane", name, entry.key_span);
        let Some(node) = texts.node(report, &entry.value) else {
            continue;
        };
        if let Some(depth) = read::whole(report, name, &node, 1, MAX_LANE_DEPTH) {
            lanes.push((name.to_owned(), depth));
        }
    }
    lanes
}

fn check_lanes(
    report: &mut Report<'_>,
    plan: &Expanded<'_>,
    raw: &Raw<'_>,
    lanes: &[(String, u32)],
) {
    for draft in &plan.drafts {
        let Some((lane, span)) = &draft.lane else {
            continue;
        };
        report.subject = Some(draft.id.clone());
        if let Some((_, depth)) = lanes.iter().find(|(name, _)| name == lane) {
            if draft.cost.0 > *depth {
                let message = format!(
                    "the cost {} is more than the lane `{lane}` is wide ({depth})",
                    draft.cost.0
                );
                report.error(
                    "plan::out-of-range",
                    draft.cost.1,
                    message,
                    format!("write `cost: {depth}`, or widen the lane"),
                );
            }
        } else if !BUILTIN_LANES.contains(&lane.as_ref())
            && !raw.lanes.iter().any(|entry| entry.key == *lane)
        {
            let near = nearest(lane, &raw.lanes);
            let help = match near
                .or_else(|| crate::diagnostic::did_you_mean(lane, BUILTIN_LANES.iter().copied()))
            {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "declare it: `lanes: {{ {lane}: 1 }}`; built in are {}",
                    BUILTIN_LANES.join(", ")
                ),
            };
            report.error(
                "plan::unknown-lane",
                *span,
                format!("there is no lane `{lane}`"),
                help,
            );
        }
    }
    report.subject = None;
}

/// Reports a chunk whose id is also the id of another chunk's instance.
fn duplicate_instances(report: &mut Report<'_>, plan: &Expanded<'_>) {
    if !plan.groups.iter().any(|group| group.each) {
        return;
    }
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(plan.drafts.len());
    for (at, draft) in plan.drafts.iter().enumerate() {
        if let Some(first) = seen.insert(&draft.id, at) {
            report.subject = Some(draft.id.clone());
            let message = format!(
                "two nodes have the id `{}`: a chunk and an instance of `for-each`",
                draft.id
            );
            report.error(
                "plan::duplicate-id",
                draft.span,
                message,
                "rename one of the two chunks",
            );
            report.relate(plan.drafts[first].span, "the other is made here");
        }
    }
    report.subject = None;
}

/// Warns of parameters that nothing uses. Templates see every parameter, so a plan that produces
/// files uses them all.
fn unused(report: &mut Report<'_>, raw: &Raw<'_>, used: &BTreeSet<String>) {
    if raw
        .chunks
        .iter()
        .any(|chunk| chunk.value.get("type").is_some())
    {
        return;
    }
    for entry in &raw.params {
        if used.contains(entry.key.as_ref()) {
            continue;
        }
        let message = format!("nothing uses the parameter `{}`", entry.key);
        let place = report.sources.place(entry.key_span);
        let help = format!("use it as `{{{{ {} }}}}`, or remove it", entry.key);
        report.add(
            Finding::warning("plan::unused-param", message)
                .at(place)
                .help(help),
        );
    }
}

fn nodes(plan: Expanded<'_>, edges: Vec<Vec<Need>>, sources: &Sources) -> Vec<PlanNode> {
    let node = |(draft, needs): (Draft<'_>, Vec<Need>)| {
        let mut outputs: Vec<_> = draft.outputs.into_iter().map(|(path, _)| path).collect();
        outputs.sort_unstable();
        outputs.dedup();
        let mut action = draft.action;
        if let Action::Mkdir(paths) = &mut action {
            paths.dedup();
        }
        PlanNode {
            id: draft.id,
            chunk: draft.chunk.into_owned(),
            action,
            outputs,
            needs,
            retry: draft.retry,
            timeout: draft.timeout,
            lane: draft.lane.map(|(lane, _)| lane.into_owned()),
            cost: draft.cost.0,
            line: sources.line(draft.span),
        }
    };
    plan.drafts.into_iter().zip(edges).map(node).collect()
}

fn blake3_of_files(sources: &Sources) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    for (_, text) in sources.files() {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher
}

fn digest_with(mut hasher: blake3::Hasher, params: &Map<String, Value>) -> Digest {
    hasher.update(serde_json::to_string(params).unwrap_or_default().as_bytes());
    Digest(*hasher.finalize().as_bytes())
}
