//! Templates and prompts of a project and of the user that stand in for the embedded ones: project before user
//! before embedded. Knows where they lie and what is wrong with them, not what they are for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::shelf::Shelf;
use super::template_folder::Folder;
use crate::assets;
use crate::diagnostic::{Finding, did_you_mean};
use crate::plan::{Action, Plan, Sources};
use crate::template::Templates;

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
    shelf: Shelf,
    found: Arc<BTreeMap<String, Found>>,
    unreadable: Vec<Finding>,
}

impl Overrides {
    /// Nothing stands in for what is embedded.
    pub fn none(shelf: Shelf) -> Self {
        Self {
            shelf,
            ..Self::default()
        }
    }

    /// Reads the templates of the project at `project` and those in the user's folder `user`, where these
    /// are there.
    pub fn load(shelf: Shelf, project: &Utf8Path, user: Option<&Utf8Path>) -> Self {
        let mut found = BTreeMap::new();
        let mut unreadable = Vec::new();
        if let Some(user) = user {
            let folder = Folder {
                root: user,
                below: Utf8Path::new(""),
                origin: TemplateOrigin::User,
                word: shelf.word(),
            };
            folder.read(&mut found, &mut unreadable);
        }
        let folder = Folder {
            root: project,
            below: shelf.project_folder(),
            origin: TemplateOrigin::Project,
            word: shelf.word(),
        };
        folder.read(&mut found, &mut unreadable);
        Self {
            shelf,
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

    /// All of them, each from whom it is taken.
    pub fn templates(&self) -> Templates {
        let kind = self.shelf;
        if kind == Shelf::Templates && self.found.is_empty() {
            return Templates::new();
        }
        let (texts, places) = (Arc::clone(&self.found), Arc::clone(&self.found));
        let text = move |name: &str| match (texts.get(name), kind) {
            (Some(found), _) => Some(Cow::Owned(found.text.clone())),
            (None, Shelf::Templates) => assets::template(name).map(Cow::Borrowed),
            (None, Shelf::Prompts) => assets::prompt(name).map(Cow::Borrowed),
        };
        Templates::of(text).placed(move |name| match (places.get(name), kind) {
            (Some(found), _) => Some(found.path.clone()),
            (None, Shelf::Templates) => None,
            (None, Shelf::Prompts) => Some(Utf8Path::new("prompts").join(name)),
        })
    }

    /// Every template there is, by name, each from whom it is taken.
    pub fn list(&self) -> Vec<ListedTemplate> {
        let embedded = self
            .shelf
            .embedded()
            .filter(|name| !self.found.contains_key(*name));
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
            None => self.shelf.embedded_text(name).map(str::to_owned),
        }
    }

    /// The texts that `findings` point into.
    pub fn sources(&self, findings: &[Finding]) -> Sources {
        let sources = Sources::default();
        self.add_sources(findings, &sources);
        sources
    }

    /// Adds the texts that `findings` point into.
    pub(super) fn add_sources(&self, findings: &[Finding], sources: &Sources) {
        let places = findings.iter().filter_map(|finding| finding.place.as_ref());
        let files: BTreeSet<&Utf8Path> = places.map(|place| place.file.as_path()).collect();
        for found in self
            .found
            .values()
            .filter(|found| files.contains(found.path.as_path()))
        {
            sources.keep(&found.path, found.text.clone());
        }
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
        let kind = self.shelf;
        let is_taken = |name: &str| kind.embedded_text(name).is_some() || kind.is_looked_for(name);
        let replaced = replaced.filter(|name| is_taken(name));
        let used: BTreeSet<String> = of_plan
            .chain(replaced)
            .flat_map(|name| templates.uses(name))
            .collect();
        let own = self.found.iter();
        own.filter(|(name, _)| !used.contains(*name) && !is_taken(name))
            .map(|(name, found)| unused(kind, name, found))
            .collect()
    }
}

fn unused(shelf: Shelf, name: &str, found: &Found) -> Finding {
    let (message, help) = if shelf == Shelf::Templates && assets::template(name).is_some() {
        let message = format!(
            "`{}` describes a stack and is not taken from here",
            found.path
        );
        (message, "remove it".to_owned())
    } else {
        let near = did_you_mean(name, shelf.embedded());
        let help = near.map_or_else(
            || {
                format!(
                    "`codey {}s list` shows the names; remove the file if nothing uses it",
                    shelf.word()
                )
            },
            |near| format!("did you mean `{near}`?"),
        );
        (
            format!("`{}` takes the place of no {}", found.path, shelf.word()),
            help,
        )
    };
    Finding::warning("templates::unused", message).help(help)
}
