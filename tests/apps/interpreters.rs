//! The Pythons that a README promises: on each one that is here, requirements install and the tests pass.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::printed;
use crate::common::{Project, cache_dir};

const VERSIONS: [&str; 4] = ["3.10", "3.11", "3.12", "3.13"];
const STACKS: [&str; 3] = ["flask", "fastapi", "django"];
/// An application with every type of field and most features.
const ENTITIES: &str = r#"["maker: name! site:url mail:email phone",
    "thing: title! code:string(20)^ notes:longtext count:int(0..)=1 weight:number price:money stars:rating used:bool
     made_on:date seen_at:datetime at:time state:choice(new|old)=new maker:ref parts:tags helpers:many(maker)"]"#;

#[test]
fn every_python_that_is_here_installs_and_passes() {
    let found: Vec<(&str, PathBuf)> = VERSIONS
        .iter()
        .filter_map(|version| Some((*version, interpreter(version)?)))
        .collect();
    let names: Vec<&str> = found.iter().map(|(version, _)| *version).collect();
    println!("Python {}", names.join(", "));
    assert!(!found.is_empty(), "no Python from 3.10 to 3.13 is here");
    let project = Project::new();
    for stack in STACKS {
        let made = project.codey(&[
            "run",
            &format!("fullstack-{stack}"),
            "--set",
            &format!("entities={ENTITIES}"),
            "--set",
            "auth=true",
            "--set",
            "csv=true",
            "--no-verify",
            "--dir",
            stack,
        ]);
        let _ = made.exits(0);
    }
    for (version, python) in found {
        let venv = venv(&project, version, &python);
        for stack in STACKS {
            let tests = Command::new(&venv)
                .args(["-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"])
                .current_dir(project.path().join(stack))
                .output()
                .unwrap();
            ok(&tests, &format!("{stack} on Python {version}"));
        }
    }
}

fn ok(output: &Output, what: &str) {
    assert!(output.status.success(), "{what}: {}", printed(output));
}

/// An interpreter of this version: on the search path, or where pyenv keeps them.
fn interpreter(version: &str) -> Option<PathBuf> {
    let runs = |program: &Path| {
        let asked = Command::new(program).arg("--version").output();
        asked.is_ok_and(|output| {
            String::from_utf8_lossy(&output.stdout).starts_with(&format!("Python {version}."))
        })
    };
    let home = std::env::var_os("HOME").map(PathBuf::from)?;
    let kept = std::fs::read_dir(home.join(".pyenv/versions"));
    let kept = kept.into_iter().flatten().flatten();
    let mut programs: Vec<PathBuf> = kept.map(|entry| entry.path().join("bin/python")).collect();
    programs.sort();
    programs.insert(0, PathBuf::from(format!("python{version}")));
    programs.into_iter().find(|program| runs(program))
}

/// An environment with the requirements of all stacks, made once for each version.
fn venv(project: &Project, version: &str, python: &Path) -> PathBuf {
    let venv = cache_dir().join(format!("python-{version}"));
    let program = venv.join("bin/python");
    if !program.exists() {
        let made = Command::new(python)
            .args(["-m", "venv"])
            .arg(&venv)
            .output();
        ok(
            &made.unwrap(),
            &format!("an environment of Python {version}"),
        );
    }
    let mut install = Command::new(&program);
    install.args(["-m", "pip", "install", "-q", "--disable-pip-version-check"]);
    for stack in STACKS {
        install.args(["-r", &format!("{stack}/requirements-dev.txt")]);
    }
    let installed = install.current_dir(project.path()).output().unwrap();
    ok(&installed, &format!("requirements on Python {version}"));
    program
}
