//! The endpoints of the API: paths, JSON shapes and statuses. Knows no framework.

use serde_json::{Map, Value};

use super::accounts;
use super::types::{Contract, Endpoint, Entity, Summary, View};

pub(super) type Shape = Map<String, Value>;

/// All endpoints, in the order a reader expects them.
pub(super) fn endpoints(contract: &Contract, csv: bool) -> Vec<Endpoint> {
    let mut own: Vec<Endpoint> = Vec::new();
    for entity in &contract.entities {
        own.extend(rows(entity));
        own.extend(tags(entity));
        if csv {
            own.extend(files(entity));
        }
    }
    own.extend(contract.dashboard.as_deref().map(dashboard));
    if !contract.auth {
        return own;
    }
    for endpoint in &mut own {
        endpoint.errors.push(401);
        if endpoint.method != "GET" {
            endpoint.errors.push(403);
        }
        endpoint.errors.sort_unstable();
    }
    let mut all = accounts::endpoints();
    all.append(&mut own);
    all
}

/// An endpoint of `entity`; nothing is sent or given unless [`Endpoint::shaped`] says so.
fn endpoint(entity: &str, method: &str, path: &str, about: String) -> Endpoint {
    Endpoint {
        method: method.to_owned(),
        path: path.to_owned(),
        about,
        entity: entity.to_owned(),
        request: Shape::new(),
        response: Shape::new(),
        status: 200,
        errors: Vec::new(),
    }
}

impl Endpoint {
    fn shaped(mut self, request: Shape, response: Shape) -> Self {
        (self.request, self.response) = (request, response);
        self
    }

    fn answers(mut self, status: u16, errors: &[u16]) -> Self {
        self.status = status;
        self.errors = errors.to_vec();
        self
    }
}

/// Listing, adding, reading, changing and deleting rows.
fn rows(entity: &Entity) -> Vec<Endpoint> {
    let list = format!("/api/{}", entity.slug);
    let one = format!("{list}/{{id}}");
    let Entity {
        name,
        label,
        label_plural,
        article,
        ..
    } = entity;
    let (row, body) = (row(entity), body(entity));
    let write = |known: bool| write_errors(entity, known);
    vec![
        endpoint(name, "GET", &list, format!("List {label_plural}"))
            .shaped(query(entity), page(entity))
            .answers(200, &[422]),
        endpoint(name, "POST", &list, format!("Add {article} {label}"))
            .shaped(body.clone(), row.clone())
            .answers(201, &write(false)),
        endpoint(name, "GET", &one, format!("Read {article} {label}"))
            .shaped(Shape::new(), row.clone())
            .answers(200, &[404]),
        endpoint(name, "PUT", &one, format!("Replace {article} {label}"))
            .shaped(body.clone(), row.clone())
            .answers(200, &write(true)),
        endpoint(
            name,
            "PATCH",
            &one,
            format!("Change parts of {article} {label}"),
        )
        .shaped(body, row)
        .answers(200, &write(true)),
        endpoint(name, "DELETE", &one, format!("Delete {article} {label}")).answers(204, &[404]),
    ]
}

/// The names that are in use in each list of tags.
fn tags(entity: &Entity) -> impl Iterator<Item = Endpoint> {
    let lists = entity.fields.iter().filter(|field| field.kind == "tags");
    lists.map(|field| {
        let path = format!(
            "/api/{}/{}",
            entity.slug,
            crate::spec::names::slug(&field.name)
        );
        let about = format!("List the {} in use", crate::spec::names::label(&field.name));
        endpoint(&entity.name, "GET", &path, about)
            .shaped(Shape::new(), shape([("items", "array")]))
    })
}

/// Rows as CSV, out and in.
fn files(entity: &Entity) -> [Endpoint; 2] {
    let rows = &entity.label_plural;
    let out = format!("/api/{}.csv", entity.slug);
    let back = format!("/api/{}/import", entity.slug);
    [
        endpoint(&entity.name, "GET", &out, format!("Download {rows} as CSV"))
            .shaped(query(entity), Shape::new())
            .answers(200, &[422]),
        endpoint(&entity.name, "POST", &back, format!("Add {rows} from CSV"))
            .shaped(Shape::new(), shape([("added", "integer")]))
            .answers(201, &[400, 413, 415, 422]),
    ]
}

fn dashboard(summaries: &[Summary]) -> Endpoint {
    let parts = summaries
        .iter()
        .map(|part| (part.plural.as_str(), "object"));
    let about = "Count and add up what there is".to_owned();
    endpoint("", "GET", "/api/dashboard", about).shaped(Shape::new(), shape(parts))
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
    let fields = entity.fields.iter();
    shape(fields.map(|field| (field.name.as_str(), field.json.as_str())))
}

/// A row: what was sent, with the titles of what it refers to.
fn row(entity: &Entity) -> Shape {
    let mut row = shape([("id", "integer")]);
    for field in &entity.fields {
        row.extend(shape([(field.name.as_str(), field.json.as_str())]));
        let titles = if field.json == "array" {
            "array"
        } else {
            "string"
        };
        row.extend(shape(
            field.titles.iter().map(|name| (name.as_str(), titles)),
        ));
    }
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
    for field in &entity.fields {
        let kind = match field.kind.as_str() {
            "tags" => "string",
            "many" => "integer",
            _ => field.json.as_str(),
        };
        if entity.filterable.contains(&field.name) {
            query.extend(shape([(field.query.as_str(), kind)]));
        }
    }
    query
}

fn page(entity: &Entity) -> Shape {
    let mut page = shape([
        ("items", "array"),
        ("total", "integer"),
        ("limit", "integer"),
        ("offset", "integer"),
    ]);
    if entity.view == View::Ledger {
        page.extend(shape([("sums", "object")]));
    }
    page
}
