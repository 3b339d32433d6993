//! What people ask for and what they get: labelled requests.

mod judge;

use std::collections::BTreeSet;

use codey::spec::{Coverage, NoteKind, Spec, SpecOptions, names, read_request};

use judge::Case;

/// Requests that the reader is tuned on. Each part says how much of it came out right before it was looked at.
const TUNED: [&str; 10] = [
    include_str!("corpus/tuned.yaml"),
    include_str!("corpus/first_held_out.yaml"),
    include_str!("corpus/first_look.yaml"),
    include_str!("corpus/second_look.yaml"),
    include_str!("corpus/third_look.yaml"),
    include_str!("corpus/fresh_look.yaml"),
    include_str!("corpus/fourth_look.yaml"),
    include_str!("corpus/fifth_look.yaml"),
    include_str!("corpus/second_author.yaml"),
    include_str!("corpus/third_author.yaml"),
];
/// Requests that were only counted: nothing was learned from them.
const HELD_OUT: [&str; 2] = [
    include_str!("corpus/held_out/sixth_author.yaml"),
    include_str!("corpus/held_out/seventh_author.yaml"),
];
/// Least tuned requests.
const LEAST_CASES: usize = 150;
/// Least share of requests, or of fields, that come out as the labels say, in percent.
const LEAST_KINDS: usize = 98;
const LEAST_ENTITIES: usize = 95;
const LEAST_FIELDS: usize = 90;
/// What is promised of requests that nobody has looked at. The aim is 98, 95 and 90: these are floors below what was
/// measured, against getting worse, and no claim that the aim is met.
const LEAST_UNSEEN: [usize; 3] = [98, 89, 90];

pub(super) fn options() -> SpecOptions {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    SpecOptions {
        covered: Coverage {
            stacks: list(&[
                "flask", "fastapi", "django", "html", "python", "rust", "node",
            ]),
            features: list(&[
                "auth",
                "dashboard",
                "board",
                "csv",
                "docker",
                "ci",
                "admin",
                "gitlab",
            ]),
            ..Coverage::default()
        },
        ..SpecOptions::default()
    }
}

fn cases(parts: &[&str]) -> Vec<Case> {
    let read =
        |text: &&str| -> Vec<Case> { serde_yaml::from_str(text).expect("the corpus is YAML") };
    parts.iter().flat_map(read).collect()
}

fn tuned() -> Vec<Case> {
    cases(&TUNED)
}

/// How much of the labels of a part is met.
#[derive(Debug, Default)]
struct Rates {
    cases: usize,
    kinds: usize,
    entities: usize,
    notes: usize,
    entities_right: usize,
    entities_due: usize,
    entities_invented: usize,
    fields_right: usize,
    fields_due: usize,
}

impl Rates {
    fn assert(&self, part: &str, [kinds, entities, fields]: [usize; 3]) {
        println!("{part}: {self:?}");
        let at_least = |right: usize, all: usize, least: usize| right * 100 >= all * least;
        assert!(at_least(self.kinds, self.cases, kinds), "{part}: {self:?}");
        assert!(
            at_least(self.entities, self.cases, entities),
            "{part}: {self:?}"
        );
        assert!(
            at_least(self.notes, self.cases, LEAST_FIELDS),
            "{part}: {self:?}"
        );
        assert!(
            at_least(self.fields_right, self.fields_due, fields),
            "{part}: {self:?}"
        );
    }
}

/// The rates of a part, and what is wrong request by request.
fn rates(cases: &[Case]) -> (Rates, Vec<String>) {
    let mut rates = Rates {
        cases: cases.len(),
        ..Rates::default()
    };
    let mut wrong = Vec::new();
    for case in cases {
        let verdict = case.judge(&read_request(&case.ask, &options()));
        rates.kinds += usize::from(verdict.kind);
        rates.entities += usize::from(verdict.entities);
        rates.notes += usize::from(verdict.notes);
        rates.entities_right += verdict.entities_right;
        rates.entities_due += verdict.entities_due;
        rates.entities_invented += verdict.entities_invented;
        rates.fields_right += verdict.fields_right;
        rates.fields_due += verdict.fields_due;
        if !verdict.wrong.is_empty() {
            wrong.push(format!("{}: {}", case.ask, verdict.wrong.join(", ")));
        }
    }
    (rates, wrong)
}

#[test]
fn requests_give_what_their_labels_say() {
    let cases = tuned();
    assert!(cases.len() >= LEAST_CASES);
    let (rates, wrong) = rates(&cases);
    println!("{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    rates.assert("tuned", [LEAST_KINDS, LEAST_ENTITIES, LEAST_FIELDS]);
}

#[test]
fn requests_held_out_come_out_as_often_as_promised() {
    let (rates, _) = rates(&cases(&HELD_OUT));
    rates.assert("held out", LEAST_UNSEEN);
    // One by one: of those that are due, and of those that are made.
    let right = rates.entities_right * 100;
    let due = rates.entities_due - rates.entities_invented;
    let made = rates.entities_right + rates.entities_invented;
    assert!(right >= due * LEAST_ENTITIES, "{rates:?}");
    assert!(right >= made * LEAST_ENTITIES, "{rates:?}");
}

/// Every word that `spec` knows or says, in the singular.
fn said(spec: &Spec) -> BTreeSet<String> {
    let entities = spec.entities.iter().flat_map(|entity| {
        let fields = entity.fields.iter().flat_map(|field| {
            let target = field.references.clone();
            std::iter::once(field.name.clone())
                .chain(field.values.clone())
                .chain(target)
        });
        fields
            .chain([entity.name.clone(), entity.plural.clone()])
            .collect::<Vec<_>>()
    });
    let notes = spec
        .notes
        .iter()
        .map(|note| format!("{} {}", note.from, note.text));
    let whole = [&spec.name, &spec.title, &spec.kind, &spec.stack];
    entities
        .chain(notes)
        .chain(whole.into_iter().cloned())
        .chain(spec.pages.clone())
        .flat_map(|text| words(&text))
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().any(char::is_alphabetic))
        .map(|word| one(&word.to_lowercase()))
        .collect()
}

fn one(word: &str) -> String {
    names::entity_names(word).map_or_else(|_| word.to_owned(), |(name, _)| name)
}

/// Words that only hold a request together, or write what is in the grammar of fields.
fn small() -> BTreeSet<String> {
    const GRAMMAR: [&str; 7] = ["yes", "no", "field", "flag", "id", "set", "decimal"];
    include_str!("../../engine/spec/data/words.txt")
        .lines()
        .filter(|line| !line.starts_with("nothing ") && !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .chain(GRAMMAR)
        .flat_map(words)
        .collect()
}

#[test]
fn no_word_is_dropped_silently() {
    let small = small();
    let mut dropped = Vec::new();
    for case in &tuned() {
        let spec = read_request(&case.ask, &options());
        let said = said(&spec);
        let is_lost =
            |word: &String| word.len() > 1 && !small.contains(word) && !said.contains(word);
        let lost: Vec<String> = words(&case.ask).into_iter().filter(is_lost).collect();
        if !lost.is_empty() {
            dropped.push(format!("{}: {}", case.ask, lost.join(", ")));
        }
    }
    assert!(
        dropped.is_empty(),
        "{}:\n{}",
        dropped.len(),
        dropped.join("\n")
    );
}

#[test]
fn nothing_is_made_that_no_note_tells_of() {
    for case in &tuned() {
        let spec = read_request(&case.ask, &options());
        for entity in &spec.entities {
            let told = spec.notes.iter().any(|note| {
                matches!(note.kind, NoteKind::Inferred | NoteKind::Defaulted)
                    && note.text.starts_with(&format!("entity {} (", entity.name))
            });
            assert!(told, "{}: {}", case.ask, entity.name);
        }
    }
}
