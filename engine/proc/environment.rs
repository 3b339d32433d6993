//! The variables and the search path that programs get. Knows names, not what programs do with them.
//!
//! Programs start from nothing: the variables below, then those of the node. This is the seam at
//! which the sandbox will ask for consent to more.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use rustix::fs::{Access, access};

/// Variables that pass from the user's environment to programs, besides `LC_*`. Where Rust is installed elsewhere
/// than below the home directory, Cargo is not found at all without its two.
const PASSED: &[&str] = &[
    "CARGO_HOME",
    "CI",
    "HOME",
    "LANG",
    "LOGNAME",
    "PATH",
    "RUSTUP_HOME",
    "TMPDIR",
    "TZ",
    "USER",
];

/// Variables that every program gets: its output is read by codey and not by a terminal.
const FIXED: &[(&str, &str)] = &[("NO_COLOR", "1"), ("TERM", "dumb")];

/// The variable that marks every descendant of a program, so that none is overlooked when it is ended.
pub(super) const MARK: &str = "CODEY_SPAWN";

/// What every program starts with, read once.
pub(super) static BASE: LazyLock<Base> = LazyLock::new(|| Base::of(std::env::vars_os()));

/// Variables, search path, and the programs found so far.
pub(super) struct Base {
    pub(super) variables: Vec<(OsString, OsString)>,
    /// The mark that codey itself was started with, when it runs below another codey.
    pub(super) outer_mark: Option<String>,
    path: Option<OsString>,
    found: Mutex<BTreeMap<String, PathBuf>>,
}

impl Base {
    fn of(user: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let mut variables = Vec::new();
        let mut outer_mark = None;
        for (name, value) in user {
            let Some(text) = name.to_str() else { continue };
            if PASSED.contains(&text) || text.starts_with("LC_") {
                variables.push((name, value));
            } else if text == MARK {
                outer_mark = value.into_string().ok();
            }
        }
        variables.extend(
            FIXED
                .iter()
                .map(|(name, value)| (name.into(), value.into())),
        );
        let path = variables
            .iter()
            .find(|(name, _)| name == "PATH")
            .map(|(_, path)| path.clone());
        Self {
            variables,
            outer_mark,
            path,
            found: Mutex::new(BTreeMap::new()),
        }
    }

    /// The file of a program that is named without a folder, looked up in the user's PATH once.
    pub(super) fn find(&self, name: &str) -> Option<PathBuf> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = found.get(name) {
            return Some(file.clone());
        }
        let file = search(self.path.as_deref()?, name)?;
        found.insert(name.to_owned(), file.clone());
        Some(file)
    }
}

/// The file that runs when `name` is started, as `which` says; nothing when there is none.
pub fn program(name: &str) -> Option<PathBuf> {
    BASE.find(name)
}

/// The first executable file called `name` in the folders of `path`. Relative folders are left
/// out: what runs must not depend on where codey was started.
pub(super) fn search(path: &OsStr, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    access(file, Access::EXEC_OK).is_ok() && file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(user: &[(&str, &str)]) -> Base {
        Base::of(
            user.iter()
                .map(|(name, value)| ((*name).into(), (*value).into())),
        )
    }

    #[test]
    fn only_listed_variables_pass() {
        let base = base(&[
            ("PATH", "/bin"),
            ("LC_ALL", "C"),
            ("LD_PRELOAD", "x.so"),
            ("BASH_ENV", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("TERM", "xterm"),
        ]);
        let mut names: Vec<_> = base
            .variables
            .iter()
            .map(|(name, value)| format!("{}={}", name.display(), value.display()))
            .collect();
        names.sort();
        assert_eq!(names, ["LC_ALL=C", "NO_COLOR=1", "PATH=/bin", "TERM=dumb"]);
    }

    #[test]
    fn relative_folders_of_the_search_path_are_left_out() {
        assert_eq!(search(OsStr::new("bin:.::usr/bin"), "sh"), None);
        assert!(search(OsStr::new(".:/usr/bin:/bin"), "sh").is_some_and(|file| file.is_absolute()));
    }

    #[test]
    fn a_folder_is_no_program() {
        assert_eq!(search(OsStr::new("/"), "usr"), None);
    }
}
