<% from "rust/shared.jinja" import program %>
//! Starts the program: arguments in, an answer and an exit code out.

mod answer;
mod cli;
mod data;
mod entities;
mod record;
mod rules;
mod store;
mod values;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

/// The program's name in messages.
const PROGRAM: &str = "<< program(app) >>";

fn main() -> ExitCode {
    let answered = cli::run(cli::Cli::parse());
    let failed = match answered {
        Ok(text) => match writeln!(io::stdout(), "{text}") {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Err(error) => error.to_string(),
            Ok(()) => return ExitCode::SUCCESS,
        },
        Err(refused) => refused.to_string(),
    };
    eprintln!("{PROGRAM}: {failed}");
    ExitCode::FAILURE
}
