//! What people write in more than one way, put into one: misspelt words, units, `yes/no`. Knows no entity.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::token::Token;
use crate::spec::inflect::{self, lines};
use crate::spec::{Note, NoteKind};

static MISSPELT: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    lines(include_str!("../data/misspelt.txt"))
        .filter_map(|line| line.split_once(' '))
        .collect()
});

/// Units that follow `in` or `per` and name no field.
const UNITS: [&str; 30] = [
    "km",
    "kilometer",
    "kilometre",
    "mile",
    "meter",
    "metre",
    "cm",
    "kg",
    "kilogram",
    "gram",
    "g",
    "lb",
    "pound",
    "liter",
    "litre",
    "ml",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "percent",
    "celsius",
    "euro",
    "eur",
    "dollar",
    "usd",
    "cent",
];

/// `sold yes/no` as the field in the grammar that it is: `sold:bool`.
pub(super) fn typed(text: &str) -> Cow<'_, str> {
    const WAYS: [&str; 4] = [" (yes/no)", " yes/no", " (true/false)", " true/false"];
    if !text.contains("es/no") && !text.contains("rue/false") {
        return Cow::Borrowed(text);
    }
    let rewritten = WAYS
        .iter()
        .fold(text.to_owned(), |text, way| text.replace(way, ":bool"));
    Cow::Owned(rewritten)
}

/// Reads well-known misspellings as the words they stand for, and says so.
pub(super) fn misspelt(text: &str, tokens: &mut [Token]) -> Vec<Note> {
    let mut notes = Vec::new();
    for token in tokens.iter_mut().filter(|token| token.is_word) {
        let right = MISSPELT.get(token.text.as_str()).map_or_else(
            || {
                let one = token.text.strip_suffix('s')?;
                MISSPELT.get(one).map(|right| inflect::plural(right))
            },
            |right| Some((*right).to_owned()),
        );
        let Some(right) = right else { continue };
        let from = &text[token.start..token.end];
        notes.push(Note {
            kind: NoteKind::Inferred,
            text: format!("`{from}` as {right}"),
            from: from.to_owned(),
        });
        token.one = inflect::singular(&right);
        token.text = right;
    }
    notes
}

/// Takes units out: `distance in km` names one field.
pub(super) fn units(tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        let before = tokens[at - 1].text.as_str();
        if matches!(before, "in" | "per") && UNITS.contains(&tokens[at].one.as_str()) {
            tokens[at - 1].used = true;
            tokens[at].used = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn misspelt_words_are_read_and_named() {
        let text = "Recepies and a calender";
        let mut tokens = tokens(text);
        let notes = misspelt(text, &mut tokens);
        let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(words, ["recipes", "and", "a", "calendar"]);
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[0].text, "`Recepies` as recipes");
    }

    #[test]
    fn no_misspelling_is_a_word_of_its_own() {
        for (wrong, right) in MISSPELT.iter() {
            assert!(wrong != right && !MISSPELT.contains_key(right), "{wrong}");
        }
    }

    #[test]
    fn units_after_in_name_no_field() {
        let mut tokens = tokens("distance in km, minutes");
        units(&mut tokens);
        let used: Vec<bool> = tokens.iter().map(|token| token.used).collect();
        assert_eq!(used, [false, true, true, false, false]);
    }

    #[test]
    fn yes_or_no_is_a_boolean() {
        assert_eq!(typed("colour film yes/no, year"), "colour film:bool, year");
        assert_eq!(typed("plain"), "plain");
    }
}
