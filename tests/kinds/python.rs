//! Python tools and packages: they pass their tests, their linter and their type checker.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{HOSTILE, SHOP, WORDS, made, paths};
use crate::common::{Project, cache_dir};

#[test]
fn a_tool_that_keeps_tasks() {
    let (project, _) = made("python-cli", &[("ci", "true")], &[]);
    is_clean(&project);
    let paths = paths(&project);
    for path in [
        ".github/dependabot.yml",
        ".github/workflows/ci.yml",
        "src/todo_cli/migrations/0001_first.sql",
        "tests/test_tasks.py",
    ] {
        assert!(paths.iter().any(|each| each == path), "{path}: {paths:?}");
    }
    let sources = project.path().join("out/src");
    let database = project.path().join("tasks.sqlite3");
    let todo = |args: &[&str]| {
        let output = Command::new(python(&project))
            .args(["-m", "todo_cli", "--database"])
            .arg(&database)
            .args(args)
            .env("PYTHONPATH", &sources)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    assert_eq!(todo(&["add", "Buy milk"]).0, Some(0));
    assert_eq!(todo(&["done", "1"]).0, Some(0));
    let (_, listed) = todo(&["list", "--json"]);
    let rows: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(rows[0]["title"], "Buy milk");
    assert_eq!(rows[0]["done"], true);
    assert_eq!(todo(&["show", "7"]).0, Some(1));
    assert_eq!(todo(&["nonsense"]).0, Some(2));
}

#[test]
fn a_tool_with_every_type_of_field() {
    let set = [("app", "shop"), ("title", HOSTILE), ("entities", SHOP)];
    let (project, _) = made("python-cli", &set, &[]);
    is_clean(&project);
}

#[test]
fn a_tool_whose_names_are_words_of_the_language() {
    let set = [("app", "class"), ("title", HOSTILE), ("entities", WORDS)];
    let (project, _) = made("python-cli", &set, &[]);
    is_clean(&project);
}

#[test]
fn a_tool_that_keeps_nothing_starts_with_a_command() {
    let set = [
        ("app", "json"),
        ("title", HOSTILE),
        ("entities", "[]"),
        ("ci", "true"),
        ("gitlab", "true"),
    ];
    let (project, _) = made("python-cli", &set, &[]);
    is_clean(&project);
    assert!(project.exists("out/.gitlab-ci.yml"));
    assert!(!project.exists("out/.github"));
    assert!(project.exists("out/src/json_cli/counts.py"));
}

#[test]
fn a_package_is_typed_and_may_be_called_as_a_module_of_python() {
    for (app, package) in [("slugs", "slugs"), ("calendar", "calendar_")] {
        let set = [("app", app), ("title", HOSTILE), ("ci", "true")];
        let (project, _) = made("python-package", &set, &[]);
        is_clean(&project);
        let folder = format!("src/{package}/");
        let files = paths(&project);
        let sources = files.iter().filter_map(|path| path.strip_prefix(&folder));
        let sources: Vec<&str> = sources.collect();
        assert_eq!(sources, ["__init__.py", "py.typed", "text.py"]);
        assert_eq!(files.len(), 11, "checks leave nothing behind: {files:?}");
    }
}

/// The linter and the formatter of the project, which are among its requirements, find nothing.
fn is_clean(project: &Project) {
    for args in [
        ["check", "--no-cache", "."].as_slice(),
        &[
            "check",
            "--no-cache",
            "--extend-select=B,S",
            "--output-format=concise",
            "src",
        ],
        &["format", "--no-cache", "--diff", "."],
    ] {
        let output = Command::new(python(project))
            .args(["-m", "ruff"])
            .args(args)
            .current_dir(project.path().join("out"))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "ruff {args:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// The interpreter of the environment that codey made for the project's requirements.
fn python(project: &Project) -> PathBuf {
    let required = project.read("out/requirements-dev.txt");
    let fits = |path: &Path| {
        let text = std::fs::read_to_string(path.join("requirements/requirements-dev.txt"));
        path.join("complete").exists() && text.is_ok_and(|text| text == required)
    };
    let environments = std::fs::read_dir(cache_dir()).unwrap();
    environments
        .map(|entry| entry.unwrap().path())
        .find(|path| fits(path))
        .expect("codey run made a virtual environment")
        .join("bin/python")
}
