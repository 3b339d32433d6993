//! The recording: the plan that made a directory, kept there so that it can grow, be brought up to date and be
//! verified. Knows where it lies and how it reads, not what anybody does with it.

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::target::{Closed, Opened, Origin, open_plan};
use crate::assets;
use crate::contract::Schema;
use crate::plan::{self, LoadOptions, MAX_FILE_BYTES};
use crate::planner;
use crate::workspace::{STATE_DIR, Workspace, WorkspaceError};

/// The recording's file in codey's folder: a plan file that starts with two lines of its own.
const FILE: &str = "plan.yaml";

const HEADER: &str =
    "# What codey made this directory from. `codey add` and `codey update` start here.\n";

/// What the second line starts with; a JSON object follows.
const MADE: &str = "# made: ";

/// What is known of a plan besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Made {
    /// The shipped plan that it is, values apart; nothing for a plan that somebody wrote or changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// The request that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The plan's file, where it includes others and has to be read in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Utf8PathBuf>,
    /// The database that it asked for, as the version of codey that ran it understood it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    /// Parameters that could not be written into the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<(String, String)>,
}

/// A recorded plan before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recording {
    pub made: Made,
    /// The plan's text, its parameters' values written in as defaults.
    pub text: String,
}

/// Opens the plan that made `dir`.
///
/// # Errors
/// When there is no recording, or the plan does not pass its checks any more.
pub fn open(dir: &Utf8Path) -> Result<Opened, Closed> {
    read(dir)?.open(dir)
}

/// Reads the recording of `dir`.
pub(super) fn read(dir: &Utf8Path) -> Result<Recording, Closed> {
    let not_recorded = |why: String| Closed::NotRecorded(dir.to_owned(), why);
    let path = Utf8Path::new(STATE_DIR).join(FILE);
    let bytes = if dir.join(STATE_DIR).is_dir() {
        Workspace::open(dir)
            .and_then(|workspace| workspace.read(&path))
            .map_err(|error| not_recorded(error.to_string()))?
    } else {
        None
    };
    let bytes = bytes.ok_or_else(|| not_recorded("codey has made nothing there".to_owned()))?;
    String::from_utf8(bytes)
        .ok()
        .and_then(|text| Recording::parse(&text))
        .ok_or_else(|| not_recorded(format!("`{path}` is no recording of codey's")))
}

/// Keeps the plan of a run that begins. A plan without an application does not take the place of one with:
/// a workflow added to an application leaves it what it is.
pub(super) fn keep(opened: &Opened, workspace: &Workspace) -> Result<(), WorkspaceError> {
    let Some(recording) = Recording::of(opened, workspace.root()) else {
        return Ok(());
    };
    let path = Utf8Path::new(STATE_DIR).join(FILE);
    let old = workspace.read(&path)?;
    let text = recording.render();
    if old.as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    if !stores_something(opened) && old.is_some() {
        let old = read(workspace.root()).and_then(|old| old.open(workspace.root()));
        if old.is_ok_and(|old| stores_something(&old)) {
            return Ok(());
        }
    }
    workspace.write_record(FILE, text.as_bytes())
}

/// Keeps the plan of a project in which there is nothing to run.
pub fn remember(opened: &Opened, dir: &Utf8Path) -> Result<(), WorkspaceError> {
    let workspace = Workspace::open(dir)?;
    // A run that works there right now keeps its own.
    let Some(_lock) = workspace.lock()? else {
        return Ok(());
    };
    keep(opened, &workspace)
}

/// What a request does not ask for and the application in `dir`, made from another one, keeps: the words of that
/// request, and its entities.
pub(super) fn left_out(opened: &Opened, dir: &Utf8Path) -> Option<(String, Vec<String>)> {
    let contract = opened
        .contract
        .as_ref()
        .filter(|_| opened.request.is_some())?;
    let made = read(dir).ok()?.made;
    let is_kept = |name: &String| contract.entities.iter().any(|entity| entity.name == *name);
    let tables = made.schema?.tables.into_iter();
    let entities = tables.map(|table| table.entity);
    let mut lost: Vec<String> = entities
        .filter(|name| !name.is_empty() && !is_kept(name))
        .collect();
    lost.sort();
    lost.dedup();
    Some((begin(&made.request?), lost)).filter(|(_, lost)| !lost.is_empty())
}

/// The beginning of a request, on one line.
fn begin(request: &str) -> String {
    const LETTERS: usize = 60;
    let words: Vec<&str> = request.split_whitespace().collect();
    let line = words.join(" ").replace(char::is_control, "");
    match line.char_indices().nth(LETTERS) {
        Some((at, _)) => format!("{}...", line[..at].trim_end()),
        None => line,
    }
}

fn stores_something(opened: &Opened) -> bool {
    let contract = opened.contract.as_ref();
    contract.is_some_and(|contract| !contract.entities.is_empty())
}

impl Recording {
    /// The recording of an opened plan; nothing where its text is gone.
    fn of(opened: &Opened, root: &Utf8Path) -> Option<Self> {
        let origin = &opened.origin;
        let text = match (&origin.text, &origin.file) {
            (Some(text), _) => text.clone(),
            (None, Some(file)) => text_of(file)?,
            (None, None) => return None,
        };
        let mut made = Made {
            plan: origin.base.clone(),
            request: origin.request.clone(),
            schema: opened.contract.as_ref().map(Schema::of),
            ..Made::default()
        };
        // Somebody may run the recording itself.
        let (text, request) = match Self::parse(&text) {
            Some(recorded) => (recorded.text, recorded.made.request),
            None => (text, None),
        };
        made.request = made.request.or(request);
        if origin.includes {
            made.file = origin.file.as_deref().and_then(|file| relative(file, root));
            made.set.clone_from(&origin.set);
            return Some(Self { made, text });
        }
        if made.plan.is_none() && opened.contract.is_some() {
            made.plan = planner::shipped_form(&text, assets::plans()).map(str::to_owned);
        }
        let mut values: Vec<(String, Value)> = Vec::new();
        for (name, _) in &origin.set {
            let value = opened.plan.params.get(name)?.clone();
            values.retain(|(known, _)| known != name);
            values.push((name.clone(), value));
        }
        let mut recording = Self { made, text };
        recording.set(&values);
        Some(recording)
    }

    /// Gives parameters other values: as defaults, and where that cannot be, as if set on the command line.
    pub(super) fn set(&mut self, values: &[(String, Value)]) {
        // A plan of several files is read where it lies.
        let in_place = self.made.file.is_some();
        let (text, left) = match in_place || values.is_empty() {
            true => (
                self.text.clone(),
                values.iter().map(|(name, _)| name.clone()).collect(),
            ),
            false => planner::with_defaults(&self.text, values),
        };
        self.text = text;
        for (name, value) in values {
            self.made.set.retain(|(known, _)| known != name);
            if left.contains(name) {
                self.made.set.push((name.clone(), given(value)));
            }
        }
    }

    /// The recorded plan, checked.
    pub(super) fn open(&self, dir: &Utf8Path) -> Result<Opened, Closed> {
        let options = LoadOptions {
            set: self.made.set.clone(),
            shipped: assets::plan,
        };
        let file = self.made.file.as_ref().map(|file| dir.join(file));
        let origin = Origin {
            text: Some(self.text.clone()),
            base: self.made.plan.clone(),
            includes: file.is_some(),
            request: self.made.request.clone(),
            set: self.made.set.clone(),
            file: file.clone(),
        };
        let loaded = match &file {
            Some(file) => plan::load(file, &options),
            None => plan::load_text(&format!("{STATE_DIR}/{FILE}"), &self.text, &options),
        };
        open_plan(loaded, None, origin)
    }

    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(HEADER)?.strip_prefix(MADE)?;
        let (made, text) = rest.split_once('\n')?;
        Some(Self {
            made: serde_json::from_str(made).ok()?,
            text: text.to_owned(),
        })
    }

    fn render(&self) -> String {
        let made = serde_json::to_string(&self.made).unwrap_or_default();
        format!("{HEADER}{MADE}{made}\n{}", self.text)
    }
}

/// A value as `--set` takes it.
fn given(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The text of a plan file that was found compiled.
fn text_of(file: &Utf8Path) -> Option<String> {
    let length = file.metadata().ok()?.len();
    if length > MAX_FILE_BYTES as u64 {
        return None;
    }
    std::fs::read_to_string(file).ok()
}

/// The path of `file` from `root` where it lies below, else from the top.
fn relative(file: &Utf8Path, root: &Utf8Path) -> Option<Utf8PathBuf> {
    let file = file.canonicalize_utf8().ok()?;
    let root = root.canonicalize_utf8().ok()?;
    Some(
        file.strip_prefix(&root)
            .map_or(file.clone(), Utf8Path::to_owned),
    )
}
