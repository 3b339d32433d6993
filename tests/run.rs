//! Runs of plan files through the binary: what is done, cached, refused, skipped and ended.

use camino::Utf8Path;
use codey::workspace::Workspace;

use crate::common::{Ended, Project};

const CHAIN: &str = r#"
codey: 1
name: chain
params:
  word: { type: string, default: one }
chunks:
  dirs:  { mkdir: ["a b/c", d] }
  word:  { write: d/word.txt, content: "{{ word }}\n" }
  other: { write: d/other.txt, content: "fixed\n" }
  upper: { run: [sh, -c, "tr a-z A-Z < d/word.txt > d/upper.txt"], outputs: [d/upper.txt], needs: [word] }
  copy:  { copy: { from: d/upper.txt, to: copy.txt }, needs: [upper] }
"#;

fn run(project: &Project, more: &[&str]) -> Ended {
    project.codey(&[&["run", "plan.yaml", "--json"], more].concat())
}

#[test]
fn a_second_run_does_nothing() {
    let project = Project::with_plan(CHAIN);
    let first = run(&project, &[]).exits(0);
    assert_eq!(first.ran(), ["copy", "dirs", "other", "upper", "word"]);
    assert_eq!(project.read("copy.txt"), "ONE\n");
    assert!(project.exists("a b/c"));
    let second = run(&project, &[]).exits(0);
    assert!(second.ran().is_empty());
    let told = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(told.stderr.contains("nothing to do"), "{}", told.stderr);
}

#[test]
fn a_changed_parameter_redoes_what_depends_on_it() {
    let project = Project::with_plan(CHAIN);
    let _ = run(&project, &[]).exits(0);
    let changed = run(&project, &["--set", "word=two"]).exits(0);
    assert_eq!(changed.ran(), ["copy", "upper", "word"]);
    assert_eq!(project.read("copy.txt"), "TWO\n");
}

#[test]
fn a_lost_output_is_made_again() {
    let project = Project::with_plan(CHAIN);
    let _ = run(&project, &[]).exits(0);
    std::fs::remove_file(project.path().join("d/upper.txt")).unwrap();
    let again = run(&project, &[]).exits(0);
    assert_eq!(
        again.ran(),
        ["upper"],
        "the copy's input came back with the same bytes"
    );
    assert_eq!(project.read("d/upper.txt"), "ONE\n");
}

#[test]
fn jobs_change_no_byte() {
    let (one, eight) = (Project::with_plan(CHAIN), Project::with_plan(CHAIN));
    let _ = run(&one, &["--jobs", "1"]).exits(0);
    let _ = run(&eight, &["--jobs", "8"]).exits(0);
    assert_eq!(one.tree("."), eight.tree("."));
}

#[test]
fn an_edit_is_kept_while_the_plan_stays() {
    let project = Project::with_plan(CHAIN);
    let _ = run(&project, &[]).exits(0);
    project.write("d/other.txt", "mine\n");
    let kept = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(kept.stderr.contains("d/other.txt"), "{}", kept.stderr);
    assert!(kept.stderr.contains("edited by hand"), "{}", kept.stderr);
    assert_eq!(project.read("d/other.txt"), "mine\n");
    let _ = run(&project, &["--theirs"]).exits(0);
    assert_eq!(project.read("d/other.txt"), "fixed\n");
}

#[test]
fn an_edit_in_the_way_is_refused_before_anything_is_written() {
    let project = Project::with_plan(CHAIN);
    let _ = run(&project, &[]).exits(0);
    project.write("d/word.txt", "mine\n");
    let before = project.tree(".");
    let refused = project
        .codey(&["run", "plan.yaml", "--set", "word=two"])
        .exits(4);
    assert!(
        refused.stderr.contains("d/word.txt was edited by hand"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("--ours"), "{}", refused.stderr);
    assert_eq!(project.tree("."), before);
    let _ = run(&project, &["--set", "word=two", "--ours"]).exits(0);
    assert_eq!(
        (project.read("d/word.txt"), project.read("copy.txt")),
        ("mine\n".into(), "MINE\n".into())
    );
    let _ = run(&project, &["--set", "word=two", "--theirs"]).exits(0);
    assert_eq!(project.read("copy.txt"), "TWO\n");
}

#[test]
fn edits_in_other_lines_are_merged() {
    let text = "name: {{ word }}\n\none\n\ntwo\n\nthree\n";
    let plan = format!(
        "codey: 1\nname: merge\nparams:\n  word: {{ type: string, default: one }}\nchunks:\n  \
         note: {{ write: note.txt, content: {text:?} }}\n"
    );
    let project = Project::with_plan(&plan);
    let _ = run(&project, &[]).exits(0);
    project.write("note.txt", project.read("note.txt").replace("three", "3"));
    let merged = project
        .codey(&["run", "plan.yaml", "--set", "word=two"])
        .exits(0);
    assert!(merged.stderr.contains("merged"), "{}", merged.stderr);
    assert_eq!(project.read("note.txt"), "name: two\n\none\n\ntwo\n\n3\n");
    let _ = run(&project, &["--set", "word=three"]).exits(0);
    assert_eq!(project.read("note.txt"), "name: three\n\none\n\ntwo\n\n3\n");
}

#[test]
fn a_file_that_codey_did_not_make_is_left_alone() {
    let project = Project::with_plan(CHAIN);
    project.write("d/other.txt", "mine\n");
    let refused = project.codey(&["run", "plan.yaml"]).exits(4);
    assert!(
        refused.stderr.contains("was not made by codey"),
        "{}",
        refused.stderr
    );
    assert!(!project.exists("d/word.txt") && !project.exists(".codey"));
    assert_eq!(project.read("d/other.txt"), "mine\n");
}

#[test]
fn an_edited_output_of_a_program_is_not_replaced_unasked() {
    let project = Project::with_plan(CHAIN);
    let _ = run(&project, &[]).exits(0);
    project.write("d/upper.txt", "mine\n");
    let kept = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(kept.stderr.contains("d/upper.txt"), "{}", kept.stderr);
    assert_eq!(
        project.read("copy.txt"),
        "mine\n",
        "what reads it sees what is there"
    );
    let refused = project
        .codey(&["run", "plan.yaml", "--set", "word=two"])
        .exits(4);
    assert!(
        refused.stderr.contains("d/upper.txt was edited by hand"),
        "{}",
        refused.stderr
    );
    assert_eq!(project.read("d/upper.txt"), "mine\n");
    let _ = run(&project, &["--set", "word=two", "--theirs"]).exits(0);
    assert_eq!(project.read("copy.txt"), "TWO\n");
}

#[test]
fn a_check_that_needs_nothing_always_runs() {
    let plan = "codey: 1\nname: x\nchunks:\n  look: { check: [test, -f, plan.yaml] }\n";
    let project = Project::with_plan(plan);
    let _ = run(&project, &[]).exits(0);
    assert_eq!(run(&project, &[]).exits(0).ran(), ["look"]);
}

const FAILING: &str = "
codey: 1
name: failing
chunks:
  bad:   { run: [sh, -c, 'echo why; exit 3'] }
  after: { write: after.txt, content: x, needs: [bad] }
  last:  { write: last.txt, content: x, needs: [after] }
  alarm: { write: alarm.txt, content: x, needs: [{ bad: failure }] }
  end:   { write: end.txt, content: x, needs: [{ bad: always }] }
  free:  { write: free.txt, content: x }
  slow:  { write: slow.txt, content: x, needs: [free] }
";

#[test]
fn a_failure_skips_what_follows_and_runs_what_answers_it() {
    let project = Project::with_plan(FAILING);
    let failed = project
        .codey(&["run", "plan.yaml", "--keep-going"])
        .exits(1);
    assert!(
        failed.stderr.contains("exited with 3") && failed.stderr.contains("why"),
        "{}",
        failed.stderr
    );
    for (file, made) in [
        ("after", false),
        ("last", false),
        ("alarm", true),
        ("end", true),
        ("slow", true),
    ] {
        assert_eq!(project.exists(&format!("{file}.txt")), made, "{file}");
    }
}

#[test]
fn a_promised_file_that_is_missing_is_a_failure() {
    let plan = "codey: 1\nname: x\nchunks:\n  liar: { run: ['true'], outputs: [never.txt] }\n";
    let failed = Project::with_plan(plan)
        .codey(&["run", "plan.yaml"])
        .exits(1);
    assert!(failed.stderr.contains("never.txt"), "{}", failed.stderr);
}

#[test]
fn a_broken_file_is_not_written() {
    let plan = "codey: 1\nname: x\nchunks:\n  bad: { write: bad.json, content: '{\"a\": }' }\n";
    let project = Project::with_plan(plan);
    let failed = project.codey(&["run", "plan.yaml"]).exits(1);
    assert!(failed.stderr.contains("bad.json:1:"), "{}", failed.stderr);
    assert!(!project.exists("bad.json"));
}

#[test]
fn attempts_are_repeated_as_often_as_the_plan_says() {
    let plan = "
codey: 1
name: retry
chunks:
  third: { run: [sh, -c, 'echo x >> tries; test $(wc -l < tries) -eq 3'], retry: { attempts: 3, backoff: 1ms } }
";
    let project = Project::with_plan(plan);
    let done = run(&project, &[]).exits(0);
    assert_eq!(done.stdout.matches("\"event\":\"retry\"").count(), 2);
    assert_eq!(project.read("tries"), "x\nx\nx\n");
}

#[test]
fn a_timeout_ends_the_whole_tree() {
    let plan = "
codey: 1
name: slow
chunks:
  slow: { run: [sh, -c, 'sleep 1000 & echo $! > child; sleep 1000'], timeout: 200ms }
";
    let project = Project::with_plan(plan);
    let ended = project.codey(&["run", "plan.yaml"]).exits(1);
    assert!(
        ended.stderr.contains("timed out") || ended.stderr.contains("longer than"),
        "{}",
        ended.stderr
    );
    let child = project.read("child");
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
    assert!(
        stat.is_empty() || stat.contains(") Z "),
        "the child still runs: {stat}"
    );
}

#[test]
fn a_model_node_without_a_model_is_refused_before_anything_is_written() {
    let plan = "
codey: 1
name: model
chunks:
  first: { write: first.txt, content: x }
  text:  { type: utility, write: text.py, by: model, needs: [first] }
";
    let project = Project::with_plan(plan);
    let refused = project.codey(&["run", "plan.yaml"]).exits(5);
    let told = &refused.stderr;
    assert!(
        told.contains("role `coder`") && told.contains("codey models pull"),
        "{told}"
    );
    assert!(!project.exists("first.txt"));
}

#[test]
fn one_run_at_a_time() {
    let project = Project::with_plan(CHAIN);
    let workspace = Workspace::open(Utf8Path::from_path(project.path()).unwrap()).unwrap();
    let lock = workspace.lock().unwrap();
    assert!(lock.is_some());
    let _ = project.codey(&["run", "plan.yaml"]).exits(6);
    drop(lock);
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
}

#[test]
fn git_commits_own_files_only() {
    let plan = "
codey: 1
name: git
chunks:
  repo:   { git: init }
  text:   { write: text.txt, content: x, needs: [repo] }
  check:  { check: [test, -f, text.txt], needs: [text] }
  commit: { git: commit, message: 'Add text', needs: [check] }
";
    let project = Project::with_plan(plan);
    project.write("private.txt", "mine");
    let _ = run(&project, &[]).exits(0);
    let files = std::process::Command::new("git")
        .args(["show", "--name-only", "--format=%s"])
        .current_dir(project.path())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(files.stdout).unwrap(),
        "Add text\n\ntext.txt\n"
    );
    assert!(run(&project, &[]).exits(0).ran().is_empty());
}

#[test]
fn sqlite_makes_and_queries_a_database() {
    let plan = "
codey: 1
name: sqlite
chunks:
  schema: { write: schema.sql, content: \"CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (42);\" }
  make:   { sqlite: { database: app.db, schema: schema.sql }, needs: [schema] }
  ask:    { sqlite: { database: app.db, query: 'SELECT n FROM t' }, needs: [make] }
";
    let project = Project::with_plan(plan);
    let done = run(&project, &[]).exits(0);
    assert!(done.stdout.contains("42"), "{}", done.stdout);
    assert!(project.exists("app.db"));
}

#[test]
fn the_dry_run_writes_nothing_and_says_what_the_run_does() {
    let project = Project::with_plan(CHAIN);
    let dry = project
        .codey(&["plan", "plan.yaml", "--format", "json"])
        .exits(0);
    assert!(!project.exists(".codey") && !project.exists("d"));
    let fates = |text: &str| -> Vec<(String, String)> {
        let preview: serde_json::Value = serde_json::from_str(text).unwrap();
        let nodes = preview["nodes"].as_array().unwrap().clone();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        nodes
            .iter()
            .map(|node| (text(&node["id"]), text(&node["fate"])))
            .collect()
    };
    assert!(fates(&dry.stdout).iter().all(|(_, fate)| fate == "run"));
    let _ = run(&project, &[]).exits(0);
    let args = ["plan", "plan.yaml", "--format", "json", "--set", "word=two"];
    let would_run: Vec<String> = fates(&project.codey(&args).exits(0).stdout)
        .into_iter()
        .filter_map(|(id, fate)| (fate == "run").then_some(id))
        .collect();
    let ran = run(&project, &["--set", "word=two"]).exits(0).ran();
    let mut expected = would_run;
    expected.sort();
    assert_eq!(ran, expected);
}

#[test]
fn explain_names_what_changed() {
    let project = Project::with_plan(CHAIN);
    let _ = run(&project, &[]).exits(0);
    let same = project.codey(&["explain", "upper", "plan.yaml"]).exits(0);
    assert!(same.stdout.contains("upper is in place"), "{}", same.stdout);
    let changed = project
        .codey(&["explain", "word", "plan.yaml", "--set", "word=two"])
        .exits(0);
    assert!(
        changed.stdout.contains("word runs") && changed.stdout.contains("+ content"),
        "{}",
        changed.stdout
    );
    let unknown = project.codey(&["explain", "uper", "plan.yaml"]).exits(2);
    assert!(
        unknown.stderr.contains("did you mean `upper`?"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_signal_ends_the_run_with_its_code() {
    use std::io::BufRead as _;
    let plan = "codey: 1\nname: slow\nchunks:\n  slow: { run: [sh, -c, 'echo started; exec sleep 1000'] }\n";
    let project = Project::with_plan(plan);
    let mut command = project.command(&["run", "plan.yaml", "--json"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("\"text\":\"started\"")));
    let pid = rustix::process::Pid::from_child(&child);
    // The first asks, the second does not wait for the program.
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(lines.any(|line| line.unwrap().contains("interrupt again")));
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert!(lines.any(|line| line.unwrap().contains("run-finished")));
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn another_request_does_not_take_the_place_of_an_application() {
    let project = Project::new();
    let make =
        |request: &str| project.codey(&["run", request, "--dir", "app", "--no-verify", "--quiet"]);
    let _ = make("library with books (title, isbn) and members (name)").exits(0);
    let before = project.tree("app");
    for request in ["perfume decants: house, ml left, rating", "a todo app"] {
        let refused = make(request).exits(4);
        assert!(
            refused.stderr.contains("`book`, `member`"),
            "{}",
            refused.stderr
        );
        assert!(refused.stderr.contains("--dir"), "{}", refused.stderr);
        let told = project.codey(&["plan", request, "--dir", "app", "--dry-run"]);
        let _ = told.exits(4);
    }
    assert_eq!(project.tree("app"), before);
    // More than there was is no loss.
    let _ =
        make("library with books (title, isbn, pages), members (name) and shelves (code)").exits(0);
    assert!(project.exists("app/tests/test_shelves.py"));
}
