//! What can go wrong with installed models, with one next step each. Knows no exit code.

use camino::{Utf8Path, Utf8PathBuf};

use crate::model::gguf::GgufError;
use crate::workspace::WorkspaceError;

/// A failed access to the models folder.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refuses something.
    #[error("cannot {action} `{path}`: {error}")]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The file or folder.
        path: Utf8PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The index cannot be written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The index is no index.
    #[error("the index of models `{path}` cannot be read: {what}")]
    Broken {
        /// The index.
        path: Utf8PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A name that is no name.
    #[error(
        "`{0}` is no name of a model: letters, digits, `.`, `-` and `_`, at most 80, a letter or digit first"
    )]
    BadName(String),
    /// Nothing of that name is installed.
    #[error("no model `{name}` is installed")]
    NotInstalled {
        /// What was asked for.
        name: String,
        /// The nearest installed one.
        near: Option<String>,
        /// Whether the catalogue has it.
        is_known: bool,
    },
    /// A model of that name is there already.
    #[error("a model `{0}` is installed already")]
    Taken(String),
    /// A folder, device or pipe where a file is needed.
    #[error("`{0}` is no regular file")]
    NoFile(Utf8PathBuf),
    /// A file that is no model; the message says what to do.
    #[error(transparent)]
    NotAModel(#[from] GgufError),
    /// The file of an installed model is not there any more, or has another size.
    #[error("the file of model `{name}` {what}: `{path}`")]
    Gone {
        /// The model.
        name: String,
        /// Its file.
        path: Utf8PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// No model for a role is installed.
    #[error("no model for the role `{role}` is installed")]
    NoneForRole {
        /// The role.
        role: String,
        /// A model of the catalogue that suits this computer.
        suggestion: Option<String>,
    },
    /// Several could serve a role, and none is chosen.
    #[error("several models for the role `{role}` are installed: {}", .names.join(", "))]
    Several {
        /// The role.
        role: String,
        /// Their names.
        names: Vec<String>,
    },
}

impl StoreError {
    pub(in crate::model) fn io(
        action: &'static str,
        path: &Utf8Path,
        error: std::io::Error,
    ) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            error,
        }
    }

    /// One sentence on what to do next.
    pub fn help(&self) -> String {
        match self {
            Self::Io { .. } => "check the path, the rights to it and the room on the disk".into(),
            Self::Workspace(error) => error.help().into(),
            Self::Broken { path, .. } => {
                format!("repair or delete `{path}`; models can be imported again from their files")
            }
            Self::BadName(_) => "choose another with `--name`".into(),
            Self::NotInstalled {
                near: Some(near), ..
            } => format!("did you mean `{near}`?"),
            Self::NotInstalled {
                name,
                is_known: true,
                ..
            } => {
                format!("`codey models pull {name}` downloads it")
            }
            Self::NotInstalled { .. } => "`codey models list` lists the models".into(),
            Self::Taken(name) => {
                format!("give another name with `--name`, or `codey models rm {name}` first")
            }
            Self::NoFile(_) => "name a model in the GGUF format".into(),
            Self::NotAModel(_) => String::new(),
            Self::Gone { name, .. } => {
                format!("`codey models rm {name}`, then pull or import it again")
            }
            Self::NoneForRole { role, suggestion } => suggestion.as_ref().map_or_else(
                || format!("`codey models import FILE --role {role}` installs one"),
                |name| format!("`codey models pull {name}` downloads one that fits this computer"),
            ),
            Self::Several { role, names } => {
                let first = names.first().map_or("NAME", String::as_str);
                format!("choose with `--model`, or once with `codey models default {role} {first}`")
            }
        }
    }
}
