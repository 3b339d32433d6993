//! Learns the weights from labelled requests. Knows labels and gradients; no part of the program.
//!
//! `make reader` writes `engine/spec/data/reader.bin` anew from `tests/spec/corpus`, but for what is held out there.
//! `CODEY_FOLD=0` in place of `CODEY_TRAIN=1` learns without a fifth of the requests and counts how those come out.

mod choose;
mod label;
mod learn;
mod project;

use std::cell::RefCell;

use super::sight::features;
use super::tagged::Lattice;
use super::weights::Weights;
use super::{keep, mention};
use crate::spec::request::head::Head;
use crate::spec::request::{Coverage, SpecOptions};
use crate::spec::{Entity, names, read_request};
pub(super) use choose::Seen;
use label::{Case, Due};
use learn::{Choice, Dice, Sentence};

/// Parts that tags are learned from in turn, so that decisions are learned from tags of words not learned from.
const FOLDS: usize = 5;

thread_local! {
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
    static TRIED: RefCell<Option<&'static Weights>> = const { RefCell::new(None) };
}

/// Notes what is read before decisions.
pub(super) fn note(seen: Seen) {
    SEEN.with_borrow_mut(|last| *last = Some(seen));
}

/// Adds what the rules found.
pub(super) fn note_head(head: &Head) {
    SEEN.with_borrow_mut(|last| {
        if let Some(last) = last {
            last.wants.clone_from(&head.wants);
            last.domain = head.domain;
        }
    });
}

/// The weights that are tried out.
pub(super) fn tried() -> Option<&'static Weights> {
    TRIED.with_borrow(|tried| *tried)
}

fn try_out(weights: Weights) {
    let weights: &'static Weights = Box::leak(Box::new(weights));
    TRIED.with_borrow_mut(|tried| *tried = Some(weights));
}

fn options() -> SpecOptions {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let features = [
        "auth",
        "dashboard",
        "board",
        "csv",
        "docker",
        "ci",
        "admin",
        "gitlab",
    ];
    let stacks = [
        "flask", "fastapi", "django", "html", "python", "rust", "node",
    ];
    SpecOptions {
        covered: Coverage {
            stacks: list(&stacks),
            features: list(&features),
            ..Coverage::default()
        },
        ..SpecOptions::default()
    }
}

/// A request with its label and what is read of it.
struct Example {
    keeps: bool,
    kind: String,
    due: Vec<Due>,
    seen: Seen,
}

fn examples(cases: &[Case]) -> Vec<Example> {
    let one = |case: &Case| {
        SEEN.with_borrow_mut(Option::take);
        let _ = read_request(&case.ask, &options());
        let seen = SEEN.with_borrow_mut(Option::take)?;
        Some(Example {
            keeps: case.keeps(),
            kind: case.kind().to_owned(),
            due: case.due(),
            seen,
        })
    };
    cases.iter().filter_map(one).collect()
}

fn sentences<'e>(examples: impl Iterator<Item = &'e Example>) -> Vec<Sentence> {
    let one = |example: &Example| Sentence {
        features: features(&example.seen.words),
        tags: project::tags(&example.seen.words, &example.due),
    };
    examples.filter(|example| example.keeps).map(one).collect()
}

/// Learns tags, then decisions from tags that were learned from other requests; `rules` examples teach tags only.
fn learn(examples: &[Example], rules: &[Example]) -> Weights {
    let mut choices: Vec<Choice> = Vec::new();
    for fold in 0..FOLDS {
        let in_fold = |at: usize| at % FOLDS == fold;
        let others = examples
            .iter()
            .enumerate()
            .filter(|(at, _)| !in_fold(*at))
            .map(|(_, one)| one);
        let tags = learn::learn(&sentences(others.chain(rules)), &[]);
        let own = examples
            .iter()
            .enumerate()
            .filter(|(at, one)| in_fold(*at) && one.keeps);
        choices.extend(own.flat_map(|(_, one)| choose::choices(&tags, &one.seen, &one.due)));
    }
    // The rules know these requests too well to be learned from, so that their words alone are.
    let tags = learn::learn(&sentences(examples.iter()), &[]);
    choices.extend(
        examples
            .iter()
            .flat_map(|one| choose::kinds(&one.seen, &one.kind)),
    );
    for one in rules.iter().filter(|one| one.keeps) {
        let seen = Seen {
            wants: Vec::new(),
            ..one.seen.clone()
        };
        for seen in [&seen, &one.seen, &one.seen] {
            choices.extend(choose::choices(&tags, seen, &one.due));
        }
    }
    // Common requests count twice, since there are few of them.
    let all = examples.iter().chain(rules).chain(rules);
    learn::learn(&sentences(all), &choices)
}

/// How many requests come out right.
#[derive(Debug, Default)]
struct Rates {
    cases: usize,
    kinds: usize,
    entities: usize,
    fields_right: usize,
    fields_due: usize,
}

fn judge(case: &Case, entities: &[Entity], rates: &mut Rates) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut taken = vec![false; entities.len()];
    let mut right = true;
    for due in case.due() {
        let is_it = |entity: &Entity| {
            due.names
                .iter()
                .any(|name| name == names::bare(&entity.name))
        };
        match entities.iter().position(is_it) {
            Some(at) => {
                taken[at] = true;
                for field in &due.fields {
                    rates.fields_due += 1;
                    let has = entities[at]
                        .fields
                        .iter()
                        .any(|known| field.iter().any(|name| name == names::bare(&known.name)));
                    rates.fields_right += usize::from(has);
                    if !has {
                        wrong.push(format!("{}.{}", entities[at].name, field.join("|")));
                    }
                }
            }
            None if due.optional => {}
            None => {
                right = false;
                rates.fields_due += due.fields.len();
                wrong.push(format!("NO {}", due.names.join("|")));
            }
        }
    }
    for (entity, _) in entities.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        right = false;
        wrong.push(format!("INVENTED {}", entity.name));
    }
    rates.cases += 1;
    rates.entities += usize::from(right);
    wrong
}

fn rates(cases: &[Case], say: bool) -> Rates {
    let mut rates = Rates::default();
    for case in cases {
        let spec = read_request(&case.ask, &options());
        let mut wrong = judge(case, &spec.entities, &mut rates);
        rates.kinds += usize::from(spec.kind == case.kind());
        if spec.kind != case.kind() {
            wrong.push(format!("KIND {} not {}", spec.kind, case.kind()));
        }
        if say && !wrong.is_empty() {
            println!(
                "* {}\n    {}",
                case.ask.replace('\n', "\\n"),
                wrong.join("; ")
            );
            println!("    {}", considered().join(" "));
        }
    }
    rates
}

/// What was considered for the request that was read last, with the chances of its words and of being kept.
fn considered() -> Vec<String> {
    let Some(seen) = SEEN.with_borrow(Clone::clone) else {
        return Vec::new();
    };
    let weights = Weights::learned();
    let tagged = Lattice::new(weights, &features(&seen.words)).tagged();
    let things = mention::things(weights, &seen.words, &tagged, &seen.wants, seen.domain);
    let chances = keep::features(
        (&seen.words, seen.ruled),
        &things,
        &mention::fields(&tagged),
        &seen.wants,
    );
    let one = |(thing, list): (&mention::Thing, Vec<u32>)| {
        let ruled = if thing.want.is_some() { "+" } else { "" };
        format!(
            "{ruled}{}({:.2},{:.2})",
            thing.names.join("="),
            thing.chance(),
            weights.chance(&list)
        )
    };
    things.iter().zip(chances).map(one).collect()
}

fn files(folder: &str) -> Vec<Case> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let texts = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    texts
        .flat_map(|path| label::cases(&std::fs::read_to_string(path).unwrap()))
        .collect()
}

fn shuffled() -> Vec<Case> {
    let mut cases = files("tests/spec/corpus/learned");
    Dice::new(7).shuffle(&mut cases);
    cases
}

/// Learns from all cases but those of a part, and counts how that part comes out.
fn count_fold(fold: usize, cases: &[Case], ruled: &[Case]) {
    let known = examples(ruled);
    let part = |is: bool| -> Vec<Case> {
        let chosen = cases
            .iter()
            .enumerate()
            .filter(|(at, _)| (at % FOLDS == fold) == is);
        chosen.map(|(_, case)| case.clone()).collect()
    };
    let weights = learn(&examples(&part(false)), &known);
    try_out(weights);
    println!("left out: {:?}", rates(&part(true), true));
    println!("learned from: {:?}", rates(&part(false), false));
    println!("ruled: {:?}", rates(ruled, false));
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test reads what it is to do, and writes the table"
)]
fn weights_are_learned() {
    let root = env!("CARGO_MANIFEST_DIR");
    let cases = shuffled();
    try_out(Weights::none());
    if let Ok(fold) = std::env::var("CODEY_FOLD") {
        count_fold(fold.parse().unwrap(), &cases, &files("tests/spec/corpus"));
    } else if std::env::var_os("CODEY_TRAIN").is_some() {
        let weights = learn(&examples(&cases), &examples(&files("tests/spec/corpus")));
        std::fs::write(
            format!("{root}/engine/spec/data/reader.bin"),
            weights.bytes(),
        )
        .unwrap();
    } else {
        // Of a few requests, at least those come out by heart which no weights get right.
        const FEW: usize = 40;
        let few = &cases[..FEW];
        let before = rates(few, false);
        try_out(learn(&examples(few), &[]));
        let after = rates(few, false);
        assert!(
            after.entities > before.entities + FEW / 4,
            "{before:?} {after:?}"
        );
        assert!(
            after.fields_right > before.fields_right,
            "{before:?} {after:?}"
        );
    }
}

#[test]
fn the_built_in_weights_say_something() {
    assert_ne!(*Weights::learned(), Weights::none());
}
