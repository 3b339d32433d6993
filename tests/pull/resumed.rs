//! Downloads that break off and go on.

use std::io::Write as _;

use codey::model::fetch::FetchError;

use super::{CUT, TAG, Target, begin, cut_then, model, sha256};
use crate::common::http::{Server, file, head, hold};

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
