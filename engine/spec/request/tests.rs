//! What options and single words do; whole requests are in the corpus of `tests/spec`.

use super::*;
use crate::spec::{FieldType, Note, NoteKind, Spec, entity_to_compact};

fn options(entities: &[&str]) -> SpecOptions {
    SpecOptions {
        entities: entities.iter().map(|&text| text.to_owned()).collect(),
        covered: Coverage {
            stacks: vec!["flask".to_owned()],
            ..Coverage::default()
        },
        ..SpecOptions::default()
    }
}

fn read(text: &str) -> Spec {
    read_request(text, &options(&[]))
}

fn compact(spec: &Spec) -> Vec<String> {
    spec.entities.iter().map(entity_to_compact).collect()
}

fn refused(spec: &Spec) -> Vec<&str> {
    spec.refusals().map(|note| note.from.as_str()).collect()
}

#[test]
fn given_entities_replace_those_of_the_same_name() {
    let spec = read_request(
        "library with books and authors",
        &options(&["book: title! author:ref!"]),
    );
    assert_eq!(compact(&spec)[0], "book: title:string! author:ref(author)!");
    assert_eq!(spec.entities[1].name, "author");
    assert_eq!(spec.entities.len(), 2);
}

#[test]
fn given_entities_stand_alone_where_the_request_names_others() {
    let spec = read_request("full-stack todo app", &options(&["note: title body"]));
    assert_eq!(compact(&spec), ["note: title:string! body:longtext"]);
    assert_eq!(
        (spec.name.as_str(), spec.title.as_str()),
        ("notes", "Notes")
    );
    assert_eq!(spec.refusals().count(), 0);
}

#[test]
fn wrong_entities_are_refused_with_help() {
    for (text, found) in [
        ("book: title:txt", "Did you mean `text`?"),
        ("book: author:ref!", "Add an entity `author`"),
    ] {
        let spec = read_request("books", &options(&[text]));
        let note = spec.refusals().next().expect("it is refused");
        assert!(note.text.contains(found), "{note:?}");
    }
}

#[test]
fn coverage_decides_what_is_refused() {
    let mut options = options(&[]);
    let spec = read_request("todo app in FastAPI with login", &options);
    assert_eq!(refused(&spec), ["FastAPI"]);
    let missing = |note: &&Note| note.kind == NoteKind::Missing;
    let left_out: Vec<&str> = spec
        .notes
        .iter()
        .filter(missing)
        .map(|note| note.from.as_str())
        .collect();
    assert_eq!(left_out, ["login"]);
    options.covered.stacks.push("fastapi".to_owned());
    options.covered.features.push("auth".to_owned());
    let spec = read_request("todo app in FastAPI with login", &options);
    assert_eq!(refused(&spec), Vec::<&str>::new());
    assert_eq!(
        (spec.stack.as_str(), spec.features.as_slice()),
        ("fastapi", &["auth".to_owned()][..])
    );
    options.covered.field_types = vec![FieldType::String];
    assert_eq!(refused(&read_request("todo app", &options)), ["done"]);
}

#[test]
fn chosen_names_and_stacks_stand() {
    let mut options = options(&[]);
    options.name = Some("My Shelf".to_owned());
    options.stack = Some("flask".to_owned());
    let spec = read_request("book app", &options);
    assert_eq!(
        (spec.name.as_str(), spec.title.as_str()),
        ("my-shelf", "My Shelf")
    );
    options.stack = Some("rails".to_owned());
    assert_eq!(refused(&read_request("book app", &options)), ["rails"]);
}

#[test]
fn what_was_assumed_says_how_to_change_it() {
    let spec = read("guitar app");
    let note = spec
        .notes
        .iter()
        .find(|note| note.from == "guitar")
        .expect("there is a note");
    assert_eq!(note.kind, NoteKind::Defaulted);
    assert!(
        note.text
            .contains("--entity 'guitar: name:string! notes:longtext'"),
        "{note:?}"
    );
}

#[test]
fn nothing_to_build_asks_a_question() {
    for text in ["", "hello", "a website for my band", "???", "приложение"] {
        let spec = read(text);
        let note = spec.refusals().next().expect("it is refused");
        assert!(
            note.text.contains("what should the application store?"),
            "{text}: {note:?}"
        );
        assert!(spec.entities.is_empty());
    }
}

#[test]
fn words_are_compared_whole() {
    // `ai` in `email`, `map` in `mapping`, `chat` in `chateau`: parts of words mean nothing.
    let spec = read("chateau app with email, mapping and maintainer");
    assert_eq!(refused(&spec), Vec::<&str>::new());
    assert_eq!(spec.entities[0].name, "chateau");
}

#[test]
fn long_requests_are_cut_and_say_so() {
    let spec = read(&format!("todo app {}", "with notes ".repeat(1000)));
    assert!(
        spec.notes
            .iter()
            .any(|note| note.text.contains("first 4000 characters"))
    );
    assert_eq!(spec.entities[0].name, "todo");
}

#[test]
fn how_a_project_is_built_names_no_field() {
    for how in [
        "built with Flask",
        "made with flask",
        "written in Flask",
        "using Flask",
        "powered by flask",
        "based on Flask",
        "in Flask",
    ] {
        let spec = read(&format!("recipe manager with tags and a dashboard, {how}"));
        assert_eq!(spec.entities.len(), 1, "{how}: {:?}", compact(&spec));
        let fields: Vec<&str> = spec.entities[0]
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        let usual = [
            "title",
            "ingredients",
            "instructions",
            "minutes",
            "servings",
            "tags",
        ];
        assert_eq!(fields, usual, "{how}");
    }
}

#[test]
fn a_library_lends_books_to_members() {
    for text in ["a library app", "library", "library app with search"] {
        let spec = read(text);
        assert_eq!(
            compact(&spec)[3],
            "loan: book:ref(book)! member:ref(member)! lent_on:date due_on:date returned:bool",
            "{text}"
        );
        let names: Vec<&str> = spec
            .entities
            .iter()
            .map(|entity| entity.name.as_str())
            .collect();
        assert_eq!(names, ["book", "author", "member", "loan"], "{text}");
    }
}

#[test]
fn nouns_without_a_plural_are_kept_where_they_are_what_is_asked_for() {
    for text in [
        "attendance",
        "attendance app",
        "an app for attendance",
        "track attendance",
    ] {
        let spec = read(text);
        let names: Vec<&str> = spec
            .entities
            .iter()
            .map(|entity| entity.name.as_str())
            .collect();
        assert_eq!(names, ["attendance"], "{text}");
    }
    assert_eq!(read("mileage").entities[0].name, "mileage");
}
