<% from "rust/shared.jinja" import ident, program %>
<% set first = contract.entities[0] %>
<% set multi = contract.entities | length > 1 %>
//! The program as people meet it: arguments in; output, errors and an exit code out.

<% for entity in contract.entities | sort(attribute="plural") %>
mod << ident(entity.plural) >>;
<% endfor %>

use std::fs;
use std::path::PathBuf;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// The program with a file of its own.
struct Program {
    file: PathBuf,
}

/// How the program ended and what it said.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Program {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("{}-{number}", process::id()));
        Self {
            file: folder.join("data.json"),
        }
    }

    fn run<S: AsRef<str>>(&self, arguments: &[S]) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_<< program(app) >>"))
            .args(arguments.iter().map(AsRef::as_ref))
            .env("<< app | snake | upper >>_DATA", &self.file)
            .output()
            .unwrap();
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What it answers in JSON.
    fn json<S: AsRef<str>>(&self, arguments: &[S]) -> Value {
        let mut arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
        // Before `--`, after which everything is a value.
        arguments.insert(0, "--json");
        let ended = self.run(&arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.err);
        serde_json::from_str(&ended.out).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(folder) = self.file.parent() {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Arguments with others behind them.
fn with(start: &[&str], rest: &[String]) -> Vec<String> {
    let start = start.iter().map(|word| (*word).to_owned());
    start.chain(rest.iter().cloned()).collect()
}

/// Whether two values are the same; 7 and 7.0 are.
fn same(one: &Value, two: &Value) -> bool {
    match (one.as_f64(), two.as_f64()) {
        (Some(one), Some(two)) => (one - two).abs() < 1e-9,
        _ => one == two,
    }
}

#[test]
fn version_and_help_are_said() {
    let program = Program::new();
    for option in ["--version", "--help"] {
        let ended = program.run(&[option]);
        assert_eq!(ended.code, 0);
        assert!(!ended.out.is_empty());
    }
}

#[test]
fn what_is_not_understood_ends_with_2() {
    let program = Program::new();
    for arguments in [vec![], vec!["nonsense"], vec!["--nonsense"]] {
        let ended = program.run(&arguments);
        assert_eq!(ended.code, 2);
        assert!(ended.out.is_empty());
        assert!(!ended.err.is_empty());
    }
}

#[test]
fn the_option_names_another_file() {
    let program = Program::new();
    let row = << ident(first.plural) >>::add(&program, 0);
    let list = << ident(first.plural) >>::LIST;
    assert_eq!(program.json(list).as_array().unwrap(), &[row]);
    let other = Program::new();
    let path = other.file.to_str().unwrap();
    let list = with(&["--data", path], &with(list, &[]));
    assert!(program.json(&list).as_array().unwrap().is_empty());
    assert!(!other.file.exists());
}

#[test]
fn a_file_that_is_something_else_is_refused_and_kept() {
    let program = Program::new();
    for text in ["something else", "{}", "{\"version\": 999}"] {
        fs::create_dir_all(program.file.parent().unwrap()).unwrap();
        fs::write(&program.file, text).unwrap();
        let ended = program.run(<< ident(first.plural) >>::LIST);
        assert_eq!(ended.code, 1, "{text}");
        assert!(!ended.err.is_empty());
        assert_eq!(fs::read_to_string(&program.file).unwrap(), text);
    }
}

#[test]
fn nothing_is_left_beside_the_file() {
    let program = Program::new();
    << ident(first.plural) >>::add(&program, 0);
    let folder = fs::read_dir(program.file.parent().unwrap()).unwrap();
    assert_eq!(folder.count(), 1);
}
