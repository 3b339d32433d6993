//! A shipped plan with the values of a spec in it. All other lines stay as they are, comments included.

use serde_yaml::{Mapping, Value};

use super::values::value_of;
use crate::spec::Spec;

const INDENT: &str = "  ";

/// The plan file that makes `spec`: the shipped plan `base` with a name and parameter defaults of its own.
///
/// Values are written by the YAML library, so that no text of a request can be read as anything but a value.
pub fn plan_text(spec: &Spec, base: &str) -> String {
    let declared = params(base);
    let mut text = header(spec);
    let mut lines = base.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("# yaml-language-server:") || line.starts_with("example:") {
            // They point to a file beside the shipped plan, and to the shipped plan itself.
            continue;
        }
        if line.starts_with("name:") {
            push(
                &mut text,
                &pair("name", Value::from(spec.name.as_str())),
                "",
            );
            continue;
        }
        push_line(&mut text, line);
        if line.trim_end() != "params:" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| !is_top_level_key(line)) {
            let Some((name, written)) = rewritten(line, &declared, spec) else {
                push_line(&mut text, line);
                continue;
            };
            push(&mut text, &pair(name, written), INDENT);
            while lines.next_if(|line| is_deeper(line)).is_some() {}
        }
    }
    text
}

fn header(spec: &Spec) -> String {
    // A comment ends with its line, and a title may hold any other character.
    let title: String = spec
        .title
        .chars()
        .map(|c| match c {
            '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    format!(
        "# {title}: written by codey from a request. Change it as you like, keep it with the project,\n\
         # and run it again with `codey run`.\n"
    )
}

/// The declarations of a plan's parameters.
fn params(base: &str) -> Mapping {
    serde_yaml::from_str::<Mapping>(base)
        .ok()
        .and_then(|plan| plan.get("params").and_then(Value::as_mapping).cloned())
        .unwrap_or_default()
}

/// The parameter that `line` begins, with the value of the spec as its default.
fn rewritten<'l>(line: &'l str, declared: &Mapping, spec: &Spec) -> Option<(&'l str, Value)> {
    let entry = line
        .strip_prefix(INDENT)
        .filter(|entry| !entry.starts_with([' ', '#']))?;
    let name = entry.split(':').next()?;
    let mut declaration = declared.get(name)?.as_mapping()?.clone();
    let value = value_of(name, &declaration, spec)?;
    declaration.insert(Value::from("default"), value);
    Some((name, Value::Mapping(declaration)))
}

fn pair(key: &str, value: Value) -> String {
    let map = Mapping::from_iter([(Value::from(key), value)]);
    serde_yaml::to_string(&map).unwrap_or_default()
}

fn push(text: &mut String, block: &str, indent: &str) {
    for line in block.lines() {
        if !line.is_empty() {
            text.push_str(indent);
        }
        push_line(text, line);
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn is_top_level_key(line: &str) -> bool {
    !line.starts_with([' ', '#', '-']) && line.contains(':')
}

fn is_deeper(line: &str) -> bool {
    line.strip_prefix(INDENT)
        .is_some_and(|rest| rest.starts_with(' '))
}
