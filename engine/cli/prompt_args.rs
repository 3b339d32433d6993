//! The grammar of `codey prompts`. Its doc comments are the help texts.

use camino::Utf8PathBuf;
use clap::{Args, Subcommand};

use super::keep_args::{Names, To};
use crate::session::Shelf;

/// List, show and copy the prompts that models are asked with
///
/// A file below `codey/prompts` in a project, or below `codey/prompts` in the user's configuration directory
/// (`~/.config`, or `$XDG_CONFIG_HOME`), takes the place of the embedded prompt of the same name: the project's
/// before the user's. A changed prompt redoes what it asks for.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  codey prompts list
  codey prompts show coder/shared.md
  codey prompts eject coder/repair.md --dir todo-app"
)]
pub struct PromptsArgs {
    /// What to do
    #[command(subcommand)]
    pub command: PromptsCommand,
}

/// What to do with prompts.
#[derive(Debug, Subcommand)]
pub enum PromptsCommand {
    /// List the prompts, each with where it is taken from
    #[command(after_help = "Example:
  codey prompts list --dir todo-app --json")]
    List {
        /// The project whose prompts are taken
        #[arg(long, value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
        dir: Utf8PathBuf,
        /// Print one JSON object a prompt
        #[arg(long)]
        json: bool,
    },
    /// Print the text of a prompt
    #[command(after_help = "Example:
  codey prompts show coder/shared.md")]
    Show {
        /// The prompt's name, such as `coder/shared.md`
        #[arg(value_name = "NAME", value_parser = Names(prompts), hide_possible_values = true)]
        name: String,
        /// The project whose prompts are taken
        #[arg(long, value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
        dir: Utf8PathBuf,
    },
    /// Copy embedded prompts to where they can be changed
    #[command(after_help = "Examples:
  codey prompts eject coder/repair.md
  codey prompts eject coder --to user")]
    Eject {
        /// A prompt's name, or a folder of prompts such as `coder` or `coder/slot`
        #[arg(value_name = "NAME|ROLE", value_parser = Names(prompts_and_roles), hide_possible_values = true)]
        name: String,
        /// For whom
        #[arg(long, value_enum, default_value_t = To::Project)]
        to: To,
        /// The project's directory
        #[arg(long, value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
        dir: Utf8PathBuf,
        /// Replace prompts that are there already with another text
        #[arg(long)]
        force: bool,
    },
}

fn prompts() -> Vec<&'static str> {
    Shelf::Prompts.embedded().collect()
}

fn prompts_and_roles() -> Vec<&'static str> {
    let shelf = Shelf::Prompts;
    shelf.folders().chain(shelf.embedded()).collect()
}
