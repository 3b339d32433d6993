//! A shipped plan with the values of a spec in it. All other lines stay as they are, comments included.

use serde_yaml::{Mapping, Value};

use super::values::{default_of, value_of};
use crate::spec::Spec;

const INDENT: &str = "  ";

/// The plan file that makes `spec`: the shipped plan `base` with a name and parameter defaults of its own.
///
/// Values are written by the YAML library, so that no text of a request can be read as anything but a value.
pub fn plan_text(spec: &Spec, base: &str) -> String {
    let name = pair("name", Value::from(spec.name.as_str()));
    let mut value = |name: &str, declaration: &Mapping| value_of(name, declaration, spec);
    header(spec) + &filled(base, Some(&name), &mut value)
}

/// The shipped plan `base` in place of the plan `old`, whose name and first comment it gets.
pub fn renewed(base: &str, old: &str, name: &str) -> String {
    let is_comment =
        |line: &&str| line.starts_with('#') && !line.starts_with("# yaml-language-server:");
    let mut text = String::new();
    for line in old.lines().take_while(is_comment) {
        if !base
            .lines()
            .take_while(|line| line.starts_with('#'))
            .any(|known| known == line)
        {
            push_line(&mut text, line);
        }
    }
    let name = pair("name", Value::from(name));
    text + &filled(base, Some(&name), &mut |_, _| None)
}

/// The plan `text` with other defaults for some of its parameters, and the names of those that are declared
/// in a way that a look at lines does not find.
pub fn with_defaults(text: &str, values: &[(String, serde_json::Value)]) -> (String, Vec<String>) {
    let mut left: Vec<String> = values.iter().map(|(name, _)| name.clone()).collect();
    let filled = filled(text, None, &mut |name, declaration| {
        let (_, value) = values.iter().find(|(known, _)| known == name)?;
        left.retain(|known| known != name);
        Some(default_of(value, declaration))
    });
    (filled, left)
}

/// A plan with a name and with the defaults that `value` gives for parameters and their declarations.
fn filled(
    base: &str,
    name: Option<&str>,
    value: &mut dyn FnMut(&str, &Mapping) -> Option<Value>,
) -> String {
    let declared = params(base);
    let mut text = String::new();
    let mut lines = base.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(name) = name {
            if line.starts_with("# yaml-language-server:") || line.starts_with("example:") {
                // They point to a file beside the shipped plan, and to the shipped plan itself.
                continue;
            }
            if line.starts_with("name:") {
                push(&mut text, name, "");
                continue;
            }
        }
        push_line(&mut text, line);
        if line.trim_end() != "params:" {
            continue;
        }
        while let Some(line) = lines.next_if(|line| !is_top_level_key(line)) {
            let Some((name, written)) = rewritten(line, &declared, value) else {
                push_line(&mut text, line);
                continue;
            };
            push(&mut text, &pair(name, written), INDENT);
            skip_value(&mut lines);
        }
    }
    text
}

/// Skips the rest of a parameter: a text of several lines may have empty ones among them.
fn skip_value(lines: &mut std::iter::Peekable<std::str::Lines<'_>>) {
    let mut ahead = lines.clone();
    while let Some(line) = ahead.next() {
        if is_deeper(line) {
            *lines = ahead.clone();
        } else if !line.trim().is_empty() {
            return;
        }
    }
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

/// The declarations of a plan's parameters; the chunks of a large plan are not read for them.
fn params(base: &str) -> Mapping {
    let mut block = String::new();
    let mut lines = base.lines().skip_while(|line| line.trim_end() != "params:");
    block.extend(lines.next().map(|line| format!("{line}\n")));
    for line in lines.take_while(|line| !is_top_level_key(line)) {
        push_line(&mut block, line);
    }
    serde_yaml::from_str::<Mapping>(&block)
        .ok()
        .and_then(|plan| plan.get("params").and_then(Value::as_mapping).cloned())
        .unwrap_or_default()
}

/// The parameter that `line` begins, with another default.
fn rewritten<'l>(
    line: &'l str,
    declared: &Mapping,
    value: &mut dyn FnMut(&str, &Mapping) -> Option<Value>,
) -> Option<(&'l str, Value)> {
    let entry = line
        .strip_prefix(INDENT)
        .filter(|entry| !entry.starts_with([' ', '#']))?;
    let name = entry.split(':').next()?;
    let mut declaration = declared.get(name)?.as_mapping()?.clone();
    let value = value(name, &declaration)?;
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
