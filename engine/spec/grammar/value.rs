//! Entities in a plan: a list of `{ name, fields }`, of `{ book: "title! pages:int" }` or of texts.

use serde_json::{Map, Value};

use super::check::check_entities;
use super::cursor::Cursor;
use super::entity::{Parsed, entity_names, link_by_name, parse_entity, plural_name, read_fields};
use super::problem::{EntityProblem, Step};
use super::value_field::read_field_value;
use crate::spec::Entity;

const SHAPE_HELP: &str =
    "Write `- book: title! pages:int`, or `- { name: book, fields: [ title: text! ] }`.";
const KEYS: [&str; 3] = ["name", "plural", "fields"];

type Problems = Vec<EntityProblem>;

/// An entity with the way to it and to each of its fields.
struct Found {
    parsed: Parsed,
    path: Vec<Step>,
    field_paths: Vec<Vec<Step>>,
}

impl Found {
    fn below(mut self, path: &[Step], offset: usize) -> Self {
        for steps in self.field_paths.iter_mut().chain([&mut self.path]) {
            steps.splice(0..0, path.iter().cloned());
        }
        for span in &mut self.parsed.spans {
            span.0 += offset;
        }
        self
    }
}

/// Reads the value of an `entities` parameter.
pub fn entities_from_value(value: &Value) -> Result<Vec<Entity>, Vec<EntityProblem>> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for (path, offset, item) in items(value) {
        match read_entity(&item) {
            Ok(entity) => found.push(entity.below(&path, offset)),
            Err(more) => problems.extend(more.into_iter().map(|mut problem| {
                problem.offset += offset;
                problem.below(&path)
            })),
        }
    }
    if problems.is_empty() && found.is_empty() {
        problems.push(EntityProblem::new(
            (0, 1),
            "there are no entities",
            SHAPE_HELP,
        ));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    link(&found)
}

/// Checks entities against each other and puts what is wrong in its place.
fn link(found: &[Found]) -> Result<Vec<Entity>, Problems> {
    let mut parsed: Vec<Parsed> = found.iter().map(|found| found.parsed.clone()).collect();
    link_by_name(&mut parsed);
    let entities: Vec<Entity> = parsed.into_iter().map(|parsed| parsed.entity).collect();
    let placed = check_entities(&entities);
    if placed.is_empty() {
        return Ok(entities);
    }
    let place = |(entity, field, mut problem): (usize, Option<usize>, EntityProblem)| {
        let found = &found[entity];
        match field {
            Some(field) => {
                (problem.offset, problem.length) = found.parsed.spans[field];
                problem.below(&found.field_paths[field])
            }
            None => problem.below(&found.path),
        }
    };
    Err(placed.into_iter().map(place).collect())
}

/// The entities of a value: each with the way to it and, in a text, the offset of its part.
fn items(value: &Value) -> Vec<(Vec<Step>, usize, Value)> {
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, item)| (vec![Step::Index(at)], 0, item.clone()))
            .collect(),
        Value::Object(map) if !map.contains_key("fields") => map
            .iter()
            .map(|(name, fields)| {
                let entry = Map::from_iter([(name.clone(), fields.clone())]);
                (Vec::new(), 0, Value::Object(entry))
            })
            .collect(),
        Value::String(text) => parts(text),
        other => vec![(Vec::new(), 0, other.clone())],
    }
}

/// The entities of one text, with `;` or a line break between them.
fn parts(text: &str) -> Vec<(Vec<Step>, usize, Value)> {
    let mut parts = Vec::new();
    let mut cursor = Cursor::new(text);
    let mut start = 0;
    while !cursor.is_done() {
        if cursor.eat(";") || cursor.eat("\n") {
            start = cursor.at();
            continue;
        }
        let quoted = cursor.peek().is_some_and(|c| matches!(c, '"' | '\''));
        if !quoted || !matches!(cursor.quoted(), Ok(Some(_))) {
            cursor.bump();
        }
        if cursor.is_done() || cursor.rest().starts_with([';', '\n']) {
            let part = cursor.since(start);
            if !part.trim().is_empty() {
                parts.push((Vec::new(), start, Value::from(part)));
            }
        }
    }
    parts
}

fn read_entity(item: &Value) -> Result<Found, Problems> {
    match item {
        Value::String(text) => parse_entity(text).map(|parsed| Found {
            field_paths: vec![Vec::new(); parsed.spans.len()],
            path: Vec::new(),
            parsed,
        }),
        Value::Object(map) if map.contains_key("name") || map.contains_key("fields") => {
            read_long(map)
        }
        Value::Object(map) if map.len() == 1 => {
            let (name, fields) = map.iter().next().expect("the map has one entry");
            read_pair(name, fields)
        }
        _ => Err(vec![EntityProblem::new(
            (0, 1),
            "an entity is a text, or a map with `name` and `fields`",
            SHAPE_HELP,
        )]),
    }
}

fn read_long(map: &Map<String, Value>) -> Result<Found, Problems> {
    let mut problems = Vec::new();
    for key in map.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        problems.push(
            EntityProblem::new(
                (0, 1),
                format!("an entity has no key `{}`", super::problem::shown(key)),
                "An entity has `name`, `plural` and `fields`.",
            )
            .below(&[Step::Key(key.clone())]),
        );
    }
    let text = |key: &str| map.get(key).and_then(Value::as_str);
    let name = text("name").unwrap_or_default();
    let names = entity_names(name, (0, name.len()))
        .map_err(|problem| problems.push(problem.below(&[Step::Key("name".to_owned())])))
        .unwrap_or_default();
    let mut plural = names.1;
    if let Some(given) = map.get("plural") {
        let given = given.as_str().unwrap_or_default();
        match plural_name(given, &names.0, (0, given.len())) {
            Ok(given) => plural = given,
            Err(problem) => problems.push(problem.below(&[Step::Key("plural".to_owned())])),
        }
    }
    let fields = map.get("fields").unwrap_or(&Value::Null);
    let read = read_fields_value(fields, &[Step::Key("fields".to_owned())], &mut problems);
    finish(names.0, plural, read, problems)
}

fn read_pair(name: &str, fields: &Value) -> Result<Found, Problems> {
    let key = [Step::Key(name.to_owned())];
    let names = entity_names(name, (0, name.len())).map_err(|problem| vec![problem.below(&key)])?;
    let mut problems = Vec::new();
    let read = read_fields_value(fields, &key, &mut problems);
    finish(names.0, names.1, read, problems)
}

fn finish(
    name: String,
    plural: String,
    (mut parsed, field_paths): (Parsed, Vec<Vec<Step>>),
    mut problems: Problems,
) -> Result<Found, Problems> {
    parsed.entity.name = name;
    parsed.entity.plural = plural;
    let found = Found {
        parsed,
        path: Vec::new(),
        field_paths,
    };
    if problems.is_empty() {
        let mut placed = Vec::new();
        super::check::check_fields(0, &found.parsed.entity, &mut placed);
        problems.extend(placed.into_iter().map(|(_, field, problem)| match field {
            Some(field) => problem.below(&found.field_paths[field]),
            None => problem,
        }));
    }
    match problems.is_empty() {
        true => Ok(found),
        false => Err(problems),
    }
}

/// Reads the fields of an entity: one text or a list.
fn read_fields_value(
    value: &Value,
    path: &[Step],
    problems: &mut Problems,
) -> (Parsed, Vec<Vec<Step>>) {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        Value::String(_) => std::slice::from_ref(value),
        _ => &[],
    };
    if list.is_empty() {
        problems.push(
            EntityProblem::new((0, 1), "`fields` is a list of fields", SHAPE_HELP).below(path),
        );
    }
    let mut all = Parsed::empty();
    let mut paths = Vec::new();
    for (at, item) in list.iter().enumerate() {
        let mut path = path.to_vec();
        if value.is_array() {
            path.push(Step::Index(at));
        }
        let mut found = Vec::new();
        let (read, below) = read_one(item, all.entity.fields.is_empty(), &mut found);
        problems.extend(found.into_iter().map(|problem| problem.below(&path)));
        path.extend(below);
        paths.extend(std::iter::repeat_n(path, read.spans.len()));
        all.append(read);
    }
    (all, paths)
}

fn read_one(item: &Value, first: bool, problems: &mut Problems) -> (Parsed, Option<Step>) {
    if let Value::String(text) = item {
        let parsed = read_fields(&mut Cursor::new(text), first, problems);
        if parsed.spans.is_empty() && problems.is_empty() {
            problems.push(EntityProblem::new(
                (0, 1),
                "a field has no name",
                SHAPE_HELP,
            ));
        }
        return (parsed, None);
    }
    match read_field_value(item, first) {
        Ok((parsed, below)) => (parsed, below),
        Err(problem) => {
            problems.push(problem);
            (Parsed::empty(), None)
        }
    }
}
