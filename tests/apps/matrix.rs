//! Every stack makes the same six applications from the words of a request, and an API alone; Django's administration
//! comes with accounts for people and without.

use super::{Start, stands};

/// The web stacks. One that is missing here is not tested, so the names are held against the templates.
const STACKS: [&str; 3] = ["flask", "fastapi", "django"];

#[test]
fn every_web_stack_is_in_the_matrix() {
    let stacks = codey::assets::templates()
        .filter(|(name, text)| name.ends_with("/stack.yaml") && text.contains("endpoint:"))
        .map(|(name, _)| name.trim_end_matches("/stack.yaml"));
    let mut known = STACKS.to_vec();
    known.sort_unstable();
    assert_eq!(stacks.collect::<Vec<_>>(), known);
}

/// Makes and uses an application; `has` must be among its entities and features.
fn made(request: &str, stack: &str, start: Start, has: &[&str]) {
    let contract = stands(&format!("{request} with {stack}"), &[], start);
    assert_eq!(contract["stack"], stack, "{request}");
    let entities = contract["entities"].as_array().unwrap().iter();
    let mut names: Vec<&str> = entities.map(|e| e["name"].as_str().unwrap()).collect();
    names.extend(
        contract["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f.as_str().unwrap()),
    );
    for name in has {
        assert!(
            names.contains(name),
            "{request} with {stack}: {names:?} has no {name}"
        );
    }
}

macro_rules! matrix {
    ($($module:ident $stack:literal),*) => {$(
        mod $module {
            use super::{Start, made};

            #[test]
            fn todo() {
                made("full-stack todo app", $stack, Start::Literally, &["todo"]);
            }

            #[test]
            fn recipes() {
                let request = "recipe manager with tags, ratings, user login and a dashboard, built";
                made(request, $stack, Start::Quickly, &["recipe", "auth", "dashboard"]);
            }

            #[test]
            fn blog() {
                let request = "blog with posts, comments and categories, user accounts and csv export, made";
                made(request, $stack, Start::Quickly, &["post", "comment", "category", "auth", "csv"]);
            }

            #[test]
            fn inventory() {
                let request = "inventory of products with suppliers and csv import and export";
                made(request, $stack, Start::Quickly, &["product", "supplier", "csv"]);
            }

            #[test]
            fn habits() {
                made("habit tracker", $stack, Start::Quickly, &["habit", "checkin"]);
            }

            #[test]
            fn bookings() {
                made("booking app", $stack, Start::Quickly, &["booking"]);
            }

            #[test]
            fn an_api_alone() {
                made("REST API for bookmarks with tags and login", $stack, Start::Quickly, &["bookmark", "auth"]);
            }
        }
    )*};
}

matrix!(flask "flask", fastapi "fastapi", django "django");

#[test]
fn an_administration_without_accounts_for_people() {
    let request = "gym app with members, trainers and classes and an admin, built";
    made(
        request,
        "django",
        Start::Quickly,
        &["member", "trainer", "admin"],
    );
}

#[test]
fn an_administration_of_an_api() {
    made(
        "REST API for books with admin",
        "django",
        Start::Quickly,
        &["book", "admin"],
    );
}

#[test]
fn an_administration_beside_accounts() {
    let request = "todo app with login and admin, built";
    made(
        request,
        "django",
        Start::Quickly,
        &["todo", "auth", "admin"],
    );
}
