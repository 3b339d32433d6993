//! One entity: its names, fields, roles of fields, children and table.

use super::column::table;
use super::field::field;
use super::types::{Child, Entity, Field};
use crate::spec::{self, FieldType, names};

const TITLE_NAMES: [&str; 4] = ["title", "name", "subject", "headline"];

/// The contract of `source`, one of `all`.
pub(super) fn entity(source: &spec::Entity, all: &[spec::Entity]) -> Entity {
    let label = names::label(&source.name);
    let fields: Vec<Field> = source
        .fields
        .iter()
        .map(|each| field(source, each, all))
        .collect();
    let done_field = source.done_field().map(str::to_owned);
    let filterable = named(&fields, |kind| matches!(kind, "boolean" | "choice" | "ref"));
    Entity {
        name: source.name.clone(),
        plural: source.plural.clone(),
        class: class(&source.name),
        slug: names::slug(&source.plural),
        article: names::article(&label).to_owned(),
        label,
        label_plural: names::label(&source.plural),
        title_field: title_field(source),
        default_sort: match done_field {
            Some(_) => "created_at".to_owned(),
            None => "-created_at".to_owned(),
        },
        done_field,
        sortable: sortable(&fields),
        searchable: named(&fields, |kind| {
            matches!(kind, "string" | "text" | "email" | "url" | "phone")
        }),
        children: children(source, all),
        table: table(source, all, &filterable),
        filterable,
        fields,
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
    columns.extend(named(fields, |kind| !matches!(kind, "text" | "ref")));
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
            fields().find(|field| !matches!(field.kind, FieldType::Ref | FieldType::Boolean))
        })
        .or_else(|| fields().next());
    chosen.map_or_else(|| "id".to_owned(), column_name)
}

/// The column of a field.
pub(super) fn column_name(field: &spec::Field) -> String {
    match field.kind {
        FieldType::Ref => names::reference_column(&field.name),
        _ => field.name.clone(),
    }
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
