//! Programs, templates, git and SQLite as the engine uses them.
#![cfg(test)]

mod git;
mod literals;
mod programs;
mod sqlite;
mod templates;
#[cfg(target_os = "linux")]
mod trees;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use codey::diagnostic::Finding;
use codey::proc::{Cancel, End, Ended, HEAD_BYTES, ProcError, Spawn, TAIL_BYTES, run};
use codey::template::{Templates, Value, value};
use codey::tool::{Git, Sqlite};
use codey::workspace::{Durability, Workspace};

fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn spawn(argv: &[String]) -> Spawn<'_> {
    Spawn {
        argv,
        cwd: Path::new("/"),
        env: &[],
        timeout: None,
    }
}

fn shell(script: &str) -> Ended {
    let argv = argv(&["sh", "-c", script]);
    run(&spawn(&argv), &Cancel::new().unwrap(), &mut |_| {}).unwrap()
}

fn failure(words: &[&str], cwd: &Path) -> ProcError {
    let argv = argv(words);
    let spawn = Spawn {
        cwd,
        ..spawn(&argv)
    };
    run(&spawn, &Cancel::new().unwrap(), &mut |_| {}).unwrap_err()
}

/// Whether the process is gone, or about to be: a killed one takes a moment to leave the table.
fn ends(pid: &str) -> bool {
    const LOOKS: u32 = 100_000;
    (0..LOOKS).any(|_| {
        std::thread::yield_now();
        !is_alive(pid)
    })
}

/// Whether the process exists and is no zombie.
fn is_alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ")
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

fn render(source: &'static str, value: impl Into<Value>) -> Result<String, Finding> {
    let templates = Templates::of(move |name| (name == "main").then_some(source.into()));
    templates.render("main", Value::from_pairs([("x", value.into())]))
}

struct Place {
    workspace: Workspace,
    _folder: tempfile::TempDir,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    Place {
        workspace: Workspace::open(&root).unwrap(),
        _folder: folder,
    }
}

impl Place {
    fn put(&self, path: &str, text: &str) -> Utf8PathBuf {
        let path = Utf8PathBuf::from(path);
        self.workspace
            .write(&path, text.as_bytes(), Durability::Cached)
            .unwrap();
        path
    }

    fn repository(&self) -> git2::Repository {
        git2::Repository::discover(self.workspace.root()).unwrap()
    }
}
