//! `codey serve`: a generated application is started, answers, and is ended with everything it started.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::common::{Ended, Project};

fn todo() -> Project {
    let project = Project::new();
    let _ = project
        .codey(&["run", "fullstack-flask", "--dir", "app", "--no-verify"])
        .exits(0);
    project
}

struct Served {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Served {
    fn of(project: &Project, args: &[&str]) -> Self {
        let mut command = project.command(&[&["serve"], args].concat());
        command.env("DATABASE", project.path().join("own.sqlite3"));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            stdout,
            stderr,
        }
    }

    /// The address, once it is printed.
    fn address(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut said = String::new();
            self.stderr.read_to_string(&mut said).unwrap();
            panic!("no address: {said}");
        }
        let address = line.trim_end().strip_prefix("http://").unwrap();
        address.strip_suffix('/').unwrap().to_owned()
    }

    fn hears(&mut self, words: &str) -> String {
        let mut lines = self.stderr.by_ref().lines();
        lines
            .find_map(|line| line.ok().filter(|line| line.contains(words)))
            .unwrap_or_else(|| panic!("never heard: {words}"))
    }

    fn interrupted(mut self) {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(130));
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Whether the process runs; one that ended and that nobody waited for does not.
fn is_running(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn an_application_answers_until_it_is_interrupted() {
    let project = todo();
    let main = project.read("app/app/__main__.py");
    let child = "import subprocess\nprint('child', subprocess.Popen(['sleep', '1000']).pid)\n";
    project.write(
        "app/app/__main__.py",
        main.replacen("import os\n", &format!("import os\n{child}"), 1),
    );
    let mut served = Served::of(&project, &["app"]);
    let address = served.address();
    assert!(get(&address, "/").contains("200 OK"));
    assert!(get(&address, "/api/tasks").contains("\"items\""));
    // The user's variables reach it, and it does not litter.
    assert!(project.exists("own.sqlite3"));
    assert!(!project.exists("app/app/__pycache__"));
    let pid: i32 = served
        .hears("child ")
        .trim()
        .split(' ')
        .next_back()
        .unwrap()
        .parse()
        .unwrap();
    served.interrupted();
    assert!(TcpStream::connect(&address).is_err());
    assert!(!is_running(pid), "a child is left");
}

#[test]
fn a_service_without_pages_says_where_to_look() {
    let project = Project::new();
    let run = ["run", "api-flask", "--dir", "app", "--no-verify"];
    let _ = project.codey(&run).exits(0);
    let mut served = Served::of(&project, &["app"]);
    let address = served.address();
    let look = format!("look at http://{address}/api/tasks");
    assert_eq!(served.hears("look at"), look);
    assert!(get(&address, "/api/tasks").contains("200 OK"));
    served.interrupted();
}

#[test]
fn a_site_is_served_from_its_files() {
    let project = Project::with_plan(
        "codey: 1\nname: site\nchunks:\n  page: { write: index.html, content: \"<!doctype html>front\\n\" }\n",
    );
    let _ = project
        .codey(&["run", "plan.yaml", "--dir", "site"])
        .exits(0);
    let mut served = Served::of(&project, &["site"]);
    let address = served.address();
    assert!(get(&address, "/").ends_with("front\n"));
    served.interrupted();
}

#[test]
fn a_port_that_is_asked_for_is_taken_or_refused() {
    let project = todo();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = project.codey(&["serve", "app", "--port", &port]).exits(4);
    assert!(
        refused.stderr.contains("something else listens there"),
        "{}",
        refused.stderr
    );
    drop(taken);
    let mut served = Served::of(&project, &["app", "--port", &port]);
    assert_eq!(served.address(), format!("127.0.0.1:{port}"));
    served.interrupted();
}

#[test]
fn an_application_that_dies_is_reported_with_what_it_said() {
    let project = todo();
    project.write("app/app/__main__.py", "raise SystemExit('no such luck')\n");
    let ended: Ended = project.codey(&["serve", "app"]).exits(1);
    for words in ["no such luck\n", "the application exited with 1"] {
        assert!(ended.stderr.contains(words), "no {words}: {}", ended.stderr);
    }
    assert_eq!(ended.stdout, "");
}

#[test]
fn what_cannot_be_served_is_said() {
    let project =
        Project::with_plan("codey: 1\nname: a\nchunks:\n  a: { write: a.txt, content: x }\n");
    let nothing = project.codey(&["serve"]).exits(2);
    assert!(nothing.stderr.contains("codey run"), "{}", nothing.stderr);
    let _ = project.codey(&["run", "plan.yaml"]).exits(0);
    let no_application = project.codey(&["serve"]).exits(4);
    assert!(
        no_application.stderr.contains("nothing that is served"),
        "{}",
        no_application.stderr
    );
}
