//! One file from one address: tries, resumes, measures and checks. Knows no model.

use std::io::Read as _;
use std::time::Duration;

use camino::Utf8Path;
use ureq::http::{Response, StatusCode, header};
use ureq::{Agent, Body};

use super::Heard;
use super::client::{Network, Range, agent, first_line, get, text};
use super::error::FetchError;
use super::part::Part;
use super::url::Url;
use crate::model::store::StoreError;

/// What every model file begins with.
const MAGIC: &[u8] = b"GGUF";
/// Bytes read at once.
const BLOCK_BYTES: usize = 256 * 1024;
/// Bytes that make a try one that got on: the count of tries begins anew.
const PROGRESS_BYTES: u64 = 1 << 20;
/// Room left on the disk beside the file, in bytes.
const MARGIN_BYTES: u64 = 64 << 20;
/// First bytes that are shown of what is no model.
const SHOWN_BYTES: usize = 16;
/// Longest pause between two tries.
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// A download.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The address.
    pub url: &'a str,
    /// The file that it becomes, in a folder that is there.
    pub target: &'a Utf8Path,
    /// Bytes that it must have, where that is known.
    pub size: Option<u64>,
    /// The SHA-256 that it must have, where that is known.
    pub sha256: Option<&'a str>,
    /// How connections are made.
    pub network: &'a Network,
    /// Tries that may fail without having got on.
    pub tries: u32,
    /// Pause after the first failed try; it doubles with each further one.
    pub pause: Duration,
}

/// Downloads a file, going on where an earlier download stopped, and returns its size and SHA-256.
///
/// # Errors
/// When it cannot be had, or is not what it must be; then nothing is at `target`.
pub fn fetch(
    order: &Order<'_>,
    on_heard: &mut dyn FnMut(Heard<'_>),
) -> Result<(u64, String), FetchError> {
    let url = Url::parse(order.url).map_err(FetchError::Url)?;
    let agent = agent(order.network)?;
    let mut hashing = |done, total| on_heard(Heard::Hashing { done, total });
    let is_hash_known = order.sha256.is_some();
    let mut part = Part::open(order.target, order.url, is_hash_known, &mut hashing)?;
    let mut failed = 0;
    loop {
        let before = part.have;
        let error = match attempt(order, &url, &agent, &mut part, on_heard) {
            Ok(()) => break,
            Err(error) => error,
        };
        if part.have >= before + PROGRESS_BYTES {
            failed = 0;
        }
        failed += 1;
        if !error.is_passing() || failed >= order.tries {
            // What came stays, since it may be continued from a server that behaves.
            if part.have == 0 {
                part.discard()?;
            }
            return Err(error);
        }
        let pause = order
            .pause
            .saturating_mul(1 << (failed - 1).min(16))
            .min(MAX_PAUSE);
        let reason = error.to_string();
        on_heard(Heard::Again {
            reason: &reason,
            pause,
        });
        std::thread::sleep(pause);
    }
    let (size, found) = (part.have, part.sha256());
    if let Some(expected) = order.sha256.filter(|expected| *expected != found) {
        part.discard()?;
        return Err(FetchError::WrongHash {
            url: order.url.to_owned(),
            expected: expected.to_owned(),
            found,
        });
    }
    part.finish()?;
    Ok((size, found))
}

/// One try: all that is missing.
fn attempt(
    order: &Order<'_>,
    url: &Url,
    agent: &Agent,
    part: &mut Part,
    on_heard: &mut dyn FnMut(Heard<'_>),
) -> Result<(), FetchError> {
    if order.size.is_some_and(|size| part.have == size) {
        return Ok(());
    }
    if order.size.is_some_and(|size| part.have > size) {
        part.restart()?;
    }
    if let Some(size) = order.size {
        room(order.target, size - part.have)?;
    }
    let mut response = ask(url, agent, part)?;
    let total = total(order, part, &response)?;
    if part.have == 0 {
        let version = text(&response, &header::ETAG).filter(|tag| tag.starts_with('"'));
        part.note(version)?;
    }
    room(order.target, total - part.have)?;
    on_heard(Heard::Bytes {
        done: part.have,
        total,
    });
    receive(order, part, &mut response, total, on_heard)
}

/// Asks for what is missing; bytes that the answer does not continue are thrown away.
fn ask(url: &Url, agent: &Agent, part: &mut Part) -> Result<Response<Body>, FetchError> {
    if part.have > 0 {
        let range = Range {
            from: part.have,
            version: part.journal.version.as_deref(),
        };
        let response = get(agent, url, Some(&range))?;
        let continues = response.status() == StatusCode::PARTIAL_CONTENT
            && range_of(&response).is_some_and(|(from, _)| from == part.have)
            && !is_other(&response, part);
        if continues || is_error(response.status()) {
            return accepted(url, response);
        }
        part.restart()?;
        if response.status() == StatusCode::OK {
            return Ok(response);
        }
    }
    accepted(url, get(agent, url, None)?)
}

/// Whether the answer is of another version than the bytes that are here.
fn is_other(response: &Response<Body>, part: &Part) -> bool {
    match (text(response, &header::ETAG), &part.journal.version) {
        (Some(now), Some(then)) => now != *then,
        _ => false,
    }
}

fn is_error(status: StatusCode) -> bool {
    (status.is_client_error() || status.is_server_error())
        && status != StatusCode::RANGE_NOT_SATISFIABLE
}

fn accepted(url: &Url, mut response: Response<Body>) -> Result<Response<Body>, FetchError> {
    match response.status() {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(response),
        status => Err(FetchError::Status {
            url: url.to_string(),
            status: status.as_u16(),
            line: first_line(&mut response),
        }),
    }
}

/// First byte and whole size in `Content-Range: bytes FROM-TO/TOTAL`.
fn range_of(response: &Response<Body>) -> Option<(u64, u64)> {
    let range = text(response, &header::CONTENT_RANGE)?;
    let (span, total) = range.strip_prefix("bytes ")?.split_once('/')?;
    let (from, _) = span.split_once('-')?;
    Some((from.trim().parse().ok()?, total.trim().parse().ok()?))
}

/// Bytes of the whole file, as the server and the catalogue say it.
fn total(order: &Order<'_>, part: &Part, response: &Response<Body>) -> Result<u64, FetchError> {
    let told = match response.status() {
        StatusCode::PARTIAL_CONTENT => range_of(response).map(|(_, total)| total),
        _ => response.body().content_length(),
    };
    match (order.size, told) {
        (Some(expected), Some(found)) if expected != found => Err(FetchError::WrongSize {
            url: order.url.to_owned(),
            expected,
            found,
        }),
        (Some(total), _) | (None, Some(total)) if total >= part.have => Ok(total),
        _ => Err(FetchError::NoSize(order.url.to_owned())),
    }
}

fn room(target: &Utf8Path, need: u64) -> Result<(), FetchError> {
    let folder = target.parent().unwrap_or(target);
    let disk = rustix::fs::statvfs(folder.as_std_path())
        .map_err(|errno| StoreError::io("look at the disk of", folder, errno.into()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    match need.saturating_add(MARGIN_BYTES) > free {
        true => Err(FetchError::NoRoom { need, free }),
        false => Ok(()),
    }
}

/// Reads the answer into the file up to `total` bytes.
fn receive(
    order: &Order<'_>,
    part: &mut Part,
    response: &mut Response<Body>,
    total: u64,
    on_heard: &mut dyn FnMut(Heard<'_>),
) -> Result<(), FetchError> {
    let network = |reason: String| FetchError::Network {
        url: order.url.to_owned(),
        reason,
    };
    let mut reader = response.body_mut().as_reader();
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let count = reader
            .read(&mut block)
            .map_err(|error| network(error.to_string()))?;
        let bytes = &block[..count];
        // The first bytes say whether this is a model at all, and not the page of a login.
        if part.have == 0 && !bytes.starts_with(&MAGIC[..count.min(MAGIC.len())]) {
            let begin = String::from_utf8_lossy(&bytes[..count.min(SHOWN_BYTES)]);
            return Err(FetchError::NotAModel {
                url: order.url.to_owned(),
                begin: begin
                    .chars()
                    .map(|c| if c.is_control() { ' ' } else { c })
                    .collect(),
            });
        }
        if part.have + count as u64 > total {
            return Err(FetchError::WrongSize {
                url: order.url.to_owned(),
                expected: total,
                found: part.have + count as u64,
            });
        }
        part.append(bytes)?;
        on_heard(Heard::Bytes {
            done: part.have,
            total,
        });
        if count == 0 {
            return match part.have == total {
                true => Ok(()),
                false => Err(network(format!(
                    "it ends after {} of {total} bytes",
                    part.have
                ))),
            };
        }
    }
}
