//! A folder of templates as it lies on disk: names and texts, and why one cannot be read. Knows neither what is
//! embedded nor what uses them.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::overrides::{Found, TemplateOrigin};
use crate::diagnostic::Finding;
use crate::workspace::{Kind, Workspace, WorkspaceError};

/// Bytes of the longest template that is read.
const MAX_TEMPLATE_BYTES: u64 = 1 << 20;
/// Templates that one folder may hold.
const MAX_TEMPLATES: usize = 2000;

/// A folder of templates.
pub(super) struct Folder<'a> {
    /// The directory that it lies in.
    pub root: &'a Utf8Path,
    /// Its path there; empty for the directory itself, which may be a link then.
    pub below: &'a Utf8Path,
    pub origin: TemplateOrigin,
    /// What its files are called.
    pub word: &'static str,
}

impl Folder<'_> {
    /// Adds its templates to `found`, and to `unreadable` what keeps others from being read.
    pub(super) fn read(&self, found: &mut BTreeMap<String, Found>, unreadable: &mut Vec<Finding>) {
        let folder = below(self.root, self.below);
        if !folder.is_dir() {
            return;
        }
        let Some(workspace) = self.open(&folder, unreadable) else {
            return;
        };
        let names = match workspace.list(Utf8Path::new(""), &is_left_by_editors) {
            Ok(names) => names,
            Err(error) => return unreadable.push(error.finding()),
        };
        if names.len() > MAX_TEMPLATES {
            let message = format!("`{folder}` holds more than {MAX_TEMPLATES} files");
            let help = format!(
                "keep only the {}s in it that differ from codey's own",
                self.word
            );
            unreadable.push(Finding::error("templates::too-many", message).help(help));
            return;
        }
        for name in names {
            match text(&workspace, &folder, &name, self.word) {
                Ok(Some(text)) => {
                    let one = Found {
                        origin: self.origin,
                        path: folder.join(&name),
                        text,
                    };
                    found.insert(name.into_string(), one);
                }
                Ok(None) => {}
                Err(finding) => unreadable.push(finding),
            }
        }
    }

    /// The folder as a place that nothing leads out of. A project's folder may itself be no link: the project
    /// may come from anybody.
    fn open(&self, folder: &Utf8Path, unreadable: &mut Vec<Finding>) -> Option<Workspace> {
        let opened = || -> Result<Option<Workspace>, WorkspaceError> {
            let is_real = self.below == ""
                || Workspace::open(self.root)?.real(&self.below.join("name"))?
                    == self.below.join("name");
            is_real.then(|| Workspace::open(folder)).transpose()
        };
        match opened() {
            Ok(None) => {
                let message = format!("`{folder}` is reached through a symbolic link");
                let help = "make it a folder of the project";
                unreadable.push(Finding::error("templates::outside", message).help(help));
                None
            }
            Ok(workspace) => workspace,
            Err(error) => {
                unreadable.push(error.finding());
                None
            }
        }
    }
}

/// `path` in the directory `dir`, as people name it.
pub(super) fn below(dir: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    match dir.as_str() {
        "." => path.to_owned(),
        _ => dir.join(path),
    }
}

/// The text of a template; nothing where it went away.
fn text(
    workspace: &Workspace,
    folder: &Utf8Path,
    name: &Utf8Path,
    word: &str,
) -> Result<Option<String>, Finding> {
    let unreadable = |error: WorkspaceError| {
        let path = folder.join(name);
        if error.kind == Kind::Outside {
            let message = format!("`{path}` is a link that leads out of the {word}s' folder");
            let help = "put the file itself in its place";
            return Finding::error("templates::outside", message).help(help);
        }
        let message = format!("`{path}` cannot be read: {}", error.what);
        Finding::error("templates::unreadable", message).help(error.help())
    };
    let Some(stat) = workspace.stat(name).map_err(unreadable)? else {
        return Ok(None);
    };
    if stat.bytes > MAX_TEMPLATE_BYTES {
        let message = format!(
            "`{}` has {} bytes; a {word} has at most {MAX_TEMPLATE_BYTES}",
            folder.join(name),
            stat.bytes
        );
        return Err(Finding::error("templates::too-long", message).help("shorten or remove it"));
    }
    let Some(bytes) = workspace.read(name).map_err(unreadable)? else {
        return Ok(None);
    };
    String::from_utf8(bytes).map(Some).map_err(|_| {
        let message = format!("`{}` is no UTF-8 text", folder.join(name));
        Finding::error("templates::unreadable", message).help("save it as UTF-8, or remove it")
    })
}

fn is_left_by_editors(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.ends_with('~')
        || name.strip_suffix(".swp").is_some()
        || matches!(name, ".DS_Store" | ".git")
}
