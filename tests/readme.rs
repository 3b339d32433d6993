//! The README keeps its word: its commands run, its plan is valid, its tables are those of the program.

use std::collections::BTreeSet;
use std::path::Path;

use clap::{CommandFactory as _, Parser as _};
use codey::cli::Arguments;

use crate::common::Project;

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The blocks in `language`.
fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let fence = format!("```{language}\n");
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(&fence) {
        rest = &rest[start + fence.len()..];
        let end = rest.find("```").unwrap();
        found.push(rest[..end].to_owned());
        rest = &rest[end + 3..];
    }
    found
}

/// The cells of the table under a heading, without its head.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = readme();
    let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let row = |line: &str| -> Vec<String> {
        // `\|` is a bar within a cell.
        let line = line.replace("\\|", "\u{0}");
        let cells = line.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().replace('\u{0}', "|"))
            .collect()
    };
    let rows = section.lines().filter(|line| line.starts_with('|'));
    rows.skip(2).map(row).collect()
}

/// The pieces of `text` between backticks.
fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Command lines of shell blocks, without prompts and comments.
fn command_lines() -> Vec<String> {
    let sh = blocks("sh").concat();
    let console = blocks("console").concat();
    let typed = console.lines().filter_map(|line| line.strip_prefix("$ "));
    let lines = sh.lines().chain(typed);
    lines
        .map(|line| line.split("  #").next().unwrap().trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn every_command_line_is_one_that_works() {
    let makefile =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Makefile")).unwrap();
    let mut tried = 0;
    // A line may go on with what one before it made.
    let project = Project::new();
    for line in command_lines() {
        let words = shell_words::split(&line).unwrap();
        match words[0].as_str() {
            "make" => assert!(makefile.contains(&format!("\n{}:", words[1])), "{line}"),
            "codey" => {
                Arguments::try_parse_from(&words).unwrap_or_else(|e| panic!("{line}: {e}"));
                let mut args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
                if args.starts_with(&["models", "pull"]) {
                    // Nothing can be downloaded here: a model of the tests stands in for it.
                    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/models/scripted.gguf");
                    let import = [
                        "models", "import", model, "--name", args[2], "--role", "coder",
                    ];
                    let _ = project.codey(&import).exits(0);
                    tried += 1;
                    continue;
                }
                args.push("--dry-run");
                let shown = project.codey(&args).exits(0);
                let does = ["to run", "change ", "add "];
                assert!(
                    does.iter().any(|word| shown.stdout.contains(word)),
                    "{line}: {}",
                    shown.stdout
                );
                let has_runtime = cfg!(feature = "llama") || !args.contains(&"model");
                if words[1] == "run" && has_runtime {
                    args.splice(args.len() - 1.., ["--no-verify"]);
                    let _ = project.codey(&args).exits(0);
                }
            }
            other => panic!("`{other}` is tried nowhere: {line}"),
        }
        tried += 1;
    }
    assert!(tried >= 4, "{tried} command lines");
}

#[test]
fn the_plan_runs_and_its_mistake_is_found_as_shown() {
    let plan = blocks("yaml").remove(0);
    let project = Project::with_plan(&plan);
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
    assert_eq!(project.read("config/production.toml"), "port = 8080\n");
    let broken = Project::with_plan(&plan.replace("needs: [config]", "needs: [confg]"));
    let told = broken.codey(&["check", "plan.yaml"]).exits(3);
    let told = told.stdout + &told.stderr;
    assert!(told.contains(blocks("text")[0].trim_end()), "{told}");
}

#[test]
fn commands_and_their_flags_are_those_of_the_program() {
    let program = Arguments::command();
    let mut listed = BTreeSet::new();
    for row in table("Commands") {
        let name = code(&row[0])[0]
            .split_whitespace()
            .nth(1)
            .unwrap()
            .to_owned();
        let command = program
            .get_subcommands()
            .find(|command| command.get_name() == name)
            .unwrap_or_else(|| panic!("there is no `codey {name}`"));
        for piece in code(&row[1]) {
            let flag = piece.split_whitespace().next().unwrap();
            let known = command.get_arguments().any(|argument| {
                argument
                    .get_long()
                    .map(|long| format!("--{long}"))
                    .as_deref()
                    == Some(flag)
                    || argument
                        .get_short()
                        .map(|short| format!("-{short}"))
                        .as_deref()
                        == Some(flag)
            });
            assert!(
                known || !flag.starts_with('-'),
                "codey {name} has no {flag}"
            );
        }
        if name == "run" {
            let told = code(&row[1]);
            for argument in command.get_arguments() {
                let long = argument.get_long().map(|long| format!("--{long}"));
                assert!(
                    long.iter()
                        .all(|long| long == "--color" || told.contains(&long.as_str())),
                    "{long:?} of `codey run` is not listed"
                );
            }
        }
        listed.insert(name);
    }
    let real: BTreeSet<String> = program
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| command.get_name().to_owned())
        .collect();
    assert_eq!(listed, real);
}

#[test]
fn exit_codes_are_those_of_the_help() {
    let help = Project::new().codey(&["--help"]).exits(0).stdout;
    let help = help.split("Exit codes:").nth(1).unwrap().to_owned();
    let numbers = |text: &str| -> BTreeSet<u8> {
        text.split(|c: char| !c.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .collect()
    };
    let mut listed: BTreeSet<u8> = table("Exit codes")
        .iter()
        .flat_map(|row| numbers(&row[0]))
        .collect();
    // What a panic ends with; the help does not speak of bugs.
    assert!(listed.remove(&101));
    assert_eq!(listed, numbers(&help));
}

#[test]
fn links_and_places_are_there() {
    let text = readme();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for link in text.split("](").skip(1) {
        let path = link.split(')').next().unwrap();
        assert!(root.join(path).exists(), "{path} is not there");
    }
    for place in ["engine/", "plans/", "templates/", "examples/", "tests/"] {
        assert!(
            text.contains(&format!("`{place}`")) && root.join(place).is_dir(),
            "{place}"
        );
    }
}

#[test]
fn other_commands_of_the_text_do_what_it_says() {
    let project = Project::new();
    let made = project
        .codey(&["plan", "full-stack todo app", "-o", "plan.yaml"])
        .exits(0);
    assert!(
        made.stderr.contains("codey run plan.yaml"),
        "{}",
        made.stderr
    );
    let run = ["run", "plan.yaml", "--no-verify", "--dir", "todo-app"];
    let first = project.codey(&run).exits(0);
    assert!(
        first.stderr.contains("\nnext\n  cd todo-app\n"),
        "{}",
        first.stderr
    );
    assert!(project.exists("todo-app/.codey") && project.exists("todo-app/README.md"));
    let schema = project.codey(&["schema"]).exits(0);
    let schema: serde_json::Value = serde_json::from_str(&schema.stdout).unwrap();
    assert_eq!(schema["type"], "object");
    let contract = project.codey(&["plan", "plan.yaml", "--contract"]).exits(0);
    let contract: serde_json::Value = serde_json::from_str(&contract.stdout).unwrap();
    assert!(
        contract["endpoints"].is_array() && contract["pages"].is_array(),
        "{contract}"
    );
}
