//! The process: how it ends, and what it may do.

use std::io::Write as _;
use std::path::PathBuf;

use codey::model::Settings;
use codey::model::wire::{FromWorker, Load, ToWorker};

use super::{Worker, load, settings};

#[test]
fn foreign_bytes_and_a_closed_pipe_end_the_worker() {
    let mut worker = Worker::start();
    worker
        .input
        .as_mut()
        .unwrap()
        .write_all(b"GET / HTTP/1.1\r\n\r\n")
        .unwrap();
    let (status, said) = worker.end();
    assert_eq!(status.code(), Some(2));
    assert!(said.contains("standard input"), "{said}");

    let (status, _) = Worker::start().end();
    assert_eq!(status.code(), Some(0));
    let (status, _) = Worker::loaded(load(settings(1))).end();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_model_that_is_none_is_told_and_ends_the_worker() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing.gguf");
    let foreign = dir.path().join("foreign.gguf");
    std::fs::write(&foreign, "no model at all, but long enough for a header").unwrap();
    let faulty = Load {
        settings: Settings {
            lanes: 0,
            ..settings(1)
        },
        ..load(settings(1))
    };
    let at = |path: PathBuf| Load {
        path: path.try_into().unwrap(),
        ..load(settings(1))
    };
    for (load, part) in [
        (at(missing), "load"),
        (at(foreign), "load"),
        (faulty, "lanes"),
    ] {
        let mut worker = Worker::start();
        worker.say(&ToWorker::Load(load));
        match worker.hear() {
            FromWorker::Unusable(reason) => assert!(reason.contains(part), "{reason}"),
            other => panic!("{other:?}"),
        }
        let (status, _) = worker.end();
        assert_eq!(status.code(), Some(5));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_with_a_model_has_given_up_its_rights() {
    let field = |worker: &Worker, name: &str| {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", worker.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let worker = Worker::start();
    let Some(seccomp) = field(&worker, "Seccomp:") else {
        return; // This kernel has no filters; the worker says so.
    };
    assert_eq!(
        (seccomp.as_str(), field(&worker, "NoNewPrivs:").as_deref()),
        ("0", Some("0"))
    );
    let worker = Worker::loaded(load(settings(1)));
    assert_eq!(field(&worker, "Seccomp:").as_deref(), Some("2"));
    assert_eq!(field(&worker, "NoNewPrivs:").as_deref(), Some("1"));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", worker.child.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
