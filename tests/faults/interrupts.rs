//! The impatient user: the first interrupt lets programs end, the second asks them to, the third kills.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::project;
use crate::common::Project;

struct Run {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Run {
    /// Starts the plan and waits until its program says `started`.
    fn of(project: &Project) -> Self {
        let mut command = project.command(&["run", "plan.yaml", "--json"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut run = Self { child, lines };
        run.hears("\"text\":\"started\"");
        run
    }

    fn hears(&mut self, words: &str) {
        assert!(
            self.lines.any(|line| line.unwrap().contains(words)),
            "never heard: {words}"
        );
    }

    fn interrupt(&mut self, answer: &str) {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        self.hears(answer);
    }

    fn exits(mut self, code: i32) {
        self.hears("run-finished");
        assert_eq!(self.child.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn the_first_interrupt_lets_programs_end_and_starts_nothing() {
    let project = project(
        "  slow: { run: [sh, -c, 'echo started; until test -e go; do :; done; echo x > out'], outputs: [out] }\n  \
         next: { write: next.txt, content: x, needs: [slow] }\n",
    );
    let mut run = Run::of(&project);
    run.interrupt("interrupt again");
    project.write("go", "");
    run.exits(130);
    assert!(project.exists("out") && !project.exists("next.txt"));
    let resumed = project.codey(&["run", "plan.yaml", "--json"]).exits(0);
    assert_eq!(resumed.ran(), ["next"]);
}

#[test]
fn the_second_interrupt_ends_programs_and_all_that_they_started() {
    let project = project(
        "  slow: { run: [sh, -c, 'test -e out && exit; setsid sleep 1000 & echo $! > out; echo started; wait'] }\n",
    );
    let mut run = Run::of(&project);
    run.interrupt("interrupt again");
    run.interrupt("asking");
    run.exits(130);
    let stat = format!("/proc/{}/stat", project.read("out").trim());
    let stat = std::fs::read_to_string(stat).unwrap_or_default();
    assert!(
        stat.is_empty() || stat.contains(") Z "),
        "it still runs: {stat}"
    );
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
}

#[test]
fn the_third_interrupt_kills_what_does_not_listen() {
    let project = project(
        "  deaf: { run: [sh, -c, 'trap \"\" TERM INT; echo started; while :; do :; done'] }\n",
    );
    let mut run = Run::of(&project);
    run.interrupt("interrupt again");
    run.interrupt("asking");
    run.interrupt("killing");
    run.exits(130);
}
