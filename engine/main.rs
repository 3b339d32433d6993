//! The binary: hands the arguments to the command line and its code to the system.

use std::process::ExitCode;

fn main() -> ExitCode {
    codey::cli::main()
}
