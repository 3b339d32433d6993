//! Element ids: what scripts look for against what pages have. Knows no contract beyond the ids it lists.

use std::collections::BTreeSet;
use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};
use tree_sitter::Node;

use super::jinja;
use super::place::place;
use super::tree::{Language, parse, text_of, walk};
use crate::contract::Contract;
use crate::diagnostic::{Finding, did_you_mean};

/// Calls whose argument is a selector.
const SELECTORS: &[&str] = &["querySelector", "querySelectorAll", "closest", "matches"];

/// The ids that pages and scripts make.
#[derive(Default)]
struct Ids {
    whole: BTreeSet<String>,
    /// Literal beginning and end of ids whose middle is filled in later.
    partial: Vec<(String, String)>,
}

/// An id that a script looks for.
struct Used<'a> {
    id: String,
    file: &'a Utf8Path,
    text: &'a str,
    range: Range<usize>,
}

/// Ids that are looked for or promised and that nothing makes.
pub(super) fn check(contract: &Contract, files: &[(Utf8PathBuf, String)]) -> Vec<Finding> {
    let (mut ids, mut used) = (Ids::default(), Vec::new());
    for (path, text) in files {
        match path.extension() {
            Some("html" | "htm" | "jinja" | "j2") => ids.add_page(path, text),
            Some("js" | "mjs") => read_script(path, text, &mut ids, &mut used),
            _ => {}
        }
    }
    let scripts = used.iter().filter(|used| !ids.has(&used.id)).map(|used| {
        let message = format!(
            "no page has an element with the id `{}`{}",
            used.id,
            ids.near(&used.id)
        );
        Finding::error("contract::script-id", message)
            .at(place(used.file, used.text, used.range.clone()))
            .help("Give the element this id, or look for one that is there.")
    });
    let pages = contract.pages.iter().flat_map(|page| {
        page.ids.iter().filter(|id| !ids.has(id)).map(|id| {
            let message = format!(
                "the page `{}` has no element with the id `{id}`{}",
                page.path,
                ids.near(id)
            );
            Finding::error("contract::page-id", message).help("Give the element this id.")
        })
    });
    scripts.chain(pages).collect()
}

impl Ids {
    fn has(&self, id: &str) -> bool {
        let fits = |(start, end): &(String, String)| {
            id.len() > start.len() + end.len() && id.starts_with(start) && id.ends_with(end)
        };
        self.whole.contains(id) || self.partial.iter().any(fits)
    }

    fn near(&self, id: &str) -> String {
        did_you_mean(id, self.whole.iter().map(String::as_str))
            .map_or_else(String::new, |near| format!("; there is `{near}`"))
    }

    /// Takes an id in as it is written: filled in later where it holds an expression.
    fn add(&mut self, value: &str, open: &str, close: &str) {
        match (value.find(open), value.rfind(close)) {
            (Some(start), Some(end)) if end >= start => {
                let parts = (
                    value[..start].to_owned(),
                    value[end + close.len()..].to_owned(),
                );
                // An id that is nothing but an expression says nothing.
                if !parts.0.is_empty() || !parts.1.is_empty() {
                    self.partial.push(parts);
                }
            }
            _ => {
                self.whole.insert(value.to_owned());
            }
        }
    }

    fn add_page(&mut self, path: &Utf8Path, text: &str) {
        let plain = if jinja::is_template(path, text) {
            jinja::neutral(text)
        } else {
            text.to_owned()
        };
        walk(&parse(Language::Html, &plain), &mut |node| {
            if let Some((name, value)) = attribute(node, &plain)
                && name.eq_ignore_ascii_case("id")
            {
                self.add(&text[value], "{{", "}}");
            }
            true
        });
    }
}

/// The name and the value's range of an HTML attribute.
pub(super) fn attribute<'a>(node: Node<'_>, text: &'a str) -> Option<(&'a str, Range<usize>)> {
    if node.kind() != "attribute" {
        return None;
    }
    let name = text_of(node.named_child(0)?, text);
    let value = node.named_child(1)?;
    let range = match value.kind() {
        // The quotes are part of the node; an empty value has no node of its own.
        "quoted_attribute_value" => value.start_byte() + 1..value.end_byte().max(2) - 1,
        _ => value.byte_range(),
    };
    Some((name, range))
}

fn read_script<'a>(path: &'a Utf8Path, text: &'a str, ids: &mut Ids, used: &mut Vec<Used<'a>>) {
    walk(&parse(Language::JavaScript, text), &mut |node| {
        match node.kind() {
            "call_expression" => read_call(node, path, text, ids, used),
            "assignment_expression" => {
                let field = |name| node.child_by_field_name(name);
                if let (Some(left), Some(right)) = (field("left"), field("right"))
                    && text_of(left, text)
                        .rsplit_once('.')
                        .is_some_and(|(_, name)| name == "id")
                {
                    add_literal(right, text, ids);
                }
            }
            "string_fragment" => markup_ids(text_of(node, text), ids),
            "template_string" => {
                markup_ids(text_of(node, text), ids);
            }
            _ => {}
        }
        true
    });
}

fn read_call<'a>(
    node: Node<'_>,
    path: &'a Utf8Path,
    text: &'a str,
    ids: &mut Ids,
    used: &mut Vec<Used<'a>>,
) {
    let (Some(function), Some(arguments)) = (
        node.child_by_field_name("function"),
        node.child_by_field_name("arguments"),
    ) else {
        return;
    };
    let name = text_of(function, text);
    let name = name.rsplit('.').next().unwrap_or(name);
    let Some(first) = arguments.named_child(0) else {
        return;
    };
    if name == "setAttribute" {
        let is_id = literal(first, text).is_some_and(|range| &text[range] == "id");
        if let (true, Some(value)) = (is_id, arguments.named_child(1)) {
            add_literal(value, text, ids);
        }
        return;
    }
    let Some(range) = literal(first, text) else {
        return;
    };
    let mut push = |range: Range<usize>| {
        used.push(Used {
            id: text[range.clone()].to_owned(),
            file: path,
            text,
            range,
        });
    };
    if name == "getElementById" {
        push(range);
    } else if SELECTORS.contains(&name) {
        for found in selector_ids(&text[range.clone()]) {
            push(range.start + found.start..range.start + found.end);
        }
    }
}

/// Takes in an id that a script gives to an element.
fn add_literal(node: Node<'_>, text: &str, ids: &mut Ids) {
    if let Some(range) = literal(node, text) {
        ids.add(&text[range], "${", "}");
    } else if node.kind() == "template_string" {
        ids.add(text_of(node, text).trim_matches('`'), "${", "}");
    }
}

/// The range inside the quotes of a string that is written out.
fn literal(node: Node<'_>, text: &str) -> Option<Range<usize>> {
    let plain = match node.kind() {
        "string" => true,
        "template_string" => !text_of(node, text).contains("${"),
        _ => false,
    };
    let range = node.byte_range();
    (plain && range.len() >= 2).then(|| range.start + 1..range.end - 1)
}

/// The ids in a selector, without those in brackets and quotes.
fn selector_ids(selector: &str) -> Vec<Range<usize>> {
    let name = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, c) in selector.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '#' if depth == 0 => {
                let rest = &selector[at + 1..];
                let end = rest.find(|c| !name(c)).unwrap_or(rest.len());
                if end > 0 {
                    found.push(at + 1..at + 1 + end);
                }
            }
            _ => {}
        }
    }
    found
}

/// Ids in markup that a script holds as text.
fn markup_ids(text: &str, ids: &mut Ids) {
    for (at, _) in text.match_indices("id=") {
        let before = text[..at].chars().last();
        let mut rest = text[at + 3..].chars();
        let Some(quote) = rest.next().filter(|c| "\"'".contains(*c)) else {
            continue;
        };
        if before.is_some_and(char::is_whitespace)
            && let Some((value, _)) = rest.as_str().split_once(quote)
        {
            ids.add(value, "${", "}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_selectors_are_found_outside_of_brackets() {
        let selector = "#list > li.x, form#add-form [href='#top'] #a_b:hover";
        let found: Vec<_> = selector_ids(selector)
            .into_iter()
            .map(|range| &selector[range])
            .collect();
        assert_eq!(found, ["list", "add-form", "a_b"]);
        assert!(selector_ids("#").is_empty());
    }
}
