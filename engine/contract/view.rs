//! How the list of an entity is drawn, and by which fields. Knows no markup.

use super::entity::title_field;
use super::types::View;
use crate::spec::{Entity, Field, FieldType, names};

/// Choices that say how far a row has come.
const STATUS: [&str; 6] = ["status", "state", "stage", "phase", "column", "progress"];
/// Entities whose rows are the columns of a board.
const COLUMNS: [&str; 5] = ["list", "column", "stage", "lane", "swimlane"];
/// First or last words of fields that place a row on a day.
const HAPPENS: [&str; 10] = [
    "start", "starts", "day", "date", "held", "takes", "departs", "arrives", "check", "when",
];
/// Last words of amounts that adding up means nothing.
const PRICES: [&str; 8] = [
    "price",
    "rate",
    "limit",
    "balance",
    "salary",
    "fee",
    "month",
    "threshold",
];
/// Last words of numbers that an entry is about.
const EFFORTS: [&str; 6] = [
    "hours", "minutes", "duration", "distance", "mileage", "calories",
];

/// What a list is drawn as, with the fields that it takes.
pub(super) struct Drawn {
    pub view: View,
    pub board_field: Option<String>,
    pub date_field: Option<String>,
    pub summed: Vec<String>,
}

/// How the list of `entity` is drawn, on a `board` where that was asked for.
pub(super) fn drawn(entity: &Entity, board: bool) -> Drawn {
    let plain = |view| Drawn {
        view,
        board_field: None,
        date_field: None,
        summed: Vec::new(),
    };
    if let Some(field) = board_field(entity).filter(|_| board) {
        return Drawn {
            board_field: Some(names::key(field)),
            ..plain(View::Board)
        };
    }
    if is_checklist(entity) {
        return plain(View::Checklist);
    }
    let efforts = named(entity, is_effort);
    let amounts = named(entity, is_amount);
    if let Some(date) = entity.fields.iter().find(|field| is_dated(field))
        && !(efforts.is_empty() && amounts.is_empty())
    {
        return Drawn {
            date_field: Some(date.name.clone()),
            summed: [amounts, efforts].concat(),
            ..plain(View::Ledger)
        };
    }
    if let Some(date) = entity.fields.iter().find(|field| happens(field)) {
        return Drawn {
            date_field: Some(date.name.clone()),
            ..plain(View::Agenda)
        };
    }
    plain(View::List)
}

/// Whether rows are ticked off by the line of text that names them.
pub(super) fn is_checklist(entity: &Entity) -> bool {
    let title = title_field(entity);
    let mut fields = entity.fields.iter();
    entity.done_field().is_some()
        && fields.any(|field| field.name == title && field.kind == FieldType::String)
}

fn board_field(entity: &Entity) -> Option<&Field> {
    let fields = || entity.fields.iter();
    let status =
        |field: &&Field| field.kind == FieldType::Choice && STATUS.contains(&last_word(field));
    let column = |field: &&Field| {
        let target = field.references.as_deref().unwrap_or_default();
        field.kind == FieldType::Ref && field.required && COLUMNS.contains(&last(target))
    };
    fields().find(column).or_else(|| fields().find(status))
}

/// Whether the field is an amount that is worth adding up.
pub(super) fn is_amount(field: &Field) -> bool {
    field.kind == FieldType::Money && !PRICES.contains(&last_word(field))
}

/// Whether the field is time or distance that was spent.
pub(super) fn is_effort(field: &Field) -> bool {
    field.kind.is_numeric() && EFFORTS.contains(&last_word(field))
}

pub(super) fn is_dated(field: &Field) -> bool {
    matches!(field.kind, FieldType::Date | FieldType::Datetime)
}

/// Whether the field says on which day a row happens.
fn happens(field: &Field) -> bool {
    let name = names::bare(&field.name);
    let first = name.split('_').next().unwrap_or_default();
    is_dated(field)
        && (HAPPENS.contains(&first) || HAPPENS.contains(&last_word(field)))
        && (field.required || field.kind == FieldType::Datetime)
}

fn last_word(field: &Field) -> &str {
    last(&field.name)
}

fn last(name: &str) -> &str {
    names::bare(name).rsplit('_').next().unwrap_or_default()
}

fn named(entity: &Entity, wanted: impl Fn(&Field) -> bool) -> Vec<String> {
    let fields = entity.fields.iter().filter(|field| wanted(field));
    fields.map(|field| field.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::entity_from_text;

    fn of(text: &str, board: bool) -> (View, String) {
        let entity = entity_from_text(text).unwrap();
        let drawn = drawn(&entity, board);
        let field = drawn.board_field.or(drawn.date_field);
        (drawn.view, field.unwrap_or_default())
    }

    #[test]
    fn the_fields_say_how_a_list_is_drawn() {
        for (text, board, view, field) in [
            ("todo: title! done:bool", false, View::Checklist, ""),
            ("book: title! pages:int price:money", false, View::List, ""),
            (
                "expense: what! amount:money! spent_on:date!",
                false,
                View::Ledger,
                "spent_on",
            ),
            (
                "workout: name! minutes:int day:date!",
                false,
                View::Ledger,
                "day",
            ),
            (
                "booking: guest! starts_at:datetime! notes",
                false,
                View::Agenda,
                "starts_at",
            ),
            (
                "product: name! price:money added_on:date",
                false,
                View::List,
                "",
            ),
            (
                "card: title! list:ref! status:choice(a|b)",
                true,
                View::Board,
                "list_id",
            ),
            (
                "task: title! done:bool status:choice(a|b)",
                true,
                View::Board,
                "status",
            ),
            (
                "task: title! done:bool status:choice(a|b)",
                false,
                View::Checklist,
                "",
            ),
            ("loan: who! due_on:date!", false, View::List, ""),
        ] {
            assert_eq!(of(text, board), (view, field.to_owned()), "{text}");
        }
    }
}
