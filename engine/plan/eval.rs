//! Puts the values of expressions into a tree. Knows no chunk and no key.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};

use minijinja::Value;
use minijinja::value::ValueKind;

use super::expr::{Outcome, Problem, Scope, Template};
use super::limits::{MAX_DEPTH, MAX_EVALUATED_BYTES, MAX_EVALUATED_VALUES, MAX_TEXT_BYTES};
use super::report::Report;
use super::source::{Span, offset};
use super::tree::{Entry, Node, Scalar, Shape};
use crate::diagnostic::did_you_mean;

/// What all expressions of a plan gave so far, shared by the threads that evaluate.
#[derive(Default)]
pub(super) struct Spent {
    values: AtomicUsize,
    bytes: AtomicUsize,
}

/// The expressions of a tree, compiled, in the order of the tree.
pub(super) struct Compiled {
    templates: Vec<Template>,
}

/// Compiles every expression of `node`, and reports each that is not one or uses an unknown name.
pub(super) fn compile(
    node: &Node<'_>,
    scope: &Scope,
    used: &mut dyn FnMut(&str),
    report: &mut Report<'_>,
) -> Option<Compiled> {
    let before = report.len();
    let mut templates = Vec::new();
    each_hole(node, &mut |text, span| match Template::compile(text) {
        Ok(template) => {
            for (name, opening) in &template.names {
                used(name);
                if !scope.names().any(|known| known == name) {
                    unknown_name(name, *opening, span, scope, report);
                }
            }
            templates.push(template);
        }
        Err(problem) => report_problem(report, span, problem),
    });
    (report.len() == before).then_some(Compiled { templates })
}

fn each_hole<'a>(node: &'a Node<'_>, visit: &mut dyn FnMut(&'a str, Span)) {
    if !node.holes {
        return;
    }
    match &node.shape {
        Shape::Scalar(_, text) => visit(text, node.span),
        Shape::List(items) => items.iter().for_each(|item| each_hole(item, visit)),
        Shape::Map(entries) => entries
            .iter()
            .for_each(|entry| each_hole(&entry.value, visit)),
        Shape::Broken => {}
    }
}

fn unknown_name(name: &str, opening: usize, span: Span, scope: &Scope, report: &mut Report<'_>) {
    let help = match did_you_mean(name, scope.names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if scope.names().next().is_none() => {
            "declare it under `params`, or bind it with `for-each`".to_owned()
        }
        None => {
            let known: Vec<_> = scope.names().take(12).collect();
            format!(
                "declare it under `params`; known here: {}",
                known.join(", ")
            )
        }
    };
    let at = word_span(report.sources.slice(span), span, opening, Some(name));
    let message = format!("nothing defines `{name}`");
    report.error("plan::unknown-variable", at, message, help);
}

/// Reports why an expression of the text at `span` failed, at its `{{`.
pub(super) fn report_problem(report: &mut Report<'_>, span: Span, problem: Problem) {
    let at = word_span(report.sources.slice(span), span, problem.opening, None);
    report.error(problem.code, at, problem.message, problem.help);
}

/// The place of `word` after the `opening`th `{{` of `written`, or of that whole expression.
fn word_span(written: &str, span: Span, opening: usize, word: Option<&str>) -> Span {
    let Some((start, _)) = written.match_indices("{{").nth(opening) else {
        return span;
    };
    let rest = &written[start..];
    let end = rest.find("}}").map_or(rest.len(), |end| end + 2);
    let part = |from: usize, to: usize| Span {
        start: span.start + offset(start + from),
        end: span.start + offset(start + to),
        ..span
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let whole_word = |at: usize, word: &str| {
        let before = rest.as_bytes()[..at].last().copied();
        let after = rest.as_bytes().get(at + word.len()).copied();
        !before.is_some_and(|byte| is_name(byte) || byte == b'.') && !after.is_some_and(is_name)
    };
    word.and_then(|word| {
        let mut found = rest.match_indices(word).map(|(at, _)| at);
        found
            .find(|at| whole_word(*at, word))
            .map(|at| part(at, at + word.len()))
    })
    .unwrap_or_else(|| part(0, end))
}

/// Evaluates trees that were compiled.
pub(super) struct Evaluator<'a> {
    pub(super) spent: &'a Spent,
    pub(super) scope: Value,
}

type Failure = (Span, Problem);

impl Evaluator<'_> {
    /// The tree with every expression replaced by its value.
    pub(super) fn eval<'t>(
        &self,
        node: &Node<'t>,
        compiled: &Compiled,
    ) -> Result<Node<'t>, Failure> {
        let mut templates = compiled.templates.iter();
        self.node(node, &mut templates)
    }

    fn node<'t>(
        &self,
        node: &Node<'t>,
        templates: &mut std::slice::Iter<'_, Template>,
    ) -> Result<Node<'t>, Failure> {
        if !node.holes {
            return Ok(node.clone());
        }
        let span = node.span;
        let shape = match &node.shape {
            Shape::Scalar(..) => return self.scalar(span, templates.next()),
            Shape::List(items) => Shape::List(
                items
                    .iter()
                    .map(|item| self.node(item, templates))
                    .collect::<Result<_, _>>()?,
            ),
            Shape::Map(entries) => Shape::Map(
                entries
                    .iter()
                    .map(|entry| {
                        Ok(Entry {
                            key: entry.key.clone(),
                            key_span: entry.key_span,
                            value: self.node(&entry.value, templates)?,
                        })
                    })
                    .collect::<Result<_, Failure>>()?,
            ),
            Shape::Broken => Shape::Broken,
        };
        Ok(Node {
            span,
            holes: false,
            shape,
        })
    }

    fn scalar<'t>(&self, span: Span, template: Option<&Template>) -> Result<Node<'t>, Failure> {
        let template = template.expect("each text with an expression was compiled");
        match template
            .eval(&self.scope)
            .map_err(|problem| (span, problem))?
        {
            Outcome::Text(text) => self.text(span, Scalar::Text, text),
            Outcome::Value(value) => self.value(span, &value, 0),
        }
        .map_err(|problem| (span, problem))
    }

    fn spend(counter: &AtomicUsize, amount: usize, limit: usize) -> Result<(), Problem> {
        if counter
            .fetch_add(amount, Ordering::Relaxed)
            .saturating_add(amount)
            <= limit
        {
            return Ok(());
        }
        Err(Problem {
            code: "plan::too-many-values",
            message: "the expressions of this plan give more values than a plan can hold".to_owned(),
            help: "let `for-each` run through a shorter list, or wait for `id.*` instead of a list of ids".to_owned(),
            opening: 0,
        })
    }

    fn text<'t>(&self, span: Span, kind: Scalar, text: String) -> Result<Node<'t>, Problem> {
        Self::spend(&self.spent.values, 1, MAX_EVALUATED_VALUES)?;
        Self::spend(&self.spent.bytes, text.len(), MAX_EVALUATED_BYTES)?;
        if text.len() > MAX_TEXT_BYTES {
            let kib = MAX_TEXT_BYTES / 1024;
            return Err(Problem {
                code: "plan::long-text",
                message: format!("the expression gives a text of more than {kib} KiB"),
                help: "keep large contents in a file and copy it with `copy`".to_owned(),
                opening: 0,
            });
        }
        Ok(Node {
            span,
            holes: false,
            shape: Shape::Scalar(kind, Cow::Owned(text)),
        })
    }

    fn value<'t>(&self, span: Span, value: &Value, depth: usize) -> Result<Node<'t>, Problem> {
        let wrong = |message: &str, help: &str| Problem {
            code: "plan::bad-expression",
            message: message.to_owned(),
            help: help.to_owned(),
            opening: 0,
        };
        if depth > MAX_DEPTH {
            return Err(wrong(
                "the value is nested too deeply",
                "give a flatter value",
            ));
        }
        let failed = |error: minijinja::Error| {
            wrong(
                error.detail().unwrap_or("the value cannot be read"),
                "correct the expression",
            )
        };
        let shape = match value.kind() {
            ValueKind::None | ValueKind::Undefined => {
                return self.text(span, Scalar::Null, String::new());
            }
            ValueKind::Bool => return self.text(span, Scalar::Bool, value.is_true().to_string()),
            ValueKind::Number if value.is_integer() => {
                return self.text(span, Scalar::Int, value.to_string());
            }
            ValueKind::Number => return self.text(span, Scalar::Float, value.to_string()),
            ValueKind::String => {
                return self.text(
                    span,
                    Scalar::Text,
                    value.as_str().unwrap_or_default().to_owned(),
                );
            }
            ValueKind::Seq | ValueKind::Iterable => {
                let size = value.len().unwrap_or(0);
                if size > MAX_EVALUATED_VALUES {
                    Self::spend(&self.spent.values, size, MAX_EVALUATED_VALUES)?;
                }
                Self::spend(&self.spent.values, 1, MAX_EVALUATED_VALUES)?;
                let items = value.try_iter().map_err(failed)?;
                Shape::List(
                    items
                        .map(|item| self.value(span, &item, depth + 1))
                        .collect::<Result<_, _>>()?,
                )
            }
            ValueKind::Map => {
                Self::spend(&self.spent.values, 1, MAX_EVALUATED_VALUES)?;
                let mut entries = Vec::new();
                for key in value.try_iter().map_err(failed)? {
                    let inner = value.get_item(&key).map_err(failed)?;
                    entries.push(Entry {
                        key: Cow::Owned(key.to_string()),
                        key_span: span,
                        value: self.value(span, &inner, depth + 1)?,
                    });
                }
                Shape::Map(entries)
            }
            _ => {
                return Err(wrong(
                    "the expression gives no text, number, list or mapping",
                    "give a value that YAML can write",
                ));
            }
        };
        Ok(Node {
            span,
            holes: false,
            shape,
        })
    }
}
