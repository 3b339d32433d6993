//! What befalls a worker: signals, standstill, want of memory. The engine lives, says why, and only that node fails.

use rustix::process::Signal;

use super::{ENDLESS, ENDLESS_ARGS, LONG_PROMPT_ARGS, Run, command, long_prompt};
use crate::common::Project;

#[test]
fn a_killed_worker_fails_its_node_alone_and_is_reported_with_the_signal() {
    let signals = [
        (Signal::ABORT, "SIGABRT"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::BUS, "SIGBUS"),
        (Signal::ILL, "SIGILL"),
        (Signal::TERM, "SIGTERM"),
        (Signal::KILL, "SIGKILL"),
    ];
    for (signal, name) in signals {
        let project = Project::with_plan(ENDLESS);
        let args = [&ENDLESS_ARGS[..], &["--keep-going"]].concat();
        let mut run = Run::of(command(&project, "tiny.gguf", &args));
        run.hear("slot file: ");
        run.worker().end_by(signal);
        assert_eq!(run.end(), 1, "{name}");
        let text = run.ended("text");
        assert_eq!(text["state"]["is"], "failed");
        let detail = text["detail"].as_str().unwrap();
        assert!(
            detail.contains(&format!("killed by signal {name}")),
            "{detail}"
        );
        assert_eq!(run.ended("tool")["state"]["is"], "done");
        assert!(!project.exists("text.md") && project.exists("tool.txt"));
    }
}

#[test]
fn another_attempt_has_a_worker_of_its_own() {
    let project = Project::with_plan(&long_prompt());
    let mut run = Run::of(command(&project, "scripted.gguf", &LONG_PROMPT_ARGS));
    run.hear("prefill ");
    run.worker().signal(Signal::KILL);
    run.hear("\"retry\"");
    assert_eq!(run.end(), 0);
    assert_eq!(run.ended("note")["attempt"], 2);
    let used = run
        .heard
        .iter()
        .find(|event| event["event"] == "model-used");
    assert_eq!(used.unwrap()["loads"], 2);
    assert_eq!(project.read("note.md"), "I have no answer to that.\n");
}

#[test]
fn a_stopped_worker_is_a_timeout_and_one_that_gets_on_is_none() {
    let project = Project::with_plan(&ENDLESS.replace("2048", "1024"));
    let is_impatient = || {
        let mut command = command(&project, "tiny.gguf", &ENDLESS_ARGS);
        command.env("CODEY_STALL_S", "1");
        command
    };
    let mut run = Run::of(is_impatient());
    run.hear("slot file: ");
    let worker = run.worker();
    worker.signal(Signal::STOP);
    assert_eq!(run.end(), 1);
    let text = run.ended("text");
    assert_eq!(text["state"]["is"], "timed-out");
    assert_eq!(text["detail"], "the model made no progress for 1 s");
    assert!(worker.is_gone() && !project.exists("text.md"));

    // The text takes several times as long in all.
    let mut run = Run::of(is_impatient());
    assert_eq!(run.end(), 1);
    assert_eq!(run.ended("text")["state"]["is"], "truncated");
}

#[test]
fn a_timeout_of_the_node_ends_a_model_that_gets_on() {
    let plan = ENDLESS.replace("max-tokens: 2048", "max-tokens: 2048, timeout: 1s");
    let project = Project::with_plan(&plan);
    let mut run = Run::of(command(&project, "tiny.gguf", &ENDLESS_ARGS));
    assert_eq!(run.end(), 1);
    let text = run.ended("text");
    assert_eq!(text["state"]["is"], "timed-out");
    assert_eq!(text["detail"], "the model worked longer than 1 s");
    assert!(!project.exists("text.md"));
}

#[test]
fn a_worker_without_memory_says_so() {
    let project = Project::with_plan(ENDLESS);
    // Address space for the program and not for the keys and values of this many tokens.
    let line = format!(
        "ulimit -v {}; exec \"$CODEY\" run plan.yaml --json --keep-going --model {} --lanes 16 --context 32768 \
         --memory-budget 4000",
        200 * 1024,
        super::model("tiny.gguf")
    );
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", &line])
        .current_dir(project.path())
        .env("CODEY", env!("CARGO_BIN_EXE_codey"))
        .env("XDG_CONFIG_HOME", project.path().join(".config"))
        .env("XDG_DATA_HOME", project.path().join(".data"))
        // Threads of the engine would take address space by the gigabyte.
        .env("MALLOC_ARENA_MAX", "1")
        .env("CODEY_CACHE_DIR", crate::common::cache_dir())
        .stdin(std::process::Stdio::null());
    let mut run = Run::of(shell);
    assert_eq!(run.end(), 1);
    let text = run.ended("text");
    assert_eq!(text["state"]["is"], "failed");
    let detail = text["detail"].as_str().unwrap();
    assert!(detail.contains("llama.cpp"), "{detail}");
    assert_eq!(run.ended("tool")["state"]["is"], "done");
}
