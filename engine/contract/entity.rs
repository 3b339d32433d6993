//! One entity: its names, fields, roles of fields, children and table.

use super::column::{is_filterable, table};
use super::field::field;
use super::icon::icon;
use super::joins::joins;
use super::types::{Child, Entity, Field, View};
use super::view::Drawn;
use crate::spec::{self, FieldType, names};

const TITLE_NAMES: [&str; 4] = ["title", "name", "subject", "headline"];

/// The contract of `source`, one of `all`, whose list is drawn as `drawn` and whose rows may be `owned`.
pub(super) fn entity(
    source: &spec::Entity,
    all: &[spec::Entity],
    drawn: Drawn,
    owned: bool,
) -> Entity {
    let label = names::label(&source.name);
    let fields: Vec<Field> = source
        .fields
        .iter()
        .map(|each| field(source, each, all))
        .collect();
    let filterable = source
        .fields
        .iter()
        .filter(|field| is_filterable(field.kind));
    Entity {
        name: source.name.clone(),
        plural: source.plural.clone(),
        class: class(&source.name),
        slug: names::slug(&source.plural),
        article: names::article(&label).to_owned(),
        label,
        label_plural: names::label(&source.plural),
        title_field: title_field(source),
        default_sort: default_sort(source, &drawn),
        done_field: source.done_field().map(str::to_owned),
        sortable: sortable(&fields),
        searchable: named(&fields, |kind| {
            matches!(kind, "string" | "text" | "email" | "url" | "phone")
        }),
        children: children(source, all),
        table: table(source, all, owned),
        joins: joins(source, all),
        filterable: filterable.map(column_name).collect(),
        owned,
        icon: icon(&source.name, drawn.view).to_owned(),
        view: drawn.view,
        board_field: drawn.board_field,
        date_field: drawn.date_field,
        summed: drawn.summed,
        fields,
    }
}

/// The order of a list unless asked otherwise: what comes first in time, in a plan or in a list of things to
/// do, else what was added last.
fn default_sort(entity: &spec::Entity, drawn: &Drawn) -> String {
    const PLACE: [&str; 2] = ["position", "rank"];
    let placed = entity
        .fields
        .iter()
        .find(|field| field.kind == FieldType::Integer && PLACE.contains(&field.name.as_str()));
    match (&drawn.date_field, placed) {
        (Some(date), _) if drawn.view == View::Ledger => format!("-{date}"),
        (Some(date), _) => date.clone(),
        (None, Some(place)) => place.name.clone(),
        (None, None) if entity.done_field().is_some() => "created_at".to_owned(),
        (None, None) => "-created_at".to_owned(),
    }
}

fn named(fields: &[Field], wanted: impl Fn(&str) -> bool) -> Vec<String> {
    fields
        .iter()
        .filter(|field| wanted(&field.kind))
        .map(|field| field.name.clone())
        .collect()
}

fn sortable(fields: &[Field]) -> Vec<String> {
    let mut columns = vec!["id".to_owned()];
    columns.extend(named(fields, |kind| {
        !matches!(kind, "text" | "ref" | "tags" | "many")
    }));
    columns.extend(["created_at".to_owned(), "updated_at".to_owned()]);
    columns
}

/// The name of the column that names a row: a title, else what comes nearest to one.
pub(super) fn title_field(entity: &spec::Entity) -> String {
    let text = |field: &&spec::Field| field.kind == FieldType::String;
    let titled = |field: &&spec::Field| TITLE_NAMES.contains(&field.name.as_str());
    let fields = || entity.fields.iter();
    let chosen = fields()
        .find(|field| text(field) && titled(field))
        .or_else(|| fields().find(|field| text(field) && field.required))
        .or_else(|| fields().find(text))
        .or_else(|| fields().find(|field| field.kind.is_textual() && field.kind != FieldType::Text))
        .or_else(|| fields().find(|field| field.kind == FieldType::Choice))
        .or_else(|| {
            fields().find(|field| {
                !field.kind.refers() && !matches!(field.kind, FieldType::Boolean | FieldType::Tags)
            })
        })
        .or_else(|| fields().find(|field| !field.kind.is_list()));
    chosen.map_or_else(|| "id".to_owned(), column_name)
}

/// The key of a field, and its column where it has one.
pub(super) fn column_name(field: &spec::Field) -> String {
    names::key(field)
}

fn children(parent: &spec::Entity, all: &[spec::Entity]) -> Vec<Child> {
    let refers = |field: &&spec::Field| field.references.as_ref() == Some(&parent.name);
    all.iter()
        .flat_map(|entity| {
            entity.fields.iter().filter(refers).map(|field| Child {
                entity: entity.name.clone(),
                plural: entity.plural.clone(),
                slug: names::slug(&entity.plural),
                label_plural: names::label(&entity.plural),
                field: column_name(field),
                query: names::filter(field),
                many: field.kind == FieldType::Many,
            })
        })
        .collect()
}

/// `order_line` as `OrderLine`; names that languages use for their own classes get a suffix.
fn class(name: &str) -> String {
    const TAKEN: [&str; 24] = [
        "Array",
        "Boolean",
        "Date",
        "Document",
        "Element",
        "Error",
        "Event",
        "Exception",
        "False",
        "Flask",
        "Function",
        "Map",
        "Node",
        "None",
        "Number",
        "Object",
        "Request",
        "Response",
        "Set",
        "String",
        "Symbol",
        "True",
        "Warning",
        "Window",
    ];
    let mut class: String = names::bare(name)
        .split('_')
        .flat_map(|word| {
            let (head, tail) = word.split_at(word.len().min(1));
            [head.to_ascii_uppercase(), tail.to_owned()]
        })
        .collect();
    if TAKEN.contains(&class.as_str()) {
        class.push_str("Record");
    }
    class
}
