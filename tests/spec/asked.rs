//! What one request or another must not lose, turn round or make up. Rates over many requests are `corpus`'s.

use codey::spec::{Note, NoteKind, Spec, read_request};

use super::corpus::options;

/// Every entity with its fields, as `post(title body) comment(post)`.
fn entities(spec: &Spec) -> String {
    let one = |entity: &codey::spec::Entity| {
        let fields: Vec<&str> = entity.fields.iter().map(|field| &*field.name).collect();
        format!("{}({})", entity.name, fields.join(" "))
    };
    spec.entities.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_not_wanted_is_left_out() {
    for (ask, made) in [
        ("todo app with no due date", "todo(title done)"),
        ("todo app, no priorities or due dates", "todo(title done)"),
        (
            "todo list, I don't need due dates and priorities",
            "todo(title done)",
        ),
        (
            "blog without comments",
            "post(title body published published_on)",
        ),
        (
            "recipes without ratings or tags",
            "recipe(title ingredients instructions minutes servings)",
        ),
        (
            "expense tracker, no categories needed",
            "expense(description amount spent_on shop notes)",
        ),
        ("notes app but no pinned flag", "note(title body)"),
        // Here `no` is a number, and a part of a word.
        (
            "receipts: receipt no, date",
            "receipt(shop number date amount)",
        ),
        ("a tracker for no-shows", "no_show(name notes)"),
    ] {
        assert_eq!(entities(&read_request(ask, &options())), made, "{ask}");
    }
    let spec = read_request("library without login", &options());
    assert!(spec.features.is_empty() && spec.entities.len() == 4);
    let notes: Vec<&str> = spec.notes.iter().map(|note| &*note.text).collect();
    assert!(
        notes.contains(&"`without login` as not wanted"),
        "{notes:?}"
    );
}

#[test]
fn things_refer_one_way() {
    for (ask, made) in [
        (
            "poll app where people can vote",
            "poll(question closes_on open) vote(option voter) option(text poll)",
        ),
        (
            "blog with likes",
            "post(title body published published_on) like(author post)",
        ),
        (
            "playlist app with songs",
            "playlist(name songs description) song(title artist minutes genre)",
        ),
        (
            "income and expense tracker",
            "income(source amount received_on) expense(description amount spent_on shop notes)",
        ),
        (
            "vinyl collection: artist, album, year, condition",
            "album(artist title year condition)",
        ),
        (
            "reading list",
            "book(title author pages status rating finished_on notes)",
        ),
    ] {
        assert_eq!(entities(&read_request(ask, &options())), made, "{ask}");
    }
}

#[test]
fn what_designs_and_texts_cannot_be_is_said_and_no_column() {
    for (ask, said) in [
        ("todo app with tailwind", "tailwind"),
        ("flask todo app with sqlalchemy", "sqlalchemy"),
        ("todo app with kafka", "kafka"),
        ("todo app with htmx", "htmx"),
    ] {
        let spec = read_request(ask, &options());
        assert_eq!(entities(&spec), "todo(title done)", "{ask}");
        let missing = |note: &Note| note.kind == NoteKind::Missing && note.from == said;
        assert!(spec.notes.iter().any(missing), "{ask}: {:?}", spec.notes);
    }
}

#[test]
fn what_keeps_no_rows_is_refused() {
    for ask in [
        "a website for my restaurant",
        "website for my dentist practice",
        "a bakery website",
        "something cool for my final year project",
        "train a model to predict house prices",
        "discord bot that plays music",
        "chrome extension to block ads",
        "weather app",
        "fix the bug in my code please",
    ] {
        let spec = read_request(ask, &options());
        assert!(spec.refusals().next().is_some(), "{ask}");
    }
    for (ask, names) in [
        ("website for recipes", "recipe"),
        ("todo app for my school project", "todo"),
        (
            "rest api for weather stations and readings",
            "station reading",
        ),
        ("rest api for a bookstore", "book customer order"),
        ("an admin panel for my shop", "product customer order"),
        (
            "build me an e-commerce shop with payments",
            "product payment customer order",
        ),
    ] {
        let spec = read_request(ask, &options());
        assert!(spec.refusals().next().is_none(), "{ask}");
        let made: Vec<&str> = spec.entities.iter().map(|entity| &*entity.name).collect();
        assert_eq!(made.join(" "), names, "{ask}");
    }
}

#[test]
fn fields_are_of_what_they_are_said_of() {
    for (ask, made) in [
        (
            "notes app with folders and tags",
            "note(title body pinned folder tags) folder(name)",
        ),
        (
            "json api for bookmarks, url title tags, no frontend",
            "bookmark(url title tags)",
        ),
        (
            "grocery list that i can share with my wife",
            "item(name quantity bought)",
        ),
        (
            "cli tool to track expenses, add, list and monthly total",
            "expense(description amount category spent_on shop notes) category(name)",
        ),
    ] {
        assert_eq!(entities(&read_request(ask, &options())), made, "{ask}");
    }
}
