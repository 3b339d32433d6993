//! Errors as the user sees them: one value with what to print and the code to end with. Prints nothing.

use super::exit::Exit;
use crate::diagnostic::Finding;
use crate::journal::JournalError;
use crate::plan::Sources;
use crate::session::{Closed, GrowError, RunError, SetupError};
use crate::spec::{Note, NoteKind};
use crate::workspace::{Kind, WorkspaceError};

/// Why a command ended without doing what it was asked for.
#[derive(Debug)]
pub(super) struct CommandError {
    pub exit: Exit,
    pub say: Say,
}

/// What is printed of an error.
#[derive(Debug)]
pub(super) enum Say {
    /// One sentence and, where there is one, the next step.
    Message { message: String, help: String },
    /// Findings with excerpts.
    Findings(Vec<Finding>, Sources),
    /// What a request asks for that cannot be made.
    Unsupported(Vec<Note>),
    /// Standard output was closed by its reader.
    BrokenPipe,
}

impl CommandError {
    pub(super) fn new(exit: Exit, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            exit,
            say: Say::Message {
                message: message.into(),
                help: help.into(),
            },
        }
    }

    /// The error in one line, for a command that goes on without what failed.
    pub(super) fn line(&self) -> String {
        match &self.say {
            Say::Message { message, help } if help.is_empty() => message.clone(),
            Say::Message { message, help } => format!("{message} ({help})"),
            Say::Findings(findings, _) => {
                let messages = findings.iter().map(|finding| finding.message.as_str());
                messages.collect::<Vec<_>>().join("; ")
            }
            Say::Unsupported(_) | Say::BrokenPipe => String::new(),
        }
    }

    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message, help)
    }
}

impl From<Closed> for CommandError {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Invalid(findings, sources) => Self {
                exit: Exit::Invalid,
                say: Say::Findings(findings, sources),
            },
            Closed::Unsupported(spec) => {
                let is_told =
                    |note: &&Note| matches!(note.kind, NoteKind::Missing | NoteKind::Unsupported);
                let mut notes: Vec<Note> = spec.notes.iter().filter(is_told).cloned().collect();
                // What cannot be made at all comes last, because it ends with what can.
                notes.sort_by_key(|note| note.kind);
                Self {
                    exit: Exit::Refused,
                    say: Say::Unsupported(notes),
                }
            }
            Closed::NotRecorded(dir, why) => Self::usage(
                format!("there is no recorded plan in `{dir}`: {why}"),
                "name the directory of a project that `codey run` made",
            ),
            Closed::Usage(message) => Self::usage(message, "see `codey run --help`"),
        }
    }
}

impl From<SetupError> for CommandError {
    fn from(error: SetupError) -> Self {
        let message = error.to_string();
        match error {
            SetupError::Findings(findings, sources) => Self {
                exit: Exit::Invalid,
                say: Say::Findings(findings, sources),
            },
            SetupError::AnotherApplication { .. } => Self::new(
                Exit::Refused,
                message,
                "make it elsewhere with `--dir DIR`, or change what is here with `codey add`",
            ),
            SetupError::Undoes(_) => Self::new(
                Exit::Refused,
                message,
                "bring it up to date with `codey update` or change it with `codey add`, or make the other one elsewhere with `--dir DIR`",
            ),
            SetupError::Workspace(error) => error.into(),
            SetupError::Journal(error) => error.into(),
        }
    }
}

impl From<GrowError> for CommandError {
    fn from(error: GrowError) -> Self {
        match error {
            GrowError::Closed(closed) => closed.into(),
            GrowError::Refused(findings) => Self {
                exit: Exit::Refused,
                say: Say::Findings(findings, Sources::default()),
            },
            GrowError::Setup(error) => error.into(),
        }
    }
}

impl From<RunError> for CommandError {
    fn from(error: RunError) -> Self {
        let message = error.to_string();
        match error {
            RunError::Setup(error) => error.into(),
            RunError::Workspace(error) => error.into(),
            RunError::InTheWay(findings) => Self {
                exit: Exit::Refused,
                say: Say::Findings(findings, Sources::default()),
            },
            RunError::NoModel { .. } => Self::new(
                Exit::Model,
                message,
                "get one with `codey models pull`, or name a file with `--model FILE`",
            ),
            RunError::Locked => Self::new(Exit::Locked, message, "wait until it has ended"),
            RunError::System(_) => Self::new(
                Exit::Resources,
                message,
                "close other programs and run again",
            ),
            RunError::Journal(error) => error.into(),
        }
    }
}

impl From<JournalError> for CommandError {
    fn from(error: JournalError) -> Self {
        let message = error.to_string();
        if matches!(error, JournalError::Newer { .. }) {
            return Self::new(Exit::Refused, message, "nothing was changed");
        }
        let help =
            "check the disk and the rights to `.codey`, and run again: finished work is kept";
        Self::new(Exit::Resources, message, help)
    }
}

impl From<WorkspaceError> for CommandError {
    fn from(error: WorkspaceError) -> Self {
        let exit = match error.kind {
            Kind::DiskFull | Kind::TooLarge | Kind::Io => Exit::Resources,
            _ => Exit::Refused,
        };
        Self::new(exit, error.to_string(), error.help())
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self {
                exit: Exit::Done,
                say: Say::BrokenPipe,
            };
        }
        Self::new(
            Exit::Resources,
            format!("cannot print: {error}"),
            "check where the output goes",
        )
    }
}
