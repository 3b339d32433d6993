//! Reads single values of a tree, and reports each that is not what its key takes. Knows no chunk.

use std::borrow::Cow;
use std::time::Duration;

use camino::Utf8PathBuf;

use super::keys::Key;
use super::limits::MAX_DURATION;
use super::path::normalise;
use super::report::Report;
use super::source::Span;
use super::tree::{Entry, Node, Scalar, Shape, integer, shorten};
use crate::diagnostic::did_you_mean;

/// Code of a value that has another type than its key takes.
pub(super) const WRONG_TYPE: &str = "plan::wrong-type";
/// Code of a value that its key does not allow.
pub(super) const WRONG_VALUE: &str = "plan::wrong-value";

/// A path with the place it was written at.
pub(super) type Located = (Utf8PathBuf, Span);

/// Reports that `key` takes `expected` and something else was found. Silent for what is unreadable
/// or not evaluated yet.
pub(super) fn wrong(
    report: &mut Report<'_>,
    key: &str,
    node: &Node<'_>,
    expected: &str,
    help: &str,
) {
    if node.is_hole() || matches!(node.shape, Shape::Broken) {
        return;
    }
    let message = match &node.shape {
        Shape::Scalar(Scalar::Null, _) => format!("`{key}` takes {expected}, and is empty"),
        _ => format!("`{key}` takes {expected}, not {}", node.describe()),
    };
    report.error(WRONG_TYPE, node.span, message, help);
}

/// A text: any scalar but nothing.
pub(super) fn text<'t>(
    report: &mut Report<'_>,
    key: &str,
    node: &Node<'t>,
) -> Option<Cow<'t, str>> {
    match &node.shape {
        Shape::Scalar(kind, text) if *kind != Scalar::Null && !node.holes => Some(text.clone()),
        _ => {
            wrong(
                report,
                key,
                node,
                "a text",
                "write a text, in quotes where it looks like something else",
            );
            None
        }
    }
}

/// A text that is not blank and stands on one line.
pub(super) fn line<'t>(
    report: &mut Report<'_>,
    key: &str,
    node: &Node<'t>,
) -> Option<Cow<'t, str>> {
    let text = text(report, key, node)?;
    if text.trim().is_empty() {
        let message = format!("`{key}` is empty");
        report.error(
            WRONG_VALUE,
            node.span,
            message,
            format!("write a text, or leave `{key}` out"),
        );
        return None;
    }
    if text.contains(['\n', '\r', '\0']) {
        let message = format!("`{key}` takes one line, and this text has more");
        report.error(WRONG_VALUE, node.span, message, "write it on one line");
        return None;
    }
    Some(text)
}

/// A path below the workspace; `.` only where `root` says so.
pub(super) fn path(
    report: &mut Report<'_>,
    key: &str,
    node: &Node<'_>,
    root: bool,
) -> Option<Located> {
    let Shape::Scalar(kind, text) = &node.shape else {
        wrong(
            report,
            key,
            node,
            "a path",
            &format!("write `{key}: directory/file`"),
        );
        return None;
    };
    if node.holes {
        return None;
    }
    if *kind == Scalar::Null {
        wrong(
            report,
            key,
            node,
            "a path",
            &format!("write `{key}: directory/file`"),
        );
        return None;
    }
    match normalise(text) {
        Ok(path) if path.as_str().is_empty() && !root => {
            let message = format!("the path `{text}` is the workspace itself");
            report.error(
                "plan::bad-path",
                node.span,
                message,
                "name a file or directory below it",
            );
            None
        }
        Ok(path) => Some((path, node.span)),
        Err(bad) => {
            let path = if text.is_empty() {
                "an empty text".to_owned()
            } else {
                format!("the path `{}`", shorten(text))
            };
            let message = format!("{path} {}", bad.problem);
            report.error(bad.code, node.span, message, bad.help);
            None
        }
    }
}

/// One path or a list of paths.
pub(super) fn paths(report: &mut Report<'_>, key: &str, node: &Node<'_>) -> Option<Vec<Located>> {
    let Shape::List(items) = &node.shape else {
        return path(report, key, node, false).map(|path| vec![path]);
    };
    if items.is_empty() {
        let message = format!("`{key}` is an empty list");
        report.error(WRONG_VALUE, node.span, message, "name at least one path");
        return None;
    }
    let read: Vec<_> = items
        .iter()
        .map(|item| path(report, key, item, false))
        .collect();
    read.into_iter().collect()
}

/// A program with its arguments.
pub(super) fn argv(report: &mut Report<'_>, key: &str, node: &Node<'_>) -> Option<Vec<String>> {
    let Shape::List(items) = &node.shape else {
        let help = match &node.shape {
            Shape::Scalar(Scalar::Text, text) => as_list(key, text),
            _ => format!("write `{key}: [program, argument]`"),
        };
        wrong(
            report,
            key,
            node,
            "a list, the program and its arguments",
            &help,
        );
        return None;
    };
    let read: Vec<_> = items
        .iter()
        .map(|item| element(report, key, item))
        .collect();
    let argv: Vec<String> = read.into_iter().collect::<Option<_>>()?;
    if argv.first().is_none_or(|program| program.trim().is_empty()) {
        let message = format!("`{key}` names no program");
        report.error(
            WRONG_VALUE,
            node.span,
            message,
            "write the program as the first element",
        );
        return None;
    }
    Some(argv)
}

/// The help that turns a command line into a list.
pub(super) fn as_list(key: &str, text: &str) -> String {
    let words = shell_words::split(text).unwrap_or_default();
    if text.contains(['|', '&', ';', '<', '>', '$', '`', '*']) {
        return format!("no shell is in between; for one, write `{key}: [sh, -c, \"…\"]`");
    }
    let quoted = words.iter().map(|word| {
        let plain = word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./=+".contains(&byte));
        if plain && !word.is_empty() {
            word.clone()
        } else {
            format!("{word:?}")
        }
    });
    format!("write `{key}: [{}]`", quoted.collect::<Vec<_>>().join(", "))
}

fn element(report: &mut Report<'_>, key: &str, node: &Node<'_>) -> Option<String> {
    let text = match &node.shape {
        Shape::Scalar(kind, text) if *kind != Scalar::Null => text,
        _ => {
            let message = format!("an element of `{key}` is a text, not {}", node.describe());
            let help = match &node.shape {
                Shape::List(_) => "write one flat list",
                _ => "put the element in quotes",
            };
            if !matches!(node.shape, Shape::Broken) {
                report.error(WRONG_TYPE, node.span, message, help);
            }
            return None;
        }
    };
    if node.holes {
        return None;
    }
    if text.contains('\0') {
        let message = format!("an element of `{key}` holds a NUL character");
        report.error(
            WRONG_VALUE,
            node.span,
            message,
            "remove it: no program can be given one",
        );
        return None;
    }
    Some(text.as_ref().to_owned())
}

/// A whole number from `min` to `max`.
pub(super) fn whole(
    report: &mut Report<'_>,
    key: &str,
    node: &Node<'_>,
    min: u32,
    max: u32,
) -> Option<u32> {
    let expected = if min == max {
        format!("the number {min}")
    } else {
        format!("a whole number from {min} to {max}")
    };
    let number = if let Shape::Scalar(Scalar::Int, text) = &node.shape {
        integer(text)
    } else {
        let help = format!(
            "write a number without quotes or unit, such as `{}`",
            min.max(1)
        );
        wrong(report, key, node, &expected, &help);
        return None;
    };
    let read = number
        .and_then(|number| u32::try_from(number).ok())
        .filter(|number| (min..=max).contains(number));
    if read.is_none() {
        let message = format!("`{key}` takes {expected}, not {}", node.describe());
        let near = if number.is_some_and(|number| number < i64::from(min)) {
            min
        } else {
            max
        };
        report.error(
            "plan::out-of-range",
            node.span,
            message,
            format!("write `{key}: {near}`"),
        );
    }
    read
}

/// One of a few words.
pub(super) fn word(
    report: &mut Report<'_>,
    key: &str,
    node: &Node<'_>,
    words: &[&'static str],
) -> Option<&'static str> {
    let listed = list(words);
    let Shape::Scalar(_, text) = &node.shape else {
        wrong(
            report,
            key,
            node,
            &listed,
            &format!("write `{key}: {}`", words[0]),
        );
        return None;
    };
    if node.holes {
        return None;
    }
    let found = words.iter().find(|word| **word == text.as_ref());
    if found.is_none() {
        let help = match did_you_mean(text, words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("choose {listed}"),
        };
        let message = format!("`{key}` takes {listed}, not {}", node.describe());
        report.error(WRONG_VALUE, node.span, message, help);
    }
    found.copied()
}

/// `` `a`, `b` or `c` ``.
pub(super) fn list(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// A number from 0 to `max`.
pub(super) fn number(report: &mut Report<'_>, key: &str, node: &Node<'_>, max: f32) -> Option<f32> {
    let read = match &node.shape {
        Shape::Scalar(Scalar::Int | Scalar::Float, text) => text.parse::<f32>().ok(),
        _ => None,
    };
    let read = read.filter(|number| (0.0..=max).contains(number));
    if read.is_none() {
        let expected = format!("a number from 0 to {max}");
        wrong(
            report,
            key,
            node,
            &expected,
            &format!("write `{key}: {max}`"),
        );
    }
    read
}

/// `true` or `false`.
pub(super) fn boolean(report: &mut Report<'_>, key: &str, node: &Node<'_>) -> Option<bool> {
    if let Shape::Scalar(Scalar::Bool, text) = &node.shape {
        return Some(text.eq_ignore_ascii_case("true"));
    }
    let help = match &node.shape {
        Shape::Scalar(_, text) if matches!(text.to_lowercase().as_str(), "yes" | "on" | "1") => {
            "write `true`".to_owned()
        }
        Shape::Scalar(_, text) if matches!(text.to_lowercase().as_str(), "no" | "off" | "0") => {
            "write `false`".to_owned()
        }
        _ => "write `true` or `false`, without quotes".to_owned(),
    };
    wrong(report, key, node, "`true` or `false`", &help);
    None
}

/// A duration such as `1h30m`, `30s` or `250ms`.
pub(super) fn duration(report: &mut Report<'_>, key: &str, node: &Node<'_>) -> Option<Duration> {
    const EXPECTED: &str = "a duration such as `30s`, `5m` or `1h30m`";
    let Shape::Scalar(kind, text) = &node.shape else {
        wrong(report, key, node, EXPECTED, &format!("write `{key}: 30s`"));
        return None;
    };
    if node.holes {
        return None;
    }
    let read = parse_duration(text);
    match read {
        None => {
            let help = match kind {
                Scalar::Int => format!("add the unit: `{key}: {text}s`"),
                _ => format!("write `{key}: 30s`; units are `ms`, `s`, `m` and `h`"),
            };
            let message = format!("`{key}` takes {EXPECTED}, not {}", node.describe());
            report.error(WRONG_VALUE, node.span, message, help);
        }
        Some(read) if read.is_zero() || read > MAX_DURATION => {
            let hours = MAX_DURATION.as_secs() / 3600;
            let message = format!("`{key}` takes a duration from 1ms to {hours}h, not `{text}`");
            report.error(
                "plan::out-of-range",
                node.span,
                message,
                format!("write `{key}: 30s`"),
            );
            return None;
        }
        _ => {}
    }
    read
}

fn parse_duration(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = match &rest[..letters] {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            _ => return None,
        };
        total = total.checked_add(unit.checked_mul(number)?)?;
        rest = &rest[letters..];
    }
    (!text.is_empty()).then_some(total)
}

/// The entries of a mapping whose keys are in `table`; every other key and every missing one is reported.
pub(super) fn fields<'a, 't>(
    report: &mut Report<'_>,
    key: &str,
    node: &'a Node<'t>,
    table: &[Key],
    example: &str,
) -> Option<&'a [Entry<'t>]> {
    let Shape::Map(entries) = &node.shape else {
        wrong(report, key, node, "a mapping", example);
        return None;
    };
    for entry in entries {
        if !table.iter().any(|known| known.name == entry.key) {
            unknown_key(
                report,
                entry,
                &format!("`{key}`"),
                table.iter().map(|known| known.name),
            );
        }
    }
    let mut complete = true;
    for known in table.iter().filter(|known| known.required) {
        if node.get(known.name).is_none() {
            let message = format!("`{key}` lacks `{}`: {}", known.name, known.about);
            report.error("plan::missing-key", node.span, message, example);
            complete = false;
        }
    }
    complete.then_some(entries)
}

/// Reports a key that `owner` does not have.
pub(super) fn unknown_key<'k>(
    report: &mut Report<'_>,
    entry: &Entry<'_>,
    owner: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) {
    let help = match did_you_mean(&entry.key, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of {}", known.collect::<Vec<_>>().join(", ")),
    };
    let message = format!("`{}` is not a key of {owner}", shorten(&entry.key));
    report.error("plan::unknown-key", entry.key_span, message, help);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_add_their_units() {
        for (text, ms) in [
            ("250ms", 250),
            ("30s", 30_000),
            ("1h30m", 5_400_000),
            ("0s", 0),
        ] {
            assert_eq!(
                parse_duration(text),
                Some(Duration::from_millis(ms)),
                "{text}"
            );
        }
        for text in ["", "30", "s", "5 m", "1d", "99999999999s", "-1s"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
