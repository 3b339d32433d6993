//! Labels of requests, as `tests/spec/corpus` has them. Knows no words of the request.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A request and what is due.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Case {
    pub ask: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    entities: BTreeMap<String, Option<String>>,
}

/// An entity that is due.
#[derive(Clone, Debug)]
pub(super) struct Due {
    pub optional: bool,
    pub names: Vec<String>,
    /// The names of each field.
    pub fields: Vec<Vec<String>>,
}

impl Case {
    /// Whether things of it are read.
    pub(super) fn keeps(&self) -> bool {
        !matches!(self.kind(), "static" | "package" | "ci")
    }

    pub(super) fn kind(&self) -> &str {
        self.kind.as_deref().unwrap_or("web")
    }

    pub(super) fn due(&self) -> Vec<Due> {
        let split = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        let field = |text: &str| split(text.split([':', '!']).next().unwrap_or_default());
        let one = |(label, fields): (&String, &Option<String>)| Due {
            optional: label.starts_with('?'),
            names: split(label.trim_start_matches('?')),
            fields: fields
                .as_deref()
                .unwrap_or_default()
                .split_whitespace()
                .filter(|word| *word != "=")
                .map(field)
                .collect(),
        };
        self.entities.iter().map(one).collect()
    }
}

/// The cases of a file.
pub(super) fn cases(text: &str) -> Vec<Case> {
    serde_yaml::from_str(text).expect("labels are YAML")
}
