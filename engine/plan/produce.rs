//! Reads how a file is produced: by whom, within what limits, and what follows when it fails. Knows no other action.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::checked::{By, OnFail, Produce, SamplingGiven};
use super::keys::{ON_FAIL, PRODUCERS, SAMPLING};
use super::limits::{MAX_REPEAT_PENALTY, MAX_TEMPERATURE, MAX_TOKENS, MAX_WHOLE};
use super::names;
use super::read::{self, WRONG_VALUE};
use super::report::Report;
use super::tree::{Node, shorten};
use super::types::{TypeKind, chunk_type, file_types};
use crate::diagnostic::did_you_mean;

/// The role that produces files unless a chunk names another.
const DEFAULT_ROLE: &str = "coder";

/// Keys that say how a file is produced, its type apart.
pub(super) const KEYS: [&str; 7] = [
    "template",
    "by",
    "max-tokens",
    "model",
    "about",
    "on-fail",
    "sampling",
];

/// The chunk type of a file that is produced, with its cap.
pub(super) fn chunk(report: &mut Report<'_>, node: &Node<'_>) -> Option<(String, u32)> {
    let text = read::line(report, "type", node)?;
    match chunk_type(&text) {
        Some(found) if found.kind == TypeKind::File => Some((text.into_owned(), found.cap)),
        Some(_) => {
            let message = format!(
                "the type `{text}` is done by a tool, and `write` takes one that is produced"
            );
            let help = format!("use one of {}", file_types().collect::<Vec<_>>().join(", "));
            report.error("plan::unknown-type", node.span, message, help);
            None
        }
        None => {
            let help = match did_you_mean(&text, file_types()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of {}", file_types().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("`{}` is no chunk type", shorten(&text));
            report.error("plan::unknown-type", node.span, message, help);
            None
        }
    }
}

/// How a file is produced; its path is filled in by whoever read it.
pub(super) fn read(
    report: &mut Report<'_>,
    node: &Node<'_>,
    cap: Option<u32>,
    bindings: Map<String, Value>,
) -> Option<Produce> {
    let by = node
        .get("by")
        .map(|entry| read::word(report, "by", &entry.value, PRODUCERS));
    let template = node
        .get("template")
        .map(|entry| template(report, &entry.value));
    let model = node.get("model").map(|entry| {
        let role = read::line(report, "model", &entry.value)?;
        names::id(report, "role", &role, entry.value.span).then(|| role.into_owned())
    });
    let tokens = node
        .get("max-tokens")
        .map(|entry| read::whole(report, "max-tokens", &entry.value, 1, MAX_TOKENS));
    let about = node
        .get("about")
        .map(|entry| read::text(report, "about", &entry.value));
    let on_fail = node
        .get("on-fail")
        .map(|entry| read::word(report, "on-fail", &entry.value, ON_FAIL));
    let sampling = node
        .get("sampling")
        .map(|entry| sampling(report, &entry.value));
    Some(Produce {
        path: camino::Utf8PathBuf::new(),
        by: match by.unwrap_or(Some("auto"))? {
            "template" => By::Template,
            "model" => By::Model,
            _ => By::Auto,
        },
        template: template.map_or(Some(None), |found| found.map(Some))?,
        bindings,
        model: model.unwrap_or_else(|| Some(DEFAULT_ROLE.to_owned()))?,
        max_tokens: tokens.unwrap_or(cap)?,
        about: about.map_or(Some(String::new()), |text| text.map(Cow::into_owned))?,
        on_fail: match on_fail.unwrap_or(Some("fail"))? {
            "template" => OnFail::Template,
            _ => OnFail::Fail,
        },
        sampling: sampling.unwrap_or(Some(SamplingGiven::default()))?,
    })
}

fn sampling(report: &mut Report<'_>, node: &Node<'_>) -> Option<SamplingGiven> {
    let example = "write `sampling: { temperature: 0.2, seed: 1 }`";
    read::fields(report, "sampling", node, SAMPLING, example)?;
    let mut number = |key: &str, max: f32| match node.get(key) {
        Some(entry) => read::number(report, key, &entry.value, max).map(Some),
        None => Some(None),
    };
    let temperature = number("temperature", MAX_TEMPERATURE);
    let (top_p, min_p) = (number("top-p", 1.0), number("min-p", 1.0));
    let repeat_penalty = number("repeat-penalty", MAX_REPEAT_PENALTY);
    let mut whole = |key: &str| match node.get(key) {
        Some(entry) => read::whole(report, key, &entry.value, 0, MAX_WHOLE).map(Some),
        None => Some(None),
    };
    let (top_k, seed) = (whole("top-k"), whole("seed"));
    Some(SamplingGiven {
        temperature: temperature?,
        top_k: top_k?,
        top_p: top_p?,
        min_p: min_p?,
        repeat_penalty: repeat_penalty?,
        seed: seed?.map(u64::from),
    })
}

/// A template's name: `stack/name`, which never leaves the templates.
fn template(report: &mut Report<'_>, node: &Node<'_>) -> Option<String> {
    let (path, _) = read::path(report, "template", node, false)?;
    if path.as_str().contains('/') {
        return Some(path.into_string());
    }
    let message = format!("the template `{path}` names no stack");
    report.error(
        WRONG_VALUE,
        node.span,
        message,
        format!("write `stack/name`, such as `flask/{path}`"),
    );
    None
}
