//! What can go wrong with a download, with one next step each. Knows no exit code.

use crate::model::store::StoreError;

/// A failed download. What came so far is kept unless it is wrong.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is none.
    #[error("{0}")]
    Url(String),
    /// The certificates that the user named cannot be read.
    #[error("the certificates cannot be read: {0}")]
    Certificates(String),
    /// The connection failed; another try may succeed.
    #[error("`{url}` cannot be read: {reason}")]
    Network {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// The request cannot be made.
    #[error("`{url}` cannot be asked for: {reason}")]
    Request {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// A redirect that is not followed.
    #[error("the redirect of `{url}` is not followed: {reason}")]
    Redirect {
        /// The address.
        url: String,
        /// Why not.
        reason: String,
    },
    /// The server answers with an error.
    #[error("`{url}` answers with {status}{}{line}", if .line.is_empty() { "" } else { ": " })]
    Status {
        /// The address.
        url: String,
        /// The status code.
        status: u16,
        /// The first line of the answer.
        line: String,
    },
    /// The server does not say how long the file is, and nobody else knows.
    #[error("`{0}` does not say how long the file is")]
    NoSize(String),
    /// The file is longer or shorter than it must be.
    #[error("the file at `{url}` has {found} bytes, and must have {expected}")]
    WrongSize {
        /// The address.
        url: String,
        /// Bytes that it must have.
        expected: u64,
        /// Bytes that it has, or that came before it was ended.
        found: u64,
    },
    /// The file is another one.
    #[error("the file at `{url}` has the SHA-256 {found}, and must have {expected}")]
    WrongHash {
        /// The address.
        url: String,
        /// What it must have.
        expected: String,
        /// What it has.
        found: String,
    },
    /// The server sends something else than a model.
    #[error("`{url}` sends no GGUF file: it begins with `{begin}`")]
    NotAModel {
        /// The address.
        url: String,
        /// Its first bytes.
        begin: String,
    },
    /// The disk has too little room.
    #[error("the file needs {} MiB more on the disk, and {} MiB are free", .need / MIB + 1, .free / MIB)]
    NoRoom {
        /// Bytes that are missing of the file.
        need: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// Another process downloads the same model.
    #[error("the model `{0}` is being downloaded by another process")]
    Busy(String),
    /// The models folder refuses something.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const MIB: u64 = 1024 * 1024;

impl FetchError {
    /// Whether another try may end differently.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Network { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502..=504),
            _ => false,
        }
    }

    /// One sentence on what to do next.
    pub fn help(&self) -> String {
        let text = match self {
            Self::Url(_) => "write an address with `https://`",
            Self::Certificates(_) => "check the file that `SSL_CERT_FILE` names: it must be PEM",
            Self::Network { .. } => {
                "run the same command again: it goes on where it stopped; behind a proxy set `HTTPS_PROXY`"
            }
            Self::Request { .. } => {
                "check the address and `HTTPS_PROXY`; name certificates of your own in `SSL_CERT_FILE`"
            }
            Self::Redirect { .. } => {
                "name the file's own address, or another server with `--base-url`"
            }
            Self::Status {
                status: 401 | 403, ..
            } => {
                "the file asks for an account: download it in a browser, then `codey models import FILE`"
            }
            Self::Status { status: 404, .. } => {
                "check the address; a mirror named by `--base-url` has to have the same paths"
            }
            Self::Status { .. } => "try again later",
            Self::NoSize(_) => "download it by other means, then `codey models import FILE`",
            Self::WrongSize { .. } | Self::WrongHash { .. } => {
                "nothing was installed; the server has another file, so try another with `--base-url`"
            }
            Self::NotAModel { .. } => "nothing was installed; name the address of the file itself",
            Self::NoRoom { .. } => "free some, or set `CODEY_MODELS` to a folder on another disk",
            Self::Busy(_) => "wait until it has ended",
            Self::Store(error) => return error.help(),
        };
        text.to_owned()
    }
}
