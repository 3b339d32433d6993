//! What is not taken over, and what servers answer instead.

use std::io::Write as _;

use codey::model::fetch::FetchError;

use super::{TAG, Target, model, sha256};
use crate::common::http::{Server, file, head};

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
fn a_full_disk_is_told_before_anything_is_asked_for() {
    let server = Server::start(|_, stream| head(stream, "404 Not Found", &[]));
    let error = Target::new()
        .order(&server, Some(1 << 60), None)
        .unwrap_err();
    assert!(matches!(error, FetchError::NoRoom { .. }), "{error}");
    assert!(server.seen().is_empty());
}
