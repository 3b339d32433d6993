//! The environment over the file over the defaults, and where each value comes from. Reads neither.

use camino::Utf8Path;
use serde_json::{Map, Value};

use super::read::parse;
use super::values::{Config, keys};
use crate::diagnostic::Finding;

/// Variables and the keys they set; the value is JSON, or a text as it is.
pub const VARIABLES: [(&str, &str); 10] = [
    ("CODEY_MEMORY_BUDGET_MB", "memory_budget_mb"),
    ("CODEY_N_THREADS", "n_threads"),
    ("CODEY_CONTEXT", "context"),
    ("CODEY_LANES", "lanes"),
    ("CODEY_KV_TYPE", "kv_type"),
    ("CODEY_REPACK", "repack"),
    ("CODEY_ENDPOINT", "endpoint"),
    ("CODEY_PREFIX_CACHE_MB", "prefix_cache_mb"),
    ("CODEY_IDLE_UNLOAD_S", "idle_unload_s"),
    ("CODEY_STALL_S", "stall_s"),
];

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// The user's file.
    File,
    /// The variable of this name.
    Environment(&'static str),
}

impl Origin {
    /// One word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment(name) => name,
        }
    }
}

/// A configuration with where its values come from.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The values.
    pub config: Config,
    /// The origin of each of [`keys`], in their order.
    pub origins: Vec<(&'static str, Origin)>,
}

/// Lays `environment`, pairs of name and value, over the file's `text`. Empty values set nothing.
///
/// # Errors
/// When the file or a variable cannot be used.
pub fn layered(
    name: &Utf8Path,
    text: &str,
    environment: &[(String, String)],
) -> Result<Effective, Box<Finding>> {
    let file = parse(name, text)?;
    let written: Value = serde_json::from_str(text).unwrap_or_default();
    let mut merged = file.to_json();
    let mut set = Map::new();
    for (variable, key) in VARIABLES {
        let given = environment.iter().find(|(name, _)| name == variable);
        let Some((_, value)) = given.filter(|(_, value)| !value.is_empty()) else {
            continue;
        };
        let value = value_of(value);
        parse(
            Utf8Path::new(variable),
            &Value::from_iter([(key, value.clone())]).to_string(),
        )
        .map_err(|finding| from_variable(variable, &finding))?;
        merged[key] = value;
        set.insert(key.to_owned(), variable.into());
    }
    let config = serde_json::from_value(merged).unwrap_or(file);
    let origin = |key: &String| {
        let variable = VARIABLES.iter().find(|(_, of)| of == key);
        match variable {
            Some((variable, _)) if set.contains_key(key) => Origin::Environment(variable),
            _ if is_written(&written, key) => Origin::File,
            _ => Origin::Default,
        }
    };
    let origins = keys().iter().map(|key| (key.as_str(), origin(key)));
    Ok(Effective {
        config,
        origins: origins.collect(),
    })
}

/// JSON where the text is some, else the text itself.
pub(super) fn value_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

fn from_variable(variable: &str, finding: &Finding) -> Box<Finding> {
    let message = format!("`{variable}`: {}", finding.message);
    Box::new(Finding::error("config::environment", message).help("unset it, or set another value"))
}

fn is_written(written: &Value, key: &str) -> bool {
    let pointer = format!("/{}", key.replace('.', "/"));
    written.pointer(&pointer).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(text: &str, environment: &[(&str, &str)]) -> Result<Effective, Box<Finding>> {
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        layered(Utf8Path::new("config.json"), text, &environment)
    }

    #[test]
    fn a_variable_wins_over_the_file_and_the_file_over_the_default() {
        let effective = layers(
            r#"{"lanes": 3, "context": 4096}"#,
            &[
                ("CODEY_LANES", "5"),
                ("CODEY_REPACK", "off"),
                ("CODEY_CONTEXT", ""),
            ],
        )
        .unwrap();
        assert_eq!(effective.config.lanes, Some(5));
        assert_eq!(effective.config.context, Some(4096));
        assert_eq!(effective.config.repack, super::super::Repack::Off);
        let origin = |key: &str| {
            let found = effective.origins.iter().find(|(name, _)| *name == key);
            found.unwrap().1.word()
        };
        assert_eq!(origin("lanes"), "CODEY_LANES");
        assert_eq!(origin("context"), "file");
        assert_eq!(origin("n_threads"), "default");
    }

    #[test]
    fn an_unusable_variable_is_named() {
        let finding = layers("{}", &[("CODEY_LANES", "many")]).unwrap_err();
        assert!(
            finding.message.starts_with("`CODEY_LANES`: "),
            "{}",
            finding.message
        );
        assert!(layers("{}", &[("CODEY_KV_TYPE", "q8_0")]).is_ok());
    }
}
