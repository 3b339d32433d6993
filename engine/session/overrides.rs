//! Templates of a project and of the user that stand in for the embedded ones: project before user before
//! embedded. Knows where they lie and what is wrong with them, not what they are for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::assets;
use crate::diagnostic::{Finding, did_you_mean};
use crate::plan::{Action, Plan, Sources};
use crate::template::Templates;
use crate::workspace::{Kind, Workspace, WorkspaceError};

/// Where a project keeps its own templates. Not in `.codey`, which is kept out of version control.
pub const PROJECT_TEMPLATES: &str = "codey/templates";

/// Bytes of the longest template that is read.
const MAX_TEMPLATE_BYTES: u64 = 1 << 20;
/// Templates that one folder may hold.
const MAX_TEMPLATES: usize = 2000;

/// Describes a stack: read by the engine, rendered by nobody.
const STACK_FILE: &str = "stack.yaml";

/// Whose a template is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TemplateOrigin {
    /// Part of the binary.
    Embedded,
    /// The user's, for all projects.
    User,
    /// The project's.
    Project,
}

impl TemplateOrigin {
    /// As it is shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::User => "user",
            Self::Project => "project",
        }
    }
}

/// A template that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTemplate {
    /// Its name, such as `flask/app/db.py`.
    pub name: String,
    /// Whose it is.
    pub origin: TemplateOrigin,
    /// Its file, unless it is embedded.
    pub path: Option<Utf8PathBuf>,
}

#[derive(Clone, Debug)]
struct Found {
    origin: TemplateOrigin,
    /// As it is shown: below the directory as the user named it.
    path: Utf8PathBuf,
    text: String,
}

/// Templates that stand in for embedded ones.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    found: Arc<BTreeMap<String, Found>>,
    unreadable: Vec<Finding>,
}

impl Overrides {
    /// Reads the templates of the project at `project` and those in the user's folder `user`, where these
    /// are there.
    pub fn load(project: &Utf8Path, user: Option<&Utf8Path>) -> Self {
        let mut found = BTreeMap::new();
        let mut unreadable = Vec::new();
        if let Some(user) = user {
            let folder = Folder {
                root: user,
                below: Utf8Path::new(""),
                origin: TemplateOrigin::User,
            };
            folder.read(&mut found, &mut unreadable);
        }
        let folder = Folder {
            root: project,
            below: Utf8Path::new(PROJECT_TEMPLATES),
            origin: TemplateOrigin::Project,
        };
        folder.read(&mut found, &mut unreadable);
        Self {
            found: Arc::new(found),
            unreadable,
        }
    }

    /// Why templates cannot be read: a run must not take the embedded ones instead.
    pub fn unreadable(&self) -> &[Finding] {
        &self.unreadable
    }

    /// Whether there is none, readable or not.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.unreadable.is_empty()
    }

    /// All templates, each from whom it is taken.
    pub fn templates(&self) -> Templates {
        if self.found.is_empty() {
            return Templates::new();
        }
        let (texts, places) = (Arc::clone(&self.found), Arc::clone(&self.found));
        let text = move |name: &str| match texts.get(name) {
            Some(found) => Some(Cow::Owned(found.text.clone())),
            None => assets::template(name).map(Cow::Borrowed),
        };
        Templates::of(text).placed(move |name| Some(places.get(name)?.path.clone()))
    }

    /// Every template there is, by name, each from whom it is taken.
    pub fn list(&self) -> Vec<ListedTemplate> {
        let embedded = embedded().filter(|name| !self.found.contains_key(*name));
        let embedded = embedded.map(|name| ListedTemplate {
            name: name.to_owned(),
            origin: TemplateOrigin::Embedded,
            path: None,
        });
        let own = self.found.iter().map(|(name, found)| ListedTemplate {
            name: name.clone(),
            origin: found.origin,
            path: Some(found.path.clone()),
        });
        let mut all: Vec<_> = embedded.chain(own).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// The text of the template `name`.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.found.get(name) {
            Some(found) => Some(found.text.clone()),
            None => embedded_text(name).map(str::to_owned),
        }
    }

    /// The texts that `findings` point into.
    pub fn sources(&self, findings: &[Finding]) -> Sources {
        let sources = Sources::default();
        let places = findings.iter().filter_map(|finding| finding.place.as_ref());
        let files: BTreeSet<&Utf8Path> = places.map(|place| place.file.as_path()).collect();
        for found in self
            .found
            .values()
            .filter(|found| files.contains(found.path.as_path()))
        {
            sources.keep(&found.path, found.text.clone());
        }
        sources
    }

    /// Templates that do not parse.
    pub fn broken(&self) -> Vec<Finding> {
        let templates = self.templates();
        let names = self.found.keys();
        names
            .filter_map(|name| templates.check(name).err())
            .collect()
    }

    /// Warnings for templates that stand in for no other and that neither `plan` nor another of them uses.
    pub fn unused(&self, plan: Option<&Plan>) -> Vec<Finding> {
        let templates = self.templates();
        let of_plan = plan.into_iter().flat_map(|plan| &plan.nodes);
        let of_plan = of_plan.filter_map(|node| match &node.action {
            Action::Produce(produce) => produce.template.as_deref(),
            _ => None,
        });
        let replaced = self.found.keys().map(String::as_str);
        let replaced = replaced.filter(|name| embedded_text(name).is_some());
        let used: BTreeSet<String> = of_plan
            .chain(replaced)
            .flat_map(|name| templates.uses(name))
            .collect();
        let own = self.found.iter();
        own.filter(|(name, _)| !used.contains(*name) && embedded_text(name).is_none())
            .map(|(name, found)| unused(name, found))
            .collect()
    }
}

fn unused(name: &str, found: &Found) -> Finding {
    let (message, help) = if assets::template(name).is_some() {
        let message = format!(
            "`{}` describes a stack and is not taken from here",
            found.path
        );
        (message, "remove it".to_owned())
    } else {
        let near = did_you_mean(name, embedded());
        let help = near.map_or_else(
            || {
                "`codey templates list` shows the names; remove the file if nothing uses it"
                    .to_owned()
            },
            |near| format!("did you mean `{near}`?"),
        );
        (
            format!("`{}` takes the place of no template", found.path),
            help,
        )
    };
    Finding::warning("templates::unused", message).help(help)
}

/// The names of the templates that are part of the binary.
pub fn embedded() -> impl Iterator<Item = &'static str> {
    assets::templates()
        .map(|(name, _)| name)
        .filter(|name| is_template(name))
}

/// The text of an embedded template.
pub(super) fn embedded_text(name: &str) -> Option<&'static str> {
    assets::template(name).filter(|_| is_template(name))
}

fn is_template(name: &str) -> bool {
    Utf8Path::new(name).file_name() != Some(STACK_FILE)
}

/// A folder of templates.
struct Folder<'a> {
    root: &'a Utf8Path,
    below: &'a Utf8Path,
    origin: TemplateOrigin,
}

impl Folder<'_> {
    fn read(&self, found: &mut BTreeMap<String, Found>, unreadable: &mut Vec<Finding>) {
        let folder = self.root.join(self.below);
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
            let help = "keep only the templates in it that differ from codey's own";
            unreadable.push(Finding::error("templates::too-many", message).help(help));
            return;
        }
        for name in names {
            match text(&workspace, &folder, &name) {
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

/// The text of a template; nothing where it went away.
fn text(
    workspace: &Workspace,
    folder: &Utf8Path,
    name: &Utf8Path,
) -> Result<Option<String>, Finding> {
    let unreadable = |error: WorkspaceError| {
        let path = folder.join(name);
        if error.kind == Kind::Outside {
            let message = format!("`{path}` is a link that leads out of the templates' folder");
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
            "`{}` has {} bytes; a template has at most {MAX_TEMPLATE_BYTES}",
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
    name.ends_with('~') || name.ends_with(".swp") || matches!(name, ".DS_Store" | ".git")
}
