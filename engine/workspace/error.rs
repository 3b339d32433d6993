//! What can go wrong with the user's files. Knows no exit code: the command line maps `Kind` to one.

use camino::{Utf8Path, Utf8PathBuf};
use rustix::io::Errno;

use crate::diagnostic::Finding;

/// The class of a failure, from which the exit code and the help follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The path leads out of the workspace: absolute, through `..`, or through a symbolic link.
    Outside,
    /// The path belongs to git or to codey's own records.
    Protected,
    /// Something else than a regular file or folder is in the way.
    NotRegular,
    /// The path cannot be one: empty, or with a NUL in it.
    Malformed,
    /// It is not there.
    NotFound,
    /// Something is there that was not expected.
    Taken,
    /// The system does not allow it.
    Permission,
    /// The disk or the quota is full.
    DiskFull,
    /// The file is larger than codey reads.
    TooLarge,
    /// Any other failure of the system.
    Io,
}

/// A failed access to a path of the workspace.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{path}`: {what}")]
pub struct WorkspaceError {
    /// The class.
    pub kind: Kind,
    /// What was attempted: `read`, `write`, ...
    pub action: &'static str,
    /// The path, below the workspace, as it was given.
    pub path: Utf8PathBuf,
    /// What happened, as a fragment.
    pub what: String,
}

impl WorkspaceError {
    pub(super) fn new(kind: Kind, action: &'static str, path: &Utf8Path, what: &str) -> Self {
        Self {
            kind,
            action,
            path: path.to_owned(),
            what: what.to_owned(),
        }
    }

    /// An error for what the system answered.
    pub(super) fn system(action: &'static str, path: &Utf8Path, errno: Errno) -> Self {
        let (kind, what) = match errno {
            Errno::XDEV | Errno::LOOP => (
                Kind::Outside,
                "a symbolic link on the way leads out of the workspace".to_owned(),
            ),
            Errno::NOTDIR => (
                Kind::NotRegular,
                "a part of the path is not a folder".to_owned(),
            ),
            Errno::ISDIR => (Kind::NotRegular, "it is a folder".to_owned()),
            Errno::NXIO | Errno::OPNOTSUPP => (Kind::NotRegular, "it is not a regular file".into()),
            Errno::EXIST => (
                Kind::Taken,
                "something appeared there while codey was at work".to_owned(),
            ),
            Errno::NOENT => (Kind::NotFound, "it is not there".to_owned()),
            Errno::ACCESS | Errno::PERM | Errno::ROFS => (Kind::Permission, describe(errno)),
            Errno::NOSPC | Errno::DQUOT | Errno::FBIG => (Kind::DiskFull, describe(errno)),
            Errno::NAMETOOLONG | Errno::INVAL | Errno::ILSEQ => (Kind::Malformed, describe(errno)),
            other => (Kind::Io, describe(other)),
        };
        Self {
            kind,
            action,
            path: path.to_owned(),
            what,
        }
    }

    /// An error for what the standard library answered.
    pub(super) fn io(action: &'static str, path: &Utf8Path, error: &std::io::Error) -> Self {
        match Errno::from_io_error(error) {
            Some(errno) => Self::system(action, path, errno),
            None if error.kind() == std::io::ErrorKind::InvalidData => {
                let what = "its absolute path is not UTF-8 text";
                Self::new(Kind::Malformed, action, path, what)
            }
            None => Self::new(Kind::Io, action, path, &error.to_string()),
        }
    }

    /// One sentence: what the user can do.
    pub fn help(&self) -> &'static str {
        match self.kind {
            Kind::Outside => {
                "Use a path that stays inside the workspace, without `..` or such links."
            }
            Kind::Protected => {
                "Choose another path: `.git` and `.codey` are kept by their own tools."
            }
            Kind::NotRegular => "Move away what is at this path, or choose another one.",
            Kind::Malformed => "Use a shorter path of ordinary characters.",
            Kind::NotFound => "Check the path, or let an earlier chunk write the file.",
            Kind::Taken => {
                "Run again, and what is there now is compared with codey's version; a path that is \
                 written twice, through a symbolic link, needs another name."
            }
            Kind::Permission => {
                "Give yourself the right to this path, or choose another workspace."
            }
            Kind::DiskFull => "Free some space on this disk and run again: finished work is kept.",
            Kind::TooLarge => "Keep files of this size out of the plan.",
            Kind::Io => "Check the disk and run again.",
        }
    }

    /// The error as a finding.
    pub fn finding(&self) -> Finding {
        let code = match self.kind {
            Kind::Outside => "workspace::outside",
            Kind::Protected => "workspace::protected",
            Kind::NotRegular => "workspace::not-regular",
            Kind::Malformed => "workspace::malformed-path",
            Kind::NotFound => "workspace::not-found",
            Kind::Taken => "workspace::taken",
            Kind::Permission => "workspace::permission",
            Kind::DiskFull => "workspace::disk-full",
            Kind::TooLarge => "workspace::too-large",
            Kind::Io => "workspace::io",
        };
        Finding::error(code, self.to_string()).help(self.help())
    }
}

impl From<WorkspaceError> for Finding {
    fn from(error: WorkspaceError) -> Self {
        error.finding()
    }
}

/// The system's words for `errno`, without the number that the standard library appends.
fn describe(errno: Errno) -> String {
    let text = std::io::Error::from(errno).to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_lowercase()
}
