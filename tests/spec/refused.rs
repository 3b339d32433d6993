//! Requests that are refused, in other languages of programs or of people: what is said, and what would be buildable.

use codey::session::read_request;

use super::frames::{read, refusal};

#[test]
fn other_languages_are_refused_with_what_there_is() {
    for (text, said) in [
        (
            "c++ library",
            "a package in C++ cannot be made; in Python or Rust it can",
        ),
        ("go library for json", "a package in Go"),
        ("c library for json", "a package in C "),
        ("R package for plots", "a package in R "),
        ("typescript library for dates", "a package in TypeScript"),
        ("npm package for dates", "a package in Node.js"),
        ("go todo app", "a web application in Go"),
        ("ruby gem for slugs", "a package in Ruby"),
        ("github actions for a go project", "a CI setup for Go"),
        (
            "bash script to rename files",
            "a shell script cannot be made; a command-line program in Python or Rust can",
        ),
        ("java library with books", "a package in Java"),
        ("go cli for todos", "a command-line program in Go"),
        ("todo app in Swift", "a web application in Swift"),
        ("kotlin app for recipes", "a web application in Kotlin"),
        ("c# api for orders", "an API in C#"),
        (".net web app for notes", "a web application in .NET"),
        ("haskell cli for notes", "a command-line program in Haskell"),
        (
            "recipe manager in laravel",
            "a web application in Laravel cannot be made; in Flask, FastAPI or Django it can",
        ),
        (
            "mobile app for recipes",
            "a mobile application cannot be made; a web application in",
        ),
        (
            "flutter app for recipes",
            "a mobile application cannot be made",
        ),
        (
            "desktop app for notes",
            "a desktop application cannot be made",
        ),
    ] {
        let spec = read(text);
        let refusal = refusal(&spec);
        assert!(refusal.contains(said), "{text}: {refusal}");
        assert!(refusal.contains("instead"), "{text}: {refusal}");
    }
}

#[test]
fn words_that_are_languages_elsewhere_keep_their_meaning() {
    for text in [
        "places to go with name and country",
        "todo list to go through",
        "to go orders with dishes and prices",
        "vitamin c tracker with dose and date",
        "swift sightings with place and date",
        "go tournaments with players and results",
        "library of scales and chords",
        "school library where pupils borrow books",
        "dart scores with player and points",
    ] {
        let spec = read(text);
        assert_eq!(refusal(&spec), "", "{text}");
        assert_eq!(spec.stack, "flask", "{text}");
    }
}

#[test]
fn a_language_at_hand_goes_before_one_that_is_not() {
    for (text, stack) in [
        ("python package that wraps a c library", "python"),
        ("rust crate with bindings to a c++ library", "rust"),
        ("CI for R package? no - for a python package", "python"),
    ] {
        let spec = read(text);
        assert_eq!(
            (spec.stack.as_str(), refusal(&spec).as_str()),
            (stack, ""),
            "{text}"
        );
    }
}

#[test]
fn what_cannot_be_made_is_called_by_its_own_name() {
    let graphql = read("graphql api for books");
    let scraper = read("web scraper for news with title and source");
    for (spec, word, said) in [
        (graphql, "graphql", "GraphQL"),
        (scraper, "web scraper", "scraping"),
    ] {
        let note = spec
            .notes
            .iter()
            .find(|note| note.from.to_lowercase().starts_with(word));
        let text = note.map(|note| note.text.as_str()).unwrap_or_default();
        assert!(
            text.contains(said) && !text.contains("background"),
            "{word}: {text}"
        );
    }
}

#[test]
fn every_refusal_says_what_would_be_buildable() {
    for text in [
        "weather app",
        "currency converter",
        "calculator",
        "tetris",
        "c++ library",
        "mobile app for recipes",
        "shell script",
        "mon application de gestion de recettes",
        "a website for my band",
        "real-time chat application",
    ] {
        let spec = read(text);
        let last = spec
            .refusals()
            .last()
            .map(|note| note.text.clone())
            .unwrap_or_default();
        let helps = ["For example \"", "for example \"", "instead", "--entity '"];
        assert!(
            helps.iter().any(|word| last.contains(word)),
            "{text}: {last}"
        );
    }
    assert!(
        refusal(&read("weather app")).contains("\"weather log with date, temperature and rain\"")
    );
}

#[test]
fn what_stands_in_the_place_of_a_refused_application_can_be_made() {
    let rows = include_str!("../../engine/spec/data/instead.txt").lines();
    for row in rows.filter(|row| !row.starts_with('#')) {
        let (_, text) = row.split_once(' ').expect("a word and a request");
        let spec = read(text);
        assert_eq!(refusal(&spec), "", "{text}");
        assert_eq!(spec.entities.len(), 1, "{text}: {:?}", spec.entities);
        assert!(spec.entities[0].fields.len() >= 2, "{text}");
    }
}

#[test]
fn requests_in_other_languages_are_refused_unless_they_name_their_entities() {
    for (text, language) in [
        ("mon application de gestion de recettes", "French"),
        ("Rezeptverwaltung mit Zutaten und Kategorien", "German"),
        (
            "aplicación para gestionar mis recetas con categorías",
            "Spanish",
        ),
        (
            "gestione delle ricette con ingredienti e categorie",
            "Italian",
        ),
        (
            "aplicativo para gerir minhas receitas com uma lista",
            "Portuguese",
        ),
        ("een app voor het beheren van recepten", "Dutch"),
    ] {
        let spec = read(text);
        assert!(refusal(&spec).contains("read in English"), "{text}");
        assert!(
            refusal(&spec).contains(language),
            "{text}: {}",
            refusal(&spec)
        );
        assert!(spec.entities.is_empty(), "{text}");
    }
    let named = read_request(
        "mon application de gestion de recettes",
        &["recette: titre!".to_owned()],
    );
    assert_eq!(refusal(&named), "");
}
