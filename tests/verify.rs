//! `codey verify`: everything that is wrong with a project as it lies, found at once and without a trace in it.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::common::{Ended, Project};

/// An application and a check of its own that needs no packages.
const PLAN: &str = "codey: 1\nname: small\nchunks:\n  \
    page:   { write: site/index.html, content: \"<!doctype html><html lang='en'><head><title>A</title><link rel='stylesheet' href='a.css'></head><body></body></html>\\n\" }\n  \
    style:  { write: site/a.css, content: \"body { margin: 0 }\\n\" }\n  \
    code:   { write: tool.py, content: \"print('fine')\\n\" }\n  \
    review: { check: [links], needs: all }\n  \
    runs:   { check: [python3, tool.py], needs: all }\n";

fn made() -> Project {
    let project = Project::with_plan(PLAN);
    let _ = project
        .codey(&["run", "plan.yaml", "--dir", "app"])
        .exits(0);
    project
}

/// The codes of the findings, and the line that says what was checked.
fn json(ended: &Ended) -> (Vec<String>, serde_json::Value) {
    let lines = ended.stdout.lines();
    let mut lines: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.pop().unwrap()["verified"].clone();
    let codes = lines
        .iter()
        .map(|line| line["code"].as_str().unwrap().to_owned());
    (codes.collect(), last)
}

#[test]
fn what_was_just_made_passes_and_is_left_as_it_was() {
    let project = made();
    let before = project.tree("app");
    let ended = project.codey(&["verify", "app"]).exits(0);
    assert_eq!(
        ended.stdout,
        "syntax, links: 3 files\npython3 tool.py: fine\nno findings\n"
    );
    let (codes, last) = json(&project.codey(&["verify", "app", "--json"]).exits(0));
    assert!(codes.is_empty());
    assert_eq!(last["plan"], "small");
    assert_eq!(last["programs"][0]["ok"], true);
    assert_eq!(project.tree("app"), before);
}

#[test]
fn all_findings_come_at_once_with_their_places() {
    let project = made();
    project.write("app/tool.py", "print('x'\n");
    project.write("app/own.js", "function ( {\n");
    std::fs::remove_file(project.path().join("app/site/a.css")).unwrap();
    let ended = project.codey(&["verify", "app"]).exits(1);
    for words in [
        "--> own.js:1:",
        "--> tool.py:2:",
        "--> site/index.html:1:",
        "error[verify::missing]: `site/a.css`",
        "error[verify::program]: `python3 tool.py` exited with 1",
        "SyntaxError",
        "python3 tool.py: failed",
    ] {
        assert!(ended.stdout.contains(words), "no {words}: {}", ended.stdout);
    }
    assert!(!ended.stdout.contains("/tmp"), "{}", ended.stdout);
    let (codes, _) = json(&project.codey(&["verify", "app", "--json"]).exits(1));
    assert!(codes.contains(&"links::missing".to_owned()), "{codes:?}");
    let static_only = project
        .codey(&["verify", "app", "--no-programs", "--json"])
        .exits(1);
    let (codes, last) = json(&static_only);
    assert!(!codes.contains(&"verify::program".to_owned()), "{codes:?}");
    assert_eq!(last["programs"].as_array().unwrap().len(), 0);
}

#[test]
fn what_programs_write_beside_the_sources_stays_in_their_copy() {
    let project = Project::with_plan(
        "codey: 1\nname: messy\nchunks:\n  a: { write: a.txt, content: one }\n  \
         check: { check: [sh, -c, 'cat a.txt && echo two > a.txt && mkdir left && touch left/over'], needs: all }\n",
    );
    let _ = project
        .codey(&["run", "plan.yaml", "--dir", "app", "--no-verify"])
        .exits(0);
    let before = project.tree("app");
    let _ = project.codey(&["verify", "app"]).exits(0);
    assert_eq!(project.tree("app"), before);
    assert!(!project.exists("app/left"));
}

#[test]
fn a_folder_of_anybody_gets_its_syntax_checked_and_is_told_so() {
    let project = Project::new();
    project.write("good.py", "x = 1\n");
    project.write("requirements.txt", "flask>=3\n");
    project.write("node_modules/bad/bad.js", "((\n");
    project.write("env/pyvenv.cfg", "");
    project.write("env/lib/bad.py", "((\n");
    symlink("/etc", project.path().join("away")).unwrap();
    symlink("/etc/hostname", project.path().join("gone.py")).unwrap();
    let ended = project.codey(&["verify"]).exits(0);
    assert!(
        ended.stdout.contains("codey has no record"),
        "{}",
        ended.stdout
    );
    project.write("sub/bad.json", "{ \"a\": }\n");
    let ended = project.codey(&["verify"]).exits(1);
    assert!(
        ended.stdout.contains("--> sub/bad.json:1:8"),
        "{}",
        ended.stdout
    );
    assert!(!project.exists(".codey"));
    let _ = project.codey(&["verify", "nowhere"]).exits(4);
}

#[test]
fn a_clone_without_records_is_verified_by_its_plan() {
    let project = made();
    std::fs::remove_dir_all(project.path().join("app/.codey")).unwrap();
    let args = ["verify", "app", "--plan", "plan.yaml"];
    let ended = project.codey(&args).exits(0);
    assert!(
        ended.stdout.contains("python3 tool.py: fine"),
        "{}",
        ended.stdout
    );
    project.write("plan.yaml", "codey: 1\nname: [\n");
    let _ = project.codey(&args).exits(3);
}

#[test]
fn an_interrupt_ends_the_programs() {
    let project =
        Project::with_plan("codey: 1\nname: slow\nchunks:\n  wait: { check: [sleep, '1000'] }\n");
    let _ = project.codey(&["run", "plan.yaml", "--no-verify"]).exits(0);
    let mut command = project.command(&["verify", "--plan", "plan.yaml", "--json"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    assert_eq!(told.next().unwrap().unwrap(), "running sleep 1000");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let ended = Ended::of(child.wait_with_output().unwrap()).exits(130);
    assert_eq!(json(&ended).1["interrupted"], true);
}
