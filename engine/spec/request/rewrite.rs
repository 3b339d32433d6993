//! What people write in more than one way, put into one: units, `yes/no`. Knows no entity.

use std::borrow::Cow;

use super::token::Token;

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

/// Takes units out: `distance in km` names one field.
fn units(tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        let before = tokens[at - 1].text.as_str();
        if matches!(before, "in" | "per") && UNITS.contains(&tokens[at].one.as_str()) {
            tokens[at - 1].used = true;
            tokens[at].used = true;
        }
    }
}

/// What a request says by verbs and turns of phrase.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    /// Two things have many of each other.
    pub many_to_many: bool,
    /// Something can be booked.
    pub books: bool,
}

/// Puts into one what people say in several words.
pub(super) fn spoken(tokens: &mut [Token]) -> Said {
    const CAN: [&str; 7] = ["can", "to", "could", "may", "will", "let", "and"];
    const ARE: [&str; 7] = ["are", "is", ":", "like", "should", "include", "("];
    units(tokens);
    let mut said = Said::default();
    for at in 0..tokens.len() {
        let word = |at: Option<usize>| {
            let token = at.and_then(|at| tokens.get(at));
            token.map_or("", |token| token.text.as_str())
        };
        let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
        let length = match word(Some(at)) {
            "many-to-many" => {
                said.many_to_many = true;
                1
            }
            "many" if after == "to" && word(Some(at + 2)) == "many" => {
                said.many_to_many = true;
                3
            }
            "book" | "reserve" if CAN.contains(&before) && at + 1 < tokens.len() => {
                said.books = true;
                1
            }
            "set" if after == "up" => 2,
            "fields" | "attributes" | "columns" if ARE.contains(&after) => {
                tokens[at].text = "has".to_owned();
                0
            }
            // `invoice no, date`
            "no" if at > 0 && tokens[at - 1].is_word && matches!(after, "" | "," | "and") => {
                tokens[at].text = "number".to_owned();
                0
            }
            _ => 0,
        };
        for token in &mut tokens[at..at + length] {
            token.used = true;
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

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
