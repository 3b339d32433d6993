//! The language of a file, by its name, and its syntax check. Knows no contract and no other file.

use camino::Utf8Path;

use super::{css, data, jinja, python, requirements, sql, tree};
use crate::diagnostic::Finding;

/// Findings kept of one file: one slip can make a parser stumble on every line after it.
const MAX_FINDINGS: usize = 20;

/// What is wrong with the text of a file as its language has it; nothing for a language not known here.
pub fn syntax(path: &Utf8Path, text: &str) -> Vec<Finding> {
    let name = path.file_name().unwrap_or_default();
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    let mut findings = match extension.as_str() {
        "py" | "pyi" => python::syntax(path, text),
        "js" | "mjs" | "cjs" => tree::syntax(tree::Language::JavaScript, path, text),
        "css" => css::syntax(path, text),
        "html" | "htm" | "jinja" | "j2" => html(path, text),
        "sql" => sql::syntax(path, text),
        "json" if !allows_comments(path) => data::json(path, text),
        "toml" => data::toml(path, text),
        "yaml" | "yml" => data::yaml(path, text),
        "txt" if name.starts_with("requirements") => requirements::syntax(path, text),
        _ => Vec::new(),
    };
    findings.truncate(MAX_FINDINGS);
    findings
}

/// A page, or a template of one: what stands for text is made neutral first.
fn html(path: &Utf8Path, text: &str) -> Vec<Finding> {
    if jinja::is_template(path, text) {
        let mut findings = jinja::syntax(path, text);
        if findings.is_empty() {
            let plain = jinja::neutral(text);
            findings.extend(tree::errors(tree::Language::Html, path, &plain, text));
        }
        return findings;
    }
    tree::syntax(tree::Language::Html, path, text)
}

/// JSON files that editors and compilers read with comments.
fn allows_comments(path: &Utf8Path) -> bool {
    let name = path.file_stem().unwrap_or_default();
    let config = |prefix| name.starts_with(prefix);
    config("tsconfig")
        || config("jsconfig")
        || path.components().any(|part| part.as_str() == ".vscode")
}
