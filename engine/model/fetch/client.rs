//! The HTTP client and one request with its redirects. Knows no file.

use std::sync::Arc;
use std::time::Duration;

use ureq::http::{Response, StatusCode, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::error::FetchError;
use super::url::Url;

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 8;
/// Bytes of an error's body that are looked at.
const MAX_ERROR_BYTES: u64 = 4096;
/// Characters of it that are shown.
const MAX_ERROR_CHARS: usize = 200;

/// How connections are made.
#[derive(Clone, Debug)]
pub struct Network {
    /// Longest time for a connection.
    pub connect: Duration,
    /// Longest time without a byte.
    pub stall: Duration,
    /// Certificates in PEM to trust in place of the built-in ones.
    pub roots: Option<Vec<u8>>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            stall: Duration::from_mins(1),
            roots: None,
        }
    }
}

/// A client. Proxies are those of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
pub(in crate::model) fn agent(network: &Network) -> Result<Agent, FetchError> {
    let mut tls = TlsConfig::builder();
    if let Some(pem) = &network.roots {
        let certificates = parse_pem(pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| FetchError::Certificates(error.to_string()))?;
        if certificates.is_empty() {
            return Err(FetchError::Certificates("there is none in the file".into()));
        }
        tls = tls.root_certs(RootCerts::Specific(Arc::new(certificates)));
    }
    Ok(Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(network.connect))
        .timeout_per_read(Some(network.stall))
        .timeout_per_write(Some(network.stall))
        .user_agent(concat!("codey/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .tls_config(tls.build())
        .build()
        .new_agent())
}

/// A part of a file that is asked for.
pub(super) struct Range<'a> {
    /// The first byte.
    pub(super) from: u64,
    /// The version that earlier bytes are of, where that is known.
    pub(super) version: Option<&'a str>,
}

/// Asks for `url`, following redirects.
pub(super) fn get(
    agent: &Agent,
    url: &Url,
    range: Option<&Range<'_>>,
) -> Result<Response<Body>, FetchError> {
    let mut here = url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let mut request = agent.get(here.to_string());
        if let Some(range) = range {
            request = request.header(header::RANGE, format!("bytes={}-", range.from));
            if let Some(version) = range.version {
                request = request.header(header::IF_RANGE, version);
            }
        }
        let response = request.call().map_err(|error| failed(&here, &error))?;
        if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED {
            return Ok(response);
        }
        let refused = |reason| FetchError::Redirect {
            url: here.to_string(),
            reason,
        };
        let location = text(&response, &header::LOCATION);
        let location = location.ok_or_else(|| refused("it names no place".to_owned()))?;
        here = here.follow(&location).map_err(refused)?;
    }
    Err(FetchError::Redirect {
        url: url.to_string(),
        reason: format!("there are more than {MAX_REDIRECTS}"),
    })
}

/// A header as text.
pub(super) fn text(response: &Response<Body>, name: &header::HeaderName) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

/// Errors of the network pass; those of the request itself do not.
fn failed(url: &Url, error: &ureq::Error) -> FetchError {
    use ureq::Error;
    let (url, reason) = (url.to_string(), error.to_string());
    match error {
        // So a certificate that is not trusted is reported: trying again changes nothing.
        Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => {
            FetchError::Request { url, reason }
        }
        Error::Io(_) | Error::Timeout(_) | Error::ConnectionFailed | Error::Protocol(_) => {
            FetchError::Network { url, reason }
        }
        _ => FetchError::Request { url, reason },
    }
}

/// The first line of an answer that is an error.
pub(in crate::model) fn first_line(response: &mut Response<Body>) -> String {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    // An unreadable body leaves the status to tell.
    let _ = response
        .body_mut()
        .as_reader()
        .take(MAX_ERROR_BYTES)
        .read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default()
        .chars()
        .take(MAX_ERROR_CHARS)
        .collect()
}
