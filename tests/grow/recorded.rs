//! The recorded plan: made again, changed, and what was written by hand in it.

use super::{bare, grow, rewrite_recording};
use crate::common::Project;

#[test]
fn the_recorded_plan_makes_the_same_project_again() {
    let project = bare();
    let field = ["add", "field", "todo", "due_on:date", "--no-verify"];
    let _ = grow(&project, &field).exits(0);
    let _ = grow(
        &project,
        &["add", "entity", "note: text! todo:ref", "--no-verify"],
    )
    .exits(0);
    std::fs::copy(
        project.path().join("app/.codey/plan.yaml"),
        project.path().join("plan.yaml"),
    )
    .unwrap();
    let _ = project
        .codey(&["run", "plan.yaml", "--dir", "again", "--no-verify"])
        .exits(0);
    assert_eq!(project.tree("app"), project.tree("again"));
    assert!(project.exists("again/app/migrations/0003_add_note.sql"));
}

#[test]
fn parameters_change_and_own_plans_stay_as_they_are() {
    let project = bare();
    let hostile = "title=It's {{ 7*7 }} \"x\" # é";
    let _ = project
        .codey(&["update", "app", "--set", hostile, "--no-verify"])
        .exits(0);
    let plan = project.read("app/.codey/plan.yaml");
    assert!(plan.contains("'It''s {{ 7*7 }} \"x\" # é'"), "{plan}");
    let shown = |(_, bytes): &(String, Vec<u8>)| String::from_utf8_lossy(bytes).contains("7*7");
    assert!(
        project.tree("app").iter().any(shown),
        "files have the title"
    );
    let wrong = project
        .codey(&["update", "app", "--set", "tilte=x"])
        .exits(3);
    assert!(
        wrong.stderr.contains("did you mean `title`"),
        "{}",
        wrong.stderr
    );

    let own = "codey: 1\nname: own\nparams:\n  word: { type: string, default: one }\n\
               chunks:\n  text: { write: text.txt, content: \"{{ word }}\" }\n";
    let project = Project::with_plan(own);
    let _ = project
        .codey(&["run", "plan.yaml", "--set", "word=two", "--dir", "out"])
        .exits(0);
    let _ = project.codey(&["update", "out"]).exits(0);
    assert_eq!(project.read("out/text.txt"), "two");
    let _ = project
        .codey(&["update", "out", "--set", "word=three"])
        .exits(0);
    assert_eq!(project.read("out/text.txt"), "three");
    let none = project
        .codey(&["add", "entity", "a: b", "--dir", "out"])
        .exits(4);
    assert!(none.stderr.contains("entities"), "{}", none.stderr);
}

#[test]
fn a_plan_of_several_files_is_read_where_it_lies() {
    let parts = "codey: 1\nparams:\n  word: { type: string, default: one }\n\
                 chunks:\n  text: { write: text.txt, content: \"{{ word }}\" }\n";
    let project =
        Project::with_plan("codey: 1\nname: own\ninclude: [parts/text.yaml]\nchunks: {}\n");
    project.write("parts/text.yaml", parts);
    let _ = project
        .codey(&["run", "plan.yaml", "--set", "word=two"])
        .exits(0);
    let _ = project.codey(&["update"]).exits(0);
    assert_eq!(project.read("text.txt"), "two");
    let _ = project.codey(&["update", "--set", "word=three"]).exits(0);
    assert_eq!(project.read("text.txt"), "three");
}

#[test]
fn new_chunks_of_a_shipped_plan_are_taken_over() {
    let project = bare();
    let whole = project.tree("app");
    let plan = project.read("app/.codey/plan.yaml");
    let chunk = plan
        .lines()
        .find(|line| line.trim_start().starts_with("favicon:"))
        .unwrap();
    rewrite_recording(&project, &format!("{chunk}\n"), "");
    std::fs::remove_file(project.path().join("app/app/static/favicon.svg")).unwrap();
    let shown = project.codey(&["update", "app", "--dry-run"]).exits(0);
    assert!(shown.stdout.contains("favicon.svg"), "{}", shown.stdout);
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert_eq!(project.tree("app"), whole);
}

#[test]
fn a_plan_that_was_changed_by_hand_stays_as_it_is() {
    let project = Project::new();
    let _ = project
        .codey(&["plan", "full-stack todo app in Flask", "-o", "plan.yaml"])
        .exits(0);
    let plan = project.read("plan.yaml");
    let chunk = plan
        .lines()
        .find(|line| line.trim_start().starts_with("ignore:"))
        .unwrap();
    project.write("plan.yaml", plan.replace(&format!("{chunk}\n"), ""));
    let run = ["run", "plan.yaml", "--dir", "app", "--no-verify"];
    let _ = project.codey(&run).exits(0);
    let words = ["add", "field", "todo", "size:int", "--no-verify"];
    let _ = grow(&project, &words).exits(0);
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert!(!project.exists("app/.gitignore"));
    assert!(project.exists("app/app/migrations/0002_add_todo_size.sql"));
    assert!(
        project
            .read("app/.codey/plan.yaml")
            .contains("# made: {\"schema\"")
    );
}
