//! At most one chunk writes a path. Knows no needs.

use std::collections::HashMap;

use super::checked::Action;
use super::expand::Expanded;
use super::path::folded;
use super::report::Report;
use super::source::Span;

/// What is known of a path.
#[derive(Clone, Copy)]
struct Owner {
    node: usize,
    span: Span,
    /// Position among the node's outputs.
    output: usize,
}

/// Reports every path that two chunks write, and every file that is used as a directory.
pub(super) fn check(report: &mut Report<'_>, plan: &Expanded<'_>) {
    let mut files: HashMap<String, Owner> = HashMap::with_capacity(plan.drafts.len());
    let mut dirs: Vec<(String, Owner)> = Vec::new();
    for (node, draft) in plan.drafts.iter().enumerate() {
        let mkdir = matches!(draft.action, Action::Mkdir(_));
        for (output, (path, span)) in draft.outputs.iter().enumerate() {
            let owner = Owner {
                node,
                span: *span,
                output,
            };
            let key = folded(path.as_str());
            if mkdir {
                dirs.push((key, owner));
            } else if let Some(first) = files.get(&key) {
                two_writers(report, plan, *first, owner);
            } else {
                files.insert(key, owner);
            }
        }
    }
    for (key, owner) in &dirs {
        if let Some(file) = files.get(key) {
            file_and_directory(report, plan, *file, *owner);
        }
    }
    inside_files(report, plan, &files, &dirs);
    report.subject = None;
}

/// Reports paths below a path that is a file.
fn inside_files(
    report: &mut Report<'_>,
    plan: &Expanded<'_>,
    files: &HashMap<String, Owner>,
    dirs: &[(String, Owner)],
) {
    for (node, draft) in plan.drafts.iter().enumerate() {
        if matches!(draft.action, Action::Mkdir(_)) {
            continue;
        }
        for (output, (path, span)) in draft.outputs.iter().enumerate() {
            let key = folded(path.as_str());
            if let Some(file) = above(&key, files) {
                let owner = Owner {
                    node,
                    span: *span,
                    output,
                };
                file_and_directory(report, plan, file, owner);
            }
        }
    }
    for (key, owner) in dirs {
        if let Some(file) = above(key, files) {
            file_and_directory(report, plan, file, *owner);
        }
    }
}

fn above(key: &str, files: &HashMap<String, Owner>) -> Option<Owner> {
    let slashes = key.match_indices('/').map(|(at, _)| at);
    slashes
        .into_iter()
        .find_map(|at| files.get(&key[..at]).copied())
}

fn two_writers(report: &mut Report<'_>, plan: &Expanded<'_>, first: Owner, second: Owner) {
    let (a, b) = (&plan.drafts[first.node], &plan.drafts[second.node]);
    let (one, two) = (&a.outputs[first.output].0, &b.outputs[second.output].0);
    let message = if first.node == second.node {
        format!("the chunk `{}` writes `{two}` twice", a.id)
    } else if one == two {
        format!("two chunks write `{two}`: `{}` and `{}`", a.id, b.id)
    } else {
        format!(
            "`{}` writes `{one}` and `{}` writes `{two}`, the same file where case does not count",
            a.id, b.id
        )
    };
    let help = if a.span == b.span && first.node != second.node {
        "put the variable of `for-each` into the path"
    } else {
        "give each file one writer: rename one, or make the two chunks one"
    };
    report.subject = Some(b.id.clone());
    report.error("plan::two-writers", second.span, message, help);
    if first.span != second.span {
        report.relate(first.span, &format!("`{}` writes it here", a.id));
    }
}

fn file_and_directory(report: &mut Report<'_>, plan: &Expanded<'_>, file: Owner, used: Owner) {
    let (a, b) = (&plan.drafts[file.node], &plan.drafts[used.node]);
    let path = &a.outputs[file.output].0;
    let message = format!(
        "`{path}` is a file that `{}` writes, and a directory for `{}`",
        a.id, b.id
    );
    report.subject = Some(b.id.clone());
    report.error(
        "plan::file-and-directory",
        used.span,
        message,
        "rename the file or the directory",
    );
    report.relate(file.span, "the file is written here");
}
