//! Why a program did not start. A program that started and failed is no error: see `End`.

use crate::diagnostic::Finding;

/// Why a program did not start.
#[derive(Debug, thiserror::Error)]
pub enum ProcError {
    /// The argument list is empty.
    #[error("the command is empty")]
    Empty,
    /// An argument, a variable or the folder has a NUL in it.
    #[error("an argument of `{program}` has a NUL character in it")]
    Nul {
        /// The program as it was named.
        program: String,
    },
    /// No such program.
    #[error("the program `{program}` was not found")]
    NotFound {
        /// The program as it was named.
        program: String,
    },
    /// The folder it should run in is not there.
    #[error("`{program}` cannot start: the folder `{cwd}` is not there")]
    NoFolder {
        /// The program as it was named.
        program: String,
        /// The folder.
        cwd: String,
    },
    /// It is there and the system cannot run it.
    #[error("`{program}` cannot be run: {what}")]
    NotRunnable {
        /// The program as it was named.
        program: String,
        /// What the system said.
        what: String,
    },
    /// The system is short of processes, memory or descriptors.
    #[error("`{program}` cannot start: {source}")]
    System {
        /// The program as it was named.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ProcError {
    /// One sentence: what the user can do.
    pub fn help(&self) -> String {
        match self {
            Self::Empty => "Name a program as the first element.".to_owned(),
            Self::Nul { .. } => "Remove the NUL character.".to_owned(),
            Self::NotFound { program } if program.contains('/') => {
                "Check the path: it is read from the folder the command runs in.".to_owned()
            }
            Self::NotFound { program } if program.contains(char::is_whitespace) => {
                "Write each argument as an element of its own: no shell splits them.".to_owned()
            }
            Self::NotFound { program } => format!("Install `{program}` or add its folder to PATH."),
            Self::NoFolder { .. } => "Let an earlier chunk make the folder.".to_owned(),
            Self::NotRunnable { .. } => {
                "Make it executable, and give a script a first line such as `#!/bin/sh`.".to_owned()
            }
            Self::System { .. } => "Run fewer jobs at once with `--jobs`.".to_owned(),
        }
    }

    /// The error as a finding.
    pub fn finding(&self) -> Finding {
        let code = match self {
            Self::Empty => "proc::empty",
            Self::Nul { .. } => "proc::nul",
            Self::NotFound { .. } => "proc::not-found",
            Self::NoFolder { .. } => "proc::no-folder",
            Self::NotRunnable { .. } => "proc::not-runnable",
            Self::System { .. } => "proc::system",
        };
        Finding::error(code, self.to_string()).help(self.help())
    }
}

impl From<ProcError> for Finding {
    fn from(error: ProcError) -> Self {
        error.finding()
    }
}
