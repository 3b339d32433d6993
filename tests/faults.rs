//! The binary under attack: hostile plans, names, programs, disks and users. Whatever happens, nothing is
//! lost, nothing outside is touched, and the end is a documented exit code with a sentence that helps.

mod crash;
mod disk;
mod edits;
mod hostile;
mod interrupts;
mod paths;
mod programs;

use crate::common::{Ended, Project};

/// A project with a plan of these chunks.
fn project(chunks: &str) -> Project {
    Project::with_plan(&format!("codey: 1\nname: faults\nchunks:\n{chunks}"))
}

/// Runs a shell line in the project, where `$CODEY` is the binary.
fn shell(project: &Project, line: &str) -> Ended {
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", line])
        .current_dir(project.path())
        .env("CODEY", env!("CARGO_BIN_EXE_codey"))
        .env("CODEY_CACHE_DIR", crate::common::cache_dir())
        .stdin(std::process::Stdio::null());
    Ended::of(command.output().unwrap())
}

/// Asserts what holds for every end: no panic, and nothing that a terminal would act on.
fn is_civil(ended: &Ended) {
    for text in [&ended.stdout, &ended.stderr] {
        assert!(!text.contains("panicked"), "{text}");
        assert!(
            !text.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{7}']),
            "{text:?}"
        );
    }
}
