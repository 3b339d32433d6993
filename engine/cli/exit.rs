//! Exit codes: the one table of how the program can end. Knows no command.

/// How the program ends, as the system sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything asked for is done.
    Done = 0,
    /// Some node failed.
    Failed = 1,
    /// The command line was not understood.
    Usage = 2,
    /// A plan or parameter is invalid.
    Invalid = 3,
    /// Refused: beyond what codey can make, or in the way of the user's own files.
    Refused = 4,
    /// A model is missing, corrupt or over budget.
    Model = 5,
    /// Another run holds the workspace.
    Locked = 6,
    /// Out of disk or memory.
    Resources = 7,
    /// SIGHUP.
    Hangup = 129,
    /// SIGINT.
    Interrupted = 130,
    /// SIGTERM.
    Terminated = 143,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
