//! The command line as people and programs meet it: help, completions, exit codes, formats.

use std::io::Write as _;
use std::process::Stdio;

use camino::Utf8Path;
use codey::workspace::Workspace;

use crate::common::{Ended, Project};

const COMMANDS: [&str; 17] = [
    "run",
    "add",
    "update",
    "plan",
    "check",
    "spec",
    "explain",
    "verify",
    "serve",
    "plans",
    "templates",
    "models",
    "bench",
    "config",
    "schema",
    "doctor",
    "completions",
];

const PLAN: &str = "codey: 1\nname: small\nchunks:\n  a: { write: a.txt, content: x }\n";
const BROKEN: &str =
    "codey: 1\nname: small\nchunks:\n  a: { write: a.txt, content: x, need: [b] }\n";

/// Runs codey in an empty directory.
fn codey(args: &[&str]) -> Ended {
    Project::new().codey(args)
}

fn with_input(args: &[&str], input: &str) -> Ended {
    let project = Project::new();
    let mut child = project
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    Ended::of(child.wait_with_output().unwrap())
}

fn json_lines(text: &str) -> Vec<serde_json::Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn help_of_every_command() {
    insta::assert_snapshot!("help", codey(&["--help"]).exits(0).stdout);
    for command in COMMANDS {
        let help = codey(&[command, "--help"]).exits(0).stdout;
        assert_eq!(help, codey(&[command, "--help"]).stdout);
        insta::assert_snapshot!(format!("help_{command}"), help);
    }
}

#[test]
fn without_a_command_there_is_help_and_code_2() {
    let ended = codey(&[]).exits(2);
    assert_eq!(ended.stdout, "");
    for command in COMMANDS {
        assert!(ended.stderr.contains(command), "{}", ended.stderr);
    }
    let wrong = codey(&["rum", "x"]).exits(2);
    assert!(wrong.stderr.contains("'run'"), "{}", wrong.stderr);
}

#[test]
fn completions_are_scripts_that_their_shells_read() {
    for (shell, check) in [
        ("bash", "bash"),
        ("zsh", "zsh"),
        ("fish", "fish"),
        ("elvish", ""),
        ("powershell", ""),
    ] {
        let script = codey(&["completions", shell]).exits(0).stdout;
        for command in COMMANDS {
            assert!(script.contains(command), "{shell} lacks {command}");
        }
        let project = Project::new();
        project.write("script", &script);
        let parsed = std::process::Command::new(check)
            .args(["-n", "script"])
            .current_dir(project.path())
            .output();
        // A shell that is not installed cannot judge.
        if let Ok(parsed) = parsed {
            assert!(parsed.status.success(), "{shell}: {parsed:?}");
        }
    }
}

#[test]
fn exit_codes_are_those_of_the_table() {
    let done = Project::with_plan(PLAN);
    let _ = done.codey(&["run", "plan.yaml"]).exits(0);
    let failing = "codey: 1\nname: f\nchunks:\n  a: { run: ['false'] }\n";
    let _ = Project::with_plan(failing)
        .codey(&["run", "plan.yaml"])
        .exits(1);
    let _ = done.codey(&["run", "plan.yaml", "--nonsense"]).exits(2);
    let _ = done
        .codey(&["run", "plan.yaml", "--set", "novalue"])
        .exits(2);
    let _ = done.codey(&["explain", "b", "plan.yaml"]).exits(2);
    let _ = Project::with_plan(BROKEN)
        .codey(&["run", "plan.yaml"])
        .exits(3);
    let _ = done.codey(&["run", "missing.yaml"]).exits(3);
    let _ = codey(&["run", "weather app"]).exits(4);
    let by_model = "codey: 1\nname: m\nchunks:\n  a: { type: utility, write: a.py, by: model }\n";
    let _ = Project::with_plan(by_model)
        .codey(&["run", "plan.yaml"])
        .exits(5);
    let workspace = Workspace::open(Utf8Path::from_path(done.path()).unwrap()).unwrap();
    let lock = workspace.lock().unwrap();
    let _ = done.codey(&["run", "plan.yaml", "--set", "x=1"]).exits(3);
    let _ = done.codey(&["run", "plan.yaml", "--theirs"]).exits(6);
    drop(lock);
}

#[test]
fn each_signal_has_its_code() {
    use std::io::BufRead as _;
    let plan = "codey: 1\nname: slow\nchunks:\n  slow: { run: [sh, -c, 'echo started; exec sleep 1000'] }\n";
    for (signal, code) in [
        (rustix::process::Signal::INT, 130),
        (rustix::process::Signal::HUP, 129),
    ] {
        let project = Project::with_plan(plan);
        let mut child = project
            .command(&["run", "plan.yaml", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("\"text\":\"started\"")));
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, signal).unwrap();
        assert!(lines.any(|line| line.unwrap().contains("interrupt again")));
        rustix::process::kill_process(pid, signal).unwrap();
        assert!(lines.any(|line| line.unwrap().contains("run-finished")));
        assert_eq!(child.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn refusals_name_the_words_and_write_nothing() {
    for (request, words) in [
        ("todo app in React", "`React`"),
        (
            "weather app",
            "For example \"weather log with date, temperature and rain\"",
        ),
        (
            "c++ library",
            "`c++`: a package in C++ cannot be made; in Python or Rust it can",
        ),
        (
            "mobile app for recipes",
            "a mobile application cannot be made",
        ),
        (
            "mon application de gestion de recettes",
            "requests are read in English",
        ),
        ("a website for my band", "static site"),
        ("make something cool", "nothing to keep"),
        ("a chat app", "nothing to keep"),
    ] {
        let project = Project::new();
        let refused = project.codey(&["run", request, "--dir", "out"]).exits(4);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
        assert!(refused.stderr.contains("help: "), "{}", refused.stderr);
        assert_eq!(refused.stdout, "");
        assert!(!project.exists("out"), "{request}");
    }
}

#[test]
fn what_is_left_out_is_said_first_and_refused_when_strict() {
    let request = "todo app with online payments and a chat";
    let planned = codey(&["plan", request]).exits(0);
    let warned: Vec<&str> = planned
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning: left out "))
        .collect();
    assert_eq!(warned.len(), 2, "{}", planned.stderr);
    assert!(warned[0].contains("`online payments`"), "{}", warned[0]);
    let refused = codey(&["plan", request, "--strict"]).exits(4);
    assert!(refused.stderr.contains("`chat`"), "{}", refused.stderr);
}

#[test]
fn findings_come_for_people_and_for_programs() {
    let project = Project::with_plan(BROKEN);
    insta::assert_snapshot!(
        "check",
        project.codey(&["check", "plan.yaml"]).exits(3).stdout
    );
    let lines = project.codey(&["check", "plan.yaml", "--json"]).exits(3);
    let found = json_lines(&lines.stdout);
    assert_eq!(found[0]["place"]["line"], 4);
    assert!(found[0]["help"].as_str().unwrap().contains("needs"));
    let sarif = project
        .codey(&["check", "plan.yaml", "--format", "sarif"])
        .exits(3);
    let sarif: serde_json::Value = serde_json::from_str(&sarif.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(
        sarif["runs"][0]["results"].as_array().unwrap().len(),
        found.len()
    );
    let clean = Project::with_plan(PLAN);
    let _ = clean.codey(&["check", "plan.yaml"]).exits(0);
    assert_eq!(
        clean
            .codey(&["check", "plan.yaml", "--json"])
            .exits(0)
            .stdout,
        ""
    );
}

#[test]
fn specs_come_for_people_and_for_programs() {
    let human = codey(&[
        "spec",
        "recepie manager for my bakery with title and minutes",
    ])
    .exits(0);
    insta::assert_snapshot!("spec", human.stdout);
    let one = codey(&["spec", "--json", "todo app"]).exits(0);
    assert_eq!(json_lines(&one.stdout)[0]["entities"][0]["name"], "todo");
    let many = with_input(
        &["spec", "--json", "-"],
        "todo app\nweather app\n\nlibrary of books\n",
    );
    let specs = json_lines(&many.exits(0).stdout);
    let titles: Vec<&str> = specs
        .iter()
        .map(|spec| spec["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["Todo", "App", "App", "Library"]);
    assert_eq!(specs[1]["notes"][0]["kind"], "unsupported");
    let _ = codey(&["spec", "weather app"]).exits(4);
}

#[test]
fn the_dry_run_has_five_forms() {
    let shown = |format| {
        let args = ["plan", "full-stack todo app", "--format", format];
        let first = codey(&args).exits(0).stdout;
        assert_eq!(first, codey(&args).stdout, "{format} is not stable");
        first
    };
    for format in ["tree", "dot", "mermaid", "json"] {
        insta::assert_snapshot!(format!("plan_{format}"), shown(format));
    }
    let svg = shown("svg");
    let digest = codey::id::Digest::of(svg.as_bytes());
    insta::assert_snapshot!("plan_svg", format!("{} bytes, {digest}\n", svg.len()));
}

#[test]
fn the_notes_of_a_request_are_short_and_say_how_to_change_it() {
    let planned = codey(&["plan", "full-stack todo app"]).exits(0);
    assert_eq!(
        planned.stderr,
        "assumed: stack flask - say another to have it\n\
         assumed: entity todo (title, done) - change with --entity 'todo: title:string! done:bool'\n"
    );
}
