//! The endpoints of an entity: paths, JSON shapes and statuses. Knows no framework.

use serde_json::{Map, Value};

use super::types::{Endpoint, Entity};

type Shape = Map<String, Value>;

/// The endpoints of `entity`, in the order a reader expects them.
pub(super) fn endpoints(entity: &Entity) -> Vec<Endpoint> {
    let list = format!("/api/{}", entity.slug);
    let one = format!("{list}/{{id}}");
    let Entity {
        label,
        label_plural,
        article,
        ..
    } = entity;
    let row = row(entity);
    let body = body(entity);
    let nothing = Shape::new;
    let endpoint = |method: &str,
                    path: &str,
                    about: String,
                    shapes: (Shape, Shape),
                    status: u16,
                    errors: &[u16]| Endpoint {
        method: method.to_owned(),
        path: path.to_owned(),
        about,
        entity: entity.name.clone(),
        request: shapes.0,
        response: shapes.1,
        status,
        errors: errors.to_vec(),
    };
    let write = |known: bool| write_errors(entity, known);
    vec![
        endpoint(
            "GET",
            &list,
            format!("List {label_plural}"),
            (query(entity), page()),
            200,
            &[422],
        ),
        endpoint(
            "POST",
            &list,
            format!("Add {article} {label}"),
            (body.clone(), row.clone()),
            201,
            &write(false),
        ),
        endpoint(
            "GET",
            &one,
            format!("Read {article} {label}"),
            (nothing(), row.clone()),
            200,
            &[404],
        ),
        endpoint(
            "PUT",
            &one,
            format!("Replace {article} {label}"),
            (body.clone(), row.clone()),
            200,
            &write(true),
        ),
        endpoint(
            "PATCH",
            &one,
            format!("Change parts of {article} {label}"),
            (body, row),
            200,
            &write(true),
        ),
        endpoint(
            "DELETE",
            &one,
            format!("Delete {article} {label}"),
            (nothing(), nothing()),
            204,
            &[404],
        ),
    ]
}

/// What a write can be refused with: `known` when it names a row.
fn write_errors(entity: &Entity, known: bool) -> Vec<u16> {
    let unique = entity.fields.iter().any(|field| field.unique);
    let mut errors = vec![400];
    errors.extend(known.then_some(404));
    errors.extend(unique.then_some(409));
    errors.extend([413, 415, 422]);
    errors
}

fn shape<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Shape {
    entries
        .into_iter()
        .map(|(name, kind)| (name.to_owned(), Value::from(kind)))
        .collect()
}

fn body(entity: &Entity) -> Shape {
    shape(
        entity
            .fields
            .iter()
            .map(|field| (field.name.as_str(), field.json.as_str())),
    )
}

fn row(entity: &Entity) -> Shape {
    let mut row = shape([("id", "integer")]);
    row.extend(body(entity));
    row.extend(shape([("created_at", "string"), ("updated_at", "string")]));
    row
}

fn query(entity: &Entity) -> Shape {
    let mut query = Shape::new();
    if !entity.searchable.is_empty() {
        query.extend(shape([("q", "string")]));
    }
    query.extend(shape([
        ("sort", "string"),
        ("limit", "integer"),
        ("offset", "integer"),
    ]));
    let filters = entity
        .fields
        .iter()
        .filter(|field| entity.filterable.contains(&field.name));
    query.extend(shape(
        filters.map(|field| (field.name.as_str(), field.json.as_str())),
    ));
    query
}

fn page() -> Shape {
    shape([
        ("items", "array"),
        ("total", "integer"),
        ("limit", "integer"),
        ("offset", "integer"),
    ])
}
