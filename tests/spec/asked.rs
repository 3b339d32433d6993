//! What one request or another must not lose, turn round or make up. Rates over many requests are `corpus`'s.

use codey::spec::{Spec, read_request};

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
