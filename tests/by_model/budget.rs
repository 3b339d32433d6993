//! A model that does not fit: refused with the numbers before anything is started or written.

use super::{ENDLESS, model};
use crate::common::Project;

#[test]
fn what_cannot_fit_is_refused_before_anything_is_written() {
    for (budget, advice) in [("20", "no setting makes it fit"), ("100", "it fits in")] {
        let project = Project::with_plan(ENDLESS);
        let file = model("tiny.gguf");
        let words = [
            "run",
            "plan.yaml",
            "--dir",
            "new",
            "--json",
            "--model",
            &file,
        ];
        let rest = [
            "--context",
            "32768",
            "--lanes",
            "32",
            "--memory-budget",
            budget,
        ];
        let refused = project.codey(&[&words, &rest[..]].concat()).exits(5);
        let numbers = format!("may take {budget} MiB");
        assert!(refused.stderr.contains(&numbers), "{}", refused.stderr);
        assert!(refused.stderr.contains(advice), "{}", refused.stderr);
        // No event, so no node and no worker.
        assert_eq!(refused.stdout, "");
        assert!(!project.exists("new"));
    }
}
