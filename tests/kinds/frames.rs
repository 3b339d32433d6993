//! Packages and tools of which only the frame is made: that is said before, in their READMEs, and refused where it matters.

use super::HOSTILE;
use crate::common::Project;

#[test]
fn what_is_left_to_write_is_said_before_and_in_the_readme() {
    for (request, purpose) in [
        ("python library to validate ibans", "validate ibans"),
        ("rust library for parsing ini files", "parsing ini files"),
        (
            "command line tool in python to rename files",
            "rename files",
        ),
        ("rust cli that renames files", "renames files"),
    ] {
        let project = Project::new();
        let made = project
            .codey(&["run", request, "--dir", "out", "--no-verify"])
            .exits(0);
        let warning = format!("warning: left out `{purpose}`: only the frame of a ");
        assert!(made.stderr.contains(&warning), "{}", made.stderr);
        let readme = project.read("out/README.md");
        let told = format!("**What it is for: {purpose}. That is yet to be written.**");
        assert!(readme.contains(&told), "{readme}");
        assert!(readme.contains("example"), "{readme}");

        let strict = Project::new();
        let refused = strict
            .codey(&["run", request, "--dir", "out", "--strict"])
            .exits(4);
        assert!(refused.stderr.contains(purpose), "{}", refused.stderr);
        assert!(
            refused
                .stderr
                .ends_with("without --strict to have the rest\n"),
            "{}",
            refused.stderr
        );
        assert!(!strict.exists("out"));
    }
}

#[test]
fn a_package_without_a_purpose_calls_its_function_an_example_and_warns_of_nothing() {
    for (request, claim) in [
        ("python package", "turns text for people"),
        ("rust library called textkit", "textkit` turns text"),
    ] {
        let project = Project::new();
        let args = ["run", request, "--dir", "out", "--no-verify", "--strict"];
        let made = project.codey(&args).exits(0);
        assert!(!made.stderr.contains("warning:"), "{}", made.stderr);
        let readme = project.read("out/README.md");
        assert!(readme.contains("`slug`, is an example"), "{readme}");
        assert!(!readme.contains(claim), "{readme}");
    }
}

#[test]
fn a_purpose_is_text_in_every_file() {
    for plan in ["python-package", "rust-library", "python-cli", "rust-cli"] {
        let project = Project::new();
        let purpose = format!("purpose={HOSTILE}");
        let args = [
            "run",
            plan,
            "--dir=out",
            "--no-verify",
            "--set=entities=[]",
            "--set",
            &purpose,
        ];
        let without = ["run", plan, "--dir=out", "--no-verify", "--set", &purpose];
        let args = if plan.ends_with("cli") {
            &args[..]
        } else {
            &without[..]
        };
        let _ = project.codey(args).exits(0);
        let readme = project.read("out/README.md");
        assert!(!readme.contains("<b>"), "{readme}");
    }
}
