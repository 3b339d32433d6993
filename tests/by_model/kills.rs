//! Runs and workers killed at any moment: the next run ends in the tree of an undisturbed one.

use rustix::process::Signal;

use super::{Run, model};
use crate::common::Project;

/// Rounds where the environment asks for no other number.
const ROUNDS: u64 = 6;
/// Where the number of rounds is asked for.
const VARIABLE: &str = "CODEY_ROUNDS";

/// Numbers that look random and are the same in every run.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn rounds() -> u64 {
    let given = std::env::var(VARIABLE).ok();
    given.map_or(ROUNDS, |given| given.parse().unwrap())
}

#[test]
fn after_any_kill_the_next_run_ends_in_the_same_tree() {
    let file = model("scripted.gguf");
    let words = [
        "run",
        "full-stack todo app",
        "--by",
        "model",
        "--model",
        &file,
    ];
    let args = [&words, &["--dir", "app", "--no-verify", "--json"][..]].concat();
    let reference = Project::new();
    let mut undisturbed = Run::of(reference.command(&args));
    assert_eq!(undisturbed.end(), 0);
    let expected = reference.tree("app");
    let loaded = undisturbed
        .heard
        .iter()
        .position(|event| event["event"] == "model-loaded");
    let (before, all) = (loaded.unwrap() as u64, undisturbed.heard.len() as u64);

    let mut cut = 0;
    let mut seed = 0x00c0_de7e_5eed;
    for round in 0..rounds() {
        let project = Project::new();
        let mut run = Run::of(project.command(&args));
        // One round in four may end before the model is there; the others end while it is at work.
        let first = if round % 4 == 3 { 0 } else { before };
        let after = first + random(&mut seed) % (all - first);
        while (run.heard.len() as u64) < after && run.next().is_some() {}
        let workers = run.workers();
        let kills_worker = round % 2 == 1;
        match workers.first().filter(|_| kills_worker) {
            Some(worker) => worker.signal(Signal::KILL),
            None => run.signal(Signal::KILL),
        }
        let code = run.end();
        assert!(
            [-1, 0, 1].contains(&code),
            "round {round}: {code} {:#?}",
            run.heard
        );
        cut += u32::from(code != 0);
        assert!(workers.iter().all(super::Worker::is_gone), "round {round}");

        let again = project.codey(&args).exits(0);
        assert_eq!(
            project.tree("app"),
            expected,
            "round {round}: {}",
            again.stdout
        );
        let third = project.codey(&args).exits(0);
        assert!(third.ran().is_empty(), "round {round}: {:?}", third.ran());
    }
    assert!(cut > 0, "some rounds were cut short");
}
