<% from "rust/shared.jinja" import program %>
//! The command line: what can be asked for, and how it is answered.
//!
//! `count` is here to start from: it reads files or standard input, answers in words or in JSON, and
//! refuses what it cannot read. Add commands of your own beside it in `Command`.

mod counts;

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;

use crate::counts::{Counts, count};

/// The program's name in messages.
const PROGRAM: &str = "<< program(app) >>";

/// A command-line tool to start from.
///
/// Exit codes: 0 done, 1 refused, 2 not understood.
#[derive(Parser)]
#[command(name = PROGRAM, version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Count lines, words and characters.
    Count {
        /// Files to read; - is standard input.
        #[arg(default_value = "-", value_name = "FILE")]
        files: Vec<String>,

        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let Command::Count { files, json } = Cli::parse().command;
    let failed = match count_files(&files, json) {
        Ok(text) => match writeln!(io::stdout(), "{text}") {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
            Err(error) => error.to_string(),
            Ok(()) => return ExitCode::SUCCESS,
        },
        Err(refused) => refused,
    };
    eprintln!("{PROGRAM}: {failed}");
    ExitCode::FAILURE
}

/// A row of the answer.
#[derive(Serialize)]
struct Row<'a> {
    file: &'a str,
    #[serde(flatten)]
    counts: Counts,
}

/// Counts each file, and all of them where there are several.
fn count_files(files: &[String], json: bool) -> Result<String, String> {
    let mut rows = Vec::new();
    let mut total = Counts::default();
    for file in files {
        let counts = count_file(file).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => format!("{file} is not text in UTF-8."),
            _ => format!("{file} cannot be read: {error}."),
        })?;
        total += counts;
        rows.push(Row { file, counts });
    }
    if rows.len() > 1 {
        rows.push(Row {
            file: "total",
            counts: total,
        });
    }
    if json {
        return serde_json::to_string_pretty(&rows).map_err(|error| error.to_string());
    }
    let lines: Vec<String> = rows.iter().map(line).collect();
    Ok(lines.join("\n"))
}

fn line(row: &Row<'_>) -> String {
    let Counts {
        lines,
        words,
        characters,
    } = row.counts;
    format!("{lines:8}{words:8}{characters:8} {}", row.file)
}

fn count_file(file: &str) -> io::Result<Counts> {
    if file == "-" {
        count(io::stdin().lock())
    } else {
        count(BufReader::new(File::open(file)?))
    }
}
