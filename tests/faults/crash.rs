//! kill -9 in the middle of a run: the next run ends in the tree of an undisturbed one.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::common::Project;

/// Rounds of running, killing and running again.
const ROUNDS: usize = 30;

/// Some 170 small nodes of every kind that leaves files.
fn plan() -> String {
    let mut plan = String::from("codey: 1\nname: crash\nchunks:\n");
    for i in 0..80 {
        let dir = i % 7;
        let _ = writeln!(
            plan,
            "  w{i}: {{ write: d{dir}/w{i}.txt, content: 'text {i}' }}"
        );
        if i % 2 == 0 {
            let _ = writeln!(
                plan,
                "  c{i}: {{ copy: {{ from: d{dir}/w{i}.txt, to: c/{i}.txt }}, needs: [w{i}] }}"
            );
        }
        if i % 3 == 0 {
            let _ = writeln!(
                plan,
                "  r{i}: {{ run: [sh, -c, 'tr a-z A-Z < d{dir}/w{i}.txt > d{dir}/r{i}.txt'], \
                 outputs: [d{dir}/r{i}.txt], needs: [w{i}] }}"
            );
        }
        if i % 5 == 0 {
            let _ = writeln!(plan, "  m{i}: {{ mkdir: [m/{i}] }}");
        }
    }
    plan + "  schema: { write: s.sql, content: 'CREATE TABLE t (n INTEGER);' }\n  \
         db: { sqlite: { database: x.db, schema: s.sql }, needs: [schema] }\n  \
         repo: { git: init }\n  \
         commit: { git: commit, message: x, needs: all }\n"
}

#[test]
fn after_any_kill_the_next_run_ends_in_the_same_tree() {
    let plan = plan();
    let reference = Project::with_plan(&plan);
    let events = reference
        .codey(&["run", "plan.yaml", "--json"])
        .exits(0)
        .stdout
        .lines()
        .count();
    let expected = reference.tree(".");
    for round in 0..ROUNDS {
        let project = Project::with_plan(&plan);
        let mut command = project.command(&["run", "plan.yaml", "--json", "--jobs", "4"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        // Killed after an event that differs from round to round, wherever the workers are then.
        let seen = events * round / ROUNDS;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let _ = lines.by_ref().take(seen).count();
        child.kill().unwrap();
        child.wait().unwrap();

        let again = project.codey(&["run", "plan.yaml"]).exits(0);
        assert_eq!(
            project.tree("."),
            expected,
            "round {round}: {}",
            again.stderr
        );
        let third = project.codey(&["run", "plan.yaml", "--json"]).exits(0);
        assert!(third.ran().is_empty(), "round {round}: {:?}", third.ran());
    }
}

#[test]
fn drafts_of_a_killed_run_are_cleared_away() {
    let project = super::project("  a: { write: a.txt, content: x }\n");
    project.write(".codey/drafts/.codey-1-0.tmp", "half");
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(!project.exists(".codey/drafts/.codey-1-0.tmp"));
}

#[test]
fn a_damaged_or_newer_journal_costs_no_file() {
    let project = super::project("  a: { write: a.txt, content: x }\n");
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
    let journal = project.path().join(".codey/journal.db");
    let newer = rusqlite::Connection::open(&journal).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let refused = project.codey(&["run", "plan.yaml"]).exits(4);
    assert!(refused.stderr.contains("newer codey"), "{}", refused.stderr);

    for damage in [&b"no database"[..], &[0xff; 9000], b"SQLite format 3\0"] {
        std::fs::write(&journal, damage).unwrap();
        let _ = std::fs::remove_file(journal.with_extension("db-wal"));
        let told = project.codey(&["run", "plan.yaml"]).exits(0);
        assert!(told.stderr.contains("is damaged"), "{}", told.stderr);
        assert!(
            told.stderr.contains("journal.db.corrupt-"),
            "{}",
            told.stderr
        );
        assert_eq!(project.read("a.txt"), "x");
        assert!(
            project
                .codey(&["run", "plan.yaml", "--json"])
                .exits(0)
                .ran()
                .is_empty()
        );
    }
}
