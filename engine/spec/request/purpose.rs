//! What a package or a program is for, where only its frame can be made. Knows no template.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::language;
use super::token::Token;
use super::way::Ways;
use super::words::{self, Role};
use crate::spec::inflect::lines;
use crate::spec::{Note, NoteKind, names};

/// Most characters that are told of a purpose.
const MOST_CHARS: usize = 200;
/// Most words of a title.
const TITLE_WORDS: usize = 3;
/// Words behind which stands what something is for.
const OPENERS: [&str; 6] = ["for", "to", "that", "which", "of", "about"];
/// Words between those and what it is for.
const ARTICLES: [&str; 16] = [
    "a", "an", "the", "my", "our", "your", "their", "some", "any", "all", "can", "will", "should",
    "i", "we", "it",
];

/// Words for what comes with every package, whatever its language, or belongs to the language that names it.
const COMES: [&str; 34] = [
    "test",
    "tests",
    "tested",
    "unit",
    "pytest",
    "doc",
    "docs",
    "documentation",
    "documented",
    "docstrings",
    "doctest",
    "doctests",
    "type",
    "types",
    "typed",
    "typing",
    "hints",
    "annotations",
    "mypy",
    "ruff",
    "pyproject",
    "pyproject.toml",
    "hatch",
    "hatchling",
    "readme",
    "src",
    "layout",
    "lint",
    "lints",
    "clippy",
    "rustfmt",
    "fmt",
    "cargo",
    "installable",
];
/// What words mean that say nothing of a purpose.
const NO_PURPOSE: [&str; 2] = ["how it is built", "not wanted"];
/// Words for what checks do anyway, each in its language.
const CHECKS: [&str; 13] = [
    "test", "tests", "testing", "tested", "check", "checks", "run", "runs", "running", "pytest",
    "clippy", "fmt", "rustfmt",
];

/// Words that say nothing of what a program is for.
static FRAME: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let words = lines(include_str!("../data/frame.txt"));
    words.flat_map(str::split_whitespace).collect()
});

/// What a package or a program is for.
#[derive(Debug, Default)]
pub(super) struct Purpose {
    /// Its words; empty where the request says nothing of it, or where it is made.
    pub text: String,
    /// What the project can be called after it.
    pub title: Option<String>,
}

/// Words of a request between marks, as places of tokens.
struct Clause {
    first: usize,
    end: usize,
    /// It says outright what something is for.
    opened: bool,
}

/// Reads what a project of `kind` is for, and marks the words that say so.
pub(super) fn read(text: &str, tokens: &mut [Token], ways: &Ways, kind: &str) -> Purpose {
    let clauses: Vec<Clause> = clauses(tokens, ways)
        .into_iter()
        .filter_map(|(first, end)| trimmed(tokens, first, end))
        .filter(|clause| tells(&tokens[clause.first..clause.end], clause.opened))
        .collect();
    let titled = |clause: &Clause| {
        let plain = kind == "ci" || !clause.opened;
        title(text, &tokens[clause.first..clause.end], plain)
    };
    let named = clauses.iter().find(|clause| titled(clause).is_some());
    let title = named.and_then(titled);
    let (told, used) = match kind {
        "ci" => (String::new(), named.into_iter().collect::<Vec<_>>()),
        _ => (together(text, tokens, &clauses), clauses.iter().collect()),
    };
    let made = is_made(&told, kind);
    for token in used.iter().flat_map(|clause| clause.first..clause.end) {
        let token = &mut tokens[token];
        token.used = true;
        token.meant = if made {
            Some("what the example does")
        } else {
            token.meant
        };
    }
    tell_rest(tokens, kind);
    let told = told.chars().take(MOST_CHARS).collect();
    let text = if made { String::new() } else { told };
    Purpose { text, title }
}

/// The words of all runs.
fn together(text: &str, tokens: &[Token], clauses: &[Clause]) -> String {
    let words = |clause: &Clause| &text[tokens[clause.first].start..tokens[clause.end - 1].end];
    clauses.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// Marks words for what comes with every project of `kind`.
fn tell_rest(tokens: &mut [Token], kind: &str) {
    for token in tokens.iter_mut().filter(|token| !token.used) {
        let word = token.text.as_str();
        let what = match kind {
            "ci" if CHECKS.contains(&word) => "part of the checks",
            "ci" if word == "project" || language::builds_on(token) => "what is checked",
            "package" if language::builds_on(token) => "a package",
            "package" if COMES.contains(&word) => "part of every package",
            _ => continue,
        };
        token.meant = token.meant.or(Some(what));
    }
}

impl Purpose {
    /// Whether words of the request are part of what it is for, and name nothing besides.
    pub(super) fn holds(&self, from: &str) -> bool {
        !from.is_empty() && self.text.contains(from)
    }

    /// Says that it is left to people to write, unless the example in the templates does it.
    pub(super) fn note(&self, kind: &str) -> Option<Note> {
        let (what, example) = match kind {
            "package" => ("a package", "an example function"),
            _ => ("a command-line program", "an example command"),
        };
        let text = format!(
            "only the frame of {what} is made; what it shall do is yours to write, \
             and {example} stands in its place"
        );
        let note = Note {
            kind: NoteKind::Missing,
            text,
            from: self.text.clone(),
        };
        (!self.text.is_empty()).then_some(note)
    }
}

/// Whether the example in the templates does what is told: making slugs, counting words.
fn is_made(told: &str, kind: &str) -> bool {
    let told = told.to_lowercase();
    let any = |known: &[&str]| {
        let mut words = told.split(|c: char| !c.is_alphanumeric());
        words.any(|word| known.contains(&word))
    };
    match kind {
        "package" => any(&["slug", "slugs", "slugify", "slugifying"]),
        _ => any(&["count", "counts", "counting"]) && any(&["words", "lines", "characters"]),
    }
}

/// Runs of words between marks, words for ways to build and names, `with` and the like.
fn clauses(tokens: &[Token], ways: &Ways) -> Vec<(usize, usize)> {
    let spans = ways.spans();
    let parts = |at: usize| {
        let token = &tokens[at];
        let named = token.used && token.meant.is_none();
        let told = token.meant.is_some_and(|meant| NO_PURPOSE.contains(&meant));
        let joins = [Role::With, Role::Has, Role::Called, Role::Negation]
            .iter()
            .any(|role| words::is(&token.text, *role));
        !token.is_word || named || told || joins || spans.iter().any(|span| span.contains(&at))
    };
    let mut clauses = Vec::new();
    let mut first = None;
    for at in 0..=tokens.len() {
        match first {
            Some(begin) if at == tokens.len() || parts(at) => {
                clauses.push((begin, at));
                first = None;
            }
            None if at < tokens.len() && !parts(at) => first = Some(at),
            _ => {}
        }
    }
    clauses
}

/// A run of words without the small ones at its ends.
fn trimmed(tokens: &[Token], mut first: usize, mut end: usize) -> Option<Clause> {
    let mut opened = false;
    while first < end {
        let word = tokens[first].text.as_str();
        let article = ARTICLES.contains(&word);
        if OPENERS.contains(&word) {
            opened = true;
        } else if !(article
            || (!opened && (is_small(&tokens[first]) || language::builds_on(&tokens[first]))))
        {
            break;
        }
        first += 1;
    }
    while end > first && is_small(&tokens[end - 1]) {
        end -= 1;
    }
    (first < end).then_some(Clause { first, end, opened })
}

/// Whether a run of words says what something is for, and not only how it is set up or which features it has.
fn tells(tokens: &[Token], opened: bool) -> bool {
    let mut content = tokens.iter().filter(|token| {
        let container = words::is(&token.text, Role::Container);
        !is_small(token) && !container && !FRAME.contains(token.text.as_str()) && !is_number(token)
    });
    content.any(|token| opened || !token.used)
}

/// The first words of a run that can be a title; `plain` words for how things are set up cannot.
fn title(text: &str, tokens: &[Token], plain: bool) -> Option<String> {
    let names = |token: &&Token| {
        let frame = (plain && FRAME.contains(token.text.as_str())) || is_number(token);
        token.is_word && !frame && !is_small(token) && !words::is(&token.text, Role::Verb)
    };
    let first = tokens.iter().position(|token| names(&token))?;
    let run = tokens[first..].iter().take_while(names).take(TITLE_WORDS);
    let last = run.last()?;
    Some(names::title(
        &text[tokens[first].start..last.end].to_lowercase(),
    ))
}

fn is_small(token: &Token) -> bool {
    const SMALL: [Role; 6] = [
        Role::Filler,
        Role::Link,
        Role::Separator,
        Role::Each,
        Role::Many,
        Role::With,
    ];
    SMALL.iter().any(|role| words::is(&token.text, *role))
}

/// Whether a word is a number or a version: `3.11`, `v18`, `18.x`.
fn is_number(token: &Token) -> bool {
    let digits = token.text.strip_prefix('v').unwrap_or(&token.text);
    digits.starts_with(|c: char| c.is_ascii_digit())
}
