//! Ranges of numbers: `1..5`, `0..`, `..10`, `0.5..1`.

use super::cursor::{Cursor, Read};
use super::problem::EntityProblem;

/// A range as it is written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// No bound has a decimal point.
    pub whole: bool,
}

/// Whether a range begins `text`.
pub(super) fn starts_bounds(text: &str) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    text.starts_with("..") || number.starts_with(|c: char| c.is_ascii_digit())
}

/// Reads a range.
pub(super) fn read_bounds(cursor: &mut Cursor<'_>) -> Read<Bounds> {
    let start = cursor.at();
    let (min, min_whole) = number(cursor)?;
    let dots = cursor.eat("..");
    let (max, max_whole) = match dots {
        true => number(cursor)?,
        false => (None, true),
    };
    let span = (start, cursor.at() - start);
    if !dots || (min.is_none() && max.is_none()) {
        return Err(EntityProblem::new(
            span,
            "a range has `..` between its bounds",
            "Write, for example, `1..5`, `0..` or `..100`.",
        ));
    }
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(EntityProblem::new(
            span,
            "the range's first bound is above its second",
            "Write the smaller bound first.",
        ));
    }
    Ok(Bounds {
        min,
        max,
        whole: min_whole && max_whole,
    })
}

/// A number, when one is here, and whether it is written without a decimal point.
fn number(cursor: &mut Cursor<'_>) -> Read<(Option<f64>, bool)> {
    let start = cursor.at();
    cursor.eat("-");
    cursor.take_while(|c| c.is_ascii_digit());
    let fraction = cursor
        .rest()
        .strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if fraction {
        cursor.eat(".");
        cursor.take_while(|c| c.is_ascii_digit());
    }
    let text = cursor.since(start);
    if text.is_empty() {
        return Ok((None, true));
    }
    match text.parse::<f64>() {
        // Minus zero equals zero and would print as `-0`.
        Ok(value) if value.is_finite() => Ok((Some(value + 0.0), !fraction)),
        _ => Err(EntityProblem::new(
            (start, text.len()),
            "a bound is a number",
            "Write, for example, `1..5`.",
        )),
    }
}
