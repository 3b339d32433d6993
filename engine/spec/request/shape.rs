//! What the shape of a list says before its phrases are read. Knows items, no entity.

use super::item::Item;
use super::noun::{self, Noun};
use super::words::Role;
use crate::spec::{by_name, names};

/// The shape of a list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct List {
    /// It says what each of several things has: `units have leases`.
    pub each_has: bool,
    /// Most of it are fields: what is unknown in it is one too.
    pub details: bool,
}

/// Whether most phrases of the list that begins `items` can only be fields: one of something, or typed by name.
pub(super) fn is_detailed(items: &[Item]) -> bool {
    const LEAST: usize = 2;
    let ends = |item: &Item| {
        matches!(
            item,
            Item::Stop | Item::Close | Item::Word(Role::With | Role::Has | Role::Each, _)
        )
    };
    let (mut fields, mut others) = (0, 0);
    for item in items.iter().take_while(|item| !ends(item)) {
        match item {
            Item::Phrase(phrase) => {
                let text = names::snake(&phrase.text()).unwrap_or_default();
                let people = phrase
                    .entity_name()
                    .is_some_and(|name| noun::is(&name, Noun::Person));
                match !phrase.is_plural() || (!people && by_name::type_of(&text).is_some()) {
                    true => fields += 1,
                    false => others += 1,
                }
            }
            Item::Typed(..) => fields += 1,
            _ => {}
        }
    }
    fields >= LEAST && fields > others
}
