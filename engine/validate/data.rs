//! JSON, TOML and YAML. Knows no schema.

use camino::Utf8Path;
use serde::Deserialize as _;

use super::place::{at, offset, place};
use crate::diagnostic::{Finding, Place};

/// The first thing that is not JSON.
pub(super) fn json(path: &Utf8Path, text: &str) -> Vec<Finding> {
    let Err(error) = serde_json::from_str::<serde_json::Value>(text) else {
        return Vec::new();
    };
    // The column counts bytes, and names the byte that was read last.
    let spot = offset(text, error.line(), error.column());
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or_default();
    one(
        "json::syntax",
        "JSON",
        message,
        place(path, text, spot..spot + 1),
    )
}

/// The first thing that is not TOML.
pub(super) fn toml(path: &Utf8Path, text: &str) -> Vec<Finding> {
    let Err(error) = toml::from_str::<toml::Table>(text) else {
        return Vec::new();
    };
    let spot = error
        .span()
        .map_or_else(|| at(path, 1, 1), |span| place(path, text, span));
    one("toml::syntax", "TOML", error.message(), spot)
}

/// The first thing that is not YAML, in any of the file's documents.
pub(super) fn yaml(path: &Utf8Path, text: &str) -> Vec<Finding> {
    for document in serde_yaml::Deserializer::from_str(text) {
        if let Err(error) = serde_yaml::Value::deserialize(document) {
            let spot = error.location().map_or_else(
                || at(path, 1, 1),
                |location| at(path, location.line(), location.column()),
            );
            let full = error.to_string();
            let message = full.split(" at line ").next().unwrap_or_default();
            return one("yaml::syntax", "YAML", message, spot);
        }
    }
    Vec::new()
}

fn one(code: &'static str, language: &str, message: &str, spot: Place) -> Vec<Finding> {
    let message = message.lines().next().unwrap_or_default();
    vec![
        Finding::error(code, format!("this is not valid {language}: {message}"))
            .at(spot)
            .help("Correct the syntax here or just before."),
    ]
}
