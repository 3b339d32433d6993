//! What a README names: every file and folder in its code is there. Knows no other file's content.

use std::ops::Range;

use camino::Utf8Path;

use super::place::place;
use crate::diagnostic::Finding;

/// Endings by which a word in code is taken for a file of the project.
const EXTENSIONS: &[&str] = &[
    "cfg", "css", "html", "ini", "jinja", "js", "json", "md", "mjs", "py", "rs", "sh", "sql",
    "svg", "toml", "txt", "yaml", "yml",
];

/// Files without an ending.
const NAMES: &[&str] = &["Dockerfile", "Makefile"];

/// Folders that come into being when the project is used.
const MADE_LATER: &[&str] = &[
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "env",
    "instance",
    "node_modules",
    "target",
    "venv",
];

/// Files and folders that `text` names in code and that are not among `paths`.
pub(super) fn check(paths: &[&Utf8Path], readme: &Utf8Path, text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for range in code(text) {
        for word in words(text, range) {
            let name = text[word.clone()]
                .trim_start_matches("./")
                .trim_end_matches('/');
            let folder = text[word.clone()].ends_with('/');
            if !is_path(name, folder) || is_there(paths, name, folder) || is_next(paths, name) {
                continue;
            }
            let message = format!("`{name}` is named here and no such file is written");
            if findings.iter().all(|finding| finding.message != message) {
                findings.push(
                    Finding::error("links::readme", message)
                        .at(place(readme, text, word))
                        .help("Name only files that are there."),
                );
            }
        }
    }
    findings
}

/// The ranges of fenced blocks and of code within lines.
fn code(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut fence, mut at) = (Vec::new(), None::<&str>, 0);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (Some(_), _) => found.push(at..at + line.len()),
            (None, None) => {
                let mut ticks = line.match_indices('`').map(|(tick, _)| at + tick);
                while let (Some(start), Some(end)) = (ticks.next(), ticks.next()) {
                    found.push(start + 1..end);
                }
            }
        }
        at += line.len();
    }
    found
}

/// The words of a piece of code, without drawn branches and punctuation around them; a comment ends it.
fn words(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let part = &text[range.clone()];
    let end = part.find(" #").unwrap_or(part.len());
    let mut found = Vec::new();
    for word in part[..end].split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_ascii() || "\"'(),;".contains(c));
        let start = range.start + (word.as_ptr() as usize - part.as_ptr() as usize);
        found.push(start..start + word.len());
    }
    found
}

/// Whether the word names a file or folder of the project, and not an address, option or pattern.
fn is_path(name: &str, folder: bool) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if name.is_empty() || name.starts_with(['/', '-']) || !name.chars().all(plain) {
        return false;
    }
    let mut parts = name.split('/');
    if parts.clone().any(|part| part == "..") || parts.any(|part| MADE_LATER.contains(&part)) {
        return false;
    }
    let path = Utf8Path::new(name);
    let extension = path
        .extension()
        .is_some_and(|end| EXTENSIONS.contains(&end));
    folder || extension || path.file_name().is_some_and(|name| NAMES.contains(&name))
}

/// Whether a file ends in this path, or lies in a folder that does.
fn is_there(paths: &[&Utf8Path], name: &str, folder: bool) -> bool {
    paths.iter().any(|path| {
        if folder {
            path.ancestors().skip(1).any(|above| above.ends_with(name))
        } else {
            path.ends_with(name)
        }
    })
}

/// Whether the name is one of a numbered series that has begun: a file that the reader is told to add.
fn is_next(paths: &[&Utf8Path], name: &str) -> bool {
    let name = Utf8Path::new(name);
    let number = |path: &Utf8Path| {
        let file = path.file_name()?;
        let digits = file.find(|c: char| !c.is_ascii_digit())?;
        file[..digits].parse::<u64>().ok()
    };
    let Some(next) = number(name) else {
        return false;
    };
    let folder = name.parent().unwrap_or(name);
    paths.iter().any(|path| {
        let beside = path.parent().is_some_and(|parent| parent.ends_with(folder));
        beside && path.extension() == name.extension() && number(path) == next.checked_sub(1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<String> {
        let paths = ["app/main.py", "app/sql/0001_first.sql", "Makefile"].map(Utf8Path::new);
        let findings = check(&paths, "README.md".into(), text);
        findings
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn only_code_names_files_and_only_files_of_the_project_count() {
        for text in [
            "main.js in prose, `a`, `x.y.z`, `/api/books.json`, `https://a.b/c.js`, `*.py`, `--a.py`",
            "`app/main.py`, `main.py`, `./app/`, `app/sql/`, `Makefile`, `.venv/bin/x.py`, `../a.py`",
            "```\npython app/main.py # or other.py\n├── main.py\n```\n",
            "add `app/sql/0002_next.sql`",
            "``` open `",
        ] {
            assert_eq!(named(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn each_missing_name_is_said_once() {
        let text =
            "`main.rs` `main.rs` `assets/` `app/sql/0003_next.sql` `Dockerfile` `sql/main.py`";
        assert_eq!(named(text).len(), 5);
    }
}
