<% from "rust/shared.jinja" import program %>
//! The program as people meet it: arguments in; output, errors and an exit code out.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_<< program(app) >>"))
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// A file with this content, for one test.
fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn version_and_help_are_said() {
    for option in ["--version", "--help"] {
        let output = run(&[option]);
        assert!(output.status.success());
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn a_file_is_counted() {
    let poem = file("poem.txt", b"one two\nthree\n");
    let output = run(&["count", poem.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();
    assert_eq!(words[..3], ["2", "3", "14"]);
}

#[test]
fn several_files_have_a_total() {
    let poem = file("verse.txt", b"one two\nthree\n");
    let poem = poem.to_str().unwrap();
    let rows = json(&run(&["count", "--json", poem, poem]));
    assert_eq!(rows[0]["file"], poem);
    assert_eq!(rows[2]["file"], "total");
    assert_eq!(rows[2]["characters"], 28);
}

#[test]
fn standard_input_is_read_where_no_file_is_named() {
    let mut program = program();
    program.args(["count", "--json"]);
    program.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all("grün und blau".as_bytes()).unwrap();
    drop(input);
    let rows = json(&child.wait_with_output().unwrap());
    assert_eq!(rows[0]["words"], 3);
    assert_eq!(rows[0]["characters"], 13);
}

#[test]
fn what_cannot_be_read_is_refused() {
    let binary = file("binary", b"\xff\xfe\x00");
    for path in [binary.to_str().unwrap(), "no/such/file"] {
        let output = run(&["count", path]);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        assert!(String::from_utf8_lossy(&output.stderr).contains(path));
    }
}

#[test]
fn what_is_not_understood_ends_with_2() {
    for arguments in [vec![], vec!["nonsense"], vec!["count", "--nonsense"]] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
    }
}
