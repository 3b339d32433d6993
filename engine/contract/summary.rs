//! What the dashboard says of each entity. Knows no query.

use super::entity::column_name;
use super::field::is_year;
use super::types::Summary;
use super::view::{Drawn, is_amount, is_dated, is_effort};
use crate::spec::{Entity, Field, FieldType, names};

/// Numbers that are counted in pieces, so that their sum means something.
const PIECES: [&str; 4] = ["quantity", "stock", "points", "servings"];
/// Numbers that only order rows.
const ORDER: [&str; 3] = ["position", "order", "number"];

/// What the dashboard says of `entity`, whose list is drawn as `drawn`.
pub(super) fn summary(entity: &Entity, drawn: &Drawn) -> Summary {
    let last = |field: &Field| {
        let name = names::bare(&field.name);
        name.rsplit('_').next().unwrap_or_default().to_owned()
    };
    let adds_up = |field: &Field| {
        is_amount(field)
            || is_effort(field)
            || (field.kind.is_numeric() && PIECES.contains(&last(field).as_str()))
    };
    let named = |wanted: &dyn Fn(&Field) -> bool| -> Vec<String> {
        let fields = entity.fields.iter().filter(|field| wanted(field));
        fields.map(column_name).collect()
    };
    let counted = |field: &Field| {
        matches!(
            field.kind,
            FieldType::Choice | FieldType::Boolean | FieldType::Ref
        )
    };
    let sums = named(&adds_up);
    let money = |field: &Field| field.kind == FieldType::Money && adds_up(field);
    let month = drawn.date_field.clone().or_else(|| {
        let dated = entity.fields.iter().find(|field| is_dated(field));
        dated.map(|field| field.name.clone())
    });
    Summary {
        entity: entity.name.clone(),
        plural: entity.plural.clone(),
        slug: names::slug(&entity.plural),
        title: names::title(&entity.plural),
        counts: named(&counted),
        averages: named(&|field| {
            field.kind.is_numeric()
                && !adds_up(field)
                && !is_year(&field.name)
                && !ORDER.contains(&last(field).as_str())
        }),
        month_sum: sums.first().filter(|_| month.is_some()).cloned(),
        count_sum: named(&money).into_iter().next(),
        sums,
        month,
    }
}
