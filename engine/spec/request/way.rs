//! Ways to build: the kind of project and the stack that a request names. Knows no entity.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::language;
use super::options::{Coverage, SpecOptions};
use super::token::{self, Token};
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
    #[serde(default)]
    label: String,
    #[serde(default)]
    thing: String,
    #[serde(default)]
    code: bool,
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub beside: Vec<String>,
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

    /// Whether its `phrase`, the `length` tokens at `at`, means it there.
    pub(super) fn counts(&self, phrase: &str, tokens: &[Token], at: usize, length: usize) -> bool {
        !self.beside.iter().any(|word| word == phrase) || language::is_meant(tokens, at, length)
    }

    fn builds(&self, stack: &str) -> bool {
        self.stack == stack || self.language == stack
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

    /// The places of the tokens that name ways.
    pub(super) fn spans(&self) -> Vec<Range<usize>> {
        let span = |(_, from, at): &(&Way, String, usize)| *at..*at + token::tokens(from).len();
        self.list.iter().map(span).collect()
    }

    /// The kind of project where the words leave no doubt: a library in a language.
    pub(super) fn certain(&self, tokens: &[Token]) -> Option<&'static str> {
        let packs = |(way, from, at): &(&Way, String, usize)| {
            way.code && language::packs(tokens, *at, token::tokens(from).len())
        };
        let checks = self.kind(tokens) == "ci";
        (!checks && self.list.iter().any(packs)).then_some("package")
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
        // A package in Python may wrap a library in C.
        let at_hand = |name: &&str| !of_web && stacks.contains(name);
        let named = language.clone().find(at_hand);
        let named = named.or_else(|| stack.chain(language).find(fits));
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
        let found = self.list.iter().find(|(way, ..)| way.builds(stack));
        found.map_or(stack, |(_, from, _)| from)
    }

    fn of(&self, stack: &str) -> Option<&'static Way> {
        let found = self.list.iter().find(|(way, ..)| way.builds(stack));
        found.map(|(way, ..)| *way)
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
        if let Some(text) = self.not_made(ways, &options.covered) {
            let kind = ways.first(self.kind).map_or("", |(_, from, _)| from);
            let stack = ways.words_for(&self.stack);
            let from = if stack.is_empty() { kind } else { stack };
            say(NoteKind::Unsupported, text, from);
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

impl Decided {
    /// Why no stack at hand makes it, and what there is instead.
    fn not_made(&self, ways: &Ways, covered: &Coverage) -> Option<String> {
        let (_, stacks) = STACKS.iter().find(|(kind, _)| *kind == self.kind)?;
        let known = covered.kinds.is_empty() || covered.kinds.iter().any(|kind| kind == self.kind);
        let made = |stack: &&&str| known && covered.stacks.iter().any(|one| one == **stack);
        let made: Vec<&str> = stacks
            .iter()
            .filter(made)
            .map(|stack| label(stack))
            .collect();
        if known && stacks.contains(&self.stack.as_str()) && covered.stacks.contains(&self.stack) {
            return None;
        }
        let what = title(self.kind);
        let Some((last, before)) = made.split_last() else {
            let kinds = covered.kinds.iter().map(|kind| title(kind));
            let kinds = kinds.collect::<Vec<_>>().join(", ");
            return Some(format!("{what} cannot be made; these can: {kinds}"));
        };
        let (first, listed) = match before {
            [] => (last, (*last).to_owned()),
            [first, ..] => (first, format!("{} or {last}", before.join(", "))),
        };
        let way = ways.of(&self.stack);
        let thing = way.map(|way| way.thing.as_str()).unwrap_or_default();
        if !thing.is_empty() {
            return Some(format!(
                "{thing} cannot be made; {what} in {listed} can: ask for that instead"
            ));
        }
        let named = way.map(|way| way.label.as_str()).unwrap_or_default();
        let named = if named.is_empty() {
            label(&self.stack)
        } else {
            named
        };
        let joins = if self.kind == "ci" { "for" } else { "in" };
        Some(format!(
            "{what} {joins} {named} cannot be made; {joins} {listed} it can: say \"{joins} {first}\" instead"
        ))
    }
}

/// What people call a stack or a language.
fn label(stack: &str) -> &str {
    let is_it = |way: &&Way| {
        (way.stack == stack || way.language == stack)
            && way.kind.is_empty()
            && !way.label.is_empty()
    };
    WAYS.iter().find(is_it).map_or(stack, |way| &way.label)
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
