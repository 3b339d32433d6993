//! What a run would do, as data: the dry run's one source. Knows no format and no terminal.

use camino::Utf8PathBuf;
use serde::Serialize;

/// Everything the dry run shows.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// Version of this form.
    pub version: u32,
    /// The plan's name.
    pub plan: String,
    /// Its `about` line.
    pub about: String,
    /// The nodes in plan order.
    pub nodes: Vec<PreviewNode>,
    /// Indexes into `nodes` in the order in which a run with one job starts them.
    pub order: Vec<u32>,
    /// Model loads in order, each with the nodes that run on it.
    pub loads: Vec<Load>,
    /// Sums.
    pub totals: Totals,
}

/// A node as the dry run shows it.
#[derive(Clone, Debug, Serialize)]
pub struct PreviewNode {
    /// Its id.
    pub id: String,
    /// `tool`, `template`, `model` or `check`.
    pub kind: String,
    /// Its chunk type.
    pub chunk: String,
    /// Who does it: the template's name, the model's role, the program.
    pub producer: String,
    /// What it leaves.
    pub outputs: Vec<Utf8PathBuf>,
    /// The model's token cap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
    /// Its lane.
    pub lane: String,
    /// What it waits for.
    pub needs: Vec<PreviewNeed>,
    /// What would become of it.
    pub fate: Fate,
    /// Why.
    pub reason: String,
}

/// A dependency as the dry run shows it.
#[derive(Clone, Debug, Serialize)]
pub struct PreviewNeed {
    /// Index into `nodes`.
    pub node: u32,
    /// `success`, `failure` or `always`.
    pub on: String,
}

/// What would become of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It would run.
    Run,
    /// Its result is in place.
    Cached,
    /// It depends on the end of another node.
    Depends,
    /// A file that codey did not make, or one edited by hand, is in its way.
    Conflict,
}

/// One load of a model.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Load {
    /// The model's role.
    pub model: String,
    /// The model's name, where there is a model for the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Chunks that it writes at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lanes: Option<u32>,
    /// Memory that it takes once loaded, in MiB, where it is on this computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need_mib: Option<u64>,
    /// The server that runs it, where that is not this computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Indexes into `nodes`, in order.
    pub nodes: Vec<u32>,
}

/// Sums over the plan.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Totals {
    /// Nodes.
    pub nodes: u32,
    /// Nodes that would run.
    pub run: u32,
    /// Nodes whose result is in place.
    pub cached: u32,
    /// Most tokens the models would make.
    pub tokens: u64,
    /// Estimated time in milliseconds, from earlier runs where there are any.
    pub estimated_ms: u64,
    /// Estimated peak memory of models, in MiB.
    pub peak_mib: u64,
}
