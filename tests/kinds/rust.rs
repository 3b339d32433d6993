//! Rust tools and libraries: they are formatted, have no lints and pass their tests.

use std::path::Path;
use std::process::{Command, Output};

use super::{HOSTILE, SHOP, WORDS, made, paths};
use crate::common::Project;

/// What Cargo says when it cannot reach the registry.
const OFFLINE: [&str; 4] = [
    "Could not resolve host",
    "failed to download",
    "no matching package named",
    "spurious network error",
];

#[test]
fn a_tool_that_keeps_tasks() {
    let (project, _) = made("rust-cli", &[("ci", "true")], &["--no-verify"]);
    assert_eq!(
        paths(&project),
        [
            ".github/dependabot.yml",
            ".github/workflows/ci.yml",
            ".gitignore",
            "Cargo.toml",
            "README.md",
            "src/answer.rs",
            "src/cli.rs",
            "src/data.rs",
            "src/entities.rs",
            "src/entities/tasks.rs",
            "src/main.rs",
            "src/record.rs",
            "src/rules.rs",
            "src/store.rs",
            "src/values.rs",
            "tests/cli/main.rs",
            "tests/cli/tasks.rs",
        ]
    );
    is_clean(&project);
}

#[test]
fn a_tool_with_every_type_of_field() {
    let set = [("app", "shop"), ("title", HOSTILE), ("entities", SHOP)];
    let (project, _) = made("rust-cli", &set, &["--no-verify"]);
    is_clean(&project);
}

#[test]
fn a_tool_whose_names_are_words_of_the_language() {
    let set = [("app", "match"), ("title", HOSTILE), ("entities", WORDS)];
    let (project, _) = made("rust-cli", &set, &["--no-verify"]);
    is_clean(&project);
}

#[test]
fn a_tool_that_keeps_nothing_starts_with_a_command() {
    let set = [("app", "build"), ("title", HOSTILE), ("entities", "[]")];
    let (project, _) = made("rust-cli", &set, &["--no-verify"]);
    is_clean(&project);
}

#[test]
fn a_library_passes_its_tests_as_codey_runs_them() {
    let (project, ended) = made("rust-library", &[("app", "match")], &[]);
    assert!(ended.stderr.contains("verify"), "{}", ended.stderr);
    let again = project
        .codey(&["run", "rust-library", "--set=app=match", "--dir", "out"])
        .exits(0);
    assert!(again.stderr.contains("nothing to do"), "{}", again.stderr);

    let (project, _) = made("rust-library", &[("title", HOSTILE)], &["--no-verify"]);
    is_clean(&project);
}

/// Formatter, linter and tests find nothing. Where the crates cannot be had, says so and looks no further.
fn is_clean(project: &Project) {
    let formatted = cargo(project, &["fmt", "--check"]);
    assert!(formatted.status.success(), "{}", said(&formatted));
    let fetched = cargo(project, &["fetch", "--offline"]);
    if !fetched.status.success() {
        let fetched = cargo(project, &["fetch"]);
        let said = said(&fetched);
        if OFFLINE.iter().any(|words| said.contains(words)) {
            println!("skipped: the registry is out of reach: {said}");
            return;
        }
        assert!(fetched.status.success(), "{said}");
    }
    for args in [
        ["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"].as_slice(),
        &["test", "--quiet"],
    ] {
        let output = cargo(project, args);
        assert!(output.status.success(), "{args:?}: {}", said(&output));
    }
}

/// Cargo with one target folder for all projects, so that their crates are built once.
fn cargo(project: &Project, args: &[&str]) -> Output {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kinds");
    Command::new("cargo")
        .args(args)
        .current_dir(project.path().join("out"))
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let [out, err] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    out + &err
}
