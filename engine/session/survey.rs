//! The files of a project as they lie: what is worth checking and its text. Knows which folders hold what tools
//! left, not what a check says.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::shelf::Shelf;
use crate::plan::{Action, Plan};
use crate::workspace::{Kind, Workspace, WorkspaceError};

/// Bytes of the largest file whose text is checked.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// Folders that hold records, environments, packages and what tools made, at any depth.
const LEFT_BY_TOOLS: &[&str] = &[
    ".cache",
    ".codey",
    ".git",
    ".hg",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "instance",
    "node_modules",
    "target",
    "venv",
];

/// The file that makes a folder a Python environment, whatever its name.
const ENVIRONMENT: &str = "pyvenv.cfg";

/// The files of a project.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Every file, sorted.
    pub files: Vec<Utf8PathBuf>,
    /// The texts of those that are text, in the same order.
    pub texts: Vec<(Utf8PathBuf, String)>,
    /// Files that the plan writes, whether they are there or not.
    pub own: BTreeSet<Utf8PathBuf>,
    /// Files and folders that may not be read.
    pub unreadable: Vec<Utf8PathBuf>,
}

impl Survey {
    /// Looks at the project in `workspace` that `plan` made.
    pub(super) fn of(workspace: &Workspace, plan: Option<&Plan>) -> Result<Self, WorkspaceError> {
        let own: BTreeSet<Utf8PathBuf> = plan.map_or_else(BTreeSet::new, written);
        let skip = |path: &Utf8Path| {
            let is_left = path == Shelf::Templates.project_folder()
                || path == Shelf::Prompts.project_folder()
                || path
                    .file_name()
                    .is_some_and(|name| LEFT_BY_TOOLS.contains(&name))
                || matches!(workspace.stat(&path.join(ENVIRONMENT)), Ok(Some(_)));
            is_left && !own.iter().any(|own| own.starts_with(path))
        };
        let files = workspace.list(Utf8Path::new(""), &skip)?;
        let (mut texts, mut unreadable) = (Vec::new(), Vec::new());
        for path in &files {
            // A link that leads outside is not the project's to answer for.
            let Ok(Some(stat)) = workspace.stat(path) else {
                continue;
            };
            if stat.is_dir {
                unreadable.push(path.clone());
            }
            if !stat.is_file || stat.bytes > MAX_TEXT_BYTES {
                continue;
            }
            match workspace.read(path) {
                Ok(bytes) => {
                    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
                    texts.extend(text.map(|text| (path.clone(), text)));
                }
                Err(error) if error.kind == Kind::Permission => unreadable.push(path.clone()),
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            files,
            texts,
            own,
            unreadable,
        })
    }

    /// Files that the plan writes and that are not there.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        let is_there = |path: &Utf8PathBuf| self.files.binary_search(path).is_ok();
        self.own.iter().filter(move |path| !is_there(path))
    }
}

/// Files that a plan writes; what its programs leave is theirs.
fn written(plan: &Plan) -> BTreeSet<Utf8PathBuf> {
    let nodes = plan.nodes.iter().filter(|node| {
        matches!(
            node.action,
            Action::Write { .. } | Action::Produce(_) | Action::Copy { .. }
        )
    });
    nodes
        .flat_map(|node| node.outputs.iter().cloned())
        .collect()
}
