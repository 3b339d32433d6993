//! Python requirements files: every package with one exact version. Knows no index and no package.

use camino::Utf8Path;

use super::place::place;
use crate::diagnostic::Finding;

/// Lines that are neither a comment, an option nor `name==version`.
pub(super) fn syntax(path: &Utf8Path, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let wanted = content(line);
        if !wanted.is_empty() && !wanted.starts_with('-') && !is_pinned(wanted) {
            let from = start + line.find(wanted).unwrap_or(0);
            let message = format!("`{wanted}` does not name one exact version");
            findings.push(
                Finding::error("requirements::not-pinned", message)
                    .at(place(path, text, from..from + wanted.len()))
                    .help("Write each requirement as `name==version`."),
            );
        }
        start += line.len();
    }
    findings
}

/// The files that a requirements file includes by `-r` or `-c`, as it names them.
pub fn included(text: &str) -> Vec<String> {
    let name = |line| {
        let line = content(line);
        ["-r", "-c", "--requirement", "--constraint"]
            .iter()
            .find_map(|option| {
                let rest = line.strip_prefix(option)?;
                let name = rest.trim_start_matches(['=', ' ', '\t']);
                (rest.len() > name.len() || option.len() == 2).then(|| name.to_owned())
            })
    };
    text.lines()
        .filter_map(name)
        .filter(|name| !name.is_empty())
        .collect()
}

/// The line without its comment.
fn content(line: &str) -> &str {
    let comment = line
        .char_indices()
        .find(|&(at, c)| c == '#' && line[..at].chars().last().is_none_or(char::is_whitespace));
    line[..comment.map_or(line.len(), |(at, _)| at)].trim()
}

/// Whether it reads `name[extra]==version`, with or without a condition on the environment.
fn is_pinned(requirement: &str) -> bool {
    let requirement = requirement.split([';', ' ']).collect::<Vec<_>>();
    let joined = requirement.first().copied().unwrap_or_default();
    let Some((name, version)) = joined.split_once("==") else {
        return false;
    };
    let (name, extras) = name.split_once('[').unwrap_or((name, "]"));
    let plain = |text: &str, more: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    plain(name, "-_.") && plain(version, ".+!-") && extras.ends_with(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinned_lines_options_and_comments_pass() {
        let text =
            "# pins\nFlask==3.1.0\n-r base.txt\npytest[x,y]==8.0rc1 ; python_version > '3.8'\n\n";
        assert!(syntax("requirements.txt".into(), text).is_empty());
    }

    #[test]
    fn everything_else_is_named_with_its_place() {
        let text = "flask==3.0\n  flask>=3 # newest\nflask\n==1\nflask==\nflask==*\n";
        let findings = syntax("requirements.txt".into(), text);
        let lines: Vec<_> = findings
            .iter()
            .map(|f| f.place.as_ref().unwrap().line)
            .collect();
        assert_eq!(lines, [2, 3, 4, 5, 6]);
        let first = findings[0].place.as_ref().unwrap();
        assert_eq!((first.column, first.length), (3, 8));
    }

    #[test]
    fn includes_are_listed() {
        let text = "-r a.txt\n--requirement=b.txt\n-cc.txt # why\n--requirements x\nflask==1\n";
        assert_eq!(included(text), ["a.txt", "b.txt", "c.txt"]);
    }
}
