//! Files that a node began to make and did not finish: a failed or killed one leaves them, and they are not
//! the user's. A plain list beside the database, because a note must outlive the process that is killed next.
#![expect(
    clippy::disallowed_methods,
    reason = "the list lies in codey's own directory"
)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};

use camino::{Utf8Path, Utf8PathBuf};

use super::JournalError;

/// The list's name in the state directory.
const FILE: &str = "begun";

/// The paths in the list; none where there is no list.
pub fn begun(state_dir: &Utf8Path) -> Result<BTreeSet<Utf8PathBuf>, JournalError> {
    let path = state_dir.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().map(Utf8PathBuf::from).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(JournalError::io(&path, &error)),
    }
}

/// The list while a run writes to it.
#[derive(Debug)]
pub struct Begun {
    path: Utf8PathBuf,
    file: Option<File>,
    paths: BTreeSet<Utf8PathBuf>,
}

impl Begun {
    /// Goes on from the paths that earlier runs left.
    pub fn new(state_dir: &Utf8Path, paths: BTreeSet<Utf8PathBuf>) -> Self {
        Self {
            path: state_dir.join(FILE),
            file: None,
            paths,
        }
    }

    /// Notes that `path` is about to be made.
    pub fn begin(&mut self, path: &Utf8Path) -> Result<(), JournalError> {
        if !self.paths.insert(path.to_owned()) {
            return Ok(());
        }
        let mut append = || {
            let file = match &mut self.file {
                Some(file) => file,
                none => none.insert(File::options().create(true).append(true).open(&self.path)?),
            };
            file.write_all(format!("{path}\n").as_bytes())
        };
        append().map_err(|error| JournalError::io(&self.path, &error))
    }

    /// Notes that `path` is made: the journal knows it.
    pub fn finish(&mut self, path: &Utf8Path) {
        self.paths.remove(path);
    }

    /// Leaves the list with what is unfinished.
    pub fn close(self) -> Result<(), JournalError> {
        let written = if self.paths.is_empty() {
            fs::remove_file(&self.path)
        } else {
            let lines: Vec<String> = self.paths.iter().map(|path| format!("{path}\n")).collect();
            let lines = lines.concat();
            File::options()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&self.path)
                .and_then(|mut file| file.write_all(lines.as_bytes()))
        };
        match written {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(JournalError::io(&self.path, &error))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_is_known_to_the_next_run() {
        let dir = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(dir.path()).unwrap();
        assert!(begun(dir).unwrap().is_empty());
        let mut list = Begun::new(dir, BTreeSet::new());
        list.begin("a b".into()).unwrap();
        list.begin("c".into()).unwrap();
        let killed = begun(dir).unwrap();
        assert_eq!(killed, ["a b".into(), "c".into()].into());
        list.finish("c".into());
        list.close().unwrap();
        assert_eq!(begun(dir).unwrap(), ["a b".into()].into());
        let mut list = Begun::new(dir, begun(dir).unwrap());
        list.finish("a b".into());
        list.close().unwrap();
        assert!(begun(dir).unwrap().is_empty());
    }
}
