//! Links between the files of an application: what is linked is written, and nothing comes from elsewhere.
//! Knows no contract, and of the stack only how a page links a file of its own.

use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};

use super::elements::attribute;
use super::place::place;
use super::tree::{Language, parse, text_of, walk};
use super::{Stack, css, jinja, readme};
use crate::diagnostic::Finding;

/// Elements whose `href` or `src` the browser fetches by itself.
const FETCHING: &[&str] = &[
    "audio", "embed", "iframe", "image", "img", "input", "link", "script", "source", "track",
    "use", "video",
];

/// The name under which applications serve their own files.
const STATIC: &str = "static/";

/// The place of a file in the way a stack links one.
const PATH: &str = "{path}";

/// Files that are linked or named and not there, and links to other hosts. Without a stack, links that a
/// template fills in are not read.
pub fn links(files: &[(Utf8PathBuf, String)], stack: Option<&Stack>) -> Vec<Finding> {
    let paths: Vec<&Utf8Path> = files.iter().map(|(path, _)| path.as_path()).collect();
    let mut findings = Vec::new();
    for (path, text) in files {
        let mut check = |target: &str, range: Range<usize>| {
            findings.extend(link(&paths, path, text, target, range));
        };
        match path.extension() {
            Some("html" | "htm" | "jinja" | "j2") => page(path, text, stack, &mut check),
            Some("css") => style(text, &mut check),
            Some("js" | "mjs") => script(text, &mut check),
            Some("md") => findings.extend(readme::check(&paths, path, text)),
            _ => {}
        }
    }
    findings
}

type Check<'a> = &'a mut dyn FnMut(&str, Range<usize>);

/// What is wrong with one link.
fn link(
    paths: &[&Utf8Path],
    from: &Utf8Path,
    text: &str,
    target: &str,
    range: Range<usize>,
) -> Option<Finding> {
    let plain = target.split(['?', '#']).next().unwrap_or_default();
    if plain.is_empty() || plain.starts_with("data:") || plain.starts_with("blob:") {
        return None;
    }
    if plain.starts_with("//") || plain.contains("://") {
        let message = format!("`{target}` comes from another host");
        return Some(
            Finding::error("links::external", message)
                .at(place(from, text, range))
                .help("Put the file beside the others and link it there."),
        );
    }
    let there = match plain.strip_prefix('/') {
        Some(absolute) => paths.iter().any(|path| path.ends_with(absolute)),
        None => relative(from, plain).is_some_and(|path| paths.contains(&path.as_path())),
    };
    (!there).then(|| {
        let message = format!("`{plain}` is linked here and no such file is written");
        Finding::error("links::missing", message)
            .at(place(from, text, range))
            .help("Write the file, or correct the link.")
    })
}

/// The path that `target` names, seen from the folder of `from`; none when it leads out.
fn relative(from: &Utf8Path, target: &str) -> Option<Utf8PathBuf> {
    let mut path = from.parent()?.to_owned();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if path.as_str().is_empty() => return None,
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    Some(path)
}

fn page(path: &Utf8Path, text: &str, stack: Option<&Stack>, check: Check<'_>) {
    let template = jinja::is_template(path, text);
    let plain = if template {
        jinja::neutral(text)
    } else {
        text.to_owned()
    };
    walk(&parse(Language::Html, &plain), &mut |node| {
        let Some((name, value)) = attribute(node, &plain) else {
            return true;
        };
        let target = text[value.clone()].trim();
        let element = node.parent().and_then(|tag| tag.named_child(0));
        let element = element.map(|name| text_of(name, &plain).to_ascii_lowercase());
        let fetched = element.is_some_and(|name| FETCHING.contains(&name.as_str()));
        let link = matches!(
            name.to_ascii_lowercase().as_str(),
            "href" | "src" | "xlink:href" | "poster"
        );
        let own = target.trim_start_matches('/').starts_with(STATIC);
        // What a template fills in is read below; `href` elsewhere leads to pages.
        if link && (fetched || own) && !(template && text[value.clone()].contains("{{")) {
            check(target, value);
        }
        true
    });
    if let (true, Some(stack)) = (template, stack) {
        stack_links(text, stack, check);
    }
}

/// Files that a template links the way the stack does, such as `{{ static('js/app.js') }}`. Between the
/// delimiters neither blanks nor the kind of quotes matter.
fn stack_links(text: &str, stack: &Stack, check: Check<'_>) {
    let link = stack.static_link.as_deref().unwrap_or_default();
    let Some((_, link)) = jinja::printed(link).pop() else {
        return;
    };
    let pattern: String = plainly(link).map(|(_, character)| character).collect();
    let Some((before, after)) = pattern.split_once(PATH) else {
        return;
    };
    let folder = stack.static_folder.as_deref().unwrap_or(Utf8Path::new(""));
    for (start, inner) in jinja::printed(text) {
        let (places, plain): (Vec<usize>, String) = plainly(inner).unzip();
        let file = plain
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after));
        let Some(file) = file.filter(|file| !file.is_empty() && !file.contains('\'')) else {
            continue;
        };
        let first = before.chars().count();
        let from = start + places[first];
        let last = places.get(first + file.chars().count());
        check(
            &format!("/{}", folder.join(file)),
            from..start + last.copied().unwrap_or(inner.len()),
        );
    }
}

/// The characters that matter in a printed expression, each with its place: no blanks, one kind of quotes.
fn plainly(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices()
        .filter(|(_, character)| !character.is_whitespace())
        .map(|(at, character)| (at, if character == '"' { '\'' } else { character }))
}

fn style(text: &str, check: Check<'_>) {
    for range in css::links(text) {
        check(&text[range.clone()], range);
    }
}

/// Modules that a script imports by path.
fn script(text: &str, check: Check<'_>) {
    walk(&parse(Language::JavaScript, text), &mut |node| {
        let import = matches!(node.kind(), "import_statement" | "export_statement");
        if let (true, Some(source)) = (import, node.child_by_field_name("source")) {
            let range = unquoted(text, source.byte_range());
            check(&text[range.clone()], range);
        }
        true
    });
}

/// The range without the quotes around it.
fn unquoted(text: &str, range: Range<usize>) -> Range<usize> {
    let quoted = range.len() >= 2 && text[range.clone()].starts_with(['"', '\'']);
    if quoted {
        range.start + 1..range.end - 1
    } else {
        range
    }
}
