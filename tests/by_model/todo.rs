//! An application that a model wrote parts of: streamed, continued, repaired, checked, and the same however it is made.

use rustix::process::Signal;

use super::{ENDLESS, ENDLESS_ARGS, Run, command, ended, events, model};
use crate::common::Project;

#[test]
fn a_todo_application_is_written_repaired_continued_and_passes_its_tests() {
    let project = Project::new();
    let file = model("scripted.gguf");
    let words = [
        "run",
        "full-stack todo app",
        "--by",
        "model",
        "--model",
        &file,
    ];
    let rest = ["--dir", "app", "--json", "--memory-budget", "64"];
    let args = [&words, &rest[..]].concat();
    let run = events(&project.codey(&args).exits(0).stdout);
    let detail = |id: &str| ended(&run, id)["detail"].as_str().unwrap().to_owned();
    assert!(
        detail("readme").ends_with("tokens, 1 continued"),
        "{}",
        detail("readme")
    );
    for id in ["database", "scripts.todo"] {
        assert!(detail(id).ends_with("tokens, 1 repair"), "{}", detail(id));
    }
    assert!(detail("verify").contains("passed"), "{}", detail("verify"));
    assert!(
        project
            .read("app/README.md")
            .contains("one SQLite database")
    );
    assert!(
        project
            .read("app/app/templates/error.html")
            .contains("Back to your list")
    );

    let used: Vec<_> = run
        .iter()
        .filter(|event| event["event"] == "model-used")
        .collect();
    assert_eq!(used.len(), 1);
    assert_eq!(
        (&used[0]["loads"], &used[0]["name"]),
        (&1.into(), &"scripted".into())
    );
    assert!(used[0]["tokens"].as_u64() > Some(200) && used[0]["reused"].as_u64() > Some(0));
    let peak = used[0]["peak_mib"].as_u64().unwrap();
    assert!(peak > 0 && peak <= 64, "{peak}");

    let again = project.codey(&args).exits(0);
    assert!(again.ran().is_empty(), "{:?}", again.ran());
    assert!(!again.stdout.contains("model-used"));
}

#[test]
fn lanes_and_jobs_change_no_byte() {
    let file = model("scripted.gguf");
    let tree = |jobs: &str, lanes: &str| {
        let project = Project::new();
        let words = [
            "run",
            "full-stack todo app",
            "--by",
            "model",
            "--model",
            &file,
        ];
        let rest = [
            "--dir",
            "app",
            "--no-verify",
            "--jobs",
            jobs,
            "--lanes",
            lanes,
        ];
        let _ = project.codey(&[&words, &rest[..]].concat()).exits(0);
        project.tree("app")
    };
    let one = tree("1", "1");
    assert!(one.len() > 20);
    assert_eq!(one, tree("8", "8"));
}

#[test]
fn a_new_file_grows_at_its_path_while_its_text_comes() {
    let project = Project::with_plan(ENDLESS);
    let mut run = Run::of(command(&project, "tiny.gguf", &ENDLESS_ARGS));
    run.hear("slot file: ");
    // The worker stands still, so the node cannot end before the file was looked at.
    let worker = run.worker();
    worker.signal(Signal::STOP);
    assert!(
        !std::fs::read(project.path().join("text.md"))
            .unwrap()
            .is_empty()
    );
    assert_eq!(run.ended("text")["state"]["is"], "running");
    run.signal(Signal::KILL);
    worker.signal(Signal::CONT);
    assert!(worker.is_gone());
}
