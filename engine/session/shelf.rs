//! The two kinds of texts that a project and a user may replace: templates and prompts. Knows their names and where
//! replacements lie, not how they are read.

use camino::Utf8Path;

use crate::assets;

/// Describes a stack: read by the engine, rendered by nobody.
const STACK_FILE: &str = "stack.yaml";

/// A kind of texts that come with codey and that others may replace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shelf {
    /// What files are written from.
    #[default]
    Templates,
    /// What models are asked.
    Prompts,
}

impl Shelf {
    /// The word for one of them.
    pub fn word(self) -> &'static str {
        match self {
            Self::Templates => "template",
            Self::Prompts => "prompt",
        }
    }

    /// Where a project keeps its own. Not in `.codey`, which is kept out of version control.
    pub fn project_folder(self) -> &'static Utf8Path {
        Utf8Path::new(match self {
            Self::Templates => "codey/templates",
            Self::Prompts => "codey/prompts",
        })
    }

    /// The names of those that are part of the binary.
    pub fn embedded(self) -> Box<dyn Iterator<Item = &'static str>> {
        match self {
            Self::Templates => {
                let names = assets::templates().map(|(name, _)| name);
                Box::new(names.filter(|name| is_template(name)))
            }
            Self::Prompts => Box::new(assets::prompts().map(|(name, _)| name)),
        }
    }

    /// The text of one that is part of the binary.
    pub(super) fn embedded_text(self, name: &str) -> Option<&'static str> {
        match self {
            Self::Templates => assets::template(name).filter(|_| is_template(name)),
            Self::Prompts => assets::prompt(name),
        }
    }

    /// The folders at the top, such as `flask`.
    pub fn folders(self) -> impl Iterator<Item = &'static str> {
        let mut last = "";
        self.embedded()
            .filter_map(|name| Some(name.split_once('/')?.0))
            .filter(move |folder| std::mem::replace(&mut last, folder) != *folder)
    }

    /// Whether something of this name is used although none of that name is part of the binary: prompts are looked
    /// for by role, chunk type and kind of slot.
    pub(super) fn is_looked_for(self, name: &str) -> bool {
        let Some((_, rest)) = name.split_once('/').filter(|_| self == Self::Prompts) else {
            return false;
        };
        let is_own = rest.starts_with("slot/") || rest.starts_with("file/");
        let is_markdown = Utf8Path::new(rest).extension() == Some("md");
        is_markdown && (is_own || matches!(rest, "shared.md" | "repair.md"))
    }
}

fn is_template(name: &str) -> bool {
    Utf8Path::new(name).file_name() != Some(STACK_FILE)
}
