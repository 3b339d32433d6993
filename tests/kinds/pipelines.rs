//! Workflows for GitHub and pipelines for GitLab, held to what their checkers and reviewers ask for.

use serde_yaml::{Mapping, Value};

use super::{made, paths};

/// Keys that a workflow, a job and a step may have here.
const WORKFLOW: [&str; 6] = ["name", "on", "permissions", "concurrency", "env", "jobs"];
const JOB: [&str; 6] = [
    "name",
    "runs-on",
    "timeout-minutes",
    "strategy",
    "steps",
    "env",
];
const STEP: [&str; 5] = ["name", "uses", "with", "run", "env"];
/// What an expression of a workflow may read: nothing that somebody from outside can write.
const SAFE: [&str; 5] = [
    "github.workflow",
    "github.ref",
    "matrix.",
    "runner.os",
    "hashFiles(",
];

fn map(value: &Value) -> &Mapping {
    value.as_mapping().unwrap_or_else(|| panic!("{value:?}"))
}

fn keys(value: &Value) -> Vec<&str> {
    map(value).keys().map(|key| key.as_str().unwrap()).collect()
}

fn parsed(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn every_language_has_its_checks_on_both_providers() {
    for language in ["python", "node", "rust"] {
        for provider in ["github", "gitlab"] {
            let set = [("language", language), ("provider", provider)];
            let (project, _) = made("ci", &set, &[]);
            if provider == "github" {
                workflow(&project.read("out/.github/workflows/ci.yml"));
                let updates = parsed(&project.read("out/.github/dependabot.yml"));
                let ecosystem = ["pip", "npm", "cargo"]
                    .into_iter()
                    .find(|name| updates["updates"][0]["package-ecosystem"] == *name);
                assert!(ecosystem.is_some(), "{updates:?}");
                assert_eq!(updates["version"], 2);
                assert_eq!(paths(&project).len(), 3);
            } else {
                pipeline(&project.read("out/.gitlab-ci.yml"));
                assert_eq!(paths(&project).len(), 2);
            }
            let guide = project.read("out/docs/ci.md");
            assert!(guide.contains("matrix"), "{guide}");
        }
    }
}

#[test]
fn commands_that_are_given_reach_the_file_whole() {
    let test = "make 'a: b' # \"x\" \\ {{ 7*7 }}";
    for (provider, file) in [
        ("github", "out/.github/workflows/ci.yml"),
        ("gitlab", "out/.gitlab-ci.yml"),
    ] {
        let set = [
            ("provider", provider),
            ("language", "node"),
            ("install", "npm i"),
            ("test", test),
        ];
        let (project, _) = made("ci", &set, &[]);
        let file = parsed(&project.read(file));
        let job = &file["jobs"]["test"]["steps"];
        let commands: Vec<&str> = match job.as_sequence() {
            Some(steps) => steps.iter().filter_map(|s| s["run"].as_str()).collect(),
            None => words(&file["test"]["script"]),
        };
        assert_eq!(commands.first(), Some(&"npm i"));
        assert_eq!(commands.last(), Some(&test));
    }
}

#[test]
fn the_workflows_of_other_plans_keep_the_same_rules() {
    for plan in ["python-cli", "python-package", "rust-cli", "rust-library"] {
        let (project, _) = made(plan, &[("ci", "true")], &["--no-verify"]);
        workflow(&project.read("out/.github/workflows/ci.yml"));
        let set = [("ci", "true"), ("gitlab", "true")];
        let (project, _) = made(plan, &set, &["--no-verify"]);
        pipeline(&project.read("out/.gitlab-ci.yml"));
    }
}

#[test]
fn versions_that_are_asked_for_are_those_of_the_matrix() {
    for (language, versions, images) in [
        ("python", ["3.11", "3.12"], ["3.11", "3.12"]),
        ("node", ["18", "20"], ["18", "20"]),
        ("rust", ["1.80", "stable"], ["1.80", "1"]),
    ] {
        let asked = versions.join(",");
        for (provider, due) in [("github", versions), ("gitlab", images)] {
            let set = [
                ("language", language),
                ("provider", provider),
                ("versions", asked.as_str()),
            ];
            let (project, _) = made("ci", &set, &[]);
            let found = if provider == "github" {
                let file = parsed(&project.read("out/.github/workflows/ci.yml"));
                file["jobs"]["test"]["strategy"]["matrix"][language].clone()
            } else {
                let file = parsed(&project.read("out/.gitlab-ci.yml"));
                file["test"]["parallel"]["matrix"][0][language.to_uppercase()].clone()
            };
            assert_eq!(words(&found), due, "{language} {provider}");
            let guide = project.read("out/docs/ci.md");
            let told = format!("{} and {}", versions[0], versions[1]);
            assert!(guide.contains(&told), "{guide}");
        }
    }
    let set = [("ci", "true"), ("versions", "3.12")];
    let (project, _) = made("python-package", &set, &["--no-verify"]);
    let file = parsed(&project.read("out/.github/workflows/ci.yml"));
    assert_eq!(
        words(&file["jobs"]["test"]["strategy"]["matrix"]["python"]),
        ["3.12"]
    );
}

/// What actionlint looks at, and what a reviewer would: few rights, an end to every job, known actions only.
fn workflow(text: &str) {
    let file = parsed(text);
    for key in keys(&file) {
        assert!(WORKFLOW.contains(&key), "{key}");
    }
    let events = keys(&file["on"]);
    assert_eq!(events, ["push", "pull_request", "workflow_dispatch"]);
    assert_eq!(keys(&file["permissions"]), ["contents"]);
    assert_eq!(file["permissions"]["contents"], "read");
    assert!(file["concurrency"]["group"].is_string());
    for (_, job) in map(&file["jobs"]) {
        for key in keys(job) {
            assert!(JOB.contains(&key), "{key}");
        }
        assert!(
            job["timeout-minutes"]
                .as_u64()
                .is_some_and(|most| most <= 30)
        );
        let steps = job["steps"].as_sequence().unwrap();
        assert!(
            steps[0]["uses"]
                .as_str()
                .unwrap()
                .starts_with("actions/checkout@v")
        );
        assert_eq!(steps[0]["with"]["persist-credentials"], false);
        for step in steps {
            for key in keys(step) {
                assert!(STEP.contains(&key), "{key}");
            }
            let uses = step["uses"].as_str();
            assert_ne!(uses.is_some(), step["run"].is_string(), "{step:?}");
            if let Some((action, version)) = uses.map(|uses| uses.split_once("@v").unwrap()) {
                assert!(action.starts_with("actions/"), "{action}");
                version.parse::<u32>().unwrap();
            }
            // A value that is put into a script could end it.
            assert!(!step["run"].as_str().unwrap_or_default().contains("${{"));
        }
    }
    for expression in text.split("${{").skip(1) {
        let inner = expression.split("}}").next().unwrap().trim();
        assert!(SAFE.iter().any(|safe| inner.starts_with(safe)), "{inner}");
    }
}

/// The same for GitLab: when it runs, in what, and what.
fn pipeline(text: &str) {
    let file = parsed(text);
    assert_eq!(file["workflow"]["rules"].as_sequence().unwrap().len(), 2);
    assert!(file["default"]["timeout"].is_string());
    assert_eq!(file["default"]["interruptible"], true);
    let settings = ["workflow", "default", "variables"];
    let jobs = keys(&file);
    let jobs = jobs.iter().filter(|key| !settings.contains(key));
    assert!(jobs.clone().count() > 0);
    for job in jobs {
        let job = &file[*job];
        assert!(job["image"].is_string(), "{job:?}");
        assert!(!words(&job["script"]).is_empty());
        for matrix in job["parallel"]["matrix"]
            .as_sequence()
            .into_iter()
            .flatten()
        {
            assert_eq!(map(matrix).len(), 1);
        }
    }
}

fn words(list: &Value) -> Vec<&str> {
    let list = list.as_sequence().unwrap();
    list.iter().map(|each| each.as_str().unwrap()).collect()
}
