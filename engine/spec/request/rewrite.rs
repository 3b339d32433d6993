//! What people write in more than one way, put into one: units, `yes/no`. Knows no entity.

use std::borrow::Cow;

use super::token::Token;
use super::words::{self, Role};
use crate::spec::by_name;

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
        let counts = at > 1 && tokens[at - 2].text == "times";
        if matches!(before, "in" | "per") && !counts && UNITS.contains(&tokens[at].one.as_str()) {
            tokens[at - 1].used = true;
            tokens[at].used = true;
            tokens[at].meant = Some("a unit");
        }
    }
}

/// `price between 0 and 100` and `rating from 1 to 10` as the fields in the grammar that they are.
pub(super) fn bounded(text: &str) -> Cow<'_, str> {
    const WORDS: usize = 5;
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let mut rewritten = String::with_capacity(text.len());
    let mut at = 0;
    while at < words.len() {
        let bare: Vec<&str> = words[at..]
            .iter()
            .take(WORDS)
            .map(|word| word.trim())
            .collect();
        let found = match bare.as_slice() {
            [name, "between", from, "and", to, ..] | [name, "from", from, "to", to, ..] => {
                field(name, from, to).map(|field| (field, WORDS))
            }
            [name, range, ..] => range
                .trim_matches(['(', ')', ','])
                .split_once('-')
                .and_then(|(from, to)| field(name, from, to))
                .map(|field| (field, 2)),
            _ => None,
        };
        let Some((field, count)) = found else {
            rewritten.push_str(words[at]);
            at += 1;
            continue;
        };
        let last = words[at + count - 1];
        let end = last.trim_end_matches(|c: char| c.is_whitespace() || ",.;)".contains(c));
        rewritten.push_str(&field);
        rewritten.push_str(&last[end.len()..].replace(')', ""));
        at += count;
    }
    Cow::Owned(rewritten)
}

/// The field `name` with bounds, where the three are what they look like.
fn field(name: &str, from: &str, to: &str) -> Option<String> {
    /// Most digits of a bound that people write.
    const MAX_DIGITS: usize = 9;
    let to = to.trim_end_matches([',', '.', ';', ')']);
    let number = |text: &str| {
        !text.is_empty()
            && text.len() <= MAX_DIGITS
            && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_name = name.len() > 1 && name.chars().all(char::is_alphabetic);
    let amount =
        by_name::type_of(&name.to_lowercase()).is_some_and(|kind| kind.starts_with("money"));
    let kind = if amount { "money" } else { "int" };
    (is_name && number(from) && number(to)).then(|| format!("{name}:{kind}({from}..{to})"))
}

/// What a request says by verbs and turns of phrase.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    /// Two things have many of each other.
    pub many_to_many: bool,
    /// What people do with the things that are kept, as the entity that it makes: `loan` for `borrow`.
    pub act: Option<&'static str>,
}

/// Verbs that make an entity of their own, or only say what people do.
const ACTS: [(&str, &str); 24] = [
    ("rsvp", ""),
    ("enrol", "enrolment"),
    ("enroll", "enrollment"),
    ("donate", "donation"),
    ("apply", "application"),
    ("vote", "vote"),
    ("book", "booking"),
    ("reserve", "reservation"),
    ("borrow", "loan"),
    ("lend", "loan"),
    ("rent", "rental"),
    ("order", "order"),
    ("review", "review"),
    ("comment", "comment"),
    ("post", ""),
    ("list", ""),
    ("share", ""),
    ("request", ""),
    ("report", ""),
    ("offer", ""),
    ("sell", ""),
    ("buy", ""),
    ("read", ""),
    ("show", ""),
];

/// Takes out what stands in the braces of a template language: it names nothing.
fn leave_code_out(tokens: &mut [Token]) {
    let mut inside = false;
    for at in 0..tokens.len() {
        let next = tokens.get(at + 1).map_or("", |token| token.text.as_str());
        match tokens[at].text.as_str() {
            "{" => inside |= matches!(next, "{" | "%"),
            "}" => inside = false,
            _ if inside => {
                tokens[at].used = true;
                tokens[at].meant = Some("code, which is left out");
            }
            _ => {}
        }
    }
}

/// Whether `to do` before `word` is a thing to keep.
fn is_list(word: &str) -> bool {
    let mark = !word.chars().all(char::is_alphanumeric);
    mark || word.is_empty() || words::is(word, Role::Container) || words::is(word, Role::With)
}

/// Puts into one what people say in several words.
pub(super) fn spoken(tokens: &mut [Token]) -> Said {
    const CAN: [&str; 6] = ["can", "to", "could", "may", "will", "let"];
    const ARE: [&str; 7] = ["are", "is", ":", "like", "should", "include", "("];
    units(tokens);
    leave_code_out(tokens);
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
            "to" if after == "do" && is_list(word(Some(at + 2))) => {
                tokens[at + 1].text = "todo".to_owned();
                tokens[at + 1].one = "todo".to_owned();
                tokens[at].used = true;
                0
            }
            "how" => {
                const ASKED: [(&str, &str); 4] = [
                    ("much", "amount"),
                    ("many", "quantity"),
                    ("long", "duration"),
                    ("often", "frequency"),
                ];
                if let Some((_, name)) = ASKED.iter().find(|(word, _)| *word == after) {
                    tokens[at + 1].text = (*name).to_owned();
                    tokens[at + 1].one = (*name).to_owned();
                    tokens[at].meant = Some("a field");
                    tokens[at + 1].meant = Some("a field");
                }
                0
            }
            "set" if after == "up" => 2,
            "ticked" | "crossed" if after == "off" => {
                tokens[at].text = "done".to_owned();
                tokens[at].one = "done".to_owned();
                0
            }
            "w" if after == "/" => {
                tokens[at].text = "with".to_owned();
                0
            }
            "incl" => {
                tokens[at].text = "with".to_owned();
                if let Some(stop) = tokens.get_mut(at + 1).filter(|token| token.text == ".") {
                    stop.used = true;
                }
                0
            }
            "place" if matches!(after, "to" | "where" | "for") => 1,
            "fields" | "attributes" | "columns" if ARE.contains(&after) => {
                tokens[at].text = "has".to_owned();
                0
            }
            // `invoice no, date`
            "no" if at > 0 && tokens[at - 1].is_word && matches!(after, "" | "," | "and") => {
                tokens[at].text = "number".to_owned();
                0
            }
            verb if CAN.contains(&before) && (at + 1 < tokens.len() || verb == "rsvp") => {
                let act = ACTS.iter().find(|(name, _)| *name == verb);
                let made = act.map(|(_, made)| *made).filter(|made| !made.is_empty());
                said.act = said.act.or(made);
                usize::from(act.is_some())
            }
            _ => 0,
        };
        for token in &mut tokens[at..at + length] {
            token.used = true;
            token.meant = Some("what people do");
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
