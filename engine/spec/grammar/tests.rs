//! The grammar, form by form, and back.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::spec::{Entity, Field, FieldType, names};

fn field(text: &str) -> Field {
    let entity = entity_from_text(&format!("thing: {text}")).expect("the field is valid");
    assert_eq!(entity.fields.len(), 1, "{text}");
    entity.fields[0].clone()
}

fn problem(text: &str) -> EntityProblem {
    let mut problems = entity_from_text(text).expect_err("the entity is wrong");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn the_example_of_the_manual_is_read() {
    let text = "book: title:text! pages:int rating:1..5 author:ref(author)! \
                status:choice(draft|published)=draft isbn:string(20)^";
    let book = entity_from_text(text).expect("the example is valid");
    assert_eq!(
        (book.name.as_str(), book.plural.as_str()),
        ("book", "books")
    );
    assert_eq!(
        entity_to_compact(&book),
        "book: title:string! pages:int rating:int(1..5) author:ref(author)! \
         status:choice(draft|published)=draft isbn:string(20)^"
    );
}

#[test]
fn text_is_one_line_unless_its_name_is_a_long_one() {
    assert_eq!(field("title:text").kind, FieldType::String);
    assert_eq!(field("description:text").kind, FieldType::Text);
    assert_eq!(field("description:string").kind, FieldType::String);
    assert_eq!(field("title:longtext").kind, FieldType::Text);
}

#[test]
fn names_decide_where_no_type_is_given() {
    assert_eq!(field("price?").kind, FieldType::Money);
    assert_eq!(field("price").min, Some(0.0));
    assert_eq!(field("price:decimal").kind, FieldType::Money);
    assert_eq!(field("weight:decimal").kind, FieldType::Number);
    assert_eq!(field("status").default, Some(json!("todo")));
    assert_eq!(field("status!=doing").default, Some(json!("doing")));
    assert!(field("title").required, "the first field names the row");
    assert!(!field("title?").required);
    assert!(!field("title:string").required);
}

#[test]
fn references_are_written_in_four_ways() {
    for text in [
        "author:ref(author)!",
        "author:->author!",
        "author -> authors!",
        "author_id:ref!",
    ] {
        let author = field(text);
        assert_eq!(author.name, "author", "{text}");
        assert_eq!(author.references.as_deref(), Some("author"), "{text}");
        assert!(author.required, "{text}");
    }
    assert_eq!(
        field("writer: -> author").references.as_deref(),
        Some("author")
    );
}

#[test]
fn a_value_can_be_unique_for_each_row_that_is_referred_to() {
    let entity = entity_from_text("checkin: habit:ref! day:date!^^").unwrap();
    let day = &entity.fields[1];
    assert!(day.unique_each && !day.unique);
    assert_eq!(to_compact(day), "day:date!^^");
    let scope = entity.scope_of(day);
    assert_eq!(scope.len(), 1);
    assert_eq!(scope[0].name, "habit");
    assert!(entity.scope_of(&entity.fields[0]).is_empty());
    for (text, word) in [
        ("checkin: habit:ref day:date!^^", "no required reference"),
        ("checkin: habit:ref! tags:tags^^", "a list"),
        ("checkin: habit:ref! day:date^^^", "among some"),
    ] {
        let problem = problem(text);
        assert!(
            problem.message.contains(word),
            "{text}: {}",
            problem.message
        );
    }
}

#[test]
fn lists_are_tags_or_rows_of_another_entity() {
    let tags = field("tags:tags!");
    assert_eq!((tags.kind, tags.required), (FieldType::Tags, true));
    let authors = field("authors:many(author)");
    assert_eq!(authors.kind, FieldType::Many);
    assert_eq!(authors.references.as_deref(), Some("author"));
    assert_eq!(field("authors:many").references, authors.references);
    assert_eq!(names::key(&authors), "author_ids");
    assert_eq!(names::filter(&authors), "author_id");
    assert_eq!(names::filter(&tags), "tag");
    for (text, word) in [
        ("thing: tags:tags^", "unique"),
        ("thing: tags:tags=red", "default"),
        ("thing: tags:tags tag:int", "two fields"),
        ("thing: authors:many(thing) author_ids:int", "two fields"),
    ] {
        let problem = problem(text);
        assert!(
            problem.message.contains(word),
            "{text}: {}",
            problem.message
        );
        assert!(!problem.help.is_empty(), "{text}");
    }
}

#[test]
fn ranges_and_lengths_are_read() {
    let bounds = |text: &str| (field(text).kind, field(text).min, field(text).max);
    assert_eq!(bounds("n:0.."), (FieldType::Integer, Some(0.0), None));
    assert_eq!(bounds("n:..9"), (FieldType::Integer, None, Some(9.0)));
    assert_eq!(
        bounds("n:-2..2"),
        (FieldType::Integer, Some(-2.0), Some(2.0))
    );
    assert_eq!(
        bounds("n:0.5..1"),
        (FieldType::Number, Some(0.5), Some(1.0))
    );
    assert_eq!(
        bounds("n:money(0..9.99)"),
        (FieldType::Money, Some(0.0), Some(9.99))
    );
    assert_eq!(field("code:string(8)").max_length, Some(8));
}

#[test]
fn values_and_defaults_may_be_quoted() {
    let state = field(r#"state:choice("in progress"|"it's, \"done\""|open)="in progress""#);
    assert_eq!(state.values, ["in progress", "it's, \"done\"", "open"]);
    assert_eq!(state.default, Some(json!("in progress")));
    assert_eq!(field("n:int=3").default, Some(json!(3)));
    assert_eq!(field("b:bool=yes!").default, Some(json!(true)));
    assert_eq!(field("p:money=9.50").default, Some(json!(9.5)));
}

#[test]
fn separators_are_spaces_and_commas() {
    let note = entity_from_text("note title, body:text,done:bool").expect("it is valid");
    let names: Vec<&str> = note
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(names, ["title", "body", "done"]);
    let people = entity_from_text("guests/guest_list: name!").expect("it is valid");
    assert_eq!(
        (people.name.as_str(), people.plural.as_str()),
        ("guest", "guest_list")
    );
}

#[test]
fn problems_say_where_and_what_to_do() {
    let cases = [
        ("book: title:txt", 12, "no type", "`text`"),
        ("book: id", 6, "already", "Leave `id` out"),
        ("book: title created_at:date", 12, "already", "Leave"),
        ("book:", 0, "no fields", "title!"),
        ("book: title, title", 13, "two fields", "name of its own"),
        ("book: pages:5..1", 12, "above its second", "smaller"),
        ("book: pages:int(5)", 16, "..", "1..5"),
        ("book: x:choice()", 6, "0 values", "choice(draft|published)"),
        ("book: x:choice(a|a)", 6, "twice", "once"),
        ("book: x:choice(a|b)=c", 6, "no default", "a, b"),
        ("book: x:date=tomorrow", 6, "no default", "2026-01-31"),
        ("book: x:ref=1", 6, "no default", "Leave"),
        ("book: x:bool(3)", 8, "nothing in parentheses", "alone"),
        ("book: x:string(3", 8, "not closed", ")"),
        ("book: x:string(0)", 6, "0 characters", "1 to"),
        ("book: x:int!?", 12, "optional", "Keep one"),
        ("book: 9lives", 6, "digit", "short name"),
        ("book: x:choice(\"a|b", 15, "not closed", "\""),
        ("title:text! pages:int", 0, "no name", "thing:"),
        ("'' : x", 0, "no letters", "book:"),
    ];
    for (text, offset, message, help) in cases {
        let problem = problem(text);
        assert_eq!(problem.offset, offset, "{text}: {problem:?}");
        assert!(problem.message.contains(message), "{text}: {problem:?}");
        assert!(problem.help.contains(help), "{text}: {problem:?}");
    }
}

#[test]
fn all_problems_come_at_once() {
    let problems = entity_from_text("book: a:txt, id, b:choice() c:int").expect_err("it is wrong");
    let offsets: Vec<usize> = problems.iter().map(|problem| problem.offset).collect();
    assert_eq!(offsets, [8, 13, 17]);
}

#[test]
fn plans_write_entities_in_several_ways() {
    let expected =
        entity_from_text("book: title:text! done:bool rating:1..5").expect("it is valid");
    let values = [
        json!([{ "name": "book", "fields": [{ "title": "text!" }, "done:bool", { "rating": "1..5" }] }]),
        json!([{ "book": "title:text! done:bool rating:1..5" }]),
        json!([{ "book": [{ "title": "text!" }, { "name": "done", "type": "boolean" }, "rating:1..5"] }]),
        json!(["book: title:text! done:bool rating:1..5"]),
        json!({ "book": "title:text! done:bool rating:1..5" }),
        json!("book: title:text! done:bool rating:1..5;"),
        json!([expected]),
    ];
    for value in values {
        assert_eq!(
            entities_from_value(&value),
            Ok(vec![expected.clone()]),
            "{value}"
        );
    }
}

#[test]
fn fields_named_like_entities_become_references() {
    let value = json!("book: title, author\nauthor: name");
    let entities = entities_from_value(&value).expect("it is valid");
    assert_eq!(entities[0].fields[1].references.as_deref(), Some("author"));
    let typed = entities_from_value(&json!("book: title, author:text; author: name"));
    assert_eq!(
        typed.expect("it is valid")[0].fields[1].kind,
        FieldType::String
    );
}

#[test]
fn problems_in_plans_have_a_path() {
    let key = |name: &str| Step::Key(name.to_owned());
    let cases = [
        (
            json!([{ "name": "book", "fields": ["title", { "pages": "itn" }] }]),
            vec![Step::Index(0), key("fields"), Step::Index(1), key("pages")],
            0,
        ),
        (
            json!([{ "book": "title pages:itn" }]),
            vec![Step::Index(0), key("book")],
            12,
        ),
        (
            json!(["book: title", "loan: book:ref who:ref(person)"]),
            vec![Step::Index(1)],
            15,
        ),
        (
            json!([{ "name": "book", "feilds": ["title"], "fields": ["x"] }]),
            vec![Step::Index(0), key("feilds")],
            0,
        ),
        (
            json!([{ "name": "book", "fields": ["a", "a"] }]),
            vec![Step::Index(0), key("fields"), Step::Index(1)],
            0,
        ),
        (json!(["book: a", "books: b"]), vec![Step::Index(1)], 0),
        (json!([]), vec![], 0),
        (json!(7), vec![], 0),
        (
            json!([{ "name": "b", "fields": [{ "name": "x", "type": "choice", "values": [] }] }]),
            vec![Step::Index(0), key("fields"), Step::Index(0)],
            0,
        ),
    ];
    for (value, path, offset) in cases {
        let problems = entities_from_value(&value).expect_err("it is wrong");
        assert_eq!(problems[0].path, path, "{value}: {problems:?}");
        assert_eq!(problems[0].offset, offset, "{value}: {problems:?}");
        assert!(!problems[0].help.is_empty());
    }
}

#[test]
fn counts_are_limited() {
    let fields: Vec<String> = (0..41).map(|at| format!("f{at}")).collect();
    let text = format!("wide: {}", fields.join(" "));
    assert!(problem(&text).message.contains("41 fields; 40"));
    let entities: Vec<Value> = (0..21).map(|at| json!(format!("e{at}x: title"))).collect();
    let problems = entities_from_value(&Value::from(entities)).expect_err("there are too many");
    assert!(problems[0].message.contains("21 entities; 20"));
}

fn any_field() -> impl Strategy<Value = Field> {
    let name = "[a-z]{1,3}[0-9][a-z0-9]{0,9}";
    let value = "[ -~é✓]{1,20}".prop_filter("values are trimmed", |value| value.trim() == value);
    let values = proptest::collection::btree_set(value, 1..5);
    let cents = -1_000_000..1_000_000_i32;
    (
        name,
        0..14_usize,
        any::<[bool; 5]>(),
        values,
        cents.clone(),
        cents,
    )
        .prop_map(
            |(name, kind, [required, unique, low, high, default], values, one, two)| {
                let kind: FieldType = KINDS[kind];
                let values: Vec<String> = values.into_iter().collect();
                let first = values[0].clone();
                let scale = if kind == FieldType::Integer {
                    1.0
                } else {
                    100.0
                };
                let bound = |cents: i32, on: bool| {
                    (kind.is_numeric() && on).then(|| f64::from(cents) / scale + 0.0)
                };
                Field {
                    name,
                    kind,
                    required,
                    unique: unique && !kind.is_list(),
                    unique_each: false,
                    min: bound(one.min(two), low),
                    max: bound(one.max(two), high),
                    max_length: (kind.is_textual() && low).then(|| two.unsigned_abs() % 1000 + 25),
                    default: default
                        .then(|| default_of(kind, &first, one.min(two)))
                        .flatten(),
                    references: kind.refers().then(|| "author".to_owned()),
                    values: if kind == FieldType::Choice {
                        values
                    } else {
                        Vec::new()
                    },
                }
            },
        )
}

const KINDS: [FieldType; 16] = [
    FieldType::String,
    FieldType::Text,
    FieldType::Integer,
    FieldType::Number,
    FieldType::Money,
    FieldType::Boolean,
    FieldType::Date,
    FieldType::Datetime,
    FieldType::Time,
    FieldType::Choice,
    FieldType::Email,
    FieldType::Url,
    FieldType::Phone,
    FieldType::Ref,
    FieldType::Tags,
    FieldType::Many,
];

fn default_of(kind: FieldType, text: &str, number: i32) -> Option<Value> {
    Some(match kind {
        FieldType::String | FieldType::Text | FieldType::Phone | FieldType::Choice => json!(text),
        FieldType::Integer => json!(number),
        FieldType::Boolean => json!(number % 2 == 0),
        FieldType::Date => json!("2026-01-31"),
        FieldType::Datetime => json!("2026-01-31T09:30:00Z"),
        FieldType::Time => json!("09:30"),
        FieldType::Email => json!("ada@example.org"),
        FieldType::Url => json!("https://example.org"),
        FieldType::Number
        | FieldType::Money
        | FieldType::Ref
        | FieldType::Tags
        | FieldType::Many => return None,
    })
}

proptest! {
    #[test]
    fn fields_survive_the_way_there_and_back(mut field in any_field()) {
        // One cent above the least value, so that a default is never out of range.
        if field.kind.is_numeric() && field.default.is_some() {
            field.max = None;
        }
        let text = format!("thing: {}", to_compact(&field));
        let read = entity_from_text(&text).map_err(|problems| TestCaseError::fail(format!("{text}: {problems:?}")))?;
        prop_assert_eq!(&read.fields, &[field.clone()], "{}", text);
        let author = entity_from_text("author: name!").expect("it is valid");
        let thing = Entity { name: "thing".to_owned(), plural: "things".to_owned(), fields: vec![field] };
        let value = serde_json::to_value([&thing, &author]).expect("entities are JSON");
        prop_assert_eq!(entities_from_value(&value), Ok(vec![thing, author]));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = entity_from_text(&text);
        let _ = entity_from_text(&format!("x: {text}"));
        let _ = entities_from_value(&json!(text));
        let _ = entities_from_value(&json!([{ "name": text, "fields": [{ "a": text }] }]));
    }

    #[test]
    fn texts_close_to_the_grammar_do_not_panic(text in "[a-c:!^?=(),.|0-9\"' >;-]{0,60}") {
        let _ = entity_from_text(&text);
        let _ = entities_from_value(&json!(text));
    }
}
