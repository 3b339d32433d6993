//! Holds a spec against the label of a request. Knows labels, not how a request is read.
//!
//! A label names the kind, the stack, the entities in any order and what is said of them. `a|b` are names that
//! are equally right, `?a` an entity that may be there, `!` a required field, `:type` and `:ref(x)` its type.
//! Fields that are not in the label are nobody's business, unless it begins with `=`: then these are all.

use std::collections::BTreeMap;

use codey::spec::{Entity, Field, NoteKind, Spec, names};
use serde::Deserialize;

/// A request and what is due.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub ask: String,
    #[serde(default = "web")]
    kind: String,
    stack: Option<String>,
    name: Option<String>,
    #[serde(default)]
    entities: BTreeMap<String, String>,
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    pages: Vec<String>,
    /// Words that are said not to be possible.
    #[serde(default)]
    refused: Vec<String>,
    /// Words that are not understood; not looked at where absent.
    ignored: Option<Vec<String>>,
    /// There is nothing to build.
    #[serde(default)]
    nothing: bool,
    /// Its label says nothing of names, features, pages and notes.
    #[serde(default)]
    things_only: bool,
}

fn web() -> String {
    "web".to_owned()
}

/// How much of a label is met.
#[derive(Default)]
pub(crate) struct Verdict {
    pub kind: bool,
    pub entities: bool,
    pub notes: bool,
    /// Entities that are due and there, those besides that are due or there, and those that are there and not due.
    pub entities_right: usize,
    pub entities_due: usize,
    pub entities_invented: usize,
    pub fields_right: usize,
    pub fields_due: usize,
    pub wrong: Vec<String>,
}

impl Case {
    /// Judges `spec`, read from the request of this case.
    pub(crate) fn judge(&self, spec: &Spec) -> Verdict {
        let mut verdict = Verdict::default();
        verdict.kind = self.judge_kind(spec, &mut verdict.wrong);
        verdict.entities = true;
        let mut taken = vec![false; spec.entities.len()];
        for (label, fields) in &self.entities {
            let (optional, alternatives) = match label.strip_prefix('?') {
                Some(rest) => (true, rest),
                None => (false, label.as_str()),
            };
            let is_it = |entity: &Entity| any(alternatives, names::bare(&entity.name));
            verdict.entities_due += usize::from(!optional);
            match spec.entities.iter().position(is_it) {
                Some(at) => {
                    taken[at] = true;
                    verdict.entities_right += usize::from(!optional);
                    judge_fields(&spec.entities[at], fields, &mut verdict);
                }
                None if optional => {}
                None => {
                    verdict.entities = false;
                    verdict.wrong.push(format!("no {alternatives}"));
                    verdict.fields_due += fields
                        .split_whitespace()
                        .filter(|word| *word != "=")
                        .count();
                }
            }
        }
        for (entity, taken) in spec.entities.iter().zip(taken) {
            if !taken {
                verdict.entities = false;
                verdict.entities_due += 1;
                verdict.entities_invented += 1;
                verdict
                    .wrong
                    .push(format!("{} was not asked for", entity.name));
            }
        }
        verdict.notes = self.things_only || self.judge_notes(spec, &mut verdict.wrong);
        verdict
    }

    fn judge_kind(&self, spec: &Spec, wrong: &mut Vec<String>) -> bool {
        let default = match self.kind.as_str() {
            "static" => "html",
            "cli" | "package" | "ci" => "python",
            _ => "flask",
        };
        let stack = self.stack.as_deref().unwrap_or(default);
        if self.nothing {
            return true;
        }
        let named = self.name.as_ref().is_none_or(|name| *name == spec.name);
        let right = spec.kind == self.kind && spec.stack == stack && named;
        if !right {
            wrong.push(format!("{} {} {}", spec.kind, spec.stack, spec.name));
        }
        right
    }

    fn judge_notes(&self, spec: &Spec, wrong: &mut Vec<String>) -> bool {
        let count = wrong.len();
        let from = |kind: NoteKind| -> Vec<String> {
            let notes = spec.notes.iter().filter(|note| note.kind == kind);
            notes.map(|note| note.from.to_lowercase()).collect()
        };
        let refused = [from(NoteKind::Missing), from(NoteKind::Unsupported)].concat();
        for word in &self.refused {
            let word = word.to_lowercase();
            if !refused.iter().any(|from| from.contains(&word)) {
                wrong.push(format!("{word} was not refused"));
            }
        }
        if self.refused.is_empty() && self.nothing == refused.is_empty() {
            wrong.push(format!("refused {refused:?}"));
        }
        if let Some(due) = &self.ignored {
            let found = from(NoteKind::Ignored);
            if found != *due {
                wrong.push(format!("ignored {found:?}"));
            }
        }
        if spec.features != self.features {
            wrong.push(format!("features {:?}", spec.features));
        }
        if spec.pages != self.pages {
            wrong.push(format!("pages {:?}", spec.pages));
        }
        wrong.len() == count
    }
}

fn any(alternatives: &str, name: &str) -> bool {
    alternatives
        .split('|')
        .any(|alternative| alternative == name)
}

fn judge_fields(entity: &Entity, label: &str, verdict: &mut Verdict) {
    let all = label.starts_with('=');
    let mut known = vec![false; entity.fields.len()];
    for due in label.split_whitespace().filter(|word| *word != "=") {
        verdict.fields_due += 1;
        match entity.fields.iter().position(|field| meets(field, due)) {
            Some(at) => {
                known[at] = true;
                verdict.fields_right += 1;
            }
            None => verdict.wrong.push(format!("{}.{due}", entity.name)),
        }
    }
    for (field, known) in entity.fields.iter().zip(known) {
        if all && !known {
            verdict.fields_due += 1;
            verdict
                .wrong
                .push(format!("{}.{} was not asked for", entity.name, field.name));
        }
    }
}

fn meets(field: &Field, due: &str) -> bool {
    let (name, kind) = due.split_once(':').unwrap_or((due, ""));
    let required = name.strip_suffix('!');
    let (kind, target) = match kind.split_once('(') {
        Some((kind, target)) => (kind, target.strip_suffix(')')),
        None => (kind, None),
    };
    any(required.unwrap_or(name), names::bare(&field.name))
        && (required.is_none() || field.required)
        && (kind.is_empty() || any(kind, field.kind.word()))
        && target.is_none_or(|target| field.references.as_deref().map(names::bare) == Some(target))
}
