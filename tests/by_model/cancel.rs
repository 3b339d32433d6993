//! The user ends a run while a model is at work: at the next step, with nothing half made called done.

use rustix::process::Signal;

use super::{ENDLESS, ENDLESS_ARGS, LONG_PROMPT_ARGS, Run, command, long_prompt};
use crate::common::Project;

/// Interrupts a run twice once it says `words`, and hears it out. The worker stands still meanwhile, so nothing ends by itself.
fn interrupted(project: &Project, file: &str, args: &[&str], words: &str) -> Run {
    let mut run = Run::of(command(project, file, args));
    run.hear(words);
    let worker = run.worker();
    worker.signal(Signal::STOP);
    run.signal(Signal::INT);
    run.hear("interrupt again");
    run.signal(Signal::INT);
    let asked = run.hear("asking what runs to end");
    worker.signal(Signal::CONT);
    assert_eq!(run.end(), 130);
    assert!(worker.is_gone());
    // A step may have been on its way; no second one comes.
    let steps = run.heard[asked..]
        .iter()
        .filter(|event| event["event"] == "progress");
    assert!(steps.count() <= 1, "{:#?}", &run.heard[asked..]);
    run
}

#[test]
fn a_slice_ends_at_the_next_token() {
    let project = Project::with_plan(ENDLESS);
    let run = interrupted(&project, "tiny.gguf", &ENDLESS_ARGS, "slot file: ");
    assert_eq!(run.ended("text")["state"]["is"], "cancelled");
    assert!(!project.exists("text.md"));
}

#[test]
fn a_prompt_is_left_in_the_middle_and_the_next_run_goes_on() {
    let project = Project::with_plan(&long_prompt());
    let run = interrupted(&project, "scripted.gguf", &LONG_PROMPT_ARGS, "prefill ");
    assert_eq!(run.ended("note")["state"]["is"], "cancelled");
    assert!(!project.exists("note.md"));
    let used = run
        .heard
        .iter()
        .find(|event| event["event"] == "model-used");
    assert_eq!(used.unwrap()["tokens"], 0, "no token was made");

    let mut again = Run::of(command(&project, "scripted.gguf", &LONG_PROMPT_ARGS));
    assert_eq!(again.end(), 0);
    assert_eq!(project.read("note.md"), "I have no answer to that.\n");
}
