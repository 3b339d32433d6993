//! What people write in more than one way, put into one: units, `yes/no`. Knows no entity.

use std::borrow::Cow;

use super::action::{self, Acts};
use super::noun::{self, Noun};
use super::token::Token;
use super::words::{self, Role};
use crate::spec::{by_name, inflect};

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
    if text.contains("hether ") {
        return Cow::Owned(whether(text));
    }
    if !text.contains("es/no") && !text.contains("rue/false") {
        return Cow::Borrowed(text);
    }
    let rewritten = WAYS
        .iter()
        .fold(text.to_owned(), |text, way| text.replace(way, ":bool"));
    Cow::Owned(rewritten)
}

/// `whether they are coming` as the field that it is: `coming:bool`.
fn whether(text: &str) -> String {
    const SKIPPED: [&str; 22] = [
        "it", "it's", "its", "they", "they're", "he", "she", "is", "are", "was", "were", "has",
        "have", "been", "or", "not", "i", "i've", "you", "we", "i'm", "already",
    ];
    let mut rewritten = String::with_capacity(text.len());
    let mut asking = false;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim();
        let lower = bare.to_lowercase();
        if lower == "whether" {
            asking = true;
        } else if asking && !SKIPPED.contains(&lower.as_str()) {
            asking = false;
            let name = bare.trim_end_matches(|c: char| !c.is_alphanumeric());
            rewritten.push_str(name);
            if name.len() > 1 && name.chars().all(char::is_alphabetic) {
                rewritten.push_str(":bool");
            }
            rewritten.push_str(&word[name.len()..]);
        } else if !asking {
            rewritten.push_str(word);
        }
    }
    rewritten
}

/// Whether `word` says how far a scale goes: `5-star`, `1-5`.
fn is_scale(word: &str) -> bool {
    let ends = word
        .strip_suffix("-star")
        .or_else(|| word.strip_suffix("-point"))
        .unwrap_or(word);
    matches!(ends, "five" | "ten" | "star")
        || (!ends.is_empty()
            && ends
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

/// Takes units out: `distance in km` names one field.
fn units(tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        if is_scale(&tokens[at - 1].text)
            && matches!(tokens[at].one.as_str(), "rating" | "score" | "scale")
        {
            tokens[at - 1].used = true;
            tokens[at - 1].meant = Some("a scale");
        }
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
    const WORDS: usize = 8;
    if !text.contains(|c: char| c.is_ascii_digit()) && !text.contains("out of ") {
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
            [name, "on", "a", "scale", "of" | "from", from, "to", to, ..] => {
                field(name, from, to).map(|field| (field, 8))
            }
            [name, "between", from, "and", to, ..] | [name, "from", from, "to", to, ..] => {
                field(name, from, to).map(|field| (field, 5))
            }
            [name, "out", "of", to, ..] => field(name, "1", figure(to)).map(|field| (field, 4)),
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

/// A number that people write as a word, with the marks behind it left out.
fn figure(word: &str) -> &str {
    match word.trim_end_matches([',', '.', ';', ')']) {
        "five" => "5",
        "ten" => "10",
        "hundred" => "100",
        other => other,
    }
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
    let name = if name == "rate" { "rating" } else { name };
    let is_name = name.len() > 1
        && name.chars().all(char::is_alphabetic)
        && !words::is(&name.to_lowercase(), Role::Filler);
    let amount =
        by_name::type_of(&name.to_lowercase()).is_some_and(|kind| kind.starts_with("money"));
    let kind = if amount { "money" } else { "int" };
    (is_name && number(from) && number(to)).then(|| format!("{name}:{kind}({from}..{to})"))
}

/// What a request says by verbs and turns of phrase.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    /// Two things have many of each other.
    pub many_to_many: bool,
    /// What people do with the things that are kept.
    pub acts: Acts,
}

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

/// Takes out whose things are: `a dance school's classes` are classes.
fn leave_owners_out(text: &str, tokens: &mut [Token]) {
    const BEFORE: usize = 2;
    const MINE: [&str; 4] = ["my", "our", "his", "her"];
    for at in 0..tokens.len() {
        let raw = &text[tokens[at].start..tokens[at].end];
        let owns = raw.ends_with("'s") || raw.ends_with("\u{2019}s");
        // `my dog's walks` are walks, while each author's books say whose each of them is.
        let mine = at > 0 && MINE.contains(&tokens[at - 1].text.as_str());
        if !owns || !(mine || noun::is(&tokens[at].one, Noun::Place)) {
            continue;
        }
        let names = |token: &&mut Token| {
            let small = [Role::Filler, Role::Link, Role::Verb, Role::With];
            token.is_word && !small.iter().any(|role| words::is(&token.text, *role))
        };
        let (before, rest) = tokens.split_at_mut(at);
        let before = before.iter_mut().rev().take(BEFORE).take_while(names);
        for token in before.chain(rest.first_mut()) {
            token.used = true;
            token.meant = Some("whose it is");
        }
    }
}

/// Whether the verb at `at` says what an app keeps that has a name already.
fn lists_behind(tokens: &[Token], at: usize) -> bool {
    const LEAST_WORDS: usize = 3;
    let Some([name, container, that]) = at
        .checked_sub(LEAST_WORDS)
        .and_then(|first| tokens.get(first..at))
    else {
        return false;
    };
    let small = [
        Role::Filler,
        Role::Verb,
        Role::Link,
        Role::Container,
        Role::Nothing,
    ];
    let named =
        name.is_word && !name.used && !small.iter().any(|role| words::is(&name.text, *role));
    let next = tokens
        .get(at + 1)
        .is_some_and(|next| next.is_word && inflect::is_plural(&next.text));
    named
        && next
        && words::is(&container.text, Role::Container)
        && matches!(that.text.as_str(), "that" | "which" | "to" | "for")
}

/// Reads `who reported it` as a field `reported_by`.
fn by_whom(tokens: &mut [Token], at: usize) -> bool {
    const DONE: [&str; 8] = [
        "made", "wrote", "took", "sent", "lent", "bought", "did", "found",
    ];
    let before = tokens[at - 1].text.clone();
    let listed =
        before == "," || words::is(&before, Role::Separator) || words::is(&before, Role::With);
    let Some(verb) = tokens.get_mut(at + 1).filter(|_| listed) else {
        return false;
    };
    if !(verb.text.ends_with("ed") || DONE.contains(&verb.text.as_str())) {
        return false;
    }
    verb.text = format!("{}_by", verb.text);
    verb.one.clone_from(&verb.text);
    let object = |token: &&mut Token| token.is_word && !words::is(&token.text, Role::Separator);
    let rest = tokens.iter_mut().skip(at + 2).take(2).take_while(object);
    rest.for_each(|token| {
        token.used = true;
        token.meant = Some("what people do");
    });
    true
}

/// Whether the word at `at` stands where `it` does something.
fn is_verb(tokens: &[Token], at: usize) -> bool {
    let small = [
        Role::Filler,
        Role::With,
        Role::Has,
        Role::Link,
        Role::Separator,
    ];
    tokens.get(at).is_some_and(|token| {
        token.is_word && !small.iter().any(|role| words::is(&token.text, *role))
    })
}

/// How many words of `I have seen`, behind a noun in the plural, only tell what people do.
fn did(tokens: &[Token], at: usize) -> usize {
    const HELPS: [&str; 9] = [
        "have", "had", "want", "to", "would", "like", "need", "already", "ever",
    ];
    let words = tokens[at + 1..].iter();
    let helps = words
        .take_while(|token| HELPS.contains(&token.text.as_str()))
        .count();
    1 + helps + usize::from(is_verb(tokens, at + 1 + helps))
}

/// Whether the word at `at` tells what things have: `loans need a due date`.
fn has_things(tokens: &[Token], at: usize) -> bool {
    let thing = &tokens[at - 1];
    let anybody = matches!(thing.one.as_str(), "user" | "people" | "everyone");
    let each = at > 1 && words::is(&tokens[at - 2].text, Role::Each);
    let small = [Role::Filler, Role::Nothing, Role::Container];
    let named = thing.is_word && !small.iter().any(|role| words::is(&thing.text, *role));
    named && !anybody && (each || noun::is_many(&thing.text))
}

/// The one word that the word at `at` stands for in its place.
fn in_a_word(tokens: &[Token], at: usize) -> Option<&'static str> {
    const ARE: [&str; 7] = ["are", "is", ":", "like", "should", "include", "("];
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let after = word(at + 1);
    match word(at) {
        // `customers and their orders`
        "and" | "&" if matches!(after, "their" | "its") => Some("with"),
        "w" if after == "/" => Some("with"),
        // `an order book where I note name and price`
        "note" | "log" | "record" | "store" | "save" | "list" | "track" | "enter"
            if at > 1 && matches!(word(at - 1), "i" | "we" | "you") && word(at - 2) == "where" =>
        {
            (!noun::is_many(after) && !matches!(after, "my" | "our" | "all" | "the"))
                .then_some("with")
        }
        // `animals listing name and breed`
        "listing" | "showing" | "storing" | "recording" | "giving"
            if at > 0 && noun::is_many(word(at - 1)) =>
        {
            Some("with")
        }
        "incl" => Some("with"),
        // `a warehouse app that tracks pallets and shipments`
        verb if words::is(verb, Role::Verb) && lists_behind(tokens, at) => Some("with"),
        "need" | "needs" | "get" | "gets" if at > 0 && after != "to" && has_things(tokens, at) => {
            Some("has")
        }
        // `a loan links a tool and a member`
        "links" | "connects" | "joins" if at > 0 && matches!(after, "a" | "an" | "one") => {
            Some("has")
        }
        "log" if matches!(after, "book" | "books") => Some("logbook"),
        "ticked" | "crossed" if after == "off" => Some("done"),
        "fields" | "attributes" | "columns" if ARE.contains(&after) => Some("has"),
        // `invoice no, date`
        "no" if at > 0 && tokens[at - 1].is_word && matches!(after, "" | "," | "and") => {
            Some("number")
        }
        _ => None,
    }
}

/// Reads `how much` as the amount that it asks for.
fn asked(tokens: &mut [Token], at: usize) {
    const ASKED: [(&str, &str); 4] = [
        ("much", "amount"),
        ("many", "quantity"),
        ("long", "duration"),
        ("often", "frequency"),
    ];
    let Some(next) = tokens.get_mut(at + 1) else {
        return;
    };
    if let Some((_, name)) = ASKED.iter().find(|(word, _)| *word == next.text) {
        next.read_as(name);
        next.meant = Some("a field");
        tokens[at].meant = Some("a field");
    }
}

/// How many words at `at` only tell what people do, once what they say is noted.
fn told(tokens: &mut [Token], at: usize, said: &mut Said) -> usize {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let [this, after, next] = [at, at + 1, at + 2].map(|at| word(at).to_owned());
    let (after, next) = (after.as_str(), next.as_str());
    match this.as_str() {
        "many-to-many" => {
            said.many_to_many = true;
            1
        }
        "many" if after == "to" && next == "many" => {
            said.many_to_many = true;
            3
        }
        "to" if after == "do" && is_list(next) => {
            tokens[at + 1].read_as("todo");
            tokens[at].used = true;
            0
        }
        "how" => {
            asked(tokens, at);
            0
        }
        // `completed?, hours played`
        "?" if matches!(after, "," | "and" | ")") => {
            tokens[at].used = true;
            0
        }
        "set" if after == "up" => 2,
        "place" if matches!(after, "to" | "where" | "for") => 1,
        // `a room where it hangs`
        "where" if matches!(after, "it" | "they") && is_verb(tokens, at + 2) => 3,
        // `models: Author (name, bio)`
        "models" | "entities" | "tables" | "resources" | "objects" if after == ":" => 2,
        // `something like Goodreads`
        "like" if at > 0 && matches!(word(at - 1), "something" | "app" | "similar") => 2,
        // `severity and who reported it`
        "who" if at > 0 && by_whom(tokens, at) => 1,
        // `birds I have seen`
        "i" | "we" | "i've" | "we've" if at > 0 && inflect::is_plural(&tokens[at - 1].text) => {
            did(tokens, at)
        }
        _ => 0,
    }
}

/// Puts into one what people say in several words.
pub(super) fn spoken(text: &str, tokens: &mut [Token]) -> Said {
    units(tokens);
    leave_code_out(tokens);
    leave_owners_out(text, tokens);
    let mut said = Said::default();
    for at in 0..tokens.len() {
        if let Some(other) = in_a_word(tokens, at) {
            let short = tokens[at].text == "incl";
            tokens[at].read_as(other);
            let part = |next: &&mut Token| other == "logbook" || (short && next.text == ".");
            if let Some(next) = tokens.get_mut(at + 1).filter(part) {
                next.used = true;
                next.meant = next.is_word.then_some("a log");
            }
            continue;
        }
        let length = told(tokens, at, &mut said);
        for token in &mut tokens[at..at + length] {
            token.used = true;
            token.meant = Some("what people do");
        }
    }
    said.acts = action::take(tokens);
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
