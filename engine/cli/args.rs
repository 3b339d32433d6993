//! The grammar of the command line. Its doc comments are the help texts.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::keep_args::{PlansArgs, ServeArgs, TemplatesArgs, VerifyArgs};
use super::model_args::{BenchArgs, ConfigArgs, ModelsArgs};
use super::prompt_args::PromptsArgs;
use super::who_args::WhoFlags;

/// Turn a request or a plan file into files that work, one small checked chunk at a time.
#[derive(Debug, Parser)]
#[command(
    name = "codey",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
#[command(after_help = "Examples:
  codey run \"full-stack todo app\" --dir todo-app
  codey plan \"full-stack todo app\" --dry-run
  codey run plans/service.yaml --set app=billing

Exit codes: 0 done, 1 some node failed, 2 usage, 3 plan invalid, 4 refused, 5 model missing,
6 workspace locked, 7 out of disk or memory, 129/130/143 ended by a signal.")]
pub struct Cli {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Run(RunArgs),
    Add(AddArgs),
    Update(UpdateArgs),
    Plan(PlanArgs),
    Check(CheckArgs),
    Spec(SpecArgs),
    Explain(ExplainArgs),
    Verify(VerifyArgs),
    Serve(ServeArgs),
    Plans(PlansArgs),
    Templates(TemplatesArgs),
    Models(ModelsArgs),
    Bench(BenchArgs),
    Config(ConfigArgs),
    Prompts(PromptsArgs),
    /// Print the JSON Schema of plan files
    Schema,
    Doctor(DoctorArgs),
    Completions(CompletionsArgs),
    /// Run a model for the process that started this one
    #[cfg(feature = "llama")]
    #[command(name = "__model-worker", hide = true)]
    ModelWorker,
}

/// What is to be made: a request in words or a plan file.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_field_names,
    reason = "a target is what the user calls it"
)]
pub struct Target {
    /// A request in words, a plan file, the name of a shipped plan, or `-` for a request on standard input
    #[arg(value_name = "REQUEST|PLAN")]
    pub target: String,
    /// Define what is stored: 'book: title:text! pages:int rating:1..5' (repeatable)
    #[arg(long, value_name = "ENTITY")]
    pub entity: Vec<String>,
    /// Set a parameter of the plan (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Refuse a request when something that it asks for has to be left out
    #[arg(long)]
    pub strict: bool,
    /// The directory to work in
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: Utf8PathBuf,
}

/// Make it: plan, run and check
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey run \"full-stack todo app\" --dir todo-app
  codey run \"library\" --entity 'book: title:text! pages:int' --dir library
  codey run plan.yaml --set app=billing --jobs 4")]
pub struct RunArgs {
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub flags: RunFlags,
}

/// How to run.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct RunFlags {
    /// Nodes that may run at once, model nodes apart
    #[arg(long, short, value_name = "N", env = "CODEY_JOBS", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub jobs: Option<u32>,
    #[command(flatten)]
    pub who: WhoFlags,
    /// After a failure, go on with whatever does not depend on it
    #[arg(long, short)]
    pub keep_going: bool,
    /// Skip the checks that run programs, such as the application's own tests
    #[arg(long)]
    pub no_verify: bool,
    /// Where a file was edited by hand and cannot be merged, keep the edited version
    #[arg(long, conflicts_with = "theirs")]
    pub ours: bool,
    /// Where a file was edited by hand, take codey's version
    #[arg(long)]
    pub theirs: bool,
    /// Show what would happen and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print events as JSON lines on standard output
    #[arg(long, conflicts_with = "quiet")]
    pub json: bool,
    /// Print failures only
    #[arg(long, short)]
    pub quiet: bool,
}

/// Let a project grow: an entity, a field or a feature more
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey add entity 'review: text:text! rating:1..5 recipe:ref!' --dir recipes
  codey add field recipe 'servings:int(1..)' --dry-run
  codey add feature dashboard

Files that were edited by hand are merged, and where the database changes a migration is added:
rows that are there survive.")]
pub struct AddArgs {
    /// What to add
    #[arg(value_enum, value_name = "KIND")]
    pub kind: Addition,
    /// An entity, the name of an entity and a field, or the name of a feature
    #[arg(value_name = "WHAT", required = true, num_args = 1..=2)]
    pub what: Vec<String>,
    /// The project's directory
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: Utf8PathBuf,
    #[command(flatten)]
    pub flags: RunFlags,
}

/// What a project can grow by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Addition {
    /// Something that is stored: 'review: text:text! rating:1..5 recipe:ref!'
    Entity,
    /// A field of what is stored: recipe 'servings:int(1..)'
    Field,
    /// A feature that the project's plan can turn on: dashboard
    Feature,
}

/// Bring a project up to date with this version of codey, or change its parameters
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey update recipes
  codey update --set title='Our recipes' --dry-run

The plan that made the project is kept in it. Files that were edited by hand are merged.")]
pub struct UpdateArgs {
    /// The project's directory
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: Utf8PathBuf,
    /// Set a parameter of the project's plan (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub flags: RunFlags,
}

/// Show what a run would do, or write the plan of a request
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey plan \"full-stack todo app\" --dry-run
  codey plan \"full-stack todo app\" -o plan.yaml
  codey plan plan.yaml --format svg > plan.svg")]
pub struct PlanArgs {
    #[command(flatten)]
    pub target: Target,
    /// Show what a run would do and write nothing: the default
    #[arg(long, conflicts_with_all = ["output", "contract"])]
    pub dry_run: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Tree, conflicts_with_all = ["output", "contract"])]
    pub format: Format,
    /// Show every node of a large plan
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub who: WhoFlags,
    /// Write the plan file of a request, `-` for standard output
    #[arg(long, short, value_name = "FILE", conflicts_with = "contract")]
    pub output: Option<Utf8PathBuf>,
    /// Print the contract as JSON: tables, endpoints, pages, forms, file owners
    #[arg(long)]
    pub contract: bool,
}

/// Forms of the dry run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people
    Tree,
    /// One JSON document
    Json,
    /// Graphviz
    Dot,
    /// Mermaid
    Mermaid,
    /// A drawing
    Svg,
}

/// Check plan files and print every finding
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey check plan.yaml
  codey check plans/*.yaml --format sarif > findings.sarif")]
pub struct CheckArgs {
    /// Plan files
    #[arg(value_name = "PLAN", required = true)]
    pub plans: Vec<Utf8PathBuf>,
    /// Set a parameter of the plans (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = FindingFormat::Plain)]
    pub format: FindingFormat,
    /// Short for `--format json`
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
}

/// Forms of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FindingFormat {
    /// Text with excerpts
    Plain,
    /// One JSON object a line
    Json,
    /// SARIF 2.1.0
    Sarif,
}

/// Print what a request is understood to ask for
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey spec \"recipe manager with title, minutes and difficulty\"
  codey spec --json - < requests.txt")]
pub struct SpecArgs {
    /// A request in words, or `-` for one request a line on standard input
    #[arg(value_name = "REQUEST")]
    pub request: String,
    /// Define what is stored (repeatable)
    #[arg(long, value_name = "ENTITY")]
    pub entity: Vec<String>,
    /// Print one JSON object a request
    #[arg(long)]
    pub json: bool,
}

/// Say why a node would run and what is in its cache key
#[derive(Debug, Args)]
#[command(after_help = "Example:
  codey explain verify plan.yaml
  codey explain verify \"full-stack todo app\" --dir todo-app")]
pub struct ExplainArgs {
    /// The node's id
    #[arg(value_name = "NODE")]
    pub node: String,
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub who: WhoFlags,
}

/// Check this computer for what codey uses
#[derive(Debug, Args)]
#[command(after_help = "Example:
  codey doctor --json")]
pub struct DoctorArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Print a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:
  codey completions bash > ~/.local/share/bash-completion/completions/codey")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
