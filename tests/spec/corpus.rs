//! What people ask for and what they get: `corpus.yaml`, request by request.

use std::collections::BTreeMap;

use codey::spec::{Coverage, NoteKind, Spec, SpecOptions, read_request};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    request: String,
    /// Entities in order, each with the names of its fields; `*` marks a required one.
    #[serde(default)]
    entities: serde_json::Map<String, serde_json::Value>,
    /// References, `book.author`, with what they point to.
    #[serde(default)]
    references: BTreeMap<String, String>,
    /// The words that are refused.
    #[serde(default)]
    refused: Vec<String>,
    /// The words that are not understood.
    #[serde(default)]
    ignored: Vec<String>,
}

const LEAST_CASES: usize = 40;

pub(super) fn options() -> SpecOptions {
    SpecOptions {
        covered: Coverage {
            stacks: vec!["flask".to_owned()],
            ..Coverage::default()
        },
        ..SpecOptions::default()
    }
}

fn fields(spec: &Spec) -> serde_json::Map<String, serde_json::Value> {
    let row = |entity: &codey::spec::Entity| {
        let fields: Vec<String> = entity
            .fields
            .iter()
            .map(|field| format!("{}{}", field.name, if field.required { "*" } else { "" }))
            .collect();
        (entity.name.clone(), fields.join(" ").into())
    };
    spec.entities.iter().map(row).collect()
}

fn references(spec: &Spec) -> BTreeMap<String, String> {
    let mut list = BTreeMap::new();
    for entity in &spec.entities {
        for field in &entity.fields {
            if let Some(target) = &field.references {
                list.insert(format!("{}.{}", entity.name, field.name), target.clone());
            }
        }
    }
    list
}

fn from(spec: &Spec, kind: NoteKind) -> Vec<&str> {
    let notes = spec.notes.iter().filter(|note| note.kind == kind);
    notes.map(|note| note.from.as_str()).collect()
}

#[test]
fn every_request_of_the_corpus_gives_its_spec() {
    let cases: Vec<Case> =
        serde_yaml::from_str(include_str!("corpus.yaml")).expect("the corpus is YAML");
    assert!(cases.len() >= LEAST_CASES);
    let mut wrong = Vec::new();
    for case in &cases {
        let spec = read_request(&case.request, &options());
        let found = (
            fields(&spec),
            references(&spec),
            from(&spec, NoteKind::Unsupported),
            from(&spec, NoteKind::Ignored),
        );
        let due = (
            &case.entities,
            &case.references,
            &case.refused,
            &case.ignored,
        );
        let keys = |map: &serde_json::Map<String, serde_json::Value>| {
            map.keys().cloned().collect::<Vec<_>>()
        };
        let same = found.0 == *due.0
            && keys(&found.0) == keys(due.0)
            && found.1 == *due.1
            && found.2 == *due.2
            && found.3 == *due.3;
        if !same {
            wrong.push(format!(
                "{}\n  due   {due:?}\n  found {found:?}",
                case.request
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
