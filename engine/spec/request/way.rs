//! Ways to build: the kind of project and the stack that a request names. Knows no entity.

use std::sync::LazyLock;

use serde::Deserialize;

use super::options::SpecOptions;
use super::token::Token;
use super::words::{self, Role};
use crate::spec::{Note, NoteKind};

/// Words that name a way to build.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Way {
    #[serde(default)]
    stack: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    feature: String,
    pub words: Vec<String>,
}

static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("../data/stacks.yaml")).expect("the table of stacks is valid")
});

impl Way {
    /// What its words say.
    pub(super) fn title(&self) -> &str {
        match self.kind.as_str() {
            "" if self.stack.is_empty() => &self.language,
            "" => &self.stack,
            kind => title(kind),
        }
    }
}

/// The stacks of each kind; the first one is used unless the request says otherwise.
const STACKS: [(&str, &[&str]); 6] = [
    ("web", WEB),
    ("api", WEB),
    ("static", &["html"]),
    ("cli", &["python", "rust"]),
    ("package", &["python", "rust"]),
    ("ci", &["python", "node", "rust"]),
];
const WEB: &[&str] = &["flask", "fastapi", "django"];
/// Features that mean something for kinds without pages.
const PLAIN_FEATURES: [(&str, &[&str]); 4] = [
    ("static", &[]),
    ("cli", &["csv", "ci"]),
    ("package", &["ci"]),
    ("ci", &["gitlab"]),
];

/// Every way of the table.
pub(super) fn all() -> &'static [Way] {
    &WAYS
}

/// Words for ways that a request holds, each with the token it begins at.
#[derive(Debug, Default)]
pub(super) struct Ways {
    list: Vec<(&'static Way, String, usize)>,
}

/// What is built, decided.
#[derive(Debug)]
pub(super) struct Decided {
    /// Kind of project.
    pub kind: &'static str,
    /// Its stack, which may not be at hand.
    pub stack: String,
    /// Features that the words for ways bring along.
    pub features: Vec<(String, String)>,
    /// Whether the stack was asked for.
    pub asked: bool,
}

impl Ways {
    /// Adds words of the table.
    pub(super) fn add(&mut self, way: &'static Way, from: &str, at: usize) {
        self.list.push((way, from.to_owned(), at));
    }

    fn first(&self, kind: &str) -> Option<&(&'static Way, String, usize)> {
        self.list.iter().find(|(way, ..)| way.kind == kind)
    }

    fn names_stack(&self) -> bool {
        self.list.iter().any(|(way, ..)| !way.stack.is_empty())
    }

    /// The kind of project, as far as words for ways tell.
    pub(super) fn kind(&self, tokens: &[Token]) -> &'static str {
        let pipeline = self.first("ci");
        if pipeline.is_some_and(|(_, _, at)| leads(&tokens[..*at])) {
            return "ci";
        }
        if self.first("package").is_some() {
            return "package";
        }
        let web = self
            .list
            .iter()
            .any(|(way, ..)| WEB.contains(&way.stack.as_str()));
        if self.first("cli").is_some() && !web {
            return "cli";
        }
        if self.first("static").is_some() && !self.names_stack() {
            return "static";
        }
        match self.first("api") {
            Some(_) => "api",
            None => "web",
        }
    }

    /// The stack of a project of `kind`, and what else the words for ways say.
    pub(super) fn decide(&self, kind: &'static str, options: &SpecOptions) -> Decided {
        let (_, stacks) = STACKS
            .iter()
            .find(|(name, _)| *name == kind)
            .unwrap_or(&STACKS[0]);
        let of_web = stacks == &WEB;
        let fits = |name: &&str| !name.is_empty() && (of_web || !WEB.contains(name));
        let stack = self.list.iter().map(|(way, ..)| way.stack.as_str());
        // Python is what the first stack for applications is written in.
        let language = self
            .list
            .iter()
            .map(|(way, ..)| way.language.as_str())
            .filter(|name| !(of_web && *name == "python"));
        let named = stack.chain(language).find(fits);
        let mut features = Vec::new();
        for (way, from, _) in &self.list {
            if way.kind == "ci" && kind != "ci" {
                features.push(("ci".to_owned(), from.clone()));
            }
            if !way.feature.is_empty() {
                features.push((way.feature.clone(), from.clone()));
            }
        }
        let first = stacks.first().copied().unwrap_or_default();
        Decided {
            kind,
            stack: options
                .stack
                .clone()
                .unwrap_or_else(|| named.unwrap_or(first).to_owned()),
            features,
            asked: named.is_some() || options.stack.is_some(),
        }
    }

    /// The words that named `stack`.
    pub(super) fn words_for<'a>(&'a self, stack: &'a str) -> &'a str {
        let is_it = |way: &Way| way.stack == stack || way.language == stack;
        self.list
            .iter()
            .find(|(way, ..)| is_it(way))
            .map_or(stack, |(_, from, _)| from)
    }
}

impl Decided {
    /// Says what cannot be made, and leaves it out of `features`.
    pub(super) fn refuse(
        &self,
        ways: &Ways,
        options: &SpecOptions,
        features: &mut Vec<(String, String)>,
    ) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut say = |kind: NoteKind, text: String, from: &str| {
            notes.push(Note {
                kind,
                text,
                from: from.to_owned(),
            });
        };
        let fits = |stack: &str| {
            STACKS
                .iter()
                .any(|(kind, stacks)| *kind == self.kind && stacks.contains(&stack))
        };
        let covered = &options.covered;
        if !(fits(&self.stack) && covered.stacks.contains(&self.stack)) {
            let made: Vec<&str> = covered
                .stacks
                .iter()
                .map(String::as_str)
                .filter(|stack| fits(stack))
                .collect();
            let made = match made.as_slice() {
                [] => "there is none of this kind so far".to_owned(),
                stacks => format!("there is {}", stacks.join(", ")),
            };
            let what = title(self.kind);
            say(
                NoteKind::Unsupported,
                format!("{what} in {} cannot be made yet; {made}", self.stack),
                ways.words_for(&self.stack),
            );
        } else if !covered.kinds.is_empty() && !covered.kinds.iter().any(|kind| kind == self.kind) {
            let from = ways.first(self.kind).map_or("", |(_, from, _)| from);
            say(
                NoteKind::Unsupported,
                format!(
                    "{} cannot be made yet; there is {}",
                    title(self.kind),
                    covered.kinds.join(", ")
                ),
                from,
            );
        }
        features.retain(|(name, from)| {
            let plain = PLAIN_FEATURES.iter().find(|(kind, _)| *kind == self.kind);
            if let Some((kind, fitting)) = plain
                && !fitting.contains(&name.as_str())
            {
                let text = format!("{name} is nothing that {} has", title(kind));
                say(NoteKind::Missing, text, from);
                return false;
            }
            let admin_elsewhere = name == "admin" && self.stack != "django";
            if admin_elsewhere {
                say(
                    NoteKind::Missing,
                    "an admin site comes with Django only; the pages here list and change every row".to_owned(),
                    from,
                );
            }
            !admin_elsewhere
        });
        notes
    }
}

/// What a project of `kind` is called.
fn title(kind: &str) -> &'static str {
    match kind {
        "api" => "an API",
        "static" => "a static site",
        "cli" => "a command-line program",
        "package" => "a package",
        "ci" => "a CI setup",
        _ => "a web application",
    }
}

/// Whether the words for CI after `before` are what a request is about: `CI for a crate`, not `crate with CI`.
fn leads(before: &[Token]) -> bool {
    const SMALL: [Role; 3] = [Role::Filler, Role::Verb, Role::Link];
    before.iter().all(|token| {
        let small = SMALL.iter().any(|role| words::is(&token.text, *role));
        let joins = [Role::With, Role::Separator]
            .iter()
            .any(|role| words::is(&token.text, *role));
        small || (token.used && !joins)
    })
}
