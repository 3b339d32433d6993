//! Downloads of models from servers that cut, stall, corrupt, change their minds and send something else.

mod command;
mod refused;
mod resumed;

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use codey::model::fetch::{FetchError, Heard, Network, Order, fetch};
use codey::model::store::Hash;
use tempfile::TempDir;

use crate::common::http::{Request, Server, head};

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
