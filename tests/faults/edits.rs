//! Files of the user in the way of nodes that copy, delete or make databases, and what else may stand there.

use super::{is_civil, project};
use crate::common::Project;

const COPY: &str = "
codey: 1
name: edits
params: { word: { type: string, default: one } }
chunks:
  text: { write: text.txt, content: \"{{ word }}\" }
  copy: { copy: { from: text.txt, to: copy.txt }, needs: [text] }
";

#[test]
fn an_edited_copy_is_never_replaced_unasked() {
    let project = Project::with_plan(COPY);
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
    project.write("copy.txt", "mine");
    let kept = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(
        kept.stderr.contains("copy.txt: changed since, kept"),
        "{}",
        kept.stderr
    );
    let two = ["run", "plan.yaml", "--set", "word=two"];
    let refused = project.codey(&two).exits(4);
    assert!(
        refused.stderr.contains("copy.txt was edited by hand"),
        "{}",
        refused.stderr
    );
    assert_eq!(project.read("copy.txt"), "mine");
    let _ = project.codey(&[&two[..], &["--ours"]].concat()).exits(0);
    assert_eq!(project.read("copy.txt"), "mine");
    let _ = project.codey(&[&two[..], &["--theirs"]].concat()).exits(0);
    assert_eq!(project.read("copy.txt"), "two");
}

#[test]
fn what_a_failed_program_left_is_no_obstacle() {
    let project =
        project("  half: { run: [sh, -c, 'echo half > out; test -e go'], outputs: [out] }\n");
    let _ = project.codey(&["run", "plan.yaml"]).exits(1);
    assert_eq!(project.read("out"), "half\n");
    project.write("go", "");
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(!project.exists(".codey/begun"));
}

#[test]
fn a_copy_that_codey_did_not_make_is_left_alone() {
    let project = Project::with_plan(COPY);
    project.write("copy.txt", "else");
    let _ = project.codey(&["run", "plan.yaml"]).exits(4);
    assert_eq!(project.read("copy.txt"), "else");
    let _ = project.codey(&["run", "plan.yaml", "--ours"]).exits(0);
    assert_eq!(project.read("copy.txt"), "else");
    let _ = project.codey(&["run", "plan.yaml", "--theirs"]).exits(0);
    assert_eq!(project.read("copy.txt"), "one");
}

#[test]
fn an_edited_file_is_not_deleted_unasked() {
    let first = "codey: 1\nname: x\nchunks:\n  a: { write: old.txt, content: x }\n";
    let project = Project::with_plan(first);
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
    project.write("old.txt", "mine");
    project.write(
        "plan.yaml",
        "codey: 1\nname: x\nchunks:\n  b: { delete: [old.txt] }\n",
    );
    let _ = project.codey(&["run", "plan.yaml"]).exits(4);
    let _ = project.codey(&["run", "plan.yaml", "--ours"]).exits(0);
    assert_eq!(project.read("old.txt"), "mine");
    let _ = project.codey(&["run", "plan.yaml", "--theirs"]).exits(0);
    assert!(!project.exists("old.txt"));
}

#[test]
fn a_database_that_codey_did_not_make_is_left_alone() {
    let project = project(
        "  schema: { write: s.sql, content: 'CREATE TABLE t (n INTEGER);' }\n  \
         make: { sqlite: { database: app.db, schema: s.sql }, needs: [schema] }\n",
    );
    let db = rusqlite::Connection::open(project.path().join("app.db")).unwrap();
    db.execute_batch("CREATE TABLE mine (a); INSERT INTO mine VALUES (1);")
        .unwrap();
    drop(db);
    let before = std::fs::read(project.path().join("app.db")).unwrap();
    let _ = project.codey(&["run", "plan.yaml"]).exits(4);
    let _ = project.codey(&["run", "plan.yaml", "--ours"]).exits(0);
    assert_eq!(
        std::fs::read(project.path().join("app.db")).unwrap(),
        before
    );
}

#[test]
fn whatever_stands_in_place_of_a_file_is_neither_waited_for_nor_replaced() {
    for made in [
        "mkdir F",
        "mkfifo F",
        "ln -s plan.yaml F",
        "ln -s none F",
        "ln -s /etc/hostname F",
    ] {
        for file in ["text.txt", "copy.txt"] {
            let project = Project::with_plan(COPY);
            let _ = project.codey(&["run", "plan.yaml"]).exits(0);
            let line = format!("rm {file}; {}", made.replace('F', file));
            let _ = super::shell(&project, &line).exits(0);
            let kind = || {
                std::fs::symlink_metadata(project.path().join(file))
                    .unwrap()
                    .file_type()
            };
            let before = kind();
            for more in [&[][..], &["--ours"], &["--theirs"]] {
                let args = [&["run", "plan.yaml", "--set", "word=two"], more].concat();
                let ended = project.codey(&args);
                is_civil(&ended);
                assert!(
                    matches!(ended.code, 0 | 1 | 4),
                    "{made} {file}: {}",
                    ended.stderr
                );
                assert_eq!(kind(), before, "{made} {file}: {}", ended.stderr);
                let kept = more == ["--ours"] || ended.code != 0;
                assert!(
                    kept || project.read(file) == "two",
                    "{made} {file} {more:?}"
                );
            }
        }
    }
}
