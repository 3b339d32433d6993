//! The grammar of the commands that look after projects and show what comes with codey. Its doc comments are
//! the help texts.

use std::ffi::OsStr;

use camino::Utf8PathBuf;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};

use crate::session::Shelf;
use crate::{assets, planner};

/// Check a project as it lies: syntax, contract, links and its own tests
///
/// Nothing is written in the project: programs run on a copy of it. In a directory that codey did not make, the
/// syntax of every file whose language codey knows is checked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey verify
  codey verify todo-app --json > findings.jsonl
  codey verify . --plan plan.yaml

Exit codes: 0 no errors, 1 findings, 3 the plan is invalid, 4 the directory cannot be read,
130 ended by Ctrl-C.")]
pub struct VerifyArgs {
    /// The project's directory
    #[arg(value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub dir: Utf8PathBuf,
    /// The plan that made it, where codey's own records are not there: in a fresh clone
    #[arg(long, value_name = "PLAN", value_hint = clap::ValueHint::FilePath)]
    pub plan: Option<String>,
    /// Leave out the checks that run programs, such as the project's own tests
    #[arg(long)]
    pub no_programs: bool,
    /// Print findings as JSON lines on standard output, and what was checked as the last line
    #[arg(long)]
    pub json: bool,
}

/// Start the application in a directory and print its address
///
/// Packages are installed into an environment in codey's cache, the database is made by the application itself.
/// The address goes to standard output, what the application prints to standard error. Ctrl-C ends the
/// application with everything it started.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey serve
  codey serve todo-app --port 8080 --open

Exit codes: 1 the application ended by itself or could not start, 2 codey made nothing there,
4 the port is taken or the project has nothing to serve, 130 ended by Ctrl-C.")]
pub struct ServeArgs {
    /// The application's directory
    #[arg(value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    pub dir: Utf8PathBuf,
    /// The port to listen on; 8000, or a free one where that is taken, unless given
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// The plan that made it, where codey's own records are not there: in a fresh clone
    #[arg(long, value_name = "PLAN", value_hint = clap::ValueHint::FilePath)]
    pub plan: Option<String>,
    /// Show the application in the browser once it answers
    #[arg(long)]
    pub open: bool,
}

/// List, show and copy the templates that files are written from
///
/// A file below `codey/templates` in a project, or below `codey/templates` in the user's configuration directory
/// (`~/.config`, or `$XDG_CONFIG_HOME`), takes the place of the embedded template of the same name: the project's
/// before the user's. Everything that renders takes it, and a changed template redoes what it changes.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  codey templates list
  codey templates show flask/app/db.py
  codey templates eject flask/app/db.py --dir todo-app
  codey templates eject web/css --to user"
)]
pub struct TemplatesArgs {
    /// What to do
    #[command(subcommand)]
    pub command: TemplatesCommand,
}

/// What to do with templates.
#[derive(Debug, Subcommand)]
pub enum TemplatesCommand {
    /// List the templates, each with where it is taken from
    #[command(after_help = "Example:
  codey templates list --dir todo-app --json")]
    List {
        /// The project whose templates are taken
        #[arg(long, value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
        dir: Utf8PathBuf,
        /// Print one JSON object a template
        #[arg(long)]
        json: bool,
    },
    /// Print the text of a template
    #[command(after_help = "Example:
  codey templates show flask/app/db.py")]
    Show {
        /// The template's name, such as `flask/app/db.py`
        #[arg(value_name = "NAME", value_parser = Names(templates), hide_possible_values = true)]
        name: String,
        /// The project whose templates are taken
        #[arg(long, value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
        dir: Utf8PathBuf,
    },
    /// Copy embedded templates to where they can be changed
    #[command(after_help = "Examples:
  codey templates eject flask/app/db.py
  codey templates eject web/css --to user")]
    Eject {
        /// A template's name, or a folder of templates such as `flask` or `web/css`
        #[arg(value_name = "NAME|STACK", value_parser = Names(templates_and_stacks), hide_possible_values = true)]
        name: String,
        /// For whom
        #[arg(long, value_enum, default_value_t = To::Project)]
        to: To,
        /// The project's directory
        #[arg(long, value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
        dir: Utf8PathBuf,
        /// Replace templates that are there already with another text
        #[arg(long)]
        force: bool,
    },
}

/// For whom templates are ejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum To {
    /// For one project, kept in its version control
    Project,
    /// For all projects of the user
    User,
}

/// List, show and copy the plans that come with codey
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  codey plans list
  codey plans show fullstack-flask
  codey plans new fullstack-flask -o shop.yaml"
)]
pub struct PlansArgs {
    /// What to do
    #[command(subcommand)]
    pub command: PlansCommand,
}

/// What to do with shipped plans.
#[derive(Debug, Subcommand)]
pub enum PlansCommand {
    /// List the plans with what they make
    #[command(after_help = "Example:
  codey plans list --json")]
    List {
        /// Print one JSON object a plan
        #[arg(long)]
        json: bool,
    },
    /// Show what a plan makes, its parameters and an example
    #[command(after_help = "Examples:
  codey plans show fullstack-flask
  codey plans show fullstack-flask --text")]
    Show {
        /// The plan's name
        #[arg(value_name = "NAME", value_parser = Names(plans), hide_possible_values = true)]
        name: String,
        /// Print the plan file itself
        #[arg(long, conflicts_with = "json")]
        text: bool,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write a copy of a plan to change and keep
    #[command(after_help = "Example:
  codey plans new fullstack-flask -o shop.yaml")]
    New {
        /// The plan's name
        #[arg(value_name = "NAME", value_parser = Names(plans), hide_possible_values = true)]
        name: String,
        /// The file, whose name becomes the plan's; `-` for standard output; NAME.yaml unless given
        #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
        output: Option<Utf8PathBuf>,
        /// Replace the file where it is there already
        #[arg(long)]
        force: bool,
    },
}

fn plans() -> Vec<&'static str> {
    assets::plans()
        .filter(|(_, text)| planner::is_plan(text))
        .map(|(name, _)| name)
        .collect()
}

fn templates() -> Vec<&'static str> {
    Shelf::Templates.embedded().collect()
}

fn templates_and_stacks() -> Vec<&'static str> {
    let shelf = Shelf::Templates;
    shelf.folders().chain(shelf.embedded()).collect()
}

/// Takes any text and offers names to shells that complete: a project has templates of its own.
#[derive(Clone, Debug)]
pub(super) struct Names(pub(super) fn() -> Vec<&'static str>);

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter().map(PossibleValue::new)))
    }
}
