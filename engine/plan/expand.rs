//! Chunks to drafts of nodes: `for-each`, `when` and expressions. Knows no needs and no paths of others.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::ValueKind;
use rayon::prelude::*;
use serde_json::Map;

use super::chunk::{self, Draft};
use super::eval::{self, Compiled, Evaluator, Spent, report_problem};
use super::expr::{Outcome, Scope, Template};
use super::limits::MAX_NODES;
use super::names;
use super::read::{WRONG_VALUE, wrong};
use super::report::Report;
use super::source::Span;
use super::tree::{Entry, Node, Shape};

/// Elements that one thread expands in one go.
const BATCH: usize = 1_024;
/// Findings after which a batch is given up: they only repeat.
const BATCH_FINDINGS: usize = 3;

/// A chunk, and the nodes that it became.
pub(super) struct Group {
    pub(super) id: String,
    pub(super) span: Span,
    pub(super) nodes: Range<usize>,
    /// Whether it has a `for-each`.
    pub(super) each: bool,
    /// Whether something in it is wrong, so that its nodes are not known.
    pub(super) failed: bool,
    /// Whether it is a check.
    pub(super) check: bool,
}

/// All chunks as drafts.
pub(super) struct Expanded<'t> {
    pub(super) drafts: Vec<Draft<'t>>,
    pub(super) groups: Vec<Group>,
    /// Ids of instances that a `when` left out.
    pub(super) skipped: HashSet<String>,
}

/// What expansion works with.
pub(super) struct Context<'a> {
    pub(super) scope: &'a Scope,
    pub(super) spent: &'a Spent,
    /// Whether all parameters have values, so that expressions can be evaluated.
    pub(super) evaluate: bool,
}

/// Expands every chunk.
pub(super) fn expand<'t>(
    report: &mut Report<'_>,
    chunks: &[Entry<'t>],
    context: &Context<'_>,
    used: &mut dyn FnMut(&str),
) -> Expanded<'t> {
    let mut out = Expanded {
        drafts: Vec::with_capacity(chunks.len()),
        groups: Vec::with_capacity(chunks.len()),
        skipped: HashSet::new(),
    };
    for entry in chunks {
        report.subject = Some(entry.key.as_ref().to_owned());
        let first = out.drafts.len();
        let complete = one(report, entry, context, used, &mut out);
        out.groups.push(Group {
            id: entry.key.as_ref().to_owned(),
            span: entry.key_span,
            nodes: first..out.drafts.len(),
            each: entry.value.get("for-each").is_some(),
            failed: complete.is_none(),
            check: entry.value.get("check").is_some(),
        });
    }
    report.subject = None;
    out
}

/// Expands one chunk; `None` when something in it is wrong.
fn one<'t>(
    report: &mut Report<'_>,
    entry: &Entry<'t>,
    context: &Context<'_>,
    used: &mut dyn FnMut(&str),
    out: &mut Expanded<'t>,
) -> Option<()> {
    let before = report.len();
    let (id, span, node) = (entry.key.as_ref(), entry.key_span, &entry.value);
    names::id(report, "chunk id", id, span);
    let draft = chunk::read(report, (id, span), node, Map::new());
    let when = node.get("when").map(|entry| &entry.value);
    let each = node.get("for-each").map(|entry| &entry.value);
    let fixed = when.map(|when| (when, chunk::condition(report, when, false)));
    let binding = match each {
        Some(each) => Some(for_each(report, each)?),
        None => None,
    };
    if !node.holes && each.is_none() && (report.len() == before) {
        if !matches!(fixed, Some((_, Some(false)))) {
            room(report, out, 1, span)?;
            out.drafts.push(draft?);
        }
        return Some(());
    }
    let inner = match &binding {
        Some((name, _)) => context.scope.with(name, Value::from(())),
        None => context.scope.clone(),
    };
    let list = binding
        .as_ref()
        .map(|(_, list)| (*list, eval::compile(list, context.scope, used, report)));
    let when = when.map(|when| (when, eval::compile(when, &inner, used, report)));
    let body = body(node);
    let compiled = eval::compile(&body, &inner, used, report);
    if report.len() > before || !context.evaluate {
        return None;
    }
    let instance = Instance {
        id,
        span,
        body: &body,
        compiled: &compiled?,
        when: match &when {
            Some((when, compiled)) => Some((when, compiled.as_ref()?)),
            None => None,
        },
        bind: binding.as_ref().map(|(name, _)| Arc::clone(name)),
        produces: node.get("type").is_some(),
        context,
    };
    match list {
        None => {
            room(report, out, 1, span)?;
            out.drafts.extend(instance.make(report, id, None).ok()?);
        }
        Some((list, _)) => {
            let items = items(report, list, context)?;
            room(report, out, items.len(), list.span)?;
            let names = names(report, id, &items, list.span)?;
            instances(report, &instance, &items, &names, out);
        }
    }
    (report.len() == before).then_some(())
}

fn room(report: &mut Report<'_>, out: &Expanded<'_>, more: usize, span: Span) -> Option<()> {
    if out.drafts.len() + more <= MAX_NODES {
        return Some(());
    }
    let message = format!("the plan has more than {MAX_NODES} nodes");
    report.error(
        "plan::too-many-nodes",
        span,
        message,
        "split the plan, or let one node work on several items",
    );
    None
}

/// The variable of a `for-each` and the list it runs through.
fn for_each<'a, 't>(
    report: &mut Report<'_>,
    node: &'a Node<'t>,
) -> Option<(Arc<str>, &'a Node<'t>)> {
    const EXAMPLE: &str =
        "write `for-each: { page: [home, about] }` or `for-each: { entity: \"{{ entities }}\" }`";
    let Shape::Map(entries) = &node.shape else {
        wrong(
            report,
            "for-each",
            node,
            "one name with the list it runs through",
            EXAMPLE,
        );
        return None;
    };
    let [entry] = entries.as_slice() else {
        let span = entries.get(1).map_or(node.span, |entry| entry.key_span);
        let message = format!(
            "`for-each` takes one name with its list, not {}",
            entries.len()
        );
        report.error(WRONG_VALUE, span, message, EXAMPLE);
        return None;
    };
    if !names::name(report, "variable", &entry.key, entry.key_span) {
        return None;
    }
    if !matches!(entry.value.shape, Shape::List(_)) && !entry.value.is_hole() {
        wrong(
            report,
            &entry.key,
            &entry.value,
            "a list or an expression",
            EXAMPLE,
        );
        return None;
    }
    Some((Arc::from(entry.key.as_ref()), &entry.value))
}

/// The chunk without what is read before its instances are made.
fn body<'t>(node: &Node<'t>) -> Node<'t> {
    let Shape::Map(entries) = &node.shape else {
        return node.clone();
    };
    let rest = entries
        .iter()
        .filter(|entry| !matches!(entry.key.as_ref(), "for-each" | "when"));
    Node::map(node.span, rest.cloned().collect())
}

/// The elements that a `for-each` runs through.
fn items(report: &mut Report<'_>, node: &Node<'_>, context: &Context<'_>) -> Option<Vec<Value>> {
    let value = if node.is_hole() {
        let Shape::Scalar(_, text) = &node.shape else {
            return None;
        };
        let found =
            Template::compile(text).and_then(|template| template.eval(&context.scope.value()));
        match found {
            Ok(Outcome::Value(value)) => value,
            Ok(Outcome::Text(text)) => Value::from(text),
            Err(problem) => {
                report_problem(report, node.span, problem);
                return None;
            }
        }
    } else {
        let compiled = eval::compile(node, context.scope, &mut |_| {}, report)?;
        let evaluator = Evaluator {
            spent: context.spent,
            scope: context.scope.value(),
        };
        match evaluator.eval(node, &compiled) {
            Ok(node) => Value::from(minijinja::value::Serde(node.to_json())),
            Err((span, problem)) => {
                report_problem(report, span, problem);
                return None;
            }
        }
    };
    if !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        let found = match value.kind() {
            ValueKind::String => "a text".to_owned(),
            ValueKind::None => "nothing".to_owned(),
            ValueKind::Map => "a mapping".to_owned(),
            kind => format!("a {kind}"),
        };
        let message = format!("`for-each` runs through a list, and the expression gives {found}");
        report.error(
            WRONG_VALUE,
            node.span,
            message,
            "give a list, for example `{{ range(3) }}`",
        );
        return None;
    }
    let items: Vec<_> = value.try_iter().ok()?.take(MAX_NODES + 1).collect();
    Some(items)
}

/// The ids of the instances.
fn names(report: &mut Report<'_>, id: &str, items: &[Value], span: Span) -> Option<Vec<String>> {
    let names: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(at, item)| format!("{id}.{}", item_name(item, at)))
        .collect();
    let mut seen = HashSet::with_capacity(names.len());
    let twice = names.iter().find(|name| !seen.insert(name.as_str()));
    if let Some(name) = twice {
        let message = format!("two elements of the list give the same node id `{name}`");
        report.error(
            "plan::duplicate-id",
            span,
            message,
            "give the elements different names",
        );
        return None;
    }
    Some(names)
}

/// What an element adds to its node's id: itself, its `name`, or its number from 1.
fn item_name(item: &Value, at: usize) -> String {
    if let Some(text) = item.as_str() {
        return names::suggested_id(text);
    }
    if item.is_number() {
        return item.to_string();
    }
    if item.kind() == ValueKind::Bool {
        return item.is_true().to_string();
    }
    let name = item.get_attr("name").ok();
    match name.as_ref().and_then(Value::as_str) {
        Some(name) => names::suggested_id(name),
        None => (at + 1).to_string(),
    }
}

fn instances<'t>(
    report: &mut Report<'_>,
    instance: &Instance<'_, 't>,
    items: &[Value],
    names: &[String],
    out: &mut Expanded<'t>,
) {
    let sources = report.sources;
    let batches: Vec<_> = items
        .par_chunks(BATCH)
        .zip(names.par_chunks(BATCH))
        .map(|(items, names)| {
            let mut report = Report::new(sources);
            let mut drafts = Vec::with_capacity(items.len());
            let mut skipped = Vec::new();
            for (item, name) in items.iter().zip(names) {
                report.subject = Some(name.clone());
                match instance.make(&mut report, name, Some(item)) {
                    Ok(Some(draft)) => drafts.push(draft),
                    Ok(None) => skipped.push(name.clone()),
                    Err(()) if report.len() >= BATCH_FINDINGS => break,
                    Err(()) => {}
                }
            }
            (drafts, skipped, report)
        })
        .collect();
    for (drafts, skipped, found) in batches {
        out.drafts.extend(drafts);
        out.skipped.extend(skipped);
        report.absorb(found);
    }
}

/// A chunk ready to be made into nodes.
struct Instance<'a, 't> {
    id: &'a str,
    span: Span,
    body: &'a Node<'t>,
    compiled: &'a Compiled,
    when: Option<(&'a Node<'t>, &'a Compiled)>,
    bind: Option<Arc<str>>,
    produces: bool,
    context: &'a Context<'a>,
}

impl<'t> Instance<'_, 't> {
    /// The draft for `item`, or nothing where `when` leaves it out; an error was reported.
    fn make(
        &self,
        report: &mut Report<'_>,
        id: &str,
        item: Option<&Value>,
    ) -> Result<Option<Draft<'t>>, ()> {
        let mut bindings = Map::new();
        let scope = match (&self.bind, item) {
            (Some(name), Some(item)) => {
                if self.produces {
                    let json = serde_json::to_value(item).unwrap_or_default();
                    bindings.insert(name.to_string(), json);
                }
                self.context.scope.with(name, item.clone())
            }
            _ => self.context.scope.clone(),
        };
        let evaluator = Evaluator {
            spent: self.context.spent,
            scope: scope.value(),
        };
        if let Some((when, compiled)) = self.when {
            let value = evaluated(report, &evaluator, when, compiled)?;
            match chunk::condition(report, &value, true) {
                Some(true) => {}
                Some(false) => return Ok(None),
                None => return Err(()),
            }
        }
        let body = evaluated(report, &evaluator, self.body, self.compiled)?;
        debug_assert!(
            id.starts_with(self.id),
            "an instance is named after its chunk"
        );
        chunk::read(report, (id, self.span), &body, bindings)
            .map(Some)
            .ok_or(())
    }
}

fn evaluated<'t>(
    report: &mut Report<'_>,
    evaluator: &Evaluator<'_>,
    node: &Node<'t>,
    compiled: &Compiled,
) -> Result<Node<'t>, ()> {
    evaluator
        .eval(node, compiled)
        .map_err(|(span, problem)| report_problem(report, span, problem))
}
