//! One request on a thread of its own, so that whoever waits for it can leave at any time.

use std::io::Read as _;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use ureq::http::{Response, header};
use ureq::{Agent, Body};

use super::events::Events;
use crate::model::fetch::first_line;

/// Messages that wait for their reader at most; a slow one slows the server down.
const MAX_WAITING: usize = 64;
/// Bytes read at once.
const BLOCK_BYTES: usize = 16 * 1024;
/// Most bytes of an answer that comes in one piece.
const MAX_WHOLE_BYTES: u64 = 8 << 20;
/// What the last event says.
const DONE: &str = "[DONE]";

/// What is heard of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Something came that is no event: the server lives.
    Alive,
    /// The data of an event.
    Event(String),
    /// The server refuses: status, first line, and the seconds after which it wants to be asked again.
    Refused(u16, String, Option<u64>),
    /// The connection failed.
    Broken(String),
    /// There is no more.
    End,
}

/// A request to make.
pub(super) struct Call {
    pub(super) agent: Agent,
    pub(super) url: String,
    pub(super) key: Option<String>,
    pub(super) body: String,
    /// Longest time without a byte: a thread that nobody listens to ends at the latest then.
    pub(super) stall: Duration,
}

impl Call {
    /// Begins the request. It ends early once the receiver is gone.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn begin(self) -> std::io::Result<Receiver<Heard>> {
        let (sender, receiver) = sync_channel(MAX_WAITING);
        let body = move || {
            let last = match self.run(&sender) {
                Ok(()) => Heard::End,
                Err(Stopped::Left) => return,
                Err(Stopped::By(last)) => last,
            };
            // Nobody listening is no error.
            let _ = sender.send(last);
        };
        std::thread::Builder::new()
            .name("endpoint".to_owned())
            .spawn(body)?;
        Ok(receiver)
    }

    fn run(&self, sender: &SyncSender<Heard>) -> Result<(), Stopped> {
        let mut request = self
            .agent
            .post(&self.url)
            .config()
            .timeout_per_read(Some(self.stall))
            .timeout_per_write(Some(self.stall))
            .build()
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream");
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        let mut response = request.send(&self.body).map_err(|error| broken(&error))?;
        let status = response.status();
        if !status.is_success() {
            let after = text(&response, &header::RETRY_AFTER).and_then(|text| text.parse().ok());
            let line = first_line(&mut response);
            return Err(Stopped::By(Heard::Refused(status.as_u16(), line, after)));
        }
        tell(sender, Heard::Alive)?;
        let kind = text(&response, &header::CONTENT_TYPE).unwrap_or_default();
        match kind.starts_with("application/json") {
            true => whole(&mut response, sender),
            false => streamed(&mut response, sender),
        }
    }
}

/// Why a request ended before its answer.
enum Stopped {
    /// Nobody listens any more.
    Left,
    /// This is the last to say.
    By(Heard),
}

fn text(response: &Response<Body>, name: &header::HeaderName) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

fn tell(sender: &SyncSender<Heard>, heard: Heard) -> Result<(), Stopped> {
    sender.send(heard).map_err(|_| Stopped::Left)
}

fn broken(error: &dyn std::fmt::Display) -> Stopped {
    Stopped::By(Heard::Broken(error.to_string()))
}

/// A server that does not stream answers in one piece.
fn whole(response: &mut Response<Body>, sender: &SyncSender<Heard>) -> Result<(), Stopped> {
    let mut text = String::new();
    let mut reader = response.body_mut().as_reader().take(MAX_WHOLE_BYTES);
    reader
        .read_to_string(&mut text)
        .map_err(|error| broken(&error))?;
    tell(sender, Heard::Event(text))
}

fn streamed(response: &mut Response<Body>, sender: &SyncSender<Heard>) -> Result<(), Stopped> {
    let mut reader = response.body_mut().as_reader();
    let mut events = Events::default();
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let count = reader.read(&mut block).map_err(|error| broken(&error))?;
        if count == 0 {
            return Ok(());
        }
        let found = events.take(&block[..count]).map_err(|what| broken(&what))?;
        if found.is_empty() {
            tell(sender, Heard::Alive)?;
        }
        for data in found {
            if data == DONE {
                return Ok(());
            }
            tell(sender, Heard::Event(data))?;
        }
    }
}
