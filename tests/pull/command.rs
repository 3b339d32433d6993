//! `codey models pull` itself.

use std::process::Stdio;
use std::sync::mpsc;

use super::{TAG, begin, model, sha256, tiny};
use crate::common::Project;
use crate::common::http::{Server, file, head, hold};

#[test]
fn a_killed_pull_goes_on_and_a_second_one_waits_its_turn() {
    let bytes = tiny();
    let sent = bytes.clone();
    let (arrived, waits) = mpsc::channel();
    let server = Server::start(move |request, stream| match request.number {
        0 => {
            begin(stream, &sent, TAG);
            arrived.send(()).unwrap();
            hold(stream);
        }
        _ => file(request, stream, &sent, TAG),
    });
    let project = Project::new();
    let url = server.url("/tiny.gguf");
    let pull = ["models", "pull", &url];
    let mut first = project
        .command(&pull)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    waits.recv().unwrap();
    let second = project.codey(&pull).exits(6);
    assert!(
        second
            .stderr
            .contains("being downloaded by another process"),
        "{}",
        second.stderr
    );
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(
        project
            .codey(&["models", "list", "--installed", "--json"])
            .exits(0)
            .stdout,
        ""
    );

    let ended = project.codey(&pull).exits(0);
    assert!(
        ended.stderr.contains(&sha256(&bytes)),
        "an unknown hash is shown: {}",
        ended.stderr
    );
    let again = project.codey(&pull).exits(0);
    assert!(
        again.stdout.contains("installed already"),
        "{}",
        again.stdout
    );
    let _ = project.codey(&["models", "verify", "tiny"]).exits(0);
}

#[test]
fn a_mirror_takes_the_place_of_the_usual_server_and_is_held_to_the_catalogue() {
    let server = Server::start(|request, stream| file(request, stream, &model(1000), TAG));
    let project = Project::new();
    let ended = project
        .codey(&[
            "models",
            "pull",
            "qwen2.5-coder-0.5b",
            "--base-url",
            &server.url("/hub/"),
        ])
        .exits(5);
    assert!(
        ended
            .stderr
            .contains("has 1000 bytes, and must have 491400064"),
        "{}",
        ended.stderr
    );
    let line = &server.seen()[0].line;
    let path = "/hub/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/ebb2015119c907b064c512bf053e945850b5875f/";
    assert!(line.starts_with(&format!("GET {path}")), "{line}");
    let mut command = project.command(&["models", "pull", "qwen2.5-coder-0.5b"]);
    let output = command
        .env("CODEY_MODELS_URL", server.url(""))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn proxies_are_used_and_passed_by() {
    let sent = tiny();
    let server = Server::start(move |request, stream| file(request, stream, &sent, TAG));
    let proxy = Server::start(|_, stream| head(stream, "403 Forbidden", &[]));
    let project = Project::new();
    let there = "https://models.invalid/tiny.gguf";
    let mut command = project.command(&["models", "pull", there]);
    let output = command.env("HTTPS_PROXY", proxy.url("")).output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(proxy.seen()[0].line, "CONNECT models.invalid:443 HTTP/1.1");

    let url = server.url("/tiny.gguf");
    let mut command = project.command(&["models", "pull", &url]);
    command
        .env("HTTP_PROXY", proxy.url(""))
        .env("NO_PROXY", "127.0.0.1");
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_model_that_cannot_be_loaded_is_not_installed() {
    let server = Server::start(|request, stream| file(request, stream, &model(1000), TAG));
    let project = Project::new();
    let _ = project
        .codey(&["models", "pull", &server.url("/tiny.gguf")])
        .exits(5);
    assert!(!project.exists(".data/codey/models/tiny.gguf"));
    assert!(!project.exists(".data/codey/models/index.json"));
}

#[test]
fn what_cannot_be_pulled_is_refused_with_the_next_step() {
    let project = Project::new();
    let licence = project
        .codey(&["models", "pull", "functiongemma-270m"])
        .exits(4);
    assert!(
        licence.stderr.contains("--accept-licence"),
        "{}",
        licence.stderr
    );
    let typo = project
        .codey(&["models", "pull", "qwen2.5-coder-7"])
        .exits(2);
    assert!(
        typo.stderr.contains("did you mean `qwen2.5-coder-7b`?"),
        "{}",
        typo.stderr
    );
    let open = project
        .codey(&["models", "pull", "http://models.invalid/x.gguf"])
        .exits(4);
    assert!(open.stderr.contains("--sha256"), "{}", open.stderr);
    let _ = project
        .codey(&[
            "models",
            "pull",
            "https://models.invalid/..",
            "--name",
            "../x",
        ])
        .exits(2);
    assert!(!project.exists(".data"), "nothing was written");
}
