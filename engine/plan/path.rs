//! Paths as a plan writes them: normal form, and what no path may be. Knows no file system.

use camino::Utf8PathBuf;

use super::limits::{MAX_NAME_BYTES, MAX_PATH_BYTES};

/// Directories that belong to git and to codey.
const RESERVED_DIRS: &[&str] = &[".git", ".codey", "git~1"];
/// Names that Windows keeps for devices, with or without an extension.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];
/// Characters that Windows takes in no name.
const FORBIDDEN: &[char] = &['<', '>', ':', '"', '|', '?', '*'];

/// Why a text is no path below the workspace.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPath {
    pub(super) code: &'static str,
    /// Follows the path in a message: `` `../x` leaves the workspace ``.
    pub(super) problem: String,
    pub(super) help: String,
}

fn bad(code: &'static str, problem: impl Into<String>, help: impl Into<String>) -> BadPath {
    BadPath {
        code,
        problem: problem.into(),
        help: help.into(),
    }
}

/// The normal form of `text`: no `.`, `..` or empty names. Empty for the workspace itself.
pub(super) fn normalise(text: &str) -> Result<Utf8PathBuf, BadPath> {
    whole(text)?;
    let mut names: Vec<&str> = Vec::new();
    for name in text.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                if names.pop().is_none() {
                    return Err(bad(
                        "plan::path-outside",
                        "leaves the workspace",
                        "write a path below the workspace, without leading `..`",
                    ));
                }
            }
            name => {
                component(name)?;
                names.push(name);
            }
        }
    }
    Ok(Utf8PathBuf::from(names.join("/")))
}

fn whole(text: &str) -> Result<(), BadPath> {
    const RELATIVE: &str = "write it relative to the workspace, such as `static/app.js`";
    if text.is_empty() {
        return Err(bad(
            "plan::bad-path",
            "is empty",
            "name a file or directory below the workspace",
        ));
    }
    if let Some(found) = text.chars().find(|c| c.is_control()) {
        let problem = format!("holds the control character U+{:04X}", u32::from(found));
        return Err(bad(
            "plan::bad-path",
            problem,
            "remove the character from the path",
        ));
    }
    let bytes = text.as_bytes();
    if bytes[0] == b'/' || (bytes.len() > 1 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic()) {
        return Err(bad(
            "plan::path-absolute",
            "is absolute, and a plan names files below the workspace",
            RELATIVE,
        ));
    }
    if bytes[0] == b'~' && matches!(bytes.get(1), None | Some(b'/')) {
        return Err(bad(
            "plan::path-absolute",
            "names a home directory, and no shell expands it",
            RELATIVE,
        ));
    }
    if text.contains('\\') {
        let help = format!("write `{}`", text.replace('\\', "/"));
        return Err(bad(
            "plan::bad-path",
            "holds a backslash, and names are separated by `/`",
            help,
        ));
    }
    if bytes.len() > MAX_PATH_BYTES {
        let problem = format!("is longer than {MAX_PATH_BYTES} bytes");
        return Err(bad("plan::bad-path", problem, "shorten it"));
    }
    Ok(())
}

fn component(name: &str) -> Result<(), BadPath> {
    const PORTABLE: &str = "choose a name that every system can store";
    if name.len() > MAX_NAME_BYTES {
        let problem = format!("has a name longer than {MAX_NAME_BYTES} bytes");
        return Err(bad("plan::bad-path", problem, "shorten the name"));
    }
    let lower = name.trim_end_matches([' ', '.']).to_lowercase();
    if RESERVED_DIRS.contains(&lower.as_str()) {
        let owner = if lower == ".codey" { "codey" } else { "git" };
        let problem = format!("lies in a directory that belongs to {owner}");
        let help = "choose a path outside `.git` and `.codey`; use a `git` chunk to commit";
        return Err(bad("plan::path-reserved", problem, help));
    }
    if name.ends_with([' ', '.']) {
        return Err(bad(
            "plan::path-not-portable",
            format!("has the name `{name}`, which ends in a dot or space"),
            PORTABLE,
        ));
    }
    if let Some(found) = name.chars().find(|c| FORBIDDEN.contains(c)) {
        return Err(bad(
            "plan::path-not-portable",
            format!("holds `{found}`, which Windows takes in no name"),
            PORTABLE,
        ));
    }
    let stem = lower.split('.').next().unwrap_or_default().trim_end();
    if DEVICES.contains(&stem) {
        let problem = format!("has the name `{name}`, which Windows keeps for a device");
        return Err(bad("plan::path-not-portable", problem, PORTABLE));
    }
    Ok(())
}

/// The form under which two paths are the same file on some system.
pub(super) fn folded(path: &str) -> String {
    if path.is_ascii() {
        path.to_ascii_lowercase()
    } else {
        path.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_and_doubled_slashes_vanish() {
        for (text, normal) in [
            ("a/b", "a/b"),
            ("./a//b/", "a/b"),
            ("a/./b/../c", "a/c"),
            ("my file.txt", "my file.txt"),
            (".gitignore", ".gitignore"),
            (".", ""),
        ] {
            assert_eq!(
                normalise(text).unwrap(),
                Utf8PathBuf::from(normal),
                "{text}"
            );
        }
    }

    #[test]
    fn no_bad_path_passes() {
        for (text, code) in [
            ("../x", "plan::path-outside"),
            ("a/../../x", "plan::path-outside"),
            ("/etc/passwd", "plan::path-absolute"),
            ("C:/x", "plan::path-absolute"),
            ("~/x", "plan::path-absolute"),
            ("a\\b", "plan::bad-path"),
            ("", "plan::bad-path"),
            ("a\u{7}b", "plan::bad-path"),
            (".git/hooks/pre-commit", "plan::path-reserved"),
            ("sub/.GIT/config", "plan::path-reserved"),
            (".git./config", "plan::path-reserved"),
            (".codey/journal", "plan::path-reserved"),
            ("aux.txt", "plan::path-not-portable"),
            ("a/NUL", "plan::path-not-portable"),
            ("what?", "plan::path-not-portable"),
            ("end.", "plan::path-not-portable"),
        ] {
            assert_eq!(normalise(text).map_err(|bad| bad.code), Err(code), "{text}");
        }
    }
}
