//! Ends that come from outside: cancelled and timed-out programs with everything they started.

use super::*;

/// Five processes: the shell, a child, a child of its own session, one that lost its parent in a
/// session of its own, and one that ignores hang-ups. Each prints its number.
const TREE: &str = "
    hang='trap \"\" HUP; echo $$; while :; do sleep 1000; done'
    sh -c \"$hang\" &
    setsid sh -c \"$hang\" &
    setsid sh -c \"setsid sh -c '$(echo \"$hang\" | sed \"s/'/'\\\\\\\\''/g\")' & echo orphan\"
    nohup sh -c \"$hang\" &
    echo $$
    wait";

fn stop_tree(script: &str, act: impl Fn(&Cancel, usize)) -> (Ended, Vec<String>) {
    let argv = argv(&["sh", "-c", script]);
    let cancel = Cancel::new().unwrap();
    let mut pids: Vec<String> = Vec::new();
    let ended = run(&spawn(&argv), &cancel, &mut |line| {
        if line.bytes().all(|byte| byte.is_ascii_digit()) {
            // The control: without an end from outside each of them is alive.
            assert!(is_alive(line), "{line} is not alive");
            pids.push(line.to_owned());
            act(&cancel, pids.len());
        }
    })
    .unwrap();
    (ended, pids)
}

#[test]
fn a_cancelled_program_takes_everything_it_started_with_it() {
    let (ended, pids) = stop_tree(TREE, |cancel, started| {
        if started == 5 {
            cancel.soft();
        }
    });
    assert_eq!(ended.end, End::Cancelled);
    assert_eq!(pids.len(), 5);
    for pid in pids {
        assert!(ends(&pid), "{pid} is still alive");
    }
}

#[test]
fn the_second_wish_ends_what_ignores_the_first() {
    let script = "trap 'echo 00' TERM; echo $$; while :; do sleep 1000 & wait; done";
    let (ended, pids) = stop_tree_without_control(script, |cancel, line| {
        if line == "00" {
            cancel.hard();
        } else {
            cancel.soft();
        }
    });
    assert_eq!(ended.end, End::Cancelled);
    assert_eq!(
        pids.len(),
        2,
        "the program was asked before it was killed: {pids:?}"
    );
    assert!(ends(&pids[0]));
}

fn stop_tree_without_control(script: &str, act: impl Fn(&Cancel, &str)) -> (Ended, Vec<String>) {
    let argv = argv(&["sh", "-c", script]);
    let cancel = Cancel::new().unwrap();
    let mut lines = Vec::new();
    let ended = run(&spawn(&argv), &cancel, &mut |line| {
        lines.push(line.to_owned());
        act(&cancel, line);
    })
    .unwrap();
    (ended, lines)
}

#[test]
fn a_program_whose_time_is_up_is_ended_with_its_tree() {
    let argv = argv(&["sh", "-c", "setsid sleep 1000 & echo $!; echo begun; wait"]);
    let spawn = Spawn {
        timeout: Some(Duration::from_millis(200)),
        ..spawn(&argv)
    };
    let ended = run(&spawn, &Cancel::new().unwrap(), &mut |_| {}).unwrap();
    assert_eq!(ended.end, End::TimedOut);
    for pid in ended.output.text.lines().filter(|line| *line != "begun") {
        assert!(ends(pid), "{pid} is still alive");
    }
}

#[test]
fn every_worker_hears_of_the_wish_to_stop() {
    let cancel = Cancel::new().unwrap();
    let ends: Vec<End> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let argv = argv(&["sleep", "1000"]);
                    run(&spawn(&argv), &cancel, &mut |_| {}).unwrap().end
                })
            })
            .collect();
        cancel.hard();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .collect()
    });
    assert_eq!(ends, [End::Cancelled; 4]);
}

#[test]
fn nothing_starts_once_the_run_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let cancel = Cancel::new().unwrap();
    cancel.soft();
    let argv = argv(&["touch", "made"]);
    let spawn = Spawn {
        cwd: folder.path(),
        ..spawn(&argv)
    };
    assert_eq!(
        run(&spawn, &cancel, &mut |_| {}).unwrap().end,
        End::Cancelled
    );
    assert!(!folder.path().join("made").exists());
}
