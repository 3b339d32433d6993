//! Turns a template's error into a finding with its place in the template. Renders nothing.

use std::borrow::Cow;

use camino::Utf8PathBuf;
use minijinja::{Error, ErrorKind};

use super::output::MAX_OUTPUT_BYTES;
use crate::diagnostic::{Finding, Place};

/// The finding for `error`; `source` gives the text of a template, and `file` the file of one that is not
/// embedded.
pub(super) fn finding(
    error: &Error,
    source: &dyn Fn(&str) -> Option<Cow<'static, str>>,
    file: &dyn Fn(&str) -> Option<Utf8PathBuf>,
) -> Finding {
    // The innermost error is the cause; what lies around it are the includes that led there.
    let mut error = error;
    while let Some(cause) = std::error::Error::source(error).and_then(|it| it.downcast_ref()) {
        error = cause;
    }
    let text = error.name().and_then(source);
    let range = error.range().filter(|range| {
        text.as_ref()
            .is_some_and(|text| text.get(range.clone()).is_some())
    });
    let excerpt = text.as_ref().zip(range.clone());
    let excerpt = excerpt.map(|(text, range)| text[range].trim().to_owned());
    let finding = describe(error, excerpt.as_deref());
    match error.name() {
        Some(name) => {
            let file = file(name).unwrap_or_else(|| format!("templates/{name}").into());
            finding.at(place(error, file, text.as_deref(), range))
        }
        None => finding,
    }
}

/// The finding for a template that gives more text than it may.
pub(super) fn too_long(name: &str) -> Finding {
    Finding::error(
        "template::too-long",
        format!("the template `{name}` gives more than {MAX_OUTPUT_BYTES} bytes"),
    )
    .help("Look for a loop that never ends, or split the file.")
}

/// The finding for slots that a frame cannot have.
pub(super) fn bad_slot(name: &str, why: &str) -> Finding {
    Finding::error(
        "template::slot",
        format!("the template `{name}` has a slot with a fault: {why}"),
    )
    .help("Write `<% filter slot(\"name\", kind=\"python\", about=\"...\", cap=128) %>...<% endfilter %>`.")
}

fn describe(error: &Error, excerpt: Option<&str>) -> Finding {
    let detail = error.detail().unwrap_or("it cannot be rendered").to_owned();
    match error.kind() {
        ErrorKind::SyntaxError | ErrorKind::BadEscape => Finding::error(
            "template::syntax",
            format!("the template does not parse: {detail}"),
        )
        .help("Blocks are `<% %>`, values `<< >>`, comments `<# #>`."),
        ErrorKind::UndefinedError => {
            let what = excerpt.unwrap_or("a value");
            Finding::error("template::undefined", format!("`{what}` is not defined")).help(
                "Use a parameter of the plan, `contract`, `file` or a `for-each` name, \
                 or test it with `is defined`.",
            )
        }
        ErrorKind::TemplateNotFound => Finding::error("template::not-found", detail)
            .help("`codey templates list` names the templates there are."),
        ErrorKind::OutOfFuel => Finding::error(
            "template::endless",
            "rendering takes too many steps".to_owned(),
        )
        .help("Look for a loop or macro that never ends."),
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
            Finding::error("template::unknown-name", detail)
                .help("Filters for targets are py, js, rust, html, sql, md, yaml and toml.")
        }
        _ => Finding::error("template::render", detail)
            .help("Correct the expression, or the value that the context gives it."),
    }
}

fn place(
    error: &Error,
    file: Utf8PathBuf,
    text: Option<&str>,
    range: Option<std::ops::Range<usize>>,
) -> Place {
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let mut place = Place {
        file,
        line: u32::try_from(error.line().unwrap_or(1)).unwrap_or(u32::MAX),
        column: 1,
        length: 1,
    };
    if let (Some(text), Some(range)) = (text, range) {
        let before = &text[..range.start];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let first_line = text[range].lines().next().unwrap_or_default();
        place.line = count(&before.replace(|character| character != '\n', "")) + 1;
        place.column = count(&before[line_start..]) + 1;
        place.length = count(first_line).max(1);
    }
    place
}
