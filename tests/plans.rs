//! The catalogue of shipped plans: each describes itself, its example works, and a copy is a plan of its own.

use std::io::Write as _;

use clap::Parser as _;
use codey::cli::Arguments;

use crate::common::Project;

fn described() -> Vec<serde_json::Value> {
    let list = Project::new().codey(&["plans", "list", "--json"]).exits(0);
    let lines = list.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn name(plan: &serde_json::Value) -> &str {
    plan["name"].as_str().unwrap()
}

#[test]
fn every_plan_says_what_it_makes_and_gives_an_example_that_works() {
    let plans = described();
    assert!(!plans.is_empty());
    for plan in &plans {
        assert!(!plan["about"].as_str().unwrap().is_empty(), "{plan}");
        let example = plan["example"].as_str().unwrap();
        assert!(example.contains(name(plan)), "{plan}");
        let words = shell_words::split(example).unwrap();
        Arguments::try_parse_from(&words).unwrap_or_else(|error| panic!("{example}: {error}"));
        let mut args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        args.push("--dry-run");
        let shown = Project::new().codey(&args).exits(0);
        assert!(
            shown.stdout.contains("to run"),
            "{example}: {}",
            shown.stdout
        );
    }
    let list = Project::new().codey(&["plans", "list"]).exits(0);
    assert_eq!(list.stdout.lines().count(), plans.len());
}

#[test]
fn a_plan_is_shown_with_its_parameters_and_as_its_text() {
    let shown = Project::new()
        .codey(&["plans", "show", "fullstack-flask"])
        .exits(0);
    for words in [
        "fullstack-flask: ",
        "\n  app ",
        "string",
        "default todo",
        "\nexample\n  codey run ",
    ] {
        assert!(shown.stdout.contains(words), "no {words}: {}", shown.stdout);
    }
    let text = Project::new()
        .codey(&["plans", "show", "fullstack-flask", "--text"])
        .exits(0);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/plans/fullstack-flask.yaml");
    assert_eq!(text.stdout, std::fs::read_to_string(file).unwrap());
    let unknown = Project::new()
        .codey(&["plans", "show", "fulstack-flask"])
        .exits(2);
    assert!(
        unknown.stderr.contains("did you mean `fullstack-flask`?"),
        "{}",
        unknown.stderr
    );
    let _ = Project::new().codey(&["plans", "show", "types"]).exits(2);
}

#[test]
fn a_copy_of_every_plan_is_a_plan() {
    for plan in described() {
        let project = Project::new();
        let new = ["plans", "new", name(&plan), "-o", "sub/Our Shop.yaml"];
        let made = project.codey(&new).exits(0);
        assert!(
            made.stderr.contains("codey run 'sub/Our Shop.yaml'"),
            "{}",
            made.stderr
        );
        let text = project.read("sub/Our Shop.yaml");
        assert!(text.contains("\nname: OurShop\n"), "{text}");
        let checked = project.codey(&["check", "sub/Our Shop.yaml"]).exits(0);
        assert_eq!(checked.stdout, "no findings\n");
        let shown = project.codey(&["plan", "sub/Our Shop.yaml"]);
        let needs_values = plan["params"]
            .as_array()
            .unwrap()
            .iter()
            .any(|param| param["default"].is_null());
        assert!(needs_values || shown.code == 0, "{}", shown.stderr);
    }
}

#[test]
fn a_file_that_is_there_is_replaced_only_by_force() {
    let project = Project::new();
    let new = ["plans", "new", "fullstack-flask"];
    let _ = project.codey(&new).exits(0);
    let copy = project.read("fullstack-flask.yaml");
    let _ = project.codey(&new).exits(0);
    project.write("fullstack-flask.yaml", "mine\n");
    let refused = project.codey(&new).exits(4);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(project.read("fullstack-flask.yaml"), "mine\n");
    let _ = project.codey(&[&new[..], &["--force"]].concat()).exits(0);
    assert_eq!(project.read("fullstack-flask.yaml"), copy);
    let printed = project.codey(&[&new[..], &["-o", "-"]].concat()).exits(0);
    assert!(printed.stdout.contains("\nname: fullstack-flask\n"));
}

#[test]
fn shells_complete_names_of_plans_and_templates() {
    let script = Project::new()
        .codey(&["completions", "bash"])
        .exits(0)
        .stdout;
    for name in ["fullstack-flask", "flask/app/db.py"] {
        assert!(script.contains(name), "no {name}");
    }
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(script.as_bytes()).unwrap();
    let complete = format!(
        "source {}; COMP_WORDS=(codey plans show full); COMP_CWORD=3; _codey codey full show; echo \"${{COMPREPLY[*]}}\"",
        file.path().display()
    );
    let answer = std::process::Command::new("bash")
        .args(["-c", &complete])
        .output();
    if let Ok(answer) = answer {
        let said = String::from_utf8_lossy(&answer.stdout).into_owned();
        assert!(said.contains("fullstack-flask"), "{said}{answer:?}");
    }
}
