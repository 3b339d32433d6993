//! Versions of a language that checks shall run on: `3.11 and 3.12`, `node 18, 20`, `1.75 and stable`. Knows no template.

use super::token::Token;
use crate::spec::{Note, NoteKind};

/// Words between two versions of a list.
const JOINS: [&str; 7] = [",", "and", "&", "/", "or", "plus", "then"];
/// Words and marks between the ends of a range.
const RANGE: [&str; 7] = ["to", "-", "–", "through", "until", "till", "up"];
/// Words behind which a plain number is a version.
const BEFORE: [&str; 10] = [
    "node", "node.js", "nodejs", "version", "versions", "on", "against", "matrix", "js", "v",
];
/// Words that ask for the oldest Rust that a crate builds with; the current one is checked besides.
const OLDEST: [&str; 4] = ["msrv", "minimum", "oldest", "least"];

/// A language that has versions, and which of them can be had.
#[derive(Clone, Copy)]
struct Language {
    stack: &'static str,
    name: &'static str,
    /// What its versions begin with.
    major: &'static str,
    first: u32,
    last: u32,
    /// The newest that `3.11 and newer` means.
    newest: u32,
    /// How far it is from one version of a range to the next.
    step: usize,
    words: &'static [&'static str],
    /// Only what is released can be had.
    released_only: bool,
    /// The first that codey's own packages are written for.
    own: u32,
}

/// What checks are made for and where they run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Checks {
    /// The project is made along with them.
    pub own: bool,
    /// They run in images of released versions.
    pub images: bool,
}

const LANGUAGES: [Language; 3] = [
    Language {
        stack: "python",
        name: "Python",
        major: "3.",
        first: 8,
        last: 15,
        newest: 13,
        step: 1,
        words: &[],
        own: 10,
        released_only: false,
    },
    Language {
        stack: "node",
        name: "Node.js",
        major: "",
        first: 14,
        last: 26,
        newest: 24,
        step: 2,
        words: &[],
        own: 14,
        released_only: false,
    },
    Language {
        stack: "rust",
        name: "Rust",
        major: "1.",
        first: 56,
        last: 199,
        newest: 0,
        step: usize::MAX,
        words: &["stable", "beta", "nightly"],
        own: 85,
        released_only: false,
    },
];

/// What a request says of versions.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// Those to check on, in the order of the request.
    pub list: Vec<String>,
    pub notes: Vec<Note>,
}

/// Reads the versions of the language `stack` and marks their words.
pub(super) fn read(tokens: &mut [Token], stack: &str, checks: Checks) -> Versions {
    let mut found = Versions::default();
    let Some(language) = LANGUAGES.iter().find(|language| language.stack == stack) else {
        return found;
    };
    let language = &language.for_checks(checks);
    let mut last: Option<(usize, String)> = None;
    let mut range = false;
    for at in 0..tokens.len() {
        let joins = JOINS.contains(&tokens[at].text.as_str());
        let spans = RANGE.contains(&tokens[at].text.as_str());
        let near = last.as_ref().is_some_and(|(before, _)| *before + 2 >= at);
        if near && (joins || spans) {
            range |= spans;
            continue;
        }
        let open = near || opens(tokens, at);
        let Some(versions) = language.versions(&tokens[at].text, open) else {
            if last.is_some() && goes_on(tokens, at) {
                found.add_range(language, last.take().map(|(_, from)| from), None);
            }
            (last, range) = (None, false);
            continue;
        };
        tokens[at].used = true;
        let from = last.take().filter(|_| range).map(|(_, from)| from);
        let oldest = tokens[..at]
            .last()
            .is_some_and(|token| OLDEST.contains(&token.text.as_str()));
        if oldest && stack == "rust" {
            found.add(language, "stable");
        }
        for version in &versions {
            match &from {
                Some(_) => found.add_range(language, from.clone(), Some(version)),
                None => found.add(language, version),
            }
        }
        last = versions.last().map(|version| (at, version.clone()));
        range = false;
    }
    found.tell(language);
    found
}

/// Says of versions of Python that the checks of an application have their own.
pub(super) fn leave_out(tokens: &[Token]) -> Versions {
    let asks = |pair: &&[Token]| pair[0].text == "python" && pair[1].text.starts_with("3.");
    let note = |pair: &[Token]| Note {
        kind: NoteKind::Missing,
        text: "checks of an application run on the versions of Python that it is written for"
            .to_owned(),
        from: pair[1].text.clone(),
    };
    Versions {
        list: Vec::new(),
        notes: tokens.windows(2).filter(asks).map(note).collect(),
    }
}

/// Whether a plain number at `at` is a version: `node 18`, `on 18`.
fn opens(tokens: &[Token], at: usize) -> bool {
    let before = tokens[..at].last();
    before.is_some_and(|token| BEFORE.contains(&token.text.as_str()))
}

/// Whether all later versions are meant as well: `3.11+`, `3.11 and newer`.
fn goes_on(tokens: &[Token], at: usize) -> bool {
    matches!(
        tokens[at].text.as_str(),
        "+" | "newer" | "later" | "above" | "upwards" | "higher"
    )
}

impl Language {
    fn for_checks(&self, checks: Checks) -> Self {
        Self {
            first: if checks.own { self.own } else { self.first },
            released_only: checks.images,
            ..*self
        }
    }

    /// The versions that one word names.
    fn versions(&self, word: &str, open: bool) -> Option<Vec<String>> {
        if self.words.contains(&word) {
            return Some(vec![word.to_owned()]);
        }
        let bare = ["python", "node", "py", "rust", "v"]
            .iter()
            .find_map(|prefix| word.strip_prefix(prefix))
            .unwrap_or(word);
        let bare = bare.trim_end_matches(".x");
        let named = bare.len() < word.len();
        if let Some((from, to)) = bare.split_once('-') {
            let ends = [self.version(from, true)?, self.version(to, true)?];
            return Some(self.between(&ends[0], Some(&ends[1])));
        }
        self.version(bare, open || named)
            .map(|version| vec![version])
    }

    fn version(&self, word: &str, open: bool) -> Option<String> {
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = word.split('.').collect();
        let right = parts.iter().all(|part| is_number(part) && part.len() <= 3);
        let fits = match self.stack {
            "node" => open && parts[0].len() == 2,
            "python" => parts.len() > 1 && ["2", "3"].contains(&parts[0]),
            _ => parts.len() > 1 && parts[0] == "1",
        };
        (right && fits && parts.len() <= 3).then(|| word.to_owned())
    }

    /// The number by which versions are told apart.
    fn number(&self, version: &str) -> Option<u32> {
        let rest = version.strip_prefix(self.major)?;
        rest.split('.').next()?.parse().ok()
    }

    /// Every version from one to another, or to the newest.
    fn between(&self, from: &str, to: Option<&str>) -> Vec<String> {
        let ends = (
            self.number(from),
            to.map_or(Some(self.newest), |to| self.number(to)),
        );
        let (Some(first), Some(last)) = ends else {
            return [Some(from), to]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect();
        };
        let mut range: Vec<String> = (first..=last)
            .step_by(self.step)
            .map(|number| format!("{}{number}", self.major))
            .collect();
        if let Some(to) = to.filter(|to| !range.iter().any(|version| version == to)) {
            range.push(to.to_owned());
        }
        range
    }
}

impl Versions {
    fn add(&mut self, language: &Language, version: &str) {
        let number = language.number(version);
        let known = number.is_some_and(|number| (language.first..=language.last).contains(&number));
        let version = version.to_owned();
        let released = !language.released_only || version == "stable";
        let named = language.words.contains(&version.as_str());
        let can_be = known || (named && released);
        if !can_be {
            let (name, major) = (language.name, language.major);
            let text = match named {
                true => format!("checks on GitLab run in images of {name} as it is released"),
                false => format!("checks run on {name} {major}{} and newer", language.first),
            };
            self.notes.push(Note {
                kind: NoteKind::Missing,
                text,
                from: version,
            });
        } else if !self.list.contains(&version) {
            self.list.push(version);
        }
    }

    fn add_range(&mut self, language: &Language, from: Option<String>, to: Option<&str>) {
        for version in language.between(&from.unwrap_or_default(), to) {
            self.add(language, &version);
        }
        if language.stack == "rust" && to.is_none() {
            self.add(language, "stable");
        }
    }

    fn tell(&mut self, language: &Language) {
        let text = format!("checks on {} {}", language.name, self.list.join(", "));
        if !self.list.is_empty() {
            self.notes.push(Note {
                kind: NoteKind::Inferred,
                text,
                from: String::new(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn versions(stack: &str, text: &str) -> String {
        read(&mut tokens(text), stack, Checks::default())
            .list
            .join(" ")
    }

    #[test]
    fn lists_and_ranges_are_read() {
        for (stack, text, due) in [
            ("node", "workflow to test node 18 and 20", "18 20"),
            (
                "node",
                "ci for node 18, 20 and 22 with postgres 16",
                "18 20 22",
            ),
            ("node", "tests on node 18.x", "18"),
            ("node", "node 18 to 22", "18 20 22"),
            ("node", "3 jobs for 20 people", ""),
            ("python", "with tests on 3.11 and 3.12", "3.11 3.12"),
            (
                "python",
                "python 3.10 to 3.12 on ubuntu 22.04",
                "3.10 3.11 3.12",
            ),
            ("python", "test on 3.10-3.13", "3.10 3.11 3.12 3.13"),
            ("python", "python 3.12+", "3.12 3.13"),
            ("python", "python 3.11 and newer", "3.11 3.12 3.13"),
            ("python", "python 3", ""),
            ("rust", "on 1.75, stable and nightly", "1.75 stable nightly"),
            ("rust", "msrv 1.75", "stable 1.75"),
            ("rust", "1.70 to stable", "1.70 stable"),
        ] {
            assert_eq!(versions(stack, text), due, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_had_is_said() {
        let found = read(
            &mut tokens("python 2.7 and 3.12"),
            "python",
            Checks::default(),
        );
        assert_eq!(found.list, ["3.12"]);
        let missing = found
            .notes
            .iter()
            .find(|note| note.kind == NoteKind::Missing);
        assert_eq!(missing.map(|note| note.from.as_str()), Some("2.7"));
    }
}
