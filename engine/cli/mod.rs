//! The command line: the only module that reads arguments and decides exit codes.

use std::process::ExitCode;

/// Runs the command the arguments name.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
