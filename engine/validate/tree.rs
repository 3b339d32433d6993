//! JavaScript, CSS and HTML: what their parsers could not read. Knows no page's meaning.

use camino::Utf8Path;
use tree_sitter::{Node, Parser, Tree};

use super::place::place;
use crate::diagnostic::Finding;

/// Elements whose end tag HTML lets one leave out, and those that have none.
const MAY_STAY_OPEN: &[&str] = &[
    "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html",
    "img", "input", "li", "link", "meta", "optgroup", "option", "p", "param", "rp", "rt", "source",
    "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Characters of the text that a message quotes.
const MAX_QUOTE: usize = 40;

/// A language that tree-sitter reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    JavaScript,
    Css,
    Html,
}

impl Language {
    fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::Css => "CSS",
            Self::Html => "HTML",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript::syntax",
            Self::Css => "css::syntax",
            Self::Html => "html::syntax",
        }
    }

    fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::Css => tree_sitter_css::LANGUAGE.into(),
            Self::Html => tree_sitter_html::LANGUAGE.into(),
        }
    }
}

/// The syntax tree of `text`.
///
/// # Panics
/// When a grammar is of another generation than the parser, which the tests of this module exclude.
pub(super) fn parse(language: Language, text: &str) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&language.grammar())
        .expect("the grammars fit the parser");
    parser
        .parse(text, None)
        .expect("a parser with a language and no deadline gives a tree")
}

/// Calls `visit` for every node in the order of the text; children are skipped where it answers false.
pub(super) fn walk<'tree>(tree: &'tree Tree, visit: &mut dyn FnMut(Node<'tree>) -> bool) {
    let mut cursor = tree.walk();
    loop {
        if visit(cursor.node()) && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// The text of a node.
pub(super) fn text_of<'a>(node: Node<'_>, text: &'a str) -> &'a str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// Every place where `text` is not what the language allows.
pub(super) fn syntax(language: Language, path: &Utf8Path, text: &str) -> Vec<Finding> {
    errors(language, path, text, text)
}

/// As [`syntax`], for a text `plain` of the same length that stands for `text`.
pub(super) fn errors(language: Language, path: &Utf8Path, plain: &str, text: &str) -> Vec<Finding> {
    let tree = parse(language, plain);
    let mut findings = Vec::new();
    walk(&tree, &mut |node| {
        let problem = if node.is_missing() {
            Some(missing(language, node))
        } else if node.is_error() {
            Some(unexpected(language, node, text))
        } else if language == Language::Html {
            tag(node, plain)
        } else {
            None
        };
        if let Some((message, range)) = problem {
            let finding = Finding::error(language.code(), message)
                .at(place(path, text, range))
                .help("Correct it here, or close what was opened before it.");
            findings.push(finding);
        }
        !node.is_error()
    });
    findings
}

type Problem = (String, std::ops::Range<usize>);

fn missing(language: Language, node: Node<'_>) -> Problem {
    let what = match node.kind() {
        name if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
            format!("a {}", name.replace('_', " "))
        }
        symbol => format!("`{symbol}`"),
    };
    (
        format!("{} expects {what} here", language.name()),
        node.byte_range(),
    )
}

fn unexpected(language: Language, node: Node<'_>, text: &str) -> Problem {
    let range = node.byte_range();
    let quote: String = text_of(node, text)
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(MAX_QUOTE)
        .collect();
    (
        format!("this is not valid {}: `{}`", language.name(), quote.trim()),
        range,
    )
}

/// A tag without its partner.
fn tag(node: Node<'_>, text: &str) -> Option<Problem> {
    match node.kind() {
        "erroneous_end_tag" => {
            let message = format!(
                "`{}` closes nothing that is open",
                text_of(node, text).trim()
            );
            Some((message, node.byte_range()))
        }
        "element" | "script_element" | "style_element" => {
            let mut cursor = node.walk();
            let children: Vec<_> = node.children(&mut cursor).collect();
            let start = children
                .first()
                .filter(|child| child.kind() == "start_tag")?;
            if children
                .iter()
                .any(|child| child.kind() == "end_tag" && !child.is_missing())
            {
                return None;
            }
            let name = text_of(start.named_child(0)?, text).to_ascii_lowercase();
            if MAY_STAY_OPEN.contains(&name.as_str()) {
                return None;
            }
            Some((format!("`<{name}>` is never closed"), start.byte_range()))
        }
        _ => None,
    }
}
