//! The whole way of a model's text: the real binary, its worker, real inference on small models, and what befalls them.

mod budget;
mod cancel;
mod corrupt;
mod faults;
mod kills;
mod models;
mod todo;

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use serde_json::Value;

use crate::common::Project;

/// Longer than any process takes to end that was told to.
const LONG: Timespec = Timespec {
    tv_sec: 60,
    tv_nsec: 0,
};

/// Between two signals to a process that does not end by the first.
const SHORT: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 10_000_000,
};

/// A text that goes on until its limit, some seconds: every token is as likely as the next.
const ENDLESS: &str = "codey: 1
name: endless
chunks:
  text: { type: readme, write: text.md, by: model, max-tokens: 2048,
          sampling: { temperature: 1, top-k: 0, top-p: 1, min-p: 0 } }
  tool: { write: tool.txt, content: x }
";
/// What one lane has to hold for it.
const ENDLESS_ARGS: [&str; 4] = ["--context", "16384", "--lanes", "1"];

/// A short answer to a prompt that takes seconds to read.
fn long_prompt() -> String {
    let about: Vec<String> = (0..500)
        .map(|point| format!("point {point} of what it says;"))
        .collect();
    format!(
        "codey: 1\nname: prompt\nchunks:\n  note: {{ type: readme, write: note.md, by: model, \
         retry: {{ attempts: 2, backoff: 1ms }}, about: \"{}\" }}\n",
        about.join(" ")
    )
}
const LONG_PROMPT_ARGS: [&str; 4] = ["--context", "16384", "--lanes", "1"];

/// A model file of `tests/models`.
fn model(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    path.join(name).to_str().unwrap().to_owned()
}

/// `run plan.yaml` as events, by this model, without the programs that check what was made.
fn command(project: &Project, file: &str, args: &[&str]) -> Command {
    let file = model(file);
    let usual = ["run", "plan.yaml", "--json", "--model", &file];
    let mut command = project.command(&[&usual, args].concat());
    // Prefixes of other tests would take the time away that these want to interrupt.
    command.env("CODEY_PREFIX_CACHE_MB", "0");
    command
}

/// A run that is looked at while it goes on.
struct Run {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    heard: Vec<Value>,
}

impl Run {
    fn of(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self {
            child,
            lines,
            heard: Vec::new(),
        }
    }

    /// The next event; nothing once the run is over.
    fn next(&mut self) -> Option<&Value> {
        let line = self.lines.next()?.unwrap();
        self.heard.push(serde_json::from_str(&line).unwrap());
        self.heard.last()
    }

    /// Waits for an event that has these words in it, and gives its number.
    fn hear(&mut self, words: &str) -> usize {
        while let Some(event) = self.next() {
            if event.to_string().contains(words) {
                return self.heard.len() - 1;
            }
        }
        panic!("never heard {words}: {:#?}", self.heard);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// The worker of the run.
    fn worker(&self) -> Worker {
        let workers = self.workers();
        assert_eq!(workers.len(), 1, "one model, one worker");
        workers.into_iter().next().unwrap()
    }

    /// The workers of the run that are there now.
    fn workers(&self) -> Vec<Worker> {
        let children = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
            let folder = entry.ok()?.path();
            let pid: i32 = folder.file_name()?.to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
            let parent: u32 = stat.rsplit(") ").next()?.split(' ').nth(1)?.parse().ok()?;
            let words = std::fs::read_to_string(folder.join("cmdline")).ok()?;
            (parent == self.child.id() && words.contains("__model-worker")).then_some(pid)
        });
        children.filter_map(Worker::of).collect()
    }

    /// Hears the run out; its exit code, -1 where it was killed.
    fn end(&mut self) -> i32 {
        while self.next().is_some() {}
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// The event with which the node `id` ended.
    fn ended(&self, id: &str) -> &Value {
        ended(&self.heard, id)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The last event of the node `id`.
fn ended<'a>(events: &'a [Value], id: &str) -> &'a Value {
    let of_node = |event: &&Value| event["event"] == "node" && event["id"] == id;
    let last = events.iter().rfind(of_node);
    last.unwrap_or_else(|| panic!("no event of {id}: {events:#?}"))
}

fn events(stdout: &str) -> Vec<Value> {
    let events = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    events.collect()
}

/// A worker's process, which keeps its number for us.
struct Worker {
    pid: Pid,
    fd: OwnedFd,
}

impl Worker {
    fn of(pid: i32) -> Option<Self> {
        let pid = Pid::from_raw(pid)?;
        let fd = pidfd_open(pid, PidfdFlags::empty()).ok()?;
        Some(Self { pid, fd })
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Ends it by a signal. A first one that is no real fault only makes Rust's handler step aside.
    fn end_by(&self, signal: Signal) {
        while !self.is_gone_within(&SHORT) {
            let _ = kill_process(self.pid, signal);
        }
    }

    /// Waits for its end.
    fn is_gone(&self) -> bool {
        self.is_gone_within(&LONG)
    }

    fn is_gone_within(&self, limit: &Timespec) -> bool {
        let mut fds = [PollFd::new(&self.fd, PollFlags::IN)];
        poll(&mut fds, Some(limit)).unwrap() == 1
    }
}
