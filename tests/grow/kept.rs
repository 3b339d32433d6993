//! What a step leaves as it was: on a conflict, when it is cut short or refused, and edited files.

use super::{bare, grow, rewrite_recording};
use crate::common::Project;

#[test]
fn a_conflict_is_refused_before_anything_is_written() {
    let project = bare();
    let readme = project
        .read("app/README.md")
        .replace("todo", "TODO")
        .replace("Todo", "TODO");
    project.write("app/README.md", &readme);
    let api = project
        .read("app/app/api/todos.py")
        .replace("title", "TITLE");
    project.write("app/app/api/todos.py", &api);
    let (before, plan) = (project.tree("app"), project.read("app/.codey/plan.yaml"));
    let words = ["add", "field", "todo", "title_line:string", "--no-verify"];
    let refused = grow(&project, &words).exits(4);
    assert!(
        refused.stderr.contains("edited by hand"),
        "{}",
        refused.stderr
    );
    assert_eq!(project.tree("app"), before);
    assert_eq!(project.read("app/.codey/plan.yaml"), plan);

    let _ = grow(&project, &[&words[..], &["--ours"]].concat()).exits(0);
    assert_eq!(project.read("app/app/api/todos.py"), api);
    assert!(project.exists("app/app/migrations/0002_add_todo_title_line.sql"));
}

#[test]
fn a_step_that_was_cut_short_is_finished_by_repeating_it() {
    let (project, whole) = (bare(), bare());
    let words = [
        "add",
        "entity",
        "note: text! todo:ref tag:string",
        "--no-verify",
    ];
    let _ = grow(&whole, &words).exits(0);
    for milliseconds in [1, 4, 8, 16] {
        let mut child = project
            .command(&[&words[..], &["--dir", "app"]].concat())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let _ = grow(&project, &words).exits(0);
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert_eq!(project.tree("app"), whole.tree("app"));
}

#[test]
fn wishes_that_cannot_be_granted_say_why_and_change_nothing() {
    let project = bare();
    let before = project.tree("app");
    for (words, said) in [
        (&["field", "todo", "size:int!"][..], "required"),
        (&["field", "todo", "done:int"], "already"),
        (&["field", "tod", "x:int"], "did you mean `todo`"),
        (&["field", "todo", "a:int b:int"], "one field at a time"),
        (&["field", "todo", "a:ref(b)"], "no entity"),
        (&["entity", "todo: name!"], "already"),
        (&["entity", "note: todo:ref!!! {{"], "starts no field"),
        (&["feature", "blockchain"], "no feature"),
    ] {
        let refused = grow(&project, &[&["add"][..], words].concat()).exits(4);
        assert!(
            refused.stderr.contains(said),
            "{words:?}: {}",
            refused.stderr
        );
        assert!(
            refused.stderr.contains("help: "),
            "{words:?}: {}",
            refused.stderr
        );
    }
    assert_eq!(project.tree("app"), before);
    let same = [
        "add",
        "entity",
        "todo: title:string! done:bool",
        "--no-verify",
    ];
    assert!(grow(&project, &same).exits(0).stderr.contains("already"));
    let _ = grow(&project, &["add", "field", "todo"]).exits(2);
    let nowhere = project.codey(&["update", "nowhere"]).exits(2);
    assert!(nowhere.stderr.contains("codey run"), "{}", nowhere.stderr);
}

#[test]
fn files_of_no_use_any_more_go_unless_they_were_edited() {
    let project = Project::new();
    let _ = project
        .codey(&["plan", "full-stack todo app in Flask", "-o", "plan.yaml"])
        .exits(0);
    let chunks = "chunks:\n  one: { write: one.txt, content: one }\n  two: { write: two.txt, content: two }\n";
    let plan = project.read("plan.yaml").replace("chunks:\n", chunks);
    project.write("plan.yaml", plan);
    let run = ["run", "plan.yaml", "--dir", "app", "--no-verify"];
    let _ = project.codey(&run).exits(0);
    project.write("app/two.txt", "mine");
    let (from, to) = ("# made: {", "# made: {\"plan\":\"fullstack-flask\",");
    rewrite_recording(&project, from, to);
    let shown = project.codey(&["update", "app", "--dry-run"]).exits(0);
    assert!(
        shown.stdout.contains("delete   one.txt"),
        "{}",
        shown.stdout
    );
    let told = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert!(!project.exists("app/one.txt"), "{}", told.stderr);
    assert_eq!(project.read("app/two.txt"), "mine");
    assert!(
        told.stderr.contains("edited by hand and left"),
        "{}",
        told.stderr
    );
}

#[test]
fn migrations_that_are_not_codeys_keep_tables_as_they_are() {
    let add = ["add", "feature", "auth", "--no-verify"];
    let refused = |project: &Project, words: &[&str]| {
        let (before, plan) = (project.tree("app"), project.read("app/.codey/plan.yaml"));
        let ended = grow(project, &add).exits(4);
        for word in words.iter().chain(&["help: "]) {
            assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
        }
        assert_eq!(project.tree("app"), before);
        assert_eq!(project.read("app/.codey/plan.yaml"), plan);
    };
    let (project, first) = (bare(), "app/app/migrations/0001_first.sql");
    let mine = "app/app/migrations/0002_mine.sql";
    let written = project.read(first);
    project.write(mine, "ALTER TABLE todos ADD COLUMN mine TEXT;\n");
    refused(&project, &["0002_mine.sql` is not codey's", "plan.yaml"]);
    std::fs::rename(
        project.path().join(mine),
        project.path().join("app/app/migrations/mine.sql"),
    )
    .unwrap();
    refused(&project, &["mine.sql` is not codey's"]);
    std::fs::remove_file(project.path().join("app/app/migrations/mine.sql")).unwrap();
    let edited = written.replace("title TEXT", "mine TEXT,\n    title TEXT");
    project.write(first, &edited);
    refused(&project, &["0001_first.sql` was edited"]);
    // What was edited before a step is kept as it is by that step, and is found by what it makes.
    let field = ["add", "field", "todo", "size:int", "--no-verify"];
    let _ = grow(&project, &field).exits(0);
    refused(&project, &["an_unknown_column"]);
    std::fs::remove_file(
        project
            .path()
            .join("app/app/migrations/0002_add_todo_size.sql"),
    )
    .unwrap();
    refused(&project, &["0002_add_todo_size.sql` is gone"]);
    // So is what is edited about a column that is codey's.
    let project = bare();
    let edited = project
        .read(first)
        .replace("title TEXT", "title TEXT COLLATE NOCASE");
    project.write(first, &edited);
    let _ = grow(&project, &field).exits(0);
    refused(
        &project,
        &["`todos` was made with `title TEXT COLLATE NOCASE"],
    );

    let project = bare();
    let _ = grow(&project, &add).exits(0);
    let told = grow(&project, &add).exits(0);
    assert!(told.stderr.contains("already"), "{}", told.stderr);
}

#[test]
fn no_file_stays_without_owners_when_accounts_come() {
    let project = bare();
    let path = "app/app/store.py";
    let mine = project.read(path).replace("SELECT", "select");
    project.write(path, &mine);
    let (before, plan) = (project.tree("app"), project.read("app/.codey/plan.yaml"));
    let add = ["add", "feature", "auth", "--no-verify"];
    for more in [&[][..], &["--ours"], &["--ours", "--dry-run"]] {
        let words = [&add[..], more].concat();
        if more.is_empty() {
            let ended = grow(&project, &words).exits(4);
            assert!(ended.stderr.contains("edited by hand"), "{}", ended.stderr);
        } else {
            let ended = grow(&project, &words).exits(4);
            for word in ["everybody's rows", "help: ", "--theirs"] {
                assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
            }
        }
        assert_eq!(project.tree("app"), before);
        assert_eq!(project.read("app/.codey/plan.yaml"), plan);
    }
    let _ = grow(&project, &[&add[..], &["--theirs"]].concat()).exits(0);
    assert!(project.read(path).contains("owner_id"));
}

#[test]
fn a_run_does_not_take_back_what_an_application_has_grown_by() {
    let run = |project: &Project, more: &[&str]| {
        let args = [
            "run",
            "full-stack todo app in Flask",
            "--dir",
            "app",
            "--no-verify",
        ];
        project.codey(&[&args[..], more].concat())
    };
    let refused = |project: &Project, word: &str, more: &[&str]| {
        let (before, plan) = (project.tree("app"), project.read("app/.codey/plan.yaml"));
        let ended = run(project, more).exits(4);
        for word in [word, "codey update", "codey add", "--dir"] {
            assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
        }
        assert_eq!(project.tree("app"), before);
        assert_eq!(project.read("app/.codey/plan.yaml"), plan);
    };
    let project = bare();
    let _ = run(&project, &[]).exits(0);
    let field = ["add", "field", "todo", "size:int", "--no-verify"];
    let _ = grow(&project, &field).exits(0);
    refused(&project, "0002_add_todo_size.sql", &[]);
    refused(&project, "0002_add_todo_size.sql", &["--dry-run"]);
    refused(&project, "0002_add_todo_size.sql", &["--theirs"]);
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);

    let project = Project::new();
    let _ = run(&project, &["--set", "auth=true"]).exits(0);
    refused(&project, "has accounts", &["--theirs"]);
    let _ = run(&project, &["--set", "auth=true"]).exits(0);
}
