//! Entities given in the grammar, laid over those that the request names.

use super::build::Built;
use crate::spec::grammar::{Parsed, check_entities, link_by_name, parse_entity};
use crate::spec::{Entity, Note, NoteKind};

/// Puts the entities of `texts` in place of those with the same names.
///
/// Where none has the name of an entity of the request, they stand alone: the request was about them.
pub(super) fn lay_over(built: Vec<Built>, texts: &[String], notes: &mut Vec<Note>) -> Vec<Built> {
    if texts.is_empty() {
        return built;
    }
    let mut given: Vec<(Parsed, &String)> = Vec::new();
    for text in texts {
        match parse_entity(text) {
            Ok(parsed) => given.push((parsed, text)),
            Err(problems) => notes.extend(problems.into_iter().map(|problem| Note {
                kind: NoteKind::Unsupported,
                text: format!("--entity: {}. {}", problem.message, problem.help),
                from: text.clone(),
            })),
        }
    }
    let is_given = |name: &str| given.iter().any(|(parsed, _)| parsed.entity.name == name);
    let replaced = built.iter().any(|built| is_given(&built.entity.name));
    let kept: Vec<Built> = built
        .into_iter()
        .filter(|built| {
            let wanted = given.iter().flat_map(|(parsed, _)| &parsed.entity.fields);
            let referred = wanted
                .filter_map(|field| field.references.as_ref())
                .any(|name| *name == built.entity.name);
            !is_given(&built.entity.name) && (replaced || referred)
        })
        .collect();
    let mut parsed: Vec<Parsed> = given.iter().map(|(parsed, _)| parsed.clone()).collect();
    parsed.extend(kept.iter().map(|built| Parsed::whole(built.entity.clone())));
    link_by_name(&mut parsed);
    let count = given.len();
    let froms = given.iter().map(|(_, text)| (*text).clone());
    let froms: Vec<String> = froms
        .chain(kept.iter().map(|built| built.from.clone()))
        .collect();
    let reads: Vec<bool> = kept.iter().map(|built| built.read).collect();
    parsed
        .into_iter()
        .zip(froms)
        .enumerate()
        .map(|(at, (parsed, from))| Built {
            entity: parsed.entity,
            from,
            read: at < count || reads[at - count],
            renamed: Vec::new(),
        })
        .collect()
}

/// Says what is wrong between the entities of a spec, and repairs what nobody gave.
pub(super) fn check(entities: &[Entity], texts: &[String], notes: &mut Vec<Note>) {
    notes.extend(
        check_entities(entities)
            .into_iter()
            .map(|(at, _, problem)| Note {
                kind: NoteKind::Unsupported,
                text: format!("{}. {}", problem.message, problem.help),
                from: texts.get(at).cloned().unwrap_or_default(),
            }),
    );
}
