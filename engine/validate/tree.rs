//! JavaScript and HTML: what their parsers could not read. Knows no page's meaning.

use camino::Utf8Path;
use tree_sitter::{Node, Parser, Tree};

use super::html;
use super::place::place;
use crate::diagnostic::Finding;

/// Elements whose end tag HTML lets one leave out, and those that have none. A page that does not close
/// its `html` and `body` is taken for one that was cut off.
const MAY_STAY_OPEN: &[&str] = &[
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "img", "input",
    "li", "link", "meta", "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td",
    "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Characters of the text that a message quotes.
const MAX_QUOTE: usize = 40;

/// A language that tree-sitter reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    JavaScript,
    Html,
}

impl Language {
    fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::Html => "HTML",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript::syntax",
            Self::Html => "html::syntax",
        }
    }

    fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
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
    let plain = match language {
        Language::Html => &html::plain(plain),
        Language::JavaScript => plain,
    };
    let tree = parse(language, plain);
    let mut problems = Vec::new();
    walk(&tree, &mut |node| {
        if node.is_missing() {
            problems.push(missing(language, node));
        } else if node.is_error() {
            problems.extend(unexpected(language, node, plain, text));
        } else if language == Language::Html {
            problems.extend(tag(node, plain));
        }
        !node.is_error()
    });
    let finding = |(message, range): Problem| {
        Finding::error(language.code(), message)
            .at(place(path, text, range))
            .help("Correct it here, or close what was opened before it.")
    };
    problems.into_iter().map(finding).collect()
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

/// What is wrong where the parser gave up: in a page the tags that stay open, where there are some.
fn unexpected(language: Language, node: Node<'_>, plain: &str, text: &str) -> Vec<Problem> {
    if language == Language::Html {
        let mut cursor = node.walk();
        let open: Vec<Problem> = node
            .children(&mut cursor)
            .filter_map(|child| open_tag(child, plain))
            .collect();
        if !open.is_empty() {
            return open;
        }
    }
    let quote: String = text_of(node, text)
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(MAX_QUOTE)
        .collect();
    let message = format!("this is not valid {}: `{}`", language.name(), quote.trim());
    vec![(message, node.byte_range())]
}

/// A start tag whose element must be closed, as a problem.
fn open_tag(node: Node<'_>, text: &str) -> Option<Problem> {
    if node.kind() != "start_tag" {
        return None;
    }
    let name = text_of(node.named_child(0)?, text).to_ascii_lowercase();
    let closed = MAY_STAY_OPEN.contains(&name.as_str());
    (!closed).then(|| (format!("`<{name}>` is never closed"), node.byte_range()))
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
            open_tag(*start, text)
        }
        _ => None,
    }
}
