//! Requests for packages, checks and sites: what is made, and what is said of the rest.

use codey::session::read_request;
use codey::spec::{NoteKind, Spec};

pub(super) fn read(text: &str) -> Spec {
    read_request(text, &[])
}

/// What notes of a kind are about.
pub(super) fn from(spec: &Spec, kind: NoteKind) -> Vec<&str> {
    let notes = spec.notes.iter().filter(|note| note.kind == kind);
    notes.map(|note| note.from.as_str()).collect()
}

pub(super) fn refusal(spec: &Spec) -> String {
    let texts: Vec<&str> = spec.refusals().map(|note| note.text.as_str()).collect();
    texts.join("\n")
}

#[test]
fn what_a_package_or_tool_is_for_is_left_to_people_and_said() {
    for (text, kind, purpose) in [
        (
            "python library to validate ibans",
            "package",
            "validate ibans",
        ),
        (
            "python package for unit conversion",
            "package",
            "unit conversion",
        ),
        (
            "rust library for parsing ini files",
            "package",
            "parsing ini files",
        ),
        (
            "a small rust lib with a csv reader",
            "package",
            "csv reader",
        ),
        (
            "a python package that reads csv and writes json",
            "package",
            "reads csv and writes json",
        ),
        (
            "rust library for colour conversion with github actions",
            "package",
            "colour conversion",
        ),
        (
            "command line tool in python to rename files",
            "cli",
            "rename files",
        ),
        ("rust cli that renames files", "cli", "renames files"),
    ] {
        let spec = read(text);
        assert_eq!(
            (spec.kind.as_str(), spec.purpose.as_str()),
            (kind, purpose),
            "{text}"
        );
        assert_eq!(
            from(&spec, NoteKind::Missing),
            [purpose],
            "{text}: {:?}",
            spec.notes
        );
        let note = spec
            .notes
            .iter()
            .find(|note| note.kind == NoteKind::Missing);
        assert!(
            note.is_some_and(|note| note.text.contains("yours to write")),
            "{text}"
        );
        assert_eq!(spec.refusals().count(), 0, "{text}");
    }
}

#[test]
fn a_package_of_which_nothing_more_is_said_needs_no_warning() {
    for text in [
        "python package",
        "new python library",
        "pip package skeleton",
        "a rust crate called textkit",
        "rust crate skeleton, lib, with tests and clippy",
        "python package called unitkit with tests and type hints",
        "python package with ci",
        "rust library for url slugs",
        "a CLI in python that counts words and lines in text files",
        "rust cli",
        "python cli to track expenses",
    ] {
        let spec = read(text);
        assert_eq!(
            from(&spec, NoteKind::Missing),
            [""; 0],
            "{text}: {:?}",
            spec.notes
        );
        assert_eq!(spec.purpose, "", "{text}");
    }
}

#[test]
fn checks_run_on_the_versions_that_are_asked_for() {
    for (text, stack, versions) in [
        (
            "github actions workflow to test node 18 and 20",
            "node",
            "18 20",
        ),
        (
            "gitlab ci for python package with tests on 3.11 and 3.12",
            "python",
            "3.11 3.12",
        ),
        (
            "github actions for a python package, test on 3.10-3.13",
            "python",
            "3.10 3.11 3.12 3.13",
        ),
        (
            "github actions for a rust crate on 1.80 and stable",
            "rust",
            "1.80 stable",
        ),
        (
            "python package with github actions on 3.12 and 3.13",
            "python",
            "3.12 3.13",
        ),
        ("ci for my python package", "python", ""),
        (
            "recipe manager with 3.11 ratings and github actions",
            "flask",
            "",
        ),
    ] {
        let spec = read(text);
        assert_eq!(spec.stack, stack, "{text}");
        assert_eq!(
            spec.versions.join(" "),
            versions,
            "{text}: {:?}",
            spec.notes
        );
        assert_eq!(from(&spec, NoteKind::Ignored), [""; 0], "{text}");
    }
    let old = read("github actions for my python package on 2.7 and 3.12");
    assert_eq!(old.versions, ["3.12"]);
    assert_eq!(from(&old, NoteKind::Missing), ["2.7"]);
    let web = read("flask recipe manager with tags and ci on python 3.12");
    assert_eq!(from(&web, NoteKind::Missing), ["3.12"]);
    let own = read("python package with github actions on 3.9 and 3.12");
    assert_eq!(from(&own, NoteKind::Missing), ["3.9"]);
    let nightly = read("gitlab ci for a rust crate on stable and nightly");
    assert_eq!(nightly.versions, ["stable"]);
    assert_eq!(from(&nightly, NoteKind::Missing), ["nightly"]);
}

#[test]
fn titles_are_no_numbers_small_words_or_tools() {
    for (text, title) in [
        (
            "github actions workflow to test node 18 and 20",
            "My package",
        ),
        (
            "gitlab ci for python package with tests on 3.11 and 3.12",
            "My package",
        ),
        (
            "ci pipeline for my python project with pytest",
            "My package",
        ),
        (
            "set up gitlab ci for my rust crate with clippy and cargo test",
            "My package",
        ),
        (
            "CI for a node package on github actions please",
            "My package",
        ),
        ("github action to test my npm package", "My package"),
        ("a small rust lib with a csv reader", "Csv reader"),
        ("a rust library that wraps sqlite", "Wraps sqlite"),
        ("rust crate for matrix maths", "Matrix maths"),
        (
            "github actions for the billing service in python",
            "Billing service",
        ),
        (
            "github actions workflow for a rust crate called tinyjson",
            "tinyjson",
        ),
        ("static site with 3 pages: about, work, contact", "My site"),
    ] {
        assert_eq!(read(text).title, title, "{text}");
    }
}

#[test]
fn checks_elsewhere_are_said_to_be_left_out() {
    let spec = read("jenkins pipeline for my python project");
    assert_eq!(
        (spec.kind.as_str(), spec.title.as_str()),
        ("ci", "My package")
    );
    assert_eq!(from(&spec, NoteKind::Missing), ["jenkins pipeline"]);
}

#[test]
fn sites_have_the_pages_that_fit_their_subject() {
    for (text, title, pages, one_page) in [
        (
            "static site for a conference with speakers, schedule and venue",
            "Conference",
            "speakers, schedule, venue",
            false,
        ),
        (
            "wedding website",
            "Wedding",
            "story, schedule, venue",
            false,
        ),
        (
            "static blog about cooking",
            "Cooking blog",
            "posts, about",
            false,
        ),
        (
            "documentation site for my library",
            "Library documentation",
            "getting started, guide, reference",
            false,
        ),
        (
            "changelog page for my product",
            "Product changelog",
            "changelog",
            true,
        ),
        ("link in bio page", "My links", "links", true),
        (
            "one page site for my wedding with rsvp",
            "Wedding",
            "story, schedule, venue, rsvp",
            true,
        ),
        (
            "landing page with pricing and faq",
            "My site",
            "pricing, faq",
            true,
        ),
        (
            "landing page for a coffee shop",
            "Coffee shop",
            "menu, opening hours, contact",
            true,
        ),
        (
            "portfolio website",
            "Portfolio",
            "about, projects, contact",
            false,
        ),
    ] {
        let spec = read(text);
        assert_eq!(spec.kind, "static", "{text}");
        assert_eq!(
            (spec.title.as_str(), spec.pages.join(", ").as_str()),
            (title, pages),
            "{text}"
        );
        assert_eq!(spec.one_page, one_page, "{text}");
    }
}

#[test]
fn a_static_site_says_that_it_collects_nothing() {
    for (text, words, said) in [
        (
            "one page site for my wedding with rsvp",
            "rsvp",
            "collects no replies",
        ),
        (
            "static site with about and a contact form",
            "contact form",
            "collects no replies",
        ),
        (
            "static site for a club with news and login",
            "login",
            "no accounts",
        ),
        (
            "documentation site with guide and search",
            "search",
            "no search",
        ),
        ("static blog with comments", "comments", "no comments"),
    ] {
        let spec = read(text);
        let notes: Vec<_> = spec
            .notes
            .iter()
            .filter(|note| note.from == words)
            .collect();
        assert!(
            notes.len() == 1 && notes[0].kind == NoteKind::Missing,
            "{text}: {:?}",
            spec.notes
        );
        assert!(notes[0].text.contains(said), "{text}: {:?}", notes[0]);
    }
    assert_eq!(read("static blog with comments").pages, ["posts", "about"]);
    let none = read("static site with about and contact");
    assert_eq!(from(&none, NoteKind::Missing), [""; 0]);
}
