//! A model server as a runtime: streams in pieces, refusals, silence, cuts, and several talks at once.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::{Arc, Barrier, mpsc};
use std::time::Duration;

use codey::model::endpoint::Endpoint;
use codey::model::fetch::Network;
use codey::model::{
    Ask, Generation, ModelError, Prompt, Runtime, Sampling, Slice, Step, Stop, Talk,
};
use serde_json::{Value, json};

use crate::common::http::{Request, Server, head, hold};

/// Time without progress that no answer here takes, on whatever machine.
const PATIENCE: Duration = Duration::from_mins(1);

fn connect(server: &Server, key: Option<&str>) -> Endpoint {
    let models = BTreeMap::from([("coder".to_owned(), "big-coder".to_owned())]);
    let key = key.map(str::to_owned);
    let endpoint = Endpoint::new(&server.url(""), key, models, None, &Network::default()).unwrap();
    endpoint.with_pause(Duration::ZERO)
}

fn prompt() -> Prompt {
    Prompt {
        shared: "rules".into(),
        own: "write x".into(),
        lead: "```py\n".into(),
    }
}

/// Makes one slice and gives its text, hearing `heard` for each step.
fn hear(
    talk: &mut dyn Talk,
    ask: Ask<'_>,
    heard: &mut dyn FnMut(Step<'_>) -> bool,
) -> (String, Result<Generation, ModelError>) {
    hear_for(PATIENCE, talk, ask, heard)
}

fn hear_for(
    stall: Duration,
    talk: &mut dyn Talk,
    ask: Ask<'_>,
    heard: &mut dyn FnMut(Step<'_>) -> bool,
) -> (String, Result<Generation, ModelError>) {
    let stop = ["\n```".to_owned()];
    let slice = Slice {
        ask,
        max_tokens: 9,
        min_tokens: 0,
        stop: &stop,
        grammar: None,
        sampling: &Sampling::default(),
        stall,
    };
    let mut text = String::new();
    let ended = talk.slice(&slice, &mut |step| {
        if let Step::Text { text: piece, .. } = step {
            text.push_str(piece);
        }
        heard(step)
    });
    (text, ended)
}

fn answer(server: &Server) -> (String, Result<Generation, ModelError>) {
    let endpoint = connect(server, None);
    let mut talk = endpoint.open("coder", &prompt()).unwrap();
    hear(&mut *talk, Ask::Answer, &mut |_| true)
}

fn event(stream: &mut TcpStream, value: &Value) {
    let _ = stream.write_all(format!("data: {value}\n\n").as_bytes());
}

fn piece(stream: &mut TcpStream, text: &str) {
    event(
        stream,
        &json!({ "choices": [{ "delta": { "content": text } }] }),
    );
}

fn begin(stream: &mut TcpStream) {
    head(
        stream,
        "200 OK",
        &[("content-type", "text/event-stream".into())],
    );
}

/// A whole answer of `pieces` that ends for `reason`.
fn stream(stream: &mut TcpStream, pieces: &[&str], reason: &str) {
    begin(stream);
    for text in pieces {
        piece(stream, text);
    }
    event(
        stream,
        &json!({ "choices": [{ "delta": {}, "finish_reason": reason }] }),
    );
    let usage = json!({ "prompt_tokens": 30, "completion_tokens": pieces.len(), "prompt_tokens_details": { "cached_tokens": 20 } });
    event(stream, &json!({ "choices": [], "usage": usage }));
    let _ = stream.write_all(b"data: [DONE]\n\n");
}

fn body(request: &Request) -> Value {
    serde_json::from_str(&request.body).unwrap()
}

#[test]
fn an_answer_is_streamed_whatever_the_pieces() {
    let server = Server::start(|_, out| {
        begin(out);
        let text = "data: {\"choices\":[{\"delta\":{\"content\":\"größe = 木\"}}]}\r\n\r\n: ping\n\ndata: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        for byte in text.as_bytes() {
            let _ = out.write_all(&[*byte]);
        }
    });
    let (text, ended) = answer(&server);
    assert_eq!(ended.unwrap().stop, Stop::End);
    assert_eq!(text, "größe = 木");
}

#[test]
fn a_talk_is_cut_continued_and_repaired() {
    let server = Server::start(|request, out| match request.number {
        0 => stream(out, &["x ", "= "], "length"),
        1 => stream(out, &["1", "\n``", "`\nmore"], "stop"),
        _ => stream(out, &["x = 2"], "stop"),
    });
    let endpoint = connect(&server, Some("secret"));
    let mut talk = endpoint.open("coder", &prompt()).unwrap();
    let (text, first) = hear(&mut *talk, Ask::Answer, &mut |_| true);
    let first = first.unwrap();
    assert_eq!((text.as_str(), first.stop), ("x = ", Stop::Limit));
    assert_eq!((first.tokens, first.prefilled, first.reused), (2, 10, 20));
    let (text, more) = hear(&mut *talk, Ask::More, &mut |_| true);
    assert_eq!(
        (text.as_str(), more.unwrap().stop),
        ("1", Stop::End),
        "the stop text is cut off"
    );
    let again = Ask::Again {
        message: "x must be 2",
        lead: "",
    };
    assert_eq!(hear(&mut *talk, again, &mut |_| true).0, "x = 2");

    let seen = server.seen();
    assert_eq!(seen[0].line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(seen[0].header("authorization"), Some("Bearer secret"));
    let bodies: Vec<Value> = seen.iter().map(body).collect();
    assert_eq!(
        (&bodies[0]["model"], &bodies[0]["max_tokens"]),
        (&"big-coder".into(), &9.into())
    );
    assert_eq!(
        (&bodies[0]["stream"], &bodies[0]["seed"]),
        (&true.into(), &0.into())
    );
    assert_eq!(
        bodies[0]["messages"][0],
        json!({ "role": "system", "content": "rules" })
    );
    assert_eq!(
        bodies[1]["messages"][2],
        json!({ "role": "assistant", "content": "```py\nx = " })
    );
    let whole = json!({ "role": "assistant", "content": "```py\nx = 1" });
    assert_eq!(bodies[2]["messages"][2], whole);
    assert_eq!(bodies[2]["messages"][3]["content"], "x must be 2");
}

#[test]
fn a_server_that_knows_less_is_asked_for_less_from_then_on() {
    let server = Server::start(|request, out| match body(request).get("top_k") {
        Some(_) => head(out, "400 Bad Request", &[]),
        // It repeats what its answer was to begin with.
        None => stream(out, &["```", "py\n", "x = 1"], "stop"),
    });
    let endpoint = connect(&server, None);
    for _ in 0..2 {
        let mut talk = endpoint.open("coder", &prompt()).unwrap();
        let (text, ended) = hear(&mut *talk, Ask::Answer, &mut |_| true);
        ended.unwrap();
        assert_eq!(text, "x = 1");
    }
    assert_eq!(server.seen().len(), 3);
    let mut talk = endpoint.open("coder", &prompt()).unwrap();
    let slice = Slice {
        ask: Ask::Answer,
        max_tokens: 1,
        min_tokens: 0,
        stop: &[],
        grammar: Some("root ::= \"x\""),
        sampling: &Sampling::default(),
        stall: Duration::from_secs(1),
    };
    let error = talk.slice(&slice, &mut |_| true).unwrap_err();
    assert!(error.to_string().contains("takes no grammar"), "{error}");
}

#[test]
fn passing_refusals_are_tried_again() {
    let server = Server::start(|request, out| match request.number {
        0 => head(out, "429 Too Many Requests", &[("retry-after", "0".into())]),
        1 => head(out, "503 Service Unavailable", &[]),
        // A connection that closes without an answer.
        2 => {}
        _ => stream(out, &["x = 1"], "stop"),
    });
    let (text, ended) = answer(&server);
    ended.unwrap();
    assert_eq!((text.as_str(), server.seen().len()), ("x = 1", 4));

    let server = Server::start(|_, out| head(out, "500 Internal Server Error", &[]));
    let error = answer(&server).1.unwrap_err();
    assert!(
        error.is_passing() && error.to_string().contains("answers with 500"),
        "{error}"
    );
    assert_eq!(server.seen().len(), 5);
}

#[test]
fn other_refusals_are_told_with_the_first_line() {
    for (status, says) in [
        (
            "401 Unauthorized",
            "401: no key; set its key in `CODEY_ENDPOINT_KEY`",
        ),
        (
            "404 Not Found",
            "404: no key; check the address and the model's name",
        ),
        ("400 Bad Request", "400: no key"),
    ] {
        let server = Server::start(move |_, out| {
            head(out, status, &[("content-length", "11".into())]);
            let _ = out.write_all(b"no key\nmore");
        });
        let error = answer(&server).1.unwrap_err();
        assert!(
            !error.is_passing() && error.to_string().ends_with(says),
            "{error}"
        );
    }
    let server = Server::start(|_, out| {
        begin(out);
        event(out, &json!({ "error": { "message": "context exceeded" } }));
    });
    assert_eq!(
        answer(&server).1.unwrap_err(),
        ModelError::Refused("context exceeded".into())
    );
}

#[test]
fn a_cut_answer_is_no_answer() {
    let server = Server::start(|_, out| {
        begin(out);
        piece(out, "x = ");
    });
    let (text, ended) = answer(&server);
    let error = ended.unwrap_err();
    assert_eq!(text, "x = ");
    assert!(error.is_passing(), "{error}");
    assert!(
        error
            .to_string()
            .contains("cut the answer off after 1 tokens"),
        "{error}"
    );
}

#[test]
fn silence_is_a_stall_and_slowness_is_none() {
    let server = Server::start(|_, out| {
        begin(out);
        piece(out, "x");
        hold(out);
    });
    let short = Duration::from_millis(300);
    let endpoint = connect(&server, None);
    let mut talk = endpoint.open("coder", &prompt()).unwrap();
    let (_, ended) = hear_for(short, &mut *talk, Ask::Answer, &mut |_| true);
    assert_eq!(ended.unwrap_err(), ModelError::Stalled(short));

    // The listener paces the server: nothing comes before it was heard waiting twice, many times over.
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let server = Server::start(move |_, out| {
        begin(out);
        let wait = wait.lock().unwrap();
        for _ in 0..4 {
            wait.recv().unwrap();
            let _ = out.write_all(b": thinking\n");
        }
        piece(out, "x = 1");
        event(out, &json!({ "choices": [{ "finish_reason": "stop" }] }));
    });
    let endpoint = connect(&server, None);
    let mut talk = endpoint.open("coder", &prompt()).unwrap();
    let mut waits = 0;
    let (text, ended) = hear(&mut *talk, Ask::Answer, &mut |step| {
        waits += u32::from(step == Step::Waiting);
        if waits % 2 == 0 {
            // The server may have all it waits for.
            let _ = go.send(());
        }
        true
    });
    ended.unwrap();
    assert_eq!(text, "x = 1");
}

#[test]
fn a_slice_is_left_while_the_server_is_silent_or_talks() {
    let server = Server::start(|request, out| {
        if request.number > 0 {
            begin(out);
            piece(out, "one");
            piece(out, "two");
        }
        hold(out);
    });
    let endpoint = connect(&server, None);
    for expected in ["", "one"] {
        let mut talk = endpoint.open("coder", &prompt()).unwrap();
        let mut steps = 0;
        let (text, ended) = hear(&mut *talk, Ask::Answer, &mut |step| {
            steps += 1;
            let is_text = matches!(step, Step::Text { .. });
            !(is_text || expected.is_empty() && steps == 2)
        });
        assert_eq!(
            (text.as_str(), ended.unwrap().stop),
            (expected, Stop::Cancelled)
        );
    }
}

#[test]
fn talks_run_at_the_same_time() {
    const TALKS: usize = 4;
    let together = Arc::new(Barrier::new(TALKS));
    let server = Server::start(move |_, out| {
        // Nobody is answered before all have asked.
        together.wait();
        stream(out, &["x = 1"], "stop");
    });
    let endpoint = connect(&server, None);
    assert_eq!(endpoint.facts("coder").lanes as usize, TALKS);
    std::thread::scope(|scope| {
        for _ in 0..TALKS {
            scope.spawn(|| {
                let mut talk = endpoint.open("coder", &prompt()).unwrap();
                let (text, ended) = hear(&mut *talk, Ask::Answer, &mut |_| true);
                ended.unwrap();
                assert_eq!(text, "x = 1");
            });
        }
    });
}

#[test]
fn an_answer_in_one_piece_is_an_answer() {
    let server = Server::start(|_, out| {
        let text = json!({ "choices": [{ "message": { "content": "x = 1\n```\nmore" }, "finish_reason": "stop" }] });
        let text = text.to_string();
        let kind = ("content-type", "application/json; charset=utf-8".to_owned());
        head(
            out,
            "200 OK",
            &[kind, ("content-length", text.len().to_string())],
        );
        let _ = out.write_all(text.as_bytes());
    });
    let (text, ended) = answer(&server);
    assert_eq!((text.as_str(), ended.unwrap().stop), ("x = 1", Stop::End));
}
