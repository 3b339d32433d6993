//! `codey completions`: a completion script for a shell.

use clap::CommandFactory as _;

use super::super::args::{Cli, CompletionsArgs};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::ui::Ui;

pub(in crate::cli) fn completions(args: &CompletionsArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "codey", &mut script);
    ui.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
