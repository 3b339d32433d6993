//! Downloads of models from servers that cut, stall, corrupt, change their minds and send something else.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use codey::model::fetch::{FetchError, Heard, Network, Order, fetch};
use codey::model::store::Hash;
use tempfile::TempDir;

use crate::common::Project;
use crate::common::http::{Request, Server, file, head, hold};

const TAG: &str = "\"one\"";
/// Bytes that come before a connection ends badly.
const CUT: usize = 100_000;

/// Bytes that begin as a model does.
fn model(size: usize) -> Vec<u8> {
    let mut bytes = b"GGUF\x03\0\0\0".to_vec();
    let mut state = 1_u32;
    bytes.resize_with(size, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    bytes
}

/// A model that can be installed.
fn tiny() -> Vec<u8> {
    std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/models/tiny.gguf"
    ))
    .unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    let mut hash = Hash::default();
    hash.update(bytes);
    hash.hex()
}

/// A folder to download into, and how.
struct Target {
    _dir: TempDir,
    path: Utf8PathBuf,
    network: Network,
}

impl Target {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(dir.path()).unwrap().join("m.gguf");
        let network = Network {
            stall: Duration::from_millis(300),
            ..Network::default()
        };
        Self {
            _dir: dir,
            path,
            network,
        }
    }

    fn fetch(&self, server: &Server, wanted: Option<&[u8]>) -> Result<(u64, String), FetchError> {
        let hash = wanted.map(sha256);
        self.order(
            server,
            wanted.map(|bytes| bytes.len() as u64),
            hash.as_deref(),
        )
    }

    fn order(
        &self,
        server: &Server,
        size: Option<u64>,
        sha256: Option<&str>,
    ) -> Result<(u64, String), FetchError> {
        let order = Order {
            url: &server.url("/m.gguf"),
            target: &self.path,
            size,
            sha256,
            network: &self.network,
            tries: 3,
            pause: Duration::ZERO,
        };
        fetch(&order, &mut |_: Heard<'_>| {})
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }

    /// Names of all files that are there.
    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path.parent().unwrap()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Answers the first request with the head of the whole file and `CUT` bytes of it.
fn begin(stream: &mut TcpStream, bytes: &[u8], tag: &str) {
    let headers = [
        ("content-length", bytes.len().to_string()),
        ("etag", tag.to_owned()),
    ];
    head(stream, "200 OK", &headers);
    let _ = stream.write_all(&bytes[..CUT]);
}

/// Cuts the first answer short and leaves the others to `then`.
fn cut_then(
    bytes: &[u8],
    then: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static,
) -> Server {
    let bytes = bytes.to_vec();
    Server::start(move |request, stream| match request.number {
        0 => begin(stream, &bytes, TAG),
        _ => then(request, stream),
    })
}

#[test]
fn a_file_comes_whole() {
    let bytes = model(300_000);
    let sent = bytes.clone();
    let server = Server::start(move |request, stream| file(request, stream, &sent, TAG));
    for wanted in [None, Some(&bytes[..])] {
        let target = Target::new();
        let (size, hash) = target.fetch(&server, wanted).unwrap();
        assert_eq!((size, hash), (300_000, sha256(&bytes)));
        assert_eq!(target.bytes(), bytes);
        assert_eq!(target.files(), ["m.gguf"]);
    }
    let agent = server.seen()[0].header("user-agent").unwrap().to_owned();
    assert!(agent.starts_with("codey/"), "{agent}");
}

#[test]
fn what_was_cut_goes_on_where_it_stopped() {
    let bytes = model(300_000);
    let sent = bytes.clone();
    let server = cut_then(&bytes, move |request, stream| {
        file(request, stream, &sent, TAG);
    });
    let target = Target::new();
    target.fetch(&server, None).unwrap();
    assert_eq!(target.bytes(), bytes);
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(
        (seen[1].from(), seen[1].header("if-range")),
        (Some(CUT), Some(TAG))
    );
}

#[test]
fn a_server_that_falls_silent_is_asked_again() {
    let bytes = model(300_000);
    let sent = bytes.clone();
    let server = Server::start(move |request, stream| match request.number {
        0 => {
            begin(stream, &sent, TAG);
            hold(stream);
        }
        _ => file(request, stream, &sent, TAG),
    });
    let target = Target::new();
    target.fetch(&server, None).unwrap();
    assert_eq!(target.bytes(), bytes);
    assert_eq!(server.seen()[1].from(), Some(CUT));
}

#[test]
fn a_server_without_ranges_sends_it_anew() {
    let bytes = model(300_000);
    let sent = bytes.clone();
    let server = cut_then(&bytes, move |_, stream| {
        head(
            stream,
            "200 OK",
            &[("content-length", sent.len().to_string())],
        );
        let _ = stream.write_all(&sent);
    });
    let target = Target::new();
    target.fetch(&server, None).unwrap();
    assert_eq!(target.bytes(), bytes);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn parts_of_two_versions_are_never_joined() {
    let (old, mut new) = (model(300_000), model(300_000));
    new[299_000..].fill(7);
    // One server keeps to `If-Range`, the other answers with a range of the new version nevertheless.
    for keeps in [true, false] {
        let sent = new.clone();
        let server = cut_then(&old, move |request, stream| {
            let version = request.header("if-range").unwrap_or(TAG).to_owned();
            let tag = if keeps { "\"two\"" } else { &version };
            if keeps || request.from().is_none() {
                file(request, stream, &sent, tag);
                return;
            }
            let (from, total) = (request.from().unwrap(), sent.len());
            let range = format!("bytes {from}-{}/{total}", total - 1);
            let length = (total - from).to_string();
            let headers = [
                ("content-range", range),
                ("content-length", length),
                ("etag", "\"two\"".into()),
            ];
            head(stream, "206 Partial Content", &headers);
            let _ = stream.write_all(&sent[from..]);
        });
        let target = Target::new();
        target.fetch(&server, None).unwrap();
        assert!(target.bytes() == new, "keeps to If-Range: {keeps}");
    }
}

#[test]
fn a_download_of_another_address_is_begun_anew() {
    let bytes = model(300_000);
    let sent = bytes.clone();
    let broken = cut_then(&bytes, |_, stream| head(stream, "404 Not Found", &[]));
    let good = Server::start(move |request, stream| file(request, stream, &sent, TAG));
    let target = Target::new();
    let error = target.fetch(&broken, None).unwrap_err();
    assert!(
        matches!(error, FetchError::Status { status: 404, .. }),
        "{error}"
    );
    assert_eq!(target.files(), ["m.gguf.part", "m.gguf.part.json"]);
    target.fetch(&good, None).unwrap();
    assert_eq!(good.seen()[0].from(), None);
    assert_eq!(target.bytes(), bytes);
}

#[test]
fn without_a_version_only_a_hash_lets_a_download_go_on() {
    for is_known in [true, false] {
        let bytes = model(300_000);
        let sent = bytes.clone();
        let server = Server::start(move |request, stream| match request.number {
            0 => {
                head(
                    stream,
                    "200 OK",
                    &[("content-length", sent.len().to_string())],
                );
                let _ = stream.write_all(&sent[..CUT]);
            }
            1 => head(stream, "404 Not Found", &[]),
            _ => file(request, stream, &sent, ""),
        });
        let target = Target::new();
        let wanted = is_known.then_some(&bytes[..]);
        target.fetch(&server, wanted).unwrap_err();
        target.fetch(&server, wanted).unwrap();
        assert_eq!(server.seen()[2].from(), is_known.then_some(CUT));
        assert_eq!(target.bytes(), bytes);
    }
}

#[test]
fn a_wrong_hash_leaves_nothing() {
    let bytes = model(300_000);
    let mut sent = bytes.clone();
    sent[200_000] ^= 1;
    let found = sha256(&sent);
    let server = Server::start(move |request, stream| file(request, stream, &sent, TAG));
    let target = Target::new();
    let error = target.fetch(&server, Some(&bytes)).unwrap_err();
    let FetchError::WrongHash {
        expected,
        found: told,
        ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!((expected, told), (&sha256(&bytes), &found));
    assert!(target.files().is_empty(), "{:?}", target.files());
}

#[test]
fn a_wrong_size_is_noticed_before_and_while_it_comes() {
    let bytes = model(300_000);
    for wanted in [299_999, 300_001] {
        let sent = bytes.clone();
        let server = Server::start(move |request, stream| file(request, stream, &sent, TAG));
        let target = Target::new();
        let error = target.order(&server, Some(wanted), None).unwrap_err();
        assert!(matches!(error, FetchError::WrongSize { .. }), "{error}");
        assert!(target.files().is_empty(), "{:?}", target.files());
    }
    // Without a length the end of the connection is the end of the file.
    for (wanted, ends) in [(299_999, "must have"), (300_001, "it ends after")] {
        let sent = bytes.clone();
        let server = Server::start(move |request, stream| {
            head(stream, "200 OK", &[]);
            let _ = stream.write_all(&sent[request.from().unwrap_or(0)..]);
        });
        let target = Target::new();
        let error = target.order(&server, Some(wanted), None).unwrap_err();
        assert!(error.to_string().contains(ends), "{error}");
        assert!(!target.path.exists());
    }
    let server = Server::start(|_, stream| head(stream, "200 OK", &[]));
    let error = Target::new().order(&server, None, None).unwrap_err();
    assert!(matches!(error, FetchError::NoSize(_)), "{error}");
}

#[test]
fn a_page_is_no_model() {
    let server = Server::start(|request, stream| {
        file(
            request,
            stream,
            b"<!doctype html><title>Log in</title>",
            TAG,
        );
    });
    let target = Target::new();
    let error = target.fetch(&server, None).unwrap_err();
    assert!(
        error.to_string().contains("begins with `<!doctype html><`"),
        "{error}"
    );
    assert!(target.files().is_empty());
}

#[test]
fn redirects_are_followed_and_have_an_end() {
    let bytes = model(10_000);
    let sent = bytes.clone();
    let server =
        Server::start(
            move |request, stream| match request.line.split(' ').nth(1).unwrap() {
                "/m.gguf" => head(stream, "302 Found", &[("location", "/a/b?c=d".into())]),
                "/a/b?c=d" => head(
                    stream,
                    "307 Temporary Redirect",
                    &[("location", "e".into())],
                ),
                "/a/e" => file(request, stream, &sent, TAG),
                _ => head(stream, "404 Not Found", &[]),
            },
        );
    let target = Target::new();
    target.fetch(&server, Some(&bytes)).unwrap();
    assert_eq!(target.bytes(), bytes);
    for (to, why) in [("/m.gguf", "more than 8"), ("ftp://127.0.0.1/x", "`ftp`")] {
        let server = Server::start(move |_, stream| {
            head(
                stream,
                "301 Moved",
                &[("location", to.into()), ("content-length", "0".into())],
            );
        });
        let error = Target::new().fetch(&server, None).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn passing_errors_are_tried_again_and_others_are_told_at_once() {
    let bytes = model(10_000);
    let sent = bytes.clone();
    let server = Server::start(move |request, stream| match request.number {
        0 => head(stream, "503 Service Unavailable", &[]),
        1 => head(stream, "429 Too Many Requests", &[]),
        _ => file(request, stream, &sent, TAG),
    });
    let target = Target::new();
    target.fetch(&server, Some(&bytes)).unwrap();
    assert_eq!(target.bytes(), bytes);

    let server = Server::start(|_, stream| head(stream, "503 Service Unavailable", &[]));
    let error = Target::new().fetch(&server, None).unwrap_err();
    assert!(
        matches!(error, FetchError::Status { status: 503, .. }),
        "{error}"
    );
    assert_eq!(server.seen().len(), 3, "three tries");

    let server = Server::start(|_, stream| {
        let body = "\n  Access to this model is restricted.\nmore\n";
        head(
            stream,
            "403 Forbidden",
            &[("content-length", body.len().to_string())],
        );
        let _ = stream.write_all(body.as_bytes());
    });
    let error = Target::new().fetch(&server, None).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("403: Access to this model is restricted."),
        "{error}"
    );
    assert!(
        error.help().contains("codey models import"),
        "{}",
        error.help()
    );
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn getting_on_makes_further_failures_bearable() {
    // Each connection brings a mebibyte and a bit, so no two failures in a row are without progress.
    const STEP: usize = 1_100_000;
    let bytes = model(6_000_000);
    let sent = bytes.clone();
    let server = Server::start(move |request, stream| {
        let from = request.from().unwrap_or(0);
        let (last, total) = (sent.len() - 1, sent.len());
        let mut headers = vec![
            ("content-length", (total - from).to_string()),
            ("etag", TAG.to_owned()),
        ];
        headers.push(("content-range", format!("bytes {from}-{last}/{total}")));
        let status = if from == 0 {
            "200 OK"
        } else {
            "206 Partial Content"
        };
        head(stream, status, &headers);
        let _ = stream.write_all(&sent[from..total.min(from + STEP)]);
    });
    let target = Target::new();
    target.fetch(&server, Some(&bytes)).unwrap();
    assert!(target.bytes() == bytes);
    assert_eq!(server.seen().len(), 6);
}

#[test]
fn a_full_disk_is_told_before_anything_is_asked_for() {
    let server = Server::start(|_, stream| head(stream, "404 Not Found", &[]));
    let error = Target::new()
        .order(&server, Some(1 << 60), None)
        .unwrap_err();
    assert!(matches!(error, FetchError::NoRoom { .. }), "{error}");
    assert!(server.seen().is_empty());
}

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
