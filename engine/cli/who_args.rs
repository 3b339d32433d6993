//! The flags that say who writes files, and with which model. Their doc comments are the help texts.

use clap::{Args, ValueEnum};

use crate::plan;

/// Who writes files, and with which model.
#[derive(Debug, Args)]
pub struct WhoFlags {
    /// Who writes files, whatever the plan says
    #[arg(long, value_enum, value_name = "WHO")]
    pub by: Option<By>,
    /// The model of a role, `coder` unless named: an installed model or a GGUF file (repeatable)
    #[arg(long, value_name = "[ROLE=]MODEL")]
    pub model: Vec<String>,
    /// Let a model server write instead of a model on this computer: the base address of its API
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// Memory for all models together, in MiB
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    pub memory_budget: Option<u64>,
    /// Chunks that a model writes at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub lanes: Option<u32>,
    /// Tokens for one chunk, its prompt and its repairs together
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u32).range(512..=1_048_576))]
    pub context: Option<u32>,
}

impl WhoFlags {
    /// Who writes, as plans have it.
    pub(super) fn by(&self) -> Option<plan::By> {
        self.by.map(|by| match by {
            By::Template => plan::By::Template,
            By::Model => plan::By::Model,
            By::Auto => plan::By::Auto,
        })
    }

    /// The model that was named for `role`.
    pub(super) fn model_of(&self, role: &str) -> Option<&str> {
        self.model
            .iter()
            .rev()
            .find_map(|given| match given.split_once('=') {
                Some((named, model)) => (named == role).then_some(model),
                None => (role == DEFAULT_ROLE).then_some(given.as_str()),
            })
    }
}

/// The role that a model has where none is named.
const DEFAULT_ROLE: &str = "coder";

/// Who writes files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Templates alone
    Template,
    /// The model, where templates leave slots to it or there is none
    Model,
    /// Templates where they cover what is asked, else the model
    Auto,
}
