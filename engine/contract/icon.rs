//! The symbol of an entity and the accent of an application, from their names. Knows no drawing.

use super::types::View;
use crate::spec::names;

/// How many accents the design system has.
const ACCENTS: u32 = 8;

/// The symbol for entities called `name` whose list is drawn as `view`.
pub(super) fn icon(name: &str, view: View) -> &'static str {
    let last = names::bare(name).rsplit('_').next().unwrap_or_default();
    let rows = include_str!("data/icons.txt").lines();
    let named = rows
        .filter(|row| !row.starts_with('#'))
        .filter_map(|row| row.split_once(' '))
        .find(|(_, words)| words.split(' ').any(|word| word == last));
    match (named, view) {
        (Some((symbol, _)), _) => symbol,
        (None, View::Checklist) => "check",
        (None, View::Agenda) => "calendar",
        (None, View::Ledger) => "money",
        (None, View::Board) => "flag",
        (None, View::List) => "list",
    }
}

/// The accent of the application `name`; the same name always has the same one.
pub(super) fn accent(name: &str) -> u8 {
    const FACTOR: u32 = 31;
    let sum = name.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(FACTOR).wrapping_add(u32::from(byte))
    });
    u8::try_from(sum % ACCENTS).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_follows_the_last_word_of_a_name() {
        assert_eq!(icon("book", View::List), "book");
        assert_eq!(icon("bank_account", View::Ledger), "key");
        assert_eq!(icon("gizmo", View::List), "list");
        assert_eq!(icon("gizmo", View::Agenda), "calendar");
    }

    #[test]
    fn accents_are_within_the_palette_and_differ() {
        let names = [
            "todo",
            "recipes",
            "library",
            "blog",
            "inventory",
            "bookings",
        ];
        let accents: std::collections::BTreeSet<u8> = names.map(accent).into_iter().collect();
        assert!(accents.len() > 2, "{accents:?}");
        assert!(accents.iter().all(|&accent| u32::from(accent) < ACCENTS));
    }
}
