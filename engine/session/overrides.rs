//! Templates of a project and of the user that stand in for the embedded ones: project before user before
//! embedded. Knows where they lie and what is wrong with them, not what they are for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::template_folder::Folder;
use crate::assets;
use crate::diagnostic::{Finding, did_you_mean};
use crate::plan::{Action, Plan, Sources};
use crate::template::Templates;

/// Where a project keeps its own templates. Not in `.codey`, which is kept out of version control.
pub const PROJECT_TEMPLATES: &str = "codey/templates";

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

/// A template that was read.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub origin: TemplateOrigin,
    /// As it is shown: below the directory as the user named it.
    pub path: Utf8PathBuf,
    pub text: String,
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
