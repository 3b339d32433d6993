//! Every folder of `examples/`: its request gives its plan, and its plan gives its tree and passes its tests.
//!
//! `UPDATE_EXAMPLES=1 cargo test examples` writes the files anew; read the difference before committing it.

use std::path::{Path, PathBuf};

use crate::common::Project;

fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut examples: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|p| p.is_dir())
        .collect();
    examples.sort();
    examples
}

fn compare(path: &Path, actual: &str) {
    if std::env::var_os("UPDATE_EXAMPLES").is_some() {
        std::fs::write(path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(expected, actual, "{} is out of date", path.display());
}

/// The arguments of `request.txt`, one a line: the request, then options.
fn request(example: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(example.join("request.txt")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn there_are_at_least_three() {
    assert!(examples().len() >= 3);
}

#[test]
fn requests_give_their_plans() {
    for example in examples() {
        let request = request(&example);
        let mut args = vec!["plan"];
        args.extend(request.iter().map(String::as_str));
        args.extend(["-o", "-"]);
        let planned = Project::new().codey(&args).exits(0);
        compare(&example.join("plan.yaml"), &planned.stdout);
    }
}

#[test]
fn plans_give_their_trees_and_pass_their_tests() {
    for example in examples() {
        let plan = std::fs::read_to_string(example.join("plan.yaml")).unwrap();
        let project = Project::with_plan(&plan);
        let done = project
            .codey(&["run", "plan.yaml", "--dir", "out"])
            .exits(0);
        // What pytest, unittest and cargo say at their end.
        let passed = ["passed", "OK", "doctests ran"];
        assert!(
            !plan.contains("  verify:") || passed.iter().any(|word| done.stderr.contains(word)),
            "the tests ran: {}",
            done.stderr
        );
        let tree: String = written(&project, "out")
            .into_iter()
            .map(|(path, _)| path + "\n")
            .collect();
        compare(&example.join("tree.txt"), &tree);
        let _ = project
            .codey(&[
                "run",
                "plan.yaml",
                "--dir",
                "one",
                "--jobs",
                "1",
                "--no-verify",
            ])
            .exits(0);
        assert_eq!(
            written(&project, "one"),
            written(&project, "out"),
            "the number of jobs changes no byte"
        );
        let again = project
            .codey(&["run", "plan.yaml", "--dir", "out"])
            .exits(0);
        assert!(again.stderr.contains("nothing to do"), "{}", again.stderr);
    }
}

/// The files below `dir` that codey wrote, without those that Cargo makes when it tests them.
fn written(project: &Project, dir: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = project.tree(dir);
    files.retain(|(path, _)| !path.starts_with("target/") && path != "Cargo.lock");
    files
}
