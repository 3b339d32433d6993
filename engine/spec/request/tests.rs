//! Requests that are small enough to be told apart by one fact.

use super::*;
use crate::spec::{FieldType, NoteKind, Spec, entity_to_compact};

fn options(entities: &[&str]) -> SpecOptions {
    SpecOptions {
        entities: entities.iter().map(|&text| text.to_owned()).collect(),
        covered: Coverage {
            stacks: vec!["flask".to_owned()],
            ..Coverage::default()
        },
        ..SpecOptions::default()
    }
}

fn read(text: &str) -> Spec {
    read_request(text, &options(&[]))
}

fn compact(spec: &Spec) -> Vec<String> {
    spec.entities.iter().map(entity_to_compact).collect()
}

#[test]
fn print_some() {
    for line in std::fs::read_to_string("/tmp/requests.txt")
        .unwrap_or_default()
        .lines()
    {
        let spec = read(line);
        println!("\n# {line}\n  [{}] {}", spec.name, spec.title);
        for text in compact(&spec) {
            println!("    {text}");
        }
        for note in &spec.notes {
            if matches!(note.kind, NoteKind::Ignored | NoteKind::Unsupported) {
                println!("  {:?}: {:.60} <- {}", note.kind, note.text, note.from);
            }
        }
    }
}
