//! The grammar of the commands for models and settings. Its doc comments are the help texts.

use camino::Utf8PathBuf;
use clap::{Args, Subcommand};

use super::keep_args::Names;
use crate::config;
use crate::model::catalogue;

/// List, download, import and check the models that run on this computer
///
/// Models are GGUF files in `codey/models` of the user's data directory (`~/.local/share`, or `$XDG_DATA_HOME`),
/// or in `$CODEY_MODELS`. Only `pull` opens a connection.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  codey models list
  codey models pull qwen2.5-coder-7b
  codey models import model.gguf --role coder
  codey models default coder qwen2.5-coder-7b

Exit codes: 2 usage, 4 refused, 5 a model is missing, corrupt or cannot be had,
6 it is being downloaded, 7 out of disk."
)]
pub struct ModelsArgs {
    /// What to do
    #[command(subcommand)]
    pub command: ModelsCommand,
}

/// What to do with models.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the models that are installed and those that codey knows
    #[command(after_help = "Examples:
  codey models list
  codey models list --installed --json")]
    List {
        /// Leave out what is not installed
        #[arg(long)]
        installed: bool,
        /// Print one JSON object a model
        #[arg(long)]
        json: bool,
    },
    /// Say what is known of a model: size, licence, memory, prompts
    #[command(after_help = "Example:
  codey models show qwen2.5-coder-7b")]
    Show {
        /// The model
        #[arg(value_name = "NAME")]
        name: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    Pull(PullArgs),
    Import(ImportArgs),
    /// Read installed files whole and compare them with what was installed
    #[command(after_help = "Examples:
  codey models verify
  codey models verify qwen2.5-coder-7b --json")]
    Verify {
        /// The model; all of them unless given
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Print one JSON object a model
        #[arg(long)]
        json: bool,
    },
    /// Remove a model and its file; a file that was imported in place stays
    #[command(after_help = "Example:
  codey models rm qwen2.5-coder-7b")]
    Rm {
        /// The model
        #[arg(value_name = "NAME")]
        name: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Choose the model of a role, for all runs without `--model`
    #[command(after_help = "Example:
  codey models default coder qwen2.5-coder-7b")]
    Default {
        /// The role: coder, router, embedder, or one that a plan names
        #[arg(value_name = "ROLE")]
        role: String,
        /// An installed model
        #[arg(value_name = "NAME")]
        name: String,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// List the model workers that run now, with the memory they hold
    #[command(after_help = "Example:
  codey models ps --json")]
    Ps {
        /// Print one JSON object a worker
        #[arg(long)]
        json: bool,
    },
}

/// Download a model, going on where an earlier download stopped
///
/// Proxies are taken from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, certificates from `SSL_CERT_FILE`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey models pull qwen2.5-coder-7b
  codey models pull functiongemma-270m --accept-licence
  codey models pull qwen2.5-coder-7b --base-url https://mirror.example
  codey models pull https://mirror.example/model.gguf --name mine --sha256 HEX")]
pub struct PullArgs {
    /// A model that codey knows, or the address of a GGUF file
    #[arg(value_name = "NAME|URL", value_parser = Names(known), hide_possible_values = true)]
    pub model: String,
    /// The name that it gets here
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What it is for; coder, unless the catalogue says otherwise
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// The SHA-256 that a file from an address must have
    #[arg(long, value_name = "HEX", value_parser = sha256)]
    pub sha256: Option<String>,
    /// A server with the same repositories in place of the usual one
    #[arg(long, value_name = "URL", env = "CODEY_MODELS_URL")]
    pub base_url: Option<String>,
    /// Agree to the model's licence
    #[arg(long)]
    pub accept_licence: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Install a GGUF file that is on this computer
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey models import ~/Downloads/model.gguf --name mine
  codey models import /srv/models/coder.gguf --in-place")]
pub struct ImportArgs {
    /// The file
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: Utf8PathBuf,
    /// The name that it gets; that of the catalogue or of the file, unless given
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What it is for; coder, unless the catalogue says otherwise
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// Leave the file where it is and refer to it
    #[arg(long)]
    pub in_place: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Measure how fast a model is on this computer, and use what was found
///
/// Loads the model twice, once as if it had never been read, has it do three pieces of work, and tries how many answers
/// at once pay. Later runs use that number, unless `--lanes` or the settings name one, until the model, the processor,
/// the threads or llama.cpp change. Nothing else should run meanwhile.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  codey bench
  codey bench --model qwen2.5-coder-7b --quick
  codey bench --model model.gguf --json > bench.json

Exit codes: 2 usage, 5 the model is missing, corrupt or over budget.")]
pub struct BenchArgs {
    /// An installed model or a GGUF file; the one of the role `coder` unless given
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
    /// Memory that it may take, in MiB
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    pub memory_budget: Option<u64>,
    /// Make a fourth of the tokens
    #[arg(long)]
    pub quick: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Show and change settings
///
/// A flag wins over a variable (`CODEY_LANES`), a variable over the file, the file over what is built in.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  codey config show
  codey config set memory_budget_mb 6000
  codey config set sampling.temperature 0.2"
)]
pub struct ConfigArgs {
    /// What to do
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print all settings that hold, each with where it comes from
    #[command(after_help = "Example:
  codey config show --json")]
    Show {
        /// Print one JSON object a setting
        #[arg(long)]
        json: bool,
    },
    /// Print where the file is
    #[command(after_help = "Example:
  codey config path")]
    Path,
    /// Print the value of a setting as JSON
    #[command(after_help = "Example:
  codey config get sampling.temperature")]
    Get {
        /// The setting
        #[arg(value_name = "KEY", value_parser = Names(keys), hide_possible_values = true)]
        key: String,
    },
    /// Change a setting in the file; `null` takes the default back
    #[command(after_help = "Examples:
  codey config set lanes 4
  codey config set models.coder qwen2.5-coder-7b
  codey config set lanes null")]
    Set {
        /// The setting
        #[arg(value_name = "KEY", value_parser = Names(keys), hide_possible_values = true)]
        key: String,
        /// Its value
        #[arg(value_name = "VALUE", allow_hyphen_values = true)]
        value: String,
    },
}

fn known() -> Vec<&'static str> {
    let entries = catalogue::entries().iter();
    entries.map(|entry| entry.name.as_str()).collect()
}

fn keys() -> Vec<&'static str> {
    config::keys().iter().map(String::as_str).collect()
}

fn sha256(text: &str) -> Result<String, String> {
    let text = text.to_ascii_lowercase();
    match text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(text),
        false => Err("a SHA-256 is 64 hexadecimal digits".to_owned()),
    }
}
