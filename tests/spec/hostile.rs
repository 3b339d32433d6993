//! Any text gives a spec whose names are safe, whose contract holds and whose plan is data.

use std::time::{Duration, Instant};

use codey::contract::derive;
use codey::planner::plan_text;
use codey::spec::{Spec, SpecOptions, entities_from_value, read_request};
use proptest::prelude::*;
use serde_json::{Value, json};

const BASE: &str = "codey: 1\nname: x\nparams:\n  title: { type: string }\n  entities: { type: entities }\nchunks: {}\n";

fn safe(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.len() <= 41
}

fn sound(spec: &Spec) {
    assert!(spec.name.split('-').all(|part| {
        part.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    }));
    assert!(
        !spec.name.is_empty() && !spec.title.chars().any(char::is_control),
        "{spec:?}"
    );
    for entity in &spec.entities {
        assert!(
            safe(&entity.name) && safe(&entity.plural) && entity.name != entity.plural,
            "{entity:?}"
        );
        assert!(
            !entity.fields.is_empty() && entity.fields.iter().all(|field| safe(&field.name)),
            "{entity:?}"
        );
    }
    if spec.entities.is_empty() {
        let keeps = matches!(spec.kind.as_str(), "web" | "api");
        assert!(
            !keeps || spec.refusals().next().is_some(),
            "an empty spec asks a question: {spec:?}"
        );
        return;
    }
    if spec.refusals().next().is_some() {
        return;
    }
    let plan: Value = serde_yaml::from_str(&plan_text(spec, BASE)).expect("the plan is YAML");
    assert_eq!(plan["params"]["title"]["default"], json!(spec.title));
    assert_eq!(
        entities_from_value(&plan["params"]["entities"]["default"]),
        Ok(spec.entities.clone())
    );
    if let Err(findings) = derive(spec, Vec::new()) {
        assert!(
            findings
                .iter()
                .all(|finding| finding.code == "contract::reference-ring"),
            "{findings:?}"
        );
    }
}

fn with(entities: &[&str]) -> SpecOptions {
    let mut options = super::corpus::options();
    options.entities = entities.iter().map(|&text| text.to_owned()).collect();
    options
}

#[test]
fn texts_that_break_other_things() {
    let long = "books with ".repeat(1000);
    let texts = [
        "'; DROP TABLE users; --",
        "{{ 7*7 }} app with {% raw %} and <script>alert(1)</script>",
        "todo app\n\r\u{0}\u{7}with\ttabs",
        "\u{202e}ppa odot\u{202c} with \u{200f}notes",
        "👩‍👩‍👧‍👦 app with 🎉, 🎂 and ✅",
        "書籍 管理 app with タイトル and 著者",
        "app with class, def, import, select, from and where",
        "app with id, created_at and updated_at",
        "a b c d e f g h i j k l m n o p with q with r with s (t (u (v",
        "each each each has has has many many many",
        "\"\"\"\"'''' :: , , , ( ) ! ^",
        "x:int y:1..5 z:choice(a|b app",
        &long,
        &"é".repeat(10_000),
        &"a-".repeat(5_000),
    ];
    for text in texts {
        sound(&read_request(text, &with(&[])));
        sound(&read_request(text, &with(&["note: title! body"])));
        sound(&read_request("notes", &with(&[text])));
    }
}

/// Most time for a request of any length, in seconds: far more than it takes, even beside other work.
const MAX_SECONDS: u64 = 5;

#[test]
fn long_requests_are_read_quickly() {
    let parts = [
        "books with ",
        "payment, ",
        "app for a shop ",
        "owners bring pets, ",
        "each author has many books. ",
        "authors (name, ",
        "price between 1 and 9 ",
        "mark them as read ",
        "kanban, map ",
        "\u{e9}-",
        "tag them; whether it is ",
    ];
    for part in parts {
        for repeats in [1_000, 20_000] {
            let text = part.repeat(repeats);
            let begun = Instant::now();
            sound(&read_request(&text, &with(&[])));
            let taken = begun.elapsed();
            assert!(
                taken < Duration::from_secs(MAX_SECONDS),
                "{part}: {taken:?}"
            );
        }
    }
}

const WORDS: [&str; 40] = [
    "app",
    "with",
    "and",
    "each",
    "has",
    "many",
    "on",
    "of",
    "for",
    "books",
    "book",
    "author",
    "title",
    "price",
    "posts",
    "comments",
    "belongs",
    "to",
    "(",
    ")",
    ",",
    ".",
    ":",
    "stock:int",
    "library",
    "category",
    "categories",
    "called",
    "\"x\"",
    "unique",
    "required",
    "todo",
    "tracker",
    "track",
    "order",
    "classes",
    "user",
    "without",
    "number",
    "guitars",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_read(text in "\\PC{0,120}") {
        sound(&read_request(&text, &with(&[])));
    }

    #[test]
    fn any_order_of_meaningful_words_is_read(words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..24)) {
        let text = words.join(" ");
        let spec = read_request(&text, &with(&[]));
        sound(&spec);
        prop_assert_eq!(spec, read_request(&text, &with(&[])), "the same text gives the same spec");
    }
}
