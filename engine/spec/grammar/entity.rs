//! A whole entity as one text: `book: title:text! pages:int`, `note title body`.

use super::check::check_fields;
use super::cursor::{Cursor, Read};
use super::field::read_field;
use super::finish::finish;
use super::kind::is_type_word;
use super::problem::{EntityProblem, shown};
use crate::spec::{Entity, Field, FieldType, names};

/// Most characters of the text of one entity.
pub const MAX_ENTITY_CHARS: usize = 8_000;

/// An entity with what its text leaves open.
#[derive(Clone, Debug)]
pub(in crate::spec) struct Parsed {
    pub(in crate::spec) entity: Entity,
    /// For each field whether its name alone decided its type.
    pub(in crate::spec) by_name: Vec<bool>,
    /// For each field where it is in its text.
    pub(in crate::spec) spans: Vec<(usize, usize)>,
}

/// Reads `book: title:text! pages:int`.
pub fn entity_from_text(text: &str) -> Result<Entity, Vec<EntityProblem>> {
    parse_entity(text).map(|parsed| parsed.entity)
}

/// Reads an entity and keeps what its text leaves open.
pub(in crate::spec) fn parse_entity(text: &str) -> Result<Parsed, Vec<EntityProblem>> {
    if text.len() > MAX_ENTITY_CHARS {
        return Err(vec![EntityProblem::new(
            (0, 1),
            format!("the entity has more than {MAX_ENTITY_CHARS} characters"),
            "Write a shorter entity.",
        )]);
    }
    let mut cursor = Cursor::new(text);
    cursor.skip_spaces();
    let (name, plural) = read_names(&mut cursor).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut parsed = read_fields(&mut cursor, true, &mut problems);
    parsed.entity.name = name;
    parsed.entity.plural = plural;
    let mut placed = Vec::new();
    if problems.is_empty() {
        check_fields(0, &parsed.entity, &mut placed);
    }
    problems.extend(placed.into_iter().map(|(_, field, mut problem)| {
        if let Some(&(offset, length)) = field.and_then(|field| parsed.spans.get(field)) {
            (problem.offset, problem.length) = (offset, length);
        }
        problem
    }));
    match problems.is_empty() {
        true => Ok(parsed),
        false => Err(problems),
    }
}

fn read_names(cursor: &mut Cursor<'_>) -> Read<(String, String)> {
    let start = cursor.at();
    let word = match cursor.quoted()? {
        Some(word) => word,
        None => cursor.word().to_owned(),
    };
    let names = entity_names(&word, (start, cursor.at() - start))?;
    let span = (start, cursor.at() - start);
    let mut plural = names.1;
    if cursor.eat("/") {
        let start = cursor.at();
        let word = cursor.word();
        plural = plural_name(word, &names.0, (start, word.len()))?;
    }
    let colon = cursor.eat(":");
    let next = cursor.rest();
    let type_follows = next
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .is_some_and(is_type_word);
    if colon && type_follows {
        return Err(EntityProblem::new(
            span,
            "the entity has no name: the text begins with a field",
            format!(
                "Put the entity's name in front, `thing: {}`.",
                shown(cursor.whole())
            ),
        ));
    }
    Ok((names.0, plural))
}

/// The names of an entity, from a text that names one or many.
pub(super) fn entity_names(text: &str, span: (usize, usize)) -> Read<(String, String)> {
    names::entity_names(text).map_err(|problem| {
        EntityProblem::new(
            span,
            format!(
                "`{}` is no name of an entity: {}",
                shown(text),
                problem.message()
            ),
            "An entity is written `book: title! pages:int`.",
        )
    })
}

/// The plural of the entity `name`, from the text given for it.
pub(super) fn plural_name(text: &str, name: &str, span: (usize, usize)) -> Read<String> {
    names::plural_name(text, name).map_err(|problem| {
        EntityProblem::new(
            span,
            format!("`{}` is no plural: {}", shown(text), problem.message()),
            "Write the plural as letters, digits and `_`.",
        )
    })
}

/// Reads the fields that follow, up to the end of the text; `lead` when they begin the entity.
pub(super) fn read_fields(
    cursor: &mut Cursor<'_>,
    lead: bool,
    problems: &mut Vec<EntityProblem>,
) -> Parsed {
    let mut parsed = Parsed::empty();
    loop {
        cursor.take_while(|c| c.is_whitespace() || c == ',');
        if cursor.is_done() {
            return parsed;
        }
        let start = cursor.at();
        let read = read_field(cursor).and_then(|draft| {
            let open = draft.kind.kind.is_none();
            let first = lead && parsed.entity.fields.is_empty();
            let (span, optional) = (draft.span, draft.optional);
            let mut field = finish(draft)?;
            // A row needs something to be called by.
            field.required |= first && open && !optional && field.kind == FieldType::String;
            Ok((field, open, span))
        });
        match read {
            Ok((field, open, span)) => parsed.push(field, open, span),
            Err(problem) => {
                problems.push(problem);
                cursor.skip_field();
            }
        }
        if cursor.at() == start {
            cursor.bump();
        }
    }
}

impl Parsed {
    pub(in crate::spec) fn empty() -> Self {
        Self {
            entity: Entity {
                name: String::new(),
                plural: String::new(),
                fields: Vec::new(),
            },
            by_name: Vec::new(),
            spans: Vec::new(),
        }
    }

    pub(super) fn one(field: Field, by_name: bool, span: (usize, usize)) -> Self {
        let mut parsed = Self::empty();
        parsed.push(field, by_name, span);
        parsed
    }

    /// An entity that leaves nothing open.
    pub(in crate::spec) fn whole(entity: Entity) -> Self {
        Self {
            by_name: vec![false; entity.fields.len()],
            spans: vec![(0, 1); entity.fields.len()],
            entity,
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.entity.fields.extend(other.entity.fields);
        self.by_name.extend(other.by_name);
        self.spans.extend(other.spans);
    }

    pub(in crate::spec) fn push(&mut self, field: Field, by_name: bool, span: (usize, usize)) {
        self.entity.fields.push(field);
        self.by_name.push(by_name);
        self.spans.push(span);
    }
}

/// Makes a field that is called like an entity, and whose type was left open, a reference to it.
pub(in crate::spec) fn link_by_name(entities: &mut [Parsed]) {
    let known: Vec<String> = entities
        .iter()
        .map(|parsed| parsed.entity.name.clone())
        .collect();
    for parsed in entities {
        for (field, open) in parsed.entity.fields.iter_mut().zip(&parsed.by_name) {
            let target = names::entity_names(&field.name).map(|(name, _)| name);
            let Some(target) = target.ok().filter(|target| known.contains(target)) else {
                continue;
            };
            // A plural names many rows, which one reference cannot hold.
            if *open && names::bare(&target) == names::bare(&field.name) {
                *field = reference(&field.name, &target, field.required);
            }
        }
    }
}

/// A reference field.
pub(in crate::spec) fn reference(name: &str, target: &str, required: bool) -> Field {
    Field {
        name: name.to_owned(),
        kind: FieldType::Ref,
        required,
        unique: false,
        unique_each: false,
        min: None,
        max: None,
        max_length: None,
        values: Vec::new(),
        default: None,
        references: Some(target.to_owned()),
    }
}
