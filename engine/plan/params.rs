//! Parameters: what a plan declares, and the values a run gives them. Knows no chunk.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use super::entities;
use super::expr::Scope;
use super::given::{self, Given};
use super::keys::{PARAM, PARAM_TYPES};
use super::names;
use super::read::{self, WRONG_TYPE, WRONG_VALUE};
use super::report::Report;
use super::source::{Span, offset};
use super::tree::{Entry, Node, Scalar, Shape, shorten};
use crate::diagnostic::did_you_mean;
use crate::spec::Step;

/// Memory that one compiled pattern may take, in bytes.
const MAX_PATTERN_BYTES: usize = 1024 * 1024;

/// A parameter as the plan declares it.
struct Param<'a, 't> {
    name: &'a str,
    span: Span,
    kind: &'static str,
    default: Option<&'a Node<'t>>,
    /// Whether it may stay empty.
    optional: bool,
    pattern: Option<(Regex, String)>,
    min: Option<f64>,
    max: Option<f64>,
    choices: Vec<String>,
}

/// What the parameters are.
pub(super) struct Values {
    pub(super) json: Map<String, Value>,
    pub(super) scope: Scope,
    /// Whether every parameter has its value.
    pub(super) complete: bool,
}

/// Reads the declarations and gives each parameter its value.
pub(super) fn values<'s>(report: &mut Report<'s>, declared: &[Entry<'s>], given: &Given) -> Values {
    let before = report.len();
    unknown_given(report, declared, given);
    let mut out = Values {
        json: Map::new(),
        scope: Scope::new(BTreeMap::new()),
        complete: false,
    };
    let mut scope = BTreeMap::new();
    for entry in declared {
        let param = declare(report, entry);
        let value = param.and_then(|param| {
            let set = given
                .values
                .iter()
                .rev()
                .find(|(name, _)| *name == param.name);
            match set {
                Some((_, range)) => {
                    let node = given::node(report, param.kind, given.file, range.clone())?;
                    typed(report, &param, &node)
                }
                None => default(report, &param),
            }
        });
        let value = value.unwrap_or(Value::Null);
        scope.insert(
            entry.key.as_ref().to_owned(),
            minijinja::Value::from(minijinja::value::Serde(&value)),
        );
        out.json.insert(entry.key.as_ref().to_owned(), value);
    }
    out.scope = Scope::new(scope);
    out.complete = report.len() == before;
    out
}

fn unknown_given(report: &mut Report<'_>, declared: &[Entry<'_>], given: &Given) {
    for (name, range) in &given.values {
        if declared.iter().any(|entry| entry.key == name.as_str()) {
            continue;
        }
        let names = || declared.iter().map(|entry| entry.key.as_ref());
        let help = match did_you_mean(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if declared.is_empty() => {
                "remove the `--set`: this plan has no parameters".to_owned()
            }
            None => format!("set one of {}", names().collect::<Vec<_>>().join(", ")),
        };
        let end = range.start.saturating_sub(1);
        let span = Span {
            file: given.file,
            start: offset(end - name.len()),
            end: offset(end),
        };
        let message = format!("the plan has no parameter `{}`", shorten(name));
        report.error("plan::unknown-param", span, message, help);
    }
}

fn declare<'a, 't>(report: &mut Report<'_>, entry: &'a Entry<'t>) -> Option<Param<'a, 't>> {
    let before = report.len();
    let (name, span) = (entry.key.as_ref(), entry.key_span);
    names::name(report, "parameter", name, span);
    let node = &entry.value;
    let example = format!("write `{name}: {{ type: string, default: … }}`");
    read::fields(report, name, node, PARAM, &example)?;
    let kind = read::word(report, "type", &node.get("type")?.value, PARAM_TYPES)?;
    let given = |key: &str| node.get(key);
    if let Some(about) = given("about") {
        read::line(report, "about", &about.value);
    }
    let optional =
        given("required").and_then(|entry| read::boolean(report, "required", &entry.value));
    if let (Some(true), Some(entry), Some(_)) = (optional, given("required"), given("default")) {
        let message =
            format!("`{name}` is required and has a default, so nothing would ever be asked for");
        report.error(
            WRONG_VALUE,
            entry.key_span,
            message,
            "remove `required` or `default`",
        );
    }
    belongs(report, node, "pattern", kind, &["string", "path", "list"]);
    belongs(report, node, "min", kind, &["integer", "number"]);
    belongs(report, node, "max", kind, &["integer", "number"]);
    belongs(report, node, "choices", kind, &["choice"]);
    let pattern = given("pattern").and_then(|entry| pattern(report, &entry.value));
    let min = given("min").and_then(|entry| number(report, "min", &entry.value));
    let max = given("max").and_then(|entry| number(report, "max", &entry.value));
    if let (Some(least), Some(most), Some(entry)) = (min, max, given("max"))
        && least > most
    {
        let message = format!("`max` ({most}) is less than `min` ({least})");
        report.error(WRONG_VALUE, entry.value.span, message, "swap the two");
    }
    let choices = choices(report, kind, node, span);
    (report.len() == before).then(|| Param {
        name,
        span,
        kind,
        default: given("default").map(|entry| &entry.value),
        optional: optional == Some(false),
        pattern,
        min,
        max,
        choices,
    })
}

fn belongs(report: &mut Report<'_>, node: &Node<'_>, key: &str, kind: &str, kinds: &[&str]) {
    let Some(entry) = node.get(key).filter(|_| !kinds.contains(&kind)) else {
        return;
    };
    let message = format!(
        "`{key}` goes with type {}, and this type is `{kind}`",
        read::list(kinds)
    );
    report.error(
        "plan::misplaced-key",
        entry.key_span,
        message,
        format!("remove `{key}`"),
    );
}

fn pattern(report: &mut Report<'_>, node: &Node<'_>) -> Option<(Regex, String)> {
    let text = read::text(report, "pattern", node)?;
    let whole = format!("^(?:{text})$");
    match RegexBuilder::new(&whole)
        .size_limit(MAX_PATTERN_BYTES)
        .build()
    {
        Ok(regex) => Some((regex, text.into_owned())),
        Err(error) => {
            let reason = match error {
                regex::Error::CompiledTooBig(_) => "it needs too much memory".to_owned(),
                error => error
                    .to_string()
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .replace("error: ", ""),
            };
            let message = format!("the pattern is no regular expression: {reason}");
            report.error(
                WRONG_VALUE,
                node.span,
                message,
                "write for example `pattern: \"[a-z][a-z0-9-]*\"`",
            );
            None
        }
    }
}

fn number(report: &mut Report<'_>, key: &str, node: &Node<'_>) -> Option<f64> {
    if matches!(node.shape, Shape::Scalar(Scalar::Int | Scalar::Float, _)) {
        return node.to_json().as_f64();
    }
    read::wrong(report, key, node, "a number", &format!("write `{key}: 1`"));
    None
}

fn choices(report: &mut Report<'_>, kind: &str, node: &Node<'_>, span: Span) -> Vec<String> {
    let Some(entry) = node.get("choices") else {
        if kind == "choice" {
            let help = "add `choices: [one, other]`";
            report.error(
                "plan::missing-key",
                span,
                "a parameter of type `choice` lacks its `choices`",
                help,
            );
        }
        return Vec::new();
    };
    let Shape::List(items) = &entry.value.shape else {
        read::wrong(
            report,
            "choices",
            &entry.value,
            "a list of texts",
            "write `choices: [one, other]`",
        );
        return Vec::new();
    };
    if items.is_empty() {
        report.error(
            WRONG_VALUE,
            entry.value.span,
            "`choices` is an empty list",
            "name the values that are allowed",
        );
    }
    let read = items
        .iter()
        .filter_map(|item| read::text(report, "choices", item));
    read.map(std::borrow::Cow::into_owned).collect()
}

fn default(report: &mut Report<'_>, param: &Param<'_, '_>) -> Option<Value> {
    let Some(node) = param.default else {
        if !param.optional {
            let message = format!(
                "the parameter `{}` has no default and was not set",
                param.name
            );
            let help = format!("run with `--set {}=…`, or give it a `default`", param.name);
            report.error("plan::param-not-set", param.span, message, help);
        }
        return Some(Value::Null);
    };
    // A default is data: a request's words end up here, and braces in them mean nothing.
    let mut node = node.clone();
    given::without_holes(&mut node);
    typed(report, param, &node)
}

/// The value of a parameter, once it was found to be what its declaration allows.
fn typed(report: &mut Report<'_>, param: &Param<'_, '_>, node: &Node<'_>) -> Option<Value> {
    match param.kind {
        "string" => {
            let text = read::text(report, param.name, node)?;
            matches_pattern(report, param, &text, node.span).then(|| Value::from(text.as_ref()))
        }
        "integer" | "number" => numeric(report, param, node),
        "bool" => read::boolean(report, param.name, node).map(Value::Bool),
        "choice" => choice(report, param, node),
        "list" => list(report, param, node),
        "path" => {
            let (path, span) = read::path(report, param.name, node, true)?;
            let text = if path.as_str().is_empty() {
                "."
            } else {
                path.as_str()
            };
            matches_pattern(report, param, text, span).then(|| Value::from(text))
        }
        _ => entities_value(report, param, node),
    }
}

fn matches_pattern(report: &mut Report<'_>, param: &Param<'_, '_>, text: &str, span: Span) -> bool {
    let Some((regex, written)) = &param.pattern else {
        return true;
    };
    if regex.is_match(text) {
        return true;
    }
    let message = format!(
        "`{}` takes a text that matches `{written}`, not `{}`",
        param.name,
        shorten(text)
    );
    report.error(
        "plan::pattern",
        span,
        message,
        "give a value that matches the pattern as a whole",
    );
    false
}

fn numeric(report: &mut Report<'_>, param: &Param<'_, '_>, node: &Node<'_>) -> Option<Value> {
    let (expected, fits) = match (param.kind, &node.shape) {
        ("integer", Shape::Scalar(Scalar::Int, _)) => ("a whole number", true),
        ("integer", _) => ("a whole number", false),
        (_, Shape::Scalar(Scalar::Int | Scalar::Float, _)) => ("a number", true),
        _ => ("a number", false),
    };
    if !fits {
        let help = format!("give `{}` {expected} without quotes or unit", param.name);
        read::wrong(report, param.name, node, expected, &help);
        return None;
    }
    let value = node.to_json();
    let number = value.as_f64()?;
    let low = param.min.filter(|min| number < *min);
    let high = param.max.filter(|max| number > *max);
    let Some(near) = low.or(high) else {
        return Some(value);
    };
    let range = match (param.min, param.max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("of at least {min}"),
        (_, max) => format!("of at most {}", max.unwrap_or_default()),
    };
    let message = format!(
        "`{}` takes {expected} {range}, not {}",
        param.name,
        node.describe()
    );
    report.error(
        "plan::out-of-range",
        node.span,
        message,
        format!("the nearest allowed value is {near}"),
    );
    None
}

fn choice(report: &mut Report<'_>, param: &Param<'_, '_>, node: &Node<'_>) -> Option<Value> {
    let text = read::text(report, param.name, node)?;
    if param.choices.iter().any(|choice| *choice == text) {
        return Some(Value::from(text.as_ref()));
    }
    let words: Vec<_> = param.choices.iter().map(String::as_str).collect();
    let help = match did_you_mean(&text, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("choose {}", read::list(&words)),
    };
    let message = format!(
        "`{}` takes {}, not {}",
        param.name,
        read::list(&words),
        node.describe()
    );
    report.error(WRONG_VALUE, node.span, message, help);
    None
}

fn list(report: &mut Report<'_>, param: &Param<'_, '_>, node: &Node<'_>) -> Option<Value> {
    let Shape::List(items) = &node.shape else {
        read::wrong(
            report,
            param.name,
            node,
            "a list",
            "write a list, such as `[one, other]`",
        );
        return None;
    };
    let fits = items.iter().fold(true, |fits, item| match &item.shape {
        Shape::Scalar(_, text) => matches_pattern(report, param, text, item.span) && fits,
        _ => fits,
    });
    fits.then(|| node.to_json())
}

fn entities_value(
    report: &mut Report<'_>,
    param: &Param<'_, '_>,
    node: &Node<'_>,
) -> Option<Value> {
    let value = node.to_json();
    // A tool can keep nothing; where entities are the point, the parameter is not optional.
    if param.optional && value.as_array().is_some_and(Vec::is_empty) {
        return Some(value);
    }
    match entities::normalise(&value) {
        Ok(value) => Some(value),
        Err(problems) => {
            for problem in problems {
                let span = follow(node, &problem.path);
                let message = format!("`{}`: {}", param.name, problem.message);
                report.error(WRONG_TYPE, span, message, problem.help);
            }
            None
        }
    }
}

/// The place of the value that `path` leads to, or of the last one on the way.
fn follow(node: &Node<'_>, path: &[Step]) -> Span {
    let mut at = node;
    for key in path {
        let next = match (key, &at.shape) {
            (Step::Key(name), _) => at.get(name).map(|entry| &entry.value),
            (Step::Index(index), Shape::List(items)) => items.get(*index),
            (Step::Index(index), Shape::Map(entries)) => {
                entries.get(*index).map(|entry| &entry.value)
            }
            _ => None,
        };
        let Some(next) = next else { break };
        at = next;
    }
    at.span
}
