//! Nothing but downloads and named servers opens a connection: commands run under a filter that kills whoever
//! asks the kernel for an internet socket.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Output;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use crate::common::Project;

/// The system call `socket`, and the families of internet sockets.
#[cfg(target_arch = "x86_64")]
const SOCKET: i64 = 41;
#[cfg(not(target_arch = "x86_64"))]
const SOCKET: i64 = 198;
const INTERNET: [u64; 2] = [2, 10];
/// The signal of a forbidden system call.
#[cfg(feature = "fetch")]
const SIGSYS: i32 = 31;

fn filter() -> BpfProgram {
    let rule = |family| {
        let is = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, family);
        SeccompRule::new(vec![is.unwrap()]).unwrap()
    };
    let rules = BTreeMap::from([(SOCKET, INTERNET.map(rule).to_vec())]);
    let arch = std::env::consts::ARCH.try_into().unwrap();
    let (otherwise, then) = (SeccompAction::Allow, SeccompAction::KillProcess);
    let filter = SeccompFilter::new(rules, otherwise, then, arch).unwrap();
    filter.try_into().unwrap()
}

/// Runs a command in a process that inherits the filter from the thread that starts it.
fn offline(project: &Project, args: &[&str]) -> Output {
    let run = || {
        seccompiler::apply_filter(&filter()).unwrap();
        project.command(args).output().unwrap()
    };
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}

#[test]
fn commands_work_where_no_connection_can_be_opened() {
    let project = Project::new();
    let tiny = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/models/tiny.gguf");
    project.write("tiny.gguf", std::fs::read(tiny).unwrap());
    project.write(
        "plan.yaml",
        "codey: 1\nname: p\nchunks:\n  a: { write: a.txt, content: x }\n",
    );
    for args in [
        &["run", "todo app", "--dir", "app", "--no-verify"][..],
        &["plan", "todo app", "--dry-run"],
        &["check", "plan.yaml"],
        &["verify", "app", "--no-programs"],
        &[
            "add",
            "entity",
            "note: text:text!",
            "--dir",
            "app",
            "--no-verify",
        ],
        &["update", "app", "--dry-run"],
        &["spec", "todo app"],
        &["plans", "list"],
        &["plan", "fullstack-flask", "--dir", "other"],
        &["explain", "a", "plan.yaml"],
        &["templates", "list", "--dir", "app"],
        &["doctor", "--json"],
        &["config", "set", "lanes", "2"],
        &["models", "import", "tiny.gguf"],
        &["models", "list", "--json"],
        &["models", "show", "qwen2.5-coder-7b"],
        &["models", "default", "coder", "tiny"],
        &["models", "verify"],
        &["models", "ps"],
        &["models", "rm", "tiny"],
    ] {
        let output = offline(&project, args);
        assert_eq!(output.status.signal(), None, "{args:?}: {output:?}");
        // What this computer lacks is for `doctor` to say.
        assert!(
            output.status.success() || args[0] == "doctor",
            "{args:?}: {output:?}"
        );
    }
    assert!(project.exists("app/README.md"));
}

/// The filter does forbid what it is meant to: the same command is killed under it.
#[cfg(feature = "fetch")]
#[test]
fn a_download_is_killed_by_the_same_filter() {
    let project = Project::new();
    let pull = ["models", "pull", "http://127.0.0.1:9/tiny.gguf"];
    assert_eq!(offline(&project, &pull).status.signal(), Some(SIGSYS));
}
