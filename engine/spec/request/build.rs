//! From what a request says of an entity to its fields, filled up with what is usual.

use super::lexicon::{self, Domain};
use super::want::{Listed, Want};
use super::words::Role;
use crate::spec::grammar::{Parsed, field_by_name, link_by_name, parse_entity, reference};
use crate::spec::names::{self, MAX_FIELDS};
use crate::spec::{Entity, Field, FieldType};

/// Fields from which on a list counts as complete.
const COMPLETE_LIST: usize = 2;

/// An entity with where its fields come from.
pub(super) struct Built {
    pub entity: Entity,
    /// The words it comes from.
    pub from: String,
    /// The request says which fields it has.
    pub read: bool,
}

/// Gives every entity its fields.
pub(super) fn build(wants: &[Want], domain: Option<&Domain>) -> Vec<Built> {
    let mut list: Vec<(Parsed, bool)> = wants.iter().map(|want| one(want, domain)).collect();
    let mut parsed: Vec<Parsed> = list.iter_mut().map(|(parsed, _)| parsed.clone()).collect();
    link_by_name(&mut parsed);
    let known: Vec<String> = parsed
        .iter()
        .map(|parsed| parsed.entity.name.clone())
        .collect();
    parsed
        .into_iter()
        .zip(wants)
        .zip(list)
        .map(|((parsed, want), (_, read))| {
            let mut entity = parsed.entity;
            entity.fields.retain(|field| {
                field
                    .references
                    .as_ref()
                    .is_none_or(|target| known.contains(target))
            });
            ensure_title(&mut entity);
            Built {
                entity,
                from: want.from.clone(),
                read,
            }
        })
        .collect()
}

fn one(want: &Want, domain: Option<&Domain>) -> (Parsed, bool) {
    let usual = lexicon::entity(domain, &want.name);
    let mut read = fields(want, usual.as_ref());
    let said = !read.is_empty();
    let named_title = read.iter().any(|(field, _)| is_title(field));
    let own = read
        .iter()
        .filter(|(field, _)| field.kind != FieldType::Ref)
        .count();
    let complete = named_title || own >= COMPLETE_LIST;
    let known = usual.is_some();
    let base = usual.unwrap_or_else(|| unknown(&want.name));
    let usual_fields = base
        .entity
        .fields
        .iter()
        .cloned()
        .zip(base.by_name.iter().copied());
    let mut all: Vec<(Field, bool)> = Vec::new();
    if complete {
        // What names a row, what ticks it off and what it belongs to go without saying.
        let texts = read.iter().any(|(field, _)| {
            can_name(field) || (field.required && field.kind == FieldType::String)
        });
        let first = usual_fields
            .clone()
            .find(|(field, _)| field.kind == FieldType::String);
        all.extend(first.filter(|(field, _)| !texts || (known && !named_title && field.required)));
        all.append(&mut read);
        all.extend(
            usual_fields.filter(|(field, _)| field.kind == FieldType::Ref || field.name == "done"),
        );
    } else {
        all.extend(usual_fields);
        all.append(&mut read);
    }
    all.extend(
        want.parents
            .iter()
            .map(|parent| (reference_to(parent, true), false)),
    );
    (assemble(want, all), said)
}

/// An entity that no table knows.
fn unknown(name: &str) -> Parsed {
    parse_entity(&format!("{}: name! notes", names::bare(name)))
        .expect("the name of a wanted entity is valid")
}

fn assemble(want: &Want, all: Vec<(Field, bool)>) -> Parsed {
    let mut parsed = Parsed::empty();
    let names = names::entity_names(&want.name);
    (parsed.entity.name, parsed.entity.plural) =
        names.unwrap_or_else(|_| (want.name.clone(), format!("{}_rows", want.name)));
    for (field, by_name) in all {
        if parsed.entity.fields.len() == MAX_FIELDS {
            break;
        }
        let same = |other: &Field| {
            other.name == field.name
                || (field.kind == FieldType::Ref && other.references == field.references)
        };
        match parsed.entity.fields.iter_mut().find(|other| same(other)) {
            Some(other) => other.required |= field.required,
            None => parsed.push(field, by_name, (0, 1)),
        }
    }
    parsed
}

/// The fields that a request gives an entity, each with whether its name alone decided its type.
fn fields(want: &Want, usual: Option<&Parsed>) -> Vec<(Field, bool)> {
    let usual = usual.map_or(&[][..], |parsed| parsed.entity.fields.as_slice());
    want.fields
        .iter()
        .filter_map(|listed| match listed {
            Listed::Typed(field) => Some((field.clone(), false)),
            Listed::Reference(target) => Some((reference_to(target, false), false)),
            Listed::Named(name, mark) => named(name, *mark, usual),
        })
        .collect()
}

fn named(name: &str, mark: Option<Role>, usual: &[Field]) -> Option<(Field, bool)> {
    let field = field_by_name(name).ok()?;
    let known = usual.iter().find(|known| stands_for(known, &field));
    let (mut field, open) = match known {
        Some(known) => (known.clone(), false),
        None => (field, true),
    };
    match mark {
        Some(Role::Required) => field.required = true,
        Some(Role::Optional) => field.required = false,
        Some(Role::Unique) if field.kind != FieldType::Boolean => field.unique = true,
        _ => {}
    }
    Some((field, open))
}

/// A reference called like the entity it points to.
fn reference_to(target: &str, required: bool) -> Field {
    let name = names::field_name(target).unwrap_or_else(|_| target.to_owned());
    reference(&name, target, required)
}

/// Whether a usual field is what a request means: `spent_on` for `date`, `due_on` for `due date`.
fn stands_for(usual: &Field, asked: &Field) -> bool {
    let dated = |field: &Field| matches!(field.kind, FieldType::Date | FieldType::Datetime);
    if usual.name == asked.name {
        return true;
    }
    if !dated(usual) || !dated(asked) {
        return false;
    }
    let first = |field: &Field| field.name.split('_').next().map(str::to_owned);
    matches!(asked.name.as_str(), "date" | "day" | "when") || first(usual) == first(asked)
}

/// Whether people would call a row by this field, where it has no title.
fn can_name(field: &Field) -> bool {
    const NO_NAMES: [&str; 8] = [
        "number", "no", "code", "colour", "color", "size", "unit", "id",
    ];
    let last = field.name.rsplit('_').next().unwrap_or_default();
    field.kind == FieldType::String && !NO_NAMES.contains(&last)
}

fn is_title(field: &Field) -> bool {
    matches!(
        field.name.as_str(),
        "title" | "name" | "subject" | "headline"
    )
}

/// Makes the field that names a row required, and gives a row one where it has none.
fn ensure_title(entity: &mut Entity) {
    let required = |field: &Field| field.required && field.kind != FieldType::Ref;
    if entity.fields.iter().any(required) {
        return;
    }
    let text = |field: &Field| field.kind == FieldType::String;
    let titled = entity
        .fields
        .iter()
        .position(|field| text(field) && is_title(field));
    let named = titled.or_else(|| entity.fields.iter().position(can_name));
    if let Some(at) = named {
        entity.fields[at].required = true;
    } else if !entity.fields.iter().any(|field| field.required)
        && let Ok(mut name) = field_by_name("name")
    {
        name.required = true;
        entity.fields.insert(0, name);
    }
}
