//! Projects that grow: what changes in a database and in the files, and what stays as it was.

mod accounts;
mod changes;
mod in_use;
mod kept;
mod owned;
mod recorded;
mod rows;

use crate::common::{Ended, Project};

fn todo() -> Project {
    let project = Project::new();
    let _ = project
        .codey(&["run", "full-stack todo app in Flask", "--dir", "app"])
        .exits(0);
    project
}

/// The same, unchecked: for what happens before any test would run.
fn bare() -> Project {
    let project = Project::new();
    let args = [
        "run",
        "full-stack todo app in Flask",
        "--dir",
        "app",
        "--no-verify",
    ];
    let _ = project.codey(&args).exits(0);
    project
}

fn grow(project: &Project, words: &[&str]) -> Ended {
    project.codey(&[words, &["--dir", "app"]].concat())
}

/// The recording with `from` replaced, as if another version of codey had written it.
fn rewrite_recording(project: &Project, from: &str, to: &str) {
    let path = "app/.codey/plan.yaml";
    let text = project.read(path);
    assert!(text.contains(from), "{text}");
    project.write(path, text.replace(from, to));
}
