//! The checked plan: what every later stage reads. Knows nothing of YAML or of how a node is run.

use std::time::Duration;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{Digest, NodeId};

/// A plan whose every reference, path and value was checked; its nodes form an acyclic graph.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The plan's `name`.
    pub name: String,
    /// The plan's `about` line, or empty.
    pub about: String,
    /// Parameter values after defaults and `--set`, in the order they are declared.
    #[serde(with = "super::json_text")]
    pub params: serde_json::Map<String, Value>,
    /// The evaluated `spec` block (`name`, `title`, `stack`, `entities`, `features`), where the plan
    /// describes an application.
    #[serde(with = "super::json_text")]
    pub spec: Option<Value>,
    /// Lanes declared by the plan: name and depth.
    pub lanes: Vec<(String, u32)>,
    /// Nodes in plan order.
    pub nodes: Vec<Node>,
    /// Digest of the plan's files and of its parameter values.
    pub digest: Digest,
}

/// One chunk of the plan, after `for-each` and `when`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Node {
    /// The id as written, with `.item` appended for an instance of a `for-each`.
    pub id: String,
    /// The chunk type: `frontend_css`, `readme`, `mkdir`, `shell`, `check`, ...
    pub chunk: String,
    /// What it does.
    pub action: Action,
    /// Paths below the workspace that exist once the node is done, normalised, sorted.
    pub outputs: Vec<Utf8PathBuf>,
    /// What it waits for.
    pub needs: Vec<Need>,
    /// How often and how soon a failed attempt is repeated.
    pub retry: Retry,
    /// Wall time of one attempt; the default of the node's kind when absent.
    pub timeout: Option<Duration>,
    /// The lane it runs in, where the plan names one.
    pub lane: Option<String>,
    /// What it takes of its lane's depth.
    pub cost: u32,
    /// The line of the plan file it was written on, from 1; 0 when unknown.
    pub line: u32,
}

/// What a node does. Every string is final: templates in the plan were evaluated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Action {
    /// Make directories, with parents; existing ones are fine.
    Mkdir(Vec<Utf8PathBuf>),
    /// Write a file with the given text.
    Write {
        /// Where.
        path: Utf8PathBuf,
        /// What.
        content: String,
    },
    /// Copy a file within the workspace.
    Copy {
        /// The file that is read.
        from: Utf8PathBuf,
        /// The file that is written.
        to: Utf8PathBuf,
    },
    /// Delete files.
    Delete(Vec<Utf8PathBuf>),
    /// Run a program: each element reaches it whole, no shell in between.
    Run {
        /// Program and arguments.
        argv: Vec<String>,
        /// Directory below the workspace to run in.
        cwd: Option<Utf8PathBuf>,
        /// Variables added to the environment.
        env: Vec<(String, String)>,
    },
    /// Make a repository, stage or commit.
    Git(GitAction),
    /// Create or query a SQLite database.
    Sqlite(SqliteAction),
    /// Produce a file by template or model.
    Produce(Produce),
    /// Check what is there.
    Check(CheckAction),
}

/// What a git node does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum GitAction {
    /// `git init`, where there is no repository yet.
    Init,
    /// Stage the outputs of the nodes it needs.
    Add,
    /// Stage the outputs of the nodes it needs and commit them.
    Commit {
        /// The commit message.
        message: String,
    },
}

/// What a sqlite node does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SqliteAction {
    /// Create `database` from the statements in the file `schema`.
    Create {
        /// The database file.
        database: Utf8PathBuf,
        /// The file with the statements.
        schema: Utf8PathBuf,
    },
    /// Run a read-only query.
    Query {
        /// The database file.
        database: Utf8PathBuf,
        /// The statement.
        sql: String,
    },
}

/// A file produced by a template or a model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Produce {
    /// The file that is written.
    pub path: Utf8PathBuf,
    /// Who writes it.
    pub by: By,
    /// The template, `stack/name`, where there is one.
    pub template: Option<String>,
    /// Names the template sees besides the parameters and the contract: `for-each` variables.
    #[serde(with = "super::json_text")]
    pub bindings: serde_json::Map<String, Value>,
    /// The model's role.
    pub model: String,
    /// Tokens in one slice of the model's work.
    pub max_tokens: u32,
    /// What belongs in the file, in words for the model; or empty.
    pub about: String,
    /// What follows when the model's text does not pass its checks.
    pub on_fail: OnFail,
    /// How its tokens are chosen, where the plan says so.
    pub sampling: SamplingGiven,
}

/// What follows when a model's text does not pass its checks, repairs included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFail {
    /// The node fails.
    #[default]
    Fail,
    /// The template's own text takes its place, and that is said.
    Template,
}

/// The parts of a sampling that a plan gives; everything else is as usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SamplingGiven {
    /// 0 takes the likeliest token always.
    pub temperature: Option<f32>,
    /// Of how many of the likeliest tokens one is chosen.
    pub top_k: Option<u32>,
    /// Least share of all probability that the tokens chosen from have together.
    pub top_p: Option<f32>,
    /// Least probability of a token chosen from, relative to the likeliest.
    pub min_p: Option<f32>,
    /// Divides the scores of tokens that occurred lately.
    pub repeat_penalty: Option<f32>,
    /// Start of the random numbers.
    pub seed: Option<u64>,
}

/// Who produces a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The template where it covers what is asked, else the model.
    Auto,
    /// The template.
    Template,
    /// The model.
    Model,
}

/// What a check node looks at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum CheckAction {
    /// A program that must exit 0.
    Command {
        /// Program and arguments.
        argv: Vec<String>,
        /// Directory below the workspace to run in.
        cwd: Option<Utf8PathBuf>,
        /// The requirements file of the Python virtual environment it runs in, below the workspace.
        venv: Option<Utf8PathBuf>,
    },
    /// Checks built into codey, by name: `syntax`, `contract`, `links`.
    Builtin(Vec<String>),
}

/// One dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The node that is waited for.
    pub node: NodeId,
    /// The end that lets this node start.
    pub on: On,
}

/// The end of a node that an edge asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum On {
    /// Done or cached.
    Success,
    /// Failed, timed out, truncated or denied.
    Failure,
    /// Any end.
    Always,
}

/// How often and how soon a failed attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Attempts in all, from 1.
    pub attempts: u32,
    /// Pause before the second attempt; doubled before each further one.
    pub backoff: Duration,
}

impl Plan {
    /// The node with this id.
    pub fn find(&self, id: &str) -> Option<NodeId> {
        self.nodes
            .iter()
            .position(|node| node.id == id)
            .map(NodeId::from_index)
    }
}
