//! The grammar of entities: `book: title:text! pages:int rating:1..5 author:ref(author)!`.
//!
//! A text is read by `cursor`, `kind` and `field` into a draft as it is written; `finish` turns a draft
//! into a field with everything checked; `entity` and `value` do so for whole entities.

mod bounds;
mod check;
mod compact;
mod cursor;
mod default;
mod entity;
mod field;
mod finish;
mod kind;
mod problem;
mod value;
mod value_field;

#[cfg(test)]
mod tests;

pub use compact::{entity_to_compact, to_compact, type_to_compact};
pub use entity::{MAX_ENTITY_CHARS, entity_from_text};
pub use finish::{MAX_CHOICE_CHARS, MAX_CHOICES, MAX_MONEY, MAX_TEXT_CHARS, MAX_WHOLE};
pub use problem::{EntityProblem, Step};
pub use value::entities_from_value;

pub(super) use check::check_entities;
pub(super) use entity::{Parsed, link_by_name, parse_entity, reference};
pub(super) use field::{field_by_name, typed_field};
pub(super) use kind::is_type_word;
