//! Seeded faults: for each of them the generated application's own tests fail, and without one they pass.
//!
//! A fault is a replacement of text that is there exactly once, kept in `tests/mutants/<stack>.yaml`; when a template
//! changes under it, the test names the fault that went stale.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use serde::Deserialize;

use crate::common::{Project, venv_of};

/// The application that all faults are put into: it has every feature.
const ENTITIES: [&str; 4] = [
    "--entity",
    "category: name:string(60)!^",
    "--entity",
    "recipe: title! rating:rating stock:int(0..100) done:bool category:ref ingredients:tags similar:many(recipe)",
];
/// Faults of a stack, at the least.
const LEAST: usize = 12;
/// Applications that are tested at the same time.
const WORKERS: usize = 2;
/// What pytest ends with when a test failed.
const TESTS_FAILED: i32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutant {
    /// What is broken.
    name: String,
    file: String,
    find: String,
    replace: String,
    /// The tests that should notice; they run before the others, which takes less time.
    first: Option<String>,
}

#[test]
fn flask_tests_notice_faults() {
    all_are_noticed("flask", include_str!("mutants/flask.yaml"));
}

#[test]
fn fastapi_tests_notice_faults() {
    all_are_noticed("fastapi", include_str!("mutants/fastapi.yaml"));
}

#[test]
fn django_tests_notice_faults() {
    all_are_noticed("django", include_str!("mutants/django.yaml"));
}

fn all_are_noticed(stack: &str, mutants: &str) {
    let mutants: Vec<Mutant> = serde_yaml::from_str(mutants).unwrap();
    assert!(
        mutants.len() >= LEAST,
        "{stack} has {} faults",
        mutants.len()
    );
    let project = Project::new();
    let request = format!("recipes with login, a dashboard and csv import with {stack}");
    let run = project
        .codey(&[
            "run",
            &request,
            ENTITIES[0],
            ENTITIES[1],
            ENTITIES[2],
            ENTITIES[3],
            "--dir",
            "app",
        ])
        .exits(0);
    assert!(
        run.stderr.contains("passed"),
        "without a fault its tests pass: {}",
        run.stderr
    );
    let venv = venv_of(&project, "app");
    let wrong = Mutex::new(Vec::new());
    let queue = Mutex::new(mutants.iter().enumerate());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some((number, mutant)) = queue.lock().unwrap().next() else {
                        break;
                    };
                    if let Err(problem) = is_noticed(&project, &venv, number, mutant) {
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{}: {problem}", mutant.name));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{stack}:\n{}", wrong.join("\n"));
}

fn is_noticed(
    project: &Project,
    venv: &Path,
    number: usize,
    mutant: &Mutant,
) -> Result<(), String> {
    let copy = format!("mutant-{number}");
    for (path, bytes) in project.tree("app") {
        project.write(&format!("{copy}/{path}"), bytes);
    }
    let file = format!("{copy}/{}", mutant.file);
    if !project.exists(&file) {
        return Err(format!("there is no {}", mutant.file));
    }
    let text = project.read(&file);
    let found = text.matches(&mutant.find).count();
    if found != 1 {
        return Err(format!(
            "{} has `{}` {found} times",
            mutant.file, mutant.find
        ));
    }
    project.write(&file, text.replace(&mutant.find, &mutant.replace));
    let mut tests: Vec<String> = project
        .tree("app")
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with("tests/test_"))
        .collect();
    tests.sort_by_key(|path| mutant.first.as_ref() != Some(path));
    let output = Command::new(venv.join("bin/python"))
        .args(["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"])
        .args(tests)
        .current_dir(project.path().join(copy))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let broken = said.contains("SyntaxError") || said.contains("NameError");
    match output.status.code() {
        Some(TESTS_FAILED) if !broken => Ok(()),
        Some(TESTS_FAILED) => Err(format!("the replacement is no program:\n{said}")),
        _ => Err(format!("not noticed:\n{said}")),
    }
}
