//! Generated applications at work: each passes its own tests, starts by the words of its README and stands a round of
//! use and abuse over HTTP. One venv serves the applications of a stack; for one of each the README is followed to the
//! letter.

mod domains;
mod interpreters;
mod matrix;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::common::{Project, venv_of};

/// Most characters of a line of the generated Python.
const LINE: usize = 100;
/// The folder in which the README makes a virtual environment.
const VENV: &str = ".venv";

/// How the application's environment comes about before it is started.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    /// All commands of the README, in a clean copy.
    Literally,
    /// The last command of the README, in the environment that codey made for the tests.
    Quickly,
}

/// Generates the application, which runs its own tests, then uses it; its contract.
fn stands(request: &str, entities: &[&str], start: Start) -> Value {
    let project = Project::new();
    let mut args = vec![request];
    args.extend(entities.iter().flat_map(|entity| ["--entity", entity]));
    let run = project
        .codey(&[&["run"], &args[..], &["--dir", "app"]].concat())
        .exits(0);
    assert!(run.stderr.contains("passed"), "pytest ran: {}", run.stderr);
    let planned = project
        .codey(&[&["plan"], &args[..], &["--contract"]].concat())
        .exits(0);
    project.write("contract.json", &planned.stdout);
    lines_are_short(&project);

    let venv = venv_of(&project, "app");
    let mut commands = start_commands(&project);
    let serve = commands.pop().expect("the README starts the application");
    match start {
        Start::Literally => {
            for command in &commands {
                let output = shell(command, &project.path().join("app"));
                assert!(output.status.success(), "{command}: {}", printed(&output));
            }
        }
        Start::Quickly => link(&venv, &project.path().join("app").join(VENV)),
    }
    let round = Command::new(venv.join("bin/python"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/blackbox"))
        .args(["app", "contract.json"])
        .arg(project.path().join("data.sqlite3"))
        .args(serve.split_whitespace())
        .current_dir(project.path())
        .output()
        .unwrap();
    assert!(round.status.success(), "{request}:\n{}", printed(&round));
    serde_json::from_str(&planned.stdout).unwrap()
}

fn printed(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn shell(command: &str, dir: &Path) -> Output {
    Command::new("sh")
        .args(["-c", command])
        .current_dir(dir)
        .output()
        .unwrap()
}

#[cfg(unix)]
fn link(target: &Path, path: &Path) {
    std::os::unix::fs::symlink(target, path).unwrap();
}

/// The commands of the README's first block that makes an environment.
fn start_commands(project: &Project) -> Vec<String> {
    let readme = project.read("app/README.md");
    let mut blocks = readme.split("```sh\n").skip(1);
    let block = blocks
        .find(|block| block.contains("-m venv"))
        .expect("the README says how to start the application");
    let lines = block.lines().take_while(|line| *line != "```");
    lines.map(str::to_owned).collect()
}

fn lines_are_short(project: &Project) {
    for (path, bytes) in project.tree("app") {
        let is_python = Path::new(&path)
            .extension()
            .is_some_and(|kind| kind == "py");
        if is_python {
            for (line, number) in String::from_utf8(bytes).unwrap().lines().zip(1..) {
                let length = line.chars().count();
                assert!(
                    length <= LINE,
                    "{path}:{number} has {length} characters: {line}"
                );
            }
        }
    }
}
