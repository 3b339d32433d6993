//! Reads one chunk: what it does and when. Knows no other chunk.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::{Map, Value};

use super::action;
use super::checked::{Action, On, Retry};
use super::keys::{self, COMMON, ENDS, Kind, RETRY, kind, kind_names};
use super::limits::{DEFAULT_BACKOFF, MAX_ATTEMPTS, MAX_LANE_DEPTH};
use super::read::{self, Located, WRONG_TYPE, WRONG_VALUE, wrong};
use super::report::Report;
use super::source::Span;
use super::tree::{Entry, Node, Scalar, Shape};
use crate::diagnostic::did_you_mean;

/// A chunk on its way to a node: read, with its needs still as written.
#[derive(Debug)]
pub(super) struct Draft<'t> {
    pub(super) id: String,
    /// Where the id is written.
    pub(super) span: Span,
    pub(super) chunk: Cow<'static, str>,
    pub(super) action: Action,
    /// What it leaves, each with the place that says so.
    pub(super) outputs: Vec<Located>,
    pub(super) needs: Vec<WrittenNeed<'t>>,
    pub(super) retry: Retry,
    pub(super) timeout: Option<Duration>,
    pub(super) lane: Option<(Cow<'t, str>, Span)>,
    pub(super) cost: (u32, Span),
}

/// A need as it is written: an id, a pattern or `all`.
#[derive(Clone, Debug)]
pub(super) struct WrittenNeed<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) on: On,
    pub(super) span: Span,
}

/// What a chunk does, as its kind's reader gives it.
pub(super) struct Deed {
    pub(super) chunk: Cow<'static, str>,
    pub(super) action: Action,
    pub(super) outputs: Vec<Located>,
}

/// Reads a chunk. Gives nothing where something is wrong, which is then reported, or is not evaluated yet.
pub(super) fn read<'t>(
    report: &mut Report<'_>,
    (id, span): (&str, Span),
    node: &Node<'t>,
    bindings: Map<String, Value>,
) -> Option<Draft<'t>> {
    let Shape::Map(entries) = &node.shape else {
        let message = format!("the chunk `{id}` is a mapping, not {}", node.describe());
        if !matches!(node.shape, Shape::Broken) {
            report.error(
                WRONG_TYPE,
                node.span,
                message,
                format!("write `{id}: {{ run: [make] }}`"),
            );
        }
        return None;
    };
    let found = find_kind(report, (id, span), entries)?;
    check_keys(report, entries, found);
    let deed = action::read(report, found, node, span, bindings);
    let declared = outputs(report, node, found, deed.as_ref());
    let needs = node
        .get("needs")
        .map_or(Some(Vec::new()), |entry| needs(report, &entry.value));
    let retry = node
        .get("retry")
        .map_or(Some(ONCE), |entry| retry(report, &entry.value));
    let timeout = node
        .get("timeout")
        .map(|entry| read::duration(report, "timeout", &entry.value));
    let lane = node
        .get("lane")
        .map(|entry| read::line(report, "lane", &entry.value).map(|lane| (lane, entry.value.span)));
    let cost = node.get("cost").map_or(Some((1, span)), |entry| {
        let cost = read::whole(report, "cost", &entry.value, 1, MAX_LANE_DEPTH);
        cost.map(|cost| (cost, entry.value.span))
    });
    let (deed, mut more) = (deed?, declared?);
    let mut outputs = deed.outputs;
    outputs.append(&mut more);
    Some(Draft {
        id: id.to_owned(),
        span,
        chunk: deed.chunk,
        action: deed.action,
        outputs,
        needs: needs?,
        retry: retry?,
        timeout: timeout.map_or(Some(None), |read| read.map(Some))?,
        lane: lane.map_or(Some(None), |read| read.map(Some))?,
        cost: cost?,
    })
}

const ONCE: Retry = Retry {
    attempts: 1,
    backoff: DEFAULT_BACKOFF,
};

/// The one kind whose key stands in the chunk.
fn find_kind(
    report: &mut Report<'_>,
    (id, span): (&str, Span),
    entries: &[Entry<'_>],
) -> Option<&'static Kind> {
    let mut kinds = entries
        .iter()
        .filter_map(|entry| Some((entry, kind(&entry.key)?)));
    let Some((first, found)) = kinds.next() else {
        let near = entries.iter().find_map(|entry| {
            let plain = COMMON.iter().all(|known| known.name != entry.key);
            let near = did_you_mean(&entry.key, kind_names()).filter(|_| plain)?;
            Some((entry, near))
        });
        let names = read::list(&kind_names().collect::<Vec<_>>());
        if let Some((entry, near)) = near {
            let message = format!("`{}` is nothing a chunk can do; it can {names}", entry.key);
            let help = format!("did you mean `{near}`?");
            report.error("plan::unknown-key", entry.key_span, message, help);
        } else {
            let message = format!("the chunk `{id}` says nothing to do; it needs {names}");
            let help = "add one of these keys, for example `run: [make, test]`";
            report.error("plan::no-action", span, message, help);
        }
        return None;
    };
    if let Some((second, _)) = kinds.next() {
        let message = format!(
            "the chunk `{id}` does two things, `{}` and `{}`",
            first.key, second.key
        );
        let help = "make it two chunks, and let the second need the first";
        report.error("plan::two-actions", second.key_span, message, help);
        report.relate(first.key_span, "the first is here");
        return None;
    }
    Some(found)
}

fn check_keys(report: &mut Report<'_>, entries: &[Entry<'_>], found: &'static Kind) {
    for entry in entries {
        let name = entry.key.as_ref();
        let known = name == found.key.name
            || COMMON.iter().any(|key| key.name == name)
            || found.with.iter().any(|key| key.name == name);
        if known {
            continue;
        }
        let owner = keys::KINDS
            .iter()
            .find(|kind| kind.with.iter().any(|key| key.name == name));
        if let Some(owner) = owner {
            let message = format!(
                "`{name}` goes with `{}`, and this chunk has `{}`",
                owner.key.name, found.key.name
            );
            report.error(
                "plan::misplaced-key",
                entry.key_span,
                message,
                format!("remove `{name}`"),
            );
            continue;
        }
        let all = found.with.iter().chain(COMMON).map(|key| key.name);
        read::unknown_key(
            report,
            entry,
            &format!("a chunk with `{}`", found.key.name),
            all,
        );
    }
}

/// Files that the chunk declares beside what its action says.
fn outputs(
    report: &mut Report<'_>,
    node: &Node<'_>,
    found: &Kind,
    deed: Option<&Deed>,
) -> Option<Vec<Located>> {
    let Some(entry) = node.get("outputs") else {
        return Some(Vec::new());
    };
    if !matches!(found.key.name, "run" | "git" | "check") {
        let what = deed.map_or_else(String::new, |deed| match deed.outputs.first() {
            Some((path, _)) => format!(" (`{path}`)"),
            None => String::new(),
        });
        let message = format!("a chunk with `{}` knows its outputs{what}", found.key.name);
        report.error(
            "plan::misplaced-key",
            entry.key_span,
            message,
            "remove `outputs`",
        );
        return None;
    }
    read::paths(report, "outputs", &entry.value)
}

/// Reads `needs`: `all`, an id, a mapping of ids to ends, or a list of these.
fn needs<'t>(report: &mut Report<'_>, node: &Node<'t>) -> Option<Vec<WrittenNeed<'t>>> {
    let mut written = Vec::new();
    let complete = match &node.shape {
        Shape::List(items) => {
            written.reserve(items.len());
            let mut complete = true;
            for item in items {
                complete &= need(report, item, &mut written);
            }
            complete
        }
        _ => need(report, node, &mut written),
    };
    complete.then_some(written)
}

fn need<'t>(report: &mut Report<'_>, node: &Node<'t>, written: &mut Vec<WrittenNeed<'t>>) -> bool {
    match &node.shape {
        Shape::Scalar(kind, text) if *kind != Scalar::Null && !node.holes => {
            written.push(WrittenNeed {
                text: text.clone(),
                on: On::Success,
                span: node.span,
            });
            true
        }
        Shape::Map(entries) if !entries.is_empty() => {
            let mut complete = true;
            for entry in entries {
                let end = read::word(report, &entry.key, &entry.value, ENDS);
                complete &= end.is_some();
                let on = match end {
                    Some("failure") => On::Failure,
                    Some("always") => On::Always,
                    _ => On::Success,
                };
                written.push(WrittenNeed {
                    text: entry.key.clone(),
                    on,
                    span: entry.key_span,
                });
            }
            complete
        }
        _ => {
            let help = "write `needs: [id]`, `needs: all`, or `needs: [{ id: failure }]`";
            wrong(report, "needs", node, "ids of other chunks", help);
            false
        }
    }
}

fn retry(report: &mut Report<'_>, node: &Node<'_>) -> Option<Retry> {
    if let Shape::Scalar(..) = &node.shape {
        let repeats = read::whole(report, "retry", node, 0, MAX_ATTEMPTS - 1)?;
        return Some(Retry {
            attempts: repeats + 1,
            ..ONCE
        });
    }
    let example = "write `retry: 2` or `retry: { attempts: 3, backoff: 2s }`";
    read::fields(report, "retry", node, RETRY, example)?;
    let attempts = read::whole(
        report,
        "attempts",
        &node.get("attempts")?.value,
        1,
        MAX_ATTEMPTS,
    );
    let backoff = match node.get("backoff") {
        Some(entry) => read::duration(report, "backoff", &entry.value),
        None => Some(DEFAULT_BACKOFF),
    };
    Some(Retry {
        attempts: attempts?,
        backoff: backoff?,
    })
}

/// Reports a `when` that is neither `true`, `false` nor an expression.
pub(super) fn condition(report: &mut Report<'_>, node: &Node<'_>, evaluated: bool) -> Option<bool> {
    match &node.shape {
        Shape::Scalar(Scalar::Bool, text) => Some(text.eq_ignore_ascii_case("true")),
        _ if evaluated => {
            let message = format!(
                "the condition gives {}, not `true` or `false`",
                node.describe()
            );
            let help =
                "compare the value, for example `{{ name != '' }}` or `{{ items | length > 0 }}`";
            report.error(WRONG_VALUE, node.span, message, help);
            None
        }
        Shape::Scalar(Scalar::Text, text) if !node.holes => {
            let message = format!(
                "`when` takes `true`, `false` or an expression, not {}",
                node.describe()
            );
            let help = match text.to_lowercase().as_str() {
                "yes" | "on" => "write `when: true`".to_owned(),
                "no" | "off" => "write `when: false`".to_owned(),
                _ => format!("write `when: \"{{{{ {text} }}}}\"`"),
            };
            report.error(WRONG_TYPE, node.span, message, help);
            None
        }
        _ => {
            wrong(
                report,
                "when",
                node,
                "`true`, `false` or an expression",
                "write `when: \"{{ name }}\"`",
            );
            None
        }
    }
}
