//! Values given with `--set`: texts of the command line as trees. Knows no plan.

use std::ops::Range;

use camino::Utf8Path;

use super::parse::parse;
use super::report::Report;
use super::source::{Span, offset};
use super::tree::{Node, Scalar, Shape, resolve};
use crate::diagnostic::Finding;

/// Name of the text that holds the values given with `--set`.
const COMMAND_LINE: &str = "<command line>";

/// Values given on the command line: a text of one `--set name=value` a line.
pub(super) struct Given {
    pub(super) file: u16,
    pub(super) values: Vec<(String, Range<usize>)>,
}

/// Keeps `--set name=value` as lines of a text, so that findings have a place.
pub(super) fn command_line(report: &mut Report<'_>, set: &[(String, String)]) -> Given {
    let mut text = String::new();
    let mut values = Vec::with_capacity(set.len());
    for (name, value) in set {
        text.push_str("--set ");
        text.push_str(name);
        text.push('=');
        let start = text.len();
        text.push_str(value);
        values.push((name.clone(), start..text.len()));
        text.push('\n');
    }
    let file = report.sources.add(Utf8Path::new(COMMAND_LINE), text);
    if file.is_none() {
        let message = "the plan has too many files";
        report.add(Finding::error("plan::too-large", message).help("include fewer files"));
        values.clear();
    }
    Given {
        file: file.unwrap_or_default(),
        values,
    }
}

/// The node that a text of the command line stands for.
pub(super) fn node<'s>(
    report: &mut Report<'s>,
    kind: &str,
    file: u16,
    range: Range<usize>,
) -> Option<Node<'s>> {
    let text = &report.sources.whole(file)[range.clone()];
    let span = |start: usize, text: &str| Span {
        file,
        start: offset(start),
        end: offset(start + text.len()),
    };
    let scalar = |kind| Node {
        span: span(range.start, text),
        holes: false,
        shape: Shape::Scalar(kind, text.into()),
    };
    let flow = text.trim_start().starts_with(['[', '{']);
    match kind {
        "list" | "entities" if flow => {
            let mut node = parse(file, range, report)?;
            without_holes(&mut node);
            Some(node)
        }
        "list" => {
            let mut items = Vec::new();
            let mut at = range.start;
            for part in text.split(',').filter(|_| !text.is_empty()) {
                let trimmed = part.trim();
                let start = at + part.len() - part.trim_start().len();
                items.push(Node {
                    span: span(start, trimmed),
                    holes: false,
                    shape: Shape::Scalar(Scalar::Text, trimmed.into()),
                });
                at += part.len() + 1;
            }
            Some(Node {
                span: span(range.start, text),
                holes: false,
                shape: Shape::List(items),
            })
        }
        "integer" | "number" | "bool" => Some(scalar(resolve(text))),
        _ => Some(scalar(Scalar::Text)),
    }
}

/// Values of the command line and defaults are final: braces in them are only braces.
pub(super) fn without_holes(node: &mut Node<'_>) {
    node.holes = false;
    match &mut node.shape {
        Shape::List(items) => items.iter_mut().for_each(without_holes),
        Shape::Map(entries) => entries
            .iter_mut()
            .for_each(|entry| without_holes(&mut entry.value)),
        _ => {}
    }
}
