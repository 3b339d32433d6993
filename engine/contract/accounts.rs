//! Accounts: their tables, endpoints and pages. Knows no framework.

use serde_json::{Map, Value};

use super::column::{NOW, column};
use super::page::plain;
use super::types::{Endpoint, Index, Page, Table};
use crate::spec::{Field, Spec, names};

/// Words that the tables and addresses of accounts take.
pub(super) const TAKEN: [&str; 4] = ["users", "accounts", "user_sessions", "login_attempts"];

/// The column that says whose a row is.
pub(super) const OWNER: &str = "owner_id";
const TO_USER: &str = "INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE";

/// The definition of [`OWNER`].
pub(super) fn owner_column() -> super::types::Column {
    column(OWNER, "INTEGER", TO_USER.to_owned())
}

/// Gives fields another name where accounts would take their column; the old and new names.
pub fn free_owner(spec: &mut Spec) -> Vec<(String, String)> {
    if !spec.features.iter().any(|feature| feature == "auth") {
        return Vec::new();
    }
    let mut renamed = Vec::new();
    for entity in &mut spec.entities {
        let taken = |field: &&mut Field| names::key(field) == OWNER;
        for field in entity.fields.iter_mut().filter(taken) {
            let name = format!("{}_{}", names::bare(&entity.name), field.name);
            renamed.push((std::mem::replace(&mut field.name, name.clone()), name));
        }
    }
    renamed
}

/// Users, their sessions, and failed attempts to sign in, which slow down who guesses.
pub(super) fn tables() -> Vec<Table> {
    let text = |name: &str, rest: &str| column(name, "TEXT", format!("TEXT NOT NULL{rest}"));
    let id = || {
        column(
            "id",
            "INTEGER",
            "INTEGER PRIMARY KEY AUTOINCREMENT".to_owned(),
        )
    };
    let moment = |name: &str| column(name, "TEXT", NOW.to_owned());
    let table = |name: &str, columns, indexes: &[&[&str]]| Table {
        name: name.to_owned(),
        columns,
        primary: Vec::new(),
        unique: Vec::new(),
        indexes: indexes
            .iter()
            .map(|columns| Index {
                name: format!("{name}_{}", columns[0]),
                columns: columns.iter().map(|&column| column.to_owned()).collect(),
            })
            .collect(),
    };
    vec![
        table(
            "users",
            vec![
                id(),
                text("name", " COLLATE NOCASE UNIQUE"),
                text("password", ""),
                moment("created_at"),
            ],
            &[],
        ),
        table(
            "user_sessions",
            vec![
                column("id", "TEXT", "TEXT PRIMARY KEY".to_owned()),
                column("user_id", "INTEGER", TO_USER.to_owned()),
                text("csrf_token", ""),
                moment("created_at"),
                text("expires_at", ""),
            ],
            &[&["user_id"]],
        ),
        table(
            "login_attempts",
            vec![
                id(),
                text("name", " COLLATE NOCASE"),
                text("address", ""),
                text("at", ""),
            ],
            &[&["name", "address", "at"]],
        ),
    ]
}

/// Signing up, in and out, and who is signed in.
pub(super) fn endpoints() -> Vec<Endpoint> {
    let shape = |names: &[(&str, &str)]| -> Map<String, Value> {
        let entries = names.iter();
        entries
            .map(|(name, kind)| ((*name).to_owned(), Value::from(*kind)))
            .collect()
    };
    let login = || shape(&[("name", "string"), ("password", "string")]);
    let session = || shape(&[("user", "object"), ("csrf_token", "string")]);
    let endpoint = |method: &str, path: &str, about: &str, shapes, status, errors: &[u16]| {
        let (request, response) = shapes;
        Endpoint {
            method: method.to_owned(),
            path: path.to_owned(),
            about: about.to_owned(),
            entity: String::new(),
            request,
            response,
            status,
            errors: errors.to_vec(),
        }
    };
    vec![
        endpoint(
            "POST",
            "/api/accounts",
            "Make an account and sign in",
            (login(), session()),
            201,
            &[400, 403, 409, 413, 415, 422],
        ),
        endpoint(
            "GET",
            "/api/session",
            "Say who is signed in",
            (shape(&[]), session()),
            200,
            &[],
        ),
        endpoint(
            "POST",
            "/api/session",
            "Sign in",
            (login(), session()),
            200,
            &[400, 401, 403, 413, 415, 422, 429],
        ),
        endpoint(
            "DELETE",
            "/api/session",
            "Sign out",
            (shape(&[]), shape(&[])),
            204,
            &[401, 403],
        ),
    ]
}

/// The pages for signing in and up.
pub(super) fn pages() -> Vec<Page> {
    vec![
        plain("/sign-in", "Sign in", &["sign-in-form"]),
        plain("/sign-up", "Make an account", &["sign-up-form"]),
    ]
}
