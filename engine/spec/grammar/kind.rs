//! The type part of a field: `int(1..5)`, `choice(a|b)`, `ref(author)`, `1..5`, `-> author`.

use super::bounds::{read_bounds, starts_bounds};
use super::cursor::{Cursor, Read};
use super::problem::{EntityProblem, shown};
use crate::diagnostic::did_you_mean;
use crate::spec::FieldType;

/// A type as it is written.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_field_names,
    reason = "the type is one of the things a type says"
)]
pub(super) struct Kind {
    /// The type; absent where the field's name decides.
    pub kind: Option<FieldType>,
    /// Written as `text`: one line unless the field's name says otherwise.
    pub loose_text: bool,
    /// Written as `decimal`: money where the field's name says so.
    pub loose_number: bool,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub max_length: Option<u32>,
    pub values: Vec<String>,
    pub references: Option<String>,
}

const WORDS: [(&str, FieldType); 40] = [
    ("string", FieldType::String),
    ("str", FieldType::String),
    ("text", FieldType::String),
    ("longtext", FieldType::Text),
    ("multiline", FieldType::Text),
    ("markdown", FieldType::Text),
    ("int", FieldType::Integer),
    ("integer", FieldType::Integer),
    ("whole", FieldType::Integer),
    ("rating", FieldType::Integer),
    ("stars", FieldType::Integer),
    ("number", FieldType::Number),
    ("float", FieldType::Number),
    ("real", FieldType::Number),
    ("decimal", FieldType::Number),
    ("money", FieldType::Money),
    ("price", FieldType::Money),
    ("currency", FieldType::Money),
    ("bool", FieldType::Boolean),
    ("boolean", FieldType::Boolean),
    ("checkbox", FieldType::Boolean),
    ("flag", FieldType::Boolean),
    ("date", FieldType::Date),
    ("day", FieldType::Date),
    ("datetime", FieldType::Datetime),
    ("timestamp", FieldType::Datetime),
    ("time", FieldType::Time),
    ("choice", FieldType::Choice),
    ("enum", FieldType::Choice),
    ("select", FieldType::Choice),
    ("email", FieldType::Email),
    ("url", FieldType::Url),
    ("link", FieldType::Url),
    ("phone", FieldType::Phone),
    ("tel", FieldType::Phone),
    ("telephone", FieldType::Phone),
    ("ref", FieldType::Ref),
    ("reference", FieldType::Ref),
    ("tags", FieldType::Tags),
    ("many", FieldType::Many),
];
const MAIN_WORDS: &str = "string, text, longtext, int, number, money, bool, date, datetime, time, choice(a|b), \
     email, url, phone, rating, ref(entity), many(entity), tags";
const RATING: (f64, f64) = (1.0, 5.0);

/// Whether `word` names a type.
pub(in crate::spec) fn is_type_word(word: &str) -> bool {
    find(word).is_some()
}

fn find(word: &str) -> Option<FieldType> {
    WORDS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, kind)| *kind)
}

/// Reads a type.
pub(super) fn read_kind(cursor: &mut Cursor<'_>) -> Read<Kind> {
    if cursor.eat("->") {
        cursor.skip_spaces();
        return reference(cursor);
    }
    if starts_bounds(cursor.rest()) {
        return bare_bounds(cursor);
    }
    let start = cursor.at();
    let word = cursor.word();
    let Some(kind) = find(word) else {
        return Err(unknown(word, (start, word.len())));
    };
    let mut read = Kind {
        kind: Some(kind),
        loose_text: word.eq_ignore_ascii_case("text"),
        loose_number: word.eq_ignore_ascii_case("decimal"),
        ..Kind::default()
    };
    if ["rating", "stars"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(word))
    {
        (read.min, read.max) = (Some(RATING.0), Some(RATING.1));
    }
    if cursor.eat("(") {
        arguments(cursor, &mut read, (start, word))?;
    }
    Ok(read)
}

fn unknown(word: &str, span: (usize, usize)) -> EntityProblem {
    let near = did_you_mean(word, WORDS.iter().map(|(name, _)| *name));
    let help = match near {
        Some(near) if !word.is_empty() => format!("Did you mean `{near}`?"),
        _ => format!("Write one of {MAIN_WORDS}."),
    };
    let message = match word {
        "" => "a type is missing after `:`".to_owned(),
        _ => format!("`{}` is no type of a field", shown(word)),
    };
    EntityProblem::new(span, message, help)
}

fn reference(cursor: &mut Cursor<'_>) -> Read<Kind> {
    let start = cursor.at();
    let target = cursor.word();
    if target.is_empty() {
        return Err(EntityProblem::new(
            (start, 1),
            "a reference names no entity",
            "Write `ref(author)` or `-> author`.",
        ));
    }
    Ok(Kind {
        kind: Some(FieldType::Ref),
        references: Some(target.to_owned()),
        ..Kind::default()
    })
}

fn bare_bounds(cursor: &mut Cursor<'_>) -> Read<Kind> {
    let bounds = read_bounds(cursor)?;
    let kind = match bounds.whole {
        true => FieldType::Integer,
        false => FieldType::Number,
    };
    Ok(Kind {
        kind: Some(kind),
        min: bounds.min,
        max: bounds.max,
        ..Kind::default()
    })
}

fn arguments(cursor: &mut Cursor<'_>, read: &mut Kind, (start, word): (usize, &str)) -> Read<()> {
    cursor.skip_spaces();
    match read.kind {
        Some(FieldType::Choice) => read.values = choices(cursor)?,
        Some(FieldType::Ref | FieldType::Many) => {
            read.references = reference(cursor)?.references;
        }
        Some(FieldType::Integer | FieldType::Number | FieldType::Money) => {
            let bounds = read_bounds(cursor)?;
            (read.min, read.max) = (bounds.min, bounds.max);
        }
        Some(kind) if kind.is_textual() => read.max_length = Some(length(cursor)?),
        _ => {
            return Err(EntityProblem::new(
                (start, word.len()),
                format!("`{word}` takes nothing in parentheses"),
                format!("Write `{word}` alone."),
            ));
        }
    }
    cursor.skip_spaces();
    if cursor.eat(")") {
        return Ok(());
    }
    Err(EntityProblem::new(
        (start, cursor.at() - start),
        format!("the parenthesis after `{word}` is not closed"),
        "Put `)` after the last value.",
    ))
}

fn length(cursor: &mut Cursor<'_>) -> Read<u32> {
    let start = cursor.at();
    let digits = cursor.take_while(|c| c.is_ascii_digit());
    digits.parse().map_err(|_| {
        EntityProblem::new(
            (start, digits.len()),
            "the most characters of a text is a whole number",
            "Write, for example, `string(20)`.",
        )
    })
}

fn choices(cursor: &mut Cursor<'_>) -> Read<Vec<String>> {
    let mut values = Vec::new();
    loop {
        cursor.skip_spaces();
        let value = match cursor.quoted()? {
            Some(value) => value,
            None => cursor
                .take_while(|c| !"|,/;()".contains(c))
                .trim()
                .to_owned(),
        };
        cursor.skip_spaces();
        if !value.is_empty() {
            values.push(value);
        }
        if !["|", ",", "/", ";"]
            .iter()
            .any(|separator| cursor.eat(separator))
        {
            return Ok(values);
        }
    }
}
