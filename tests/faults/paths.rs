//! Plans whose paths lead elsewhere, through links that were there before or appear during the run.

use std::os::unix::fs::symlink;

use super::{is_civil, project};
use crate::common::Project;

#[test]
fn a_link_to_what_git_keeps_is_not_written_through() {
    let project = project(
        "  repo: { git: init }\n  \
         link: { run: [ln, -s, .git, harmless], needs: [repo] }\n  \
         hook: { write: harmless/hooks/pre-commit, content: evil, needs: [link] }\n",
    );
    let failed = project.codey(&["run", "plan.yaml"]).exits(1);
    assert!(
        failed.stderr.contains("belongs to git"),
        "{}",
        failed.stderr
    );
    assert!(!project.exists(".git/hooks/pre-commit"));
}

#[test]
fn a_link_to_codeys_own_records_is_not_written_through() {
    let project = project(
        "  link: { run: [ln, -s, .codey, own] }\n  \
         lock: { write: own/journal.new, content: x, needs: [link] }\n  \
         dir:  { mkdir: [own/deep/er], needs: [link] }\n",
    );
    let failed = project
        .codey(&["run", "plan.yaml", "--keep-going"])
        .exits(1);
    assert!(failed.stderr.contains("2 failed"), "{}", failed.stderr);
    assert!(!project.exists(".codey/journal.new") && !project.exists(".codey/deep"));
}

#[test]
fn links_that_lead_out_are_refused_before_and_during_the_run() {
    let outside = Project::new();
    let before = project("  text: { write: out/text.txt, content: x }\n");
    symlink(outside.path(), before.path().join("out")).unwrap();
    let refused = before.codey(&["run", "plan.yaml"]).exits(4);
    assert!(
        refused.stderr.contains("leads out of the workspace"),
        "{}",
        refused.stderr
    );
    assert!(!before.exists(".codey"));

    let target = outside.path().display();
    let during = project(&format!(
        "  link: {{ run: [ln, -s, {target}, out] }}\n  \
         text: {{ write: out/text.txt, content: x, needs: [link] }}\n  \
         make: {{ mkdir: [out/dir], needs: [link] }}\n  \
         tool: {{ run: [touch, made], cwd: out, needs: [link] }}\n"
    ));
    let ended = during.codey(&["run", "plan.yaml", "--keep-going"]);
    assert!(matches!(ended.code, 1 | 4), "{}", ended.stderr);
    is_civil(&ended);
    assert!(outside.tree(".").is_empty() && !outside.exists("dir"));
}

#[test]
fn two_names_of_one_file_are_found_before_the_run() {
    let project =
        project("  a: { write: real/x.txt, content: A }\n  b: { write: link/x.txt, content: B }\n");
    std::fs::create_dir(project.path().join("real")).unwrap();
    symlink("real", project.path().join("link")).unwrap();
    let refused = project.codey(&["run", "plan.yaml"]).exits(4);
    assert!(
        refused.stderr.contains("are one file"),
        "{}",
        refused.stderr
    );
    assert!(!project.exists("real/x.txt"));
}

#[test]
fn two_names_of_one_file_that_appear_during_the_run_lose_nothing() {
    let project = project(
        "  link: { run: [sh, -c, 'mkdir real && ln -s real link'] }\n  \
         a: { write: real/x.txt, content: A, needs: [link] }\n  \
         b: { write: link/x.txt, content: B, needs: [link] }\n",
    );
    let ended = project.codey(&["run", "plan.yaml"]);
    assert!(matches!(ended.code, 1 | 4), "{}", ended.stderr);
    let kept = project.read("real/x.txt");
    assert!(kept == "A" || kept == "B", "{kept}");
}

#[test]
fn a_link_in_place_of_the_drafts_deletes_no_file_of_the_user() {
    let project = project("  a: { write: a.txt, content: x }\n");
    project.write(".codey-1-2.tmp", "the user's");
    std::fs::create_dir(project.path().join(".codey")).unwrap();
    symlink("..", project.path().join(".codey/drafts")).unwrap();
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(project.exists("a.txt") && project.exists("plan.yaml"));
    assert_eq!(project.read(".codey-1-2.tmp"), "the user's");
}

#[test]
fn a_directory_that_cannot_be_one_is_named() {
    let project = project("  a: { write: a.txt, content: x }\n");
    project.write("file", "x");
    symlink("nowhere", project.path().join("dangling")).unwrap();
    for dir in ["file", "dangling", "/proc/none"] {
        let refused = project.codey(&["run", "plan.yaml", "--dir", dir]).exits(4);
        assert!(refused.stderr.contains(dir), "{}", refused.stderr);
        assert!(refused.stderr.contains("help: "), "{}", refused.stderr);
    }
    for dir in ["sp ace/deep/er", "עב/ünï", "./-x"] {
        let _ = project.codey(&["run", "plan.yaml", "--dir", dir]).exits(0);
        assert!(project.exists(&format!("{dir}/a.txt")), "{dir}");
    }
}
