//! Changing one value of the file's text, with the others and their order kept. Knows no file system.

use camino::Utf8Path;
use serde_json::{Map, Value};

use super::layers::value_of;
use super::read::parse;
use super::values::{Config, keys};
use crate::diagnostic::{Finding, did_you_mean};

/// The key below which any role may be set.
const MODELS: &str = "models";

/// Why a value was not set.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EditError {
    /// There is no such key: its name, and the nearest one.
    #[error("there is no key `{0}`")]
    Unknown(String, Option<String>),
    /// The value does not fit the key.
    #[error("{0}")]
    Unfit(String),
    /// The text is no configuration to begin with.
    #[error("the configuration cannot be read")]
    Broken(Box<Finding>),
}

/// `text` with the dotted `key` set to `value`: JSON, or a text as it is; `null` takes the default back.
///
/// # Errors
/// When the text is broken, the key unknown, or the value of the wrong kind.
pub fn set(name: &Utf8Path, text: &str, key: &str, value: &str) -> Result<String, EditError> {
    parse(name, text).map_err(EditError::Broken)?;
    let all = keys();
    let is_role = key
        .strip_prefix("models.")
        .is_some_and(|role| !role.is_empty());
    if !is_role && !all.iter().any(|known| known == key) {
        let near = did_you_mean(key, all.iter().map(String::as_str));
        return Err(EditError::Unknown(key.to_owned(), near.map(str::to_owned)));
    }
    let mut root: Value = serde_json::from_str(text).unwrap_or_default();
    let parsed = value_of(value);
    match key.split_once('.') {
        // Names of models may look like numbers.
        Some((MODELS, role)) if !parsed.is_null() => {
            put(&mut root, &[MODELS, role], Value::from(value));
        }
        Some((outer, inner)) => put(&mut root, &[outer, inner], parsed),
        None => put(&mut root, &[key], parsed),
    }
    let mut edited = serde_json::to_string_pretty(&root).unwrap_or_default();
    edited.push('\n');
    let unfit = |finding: Box<Finding>| EditError::Unfit(format!("`{key}`: {}", finding.message));
    parse(name, &edited).map_err(unfit)?;
    Ok(edited)
}

/// Puts `value` at `path`. Taking back a default, where nothing is no value of the key, removes the key.
fn put(root: &mut Value, path: &[&str], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if !root.is_object() {
        *root = Value::Object(Map::new());
    }
    let Some(object) = root.as_object_mut() else {
        return;
    };
    if rest.is_empty() {
        let takes_null = Config::default()
            .get(first)
            .is_some_and(|value| value.is_null());
        match value.is_null() && !takes_null {
            true => drop(object.shift_remove(*first)),
            false => drop(object.insert((*first).to_owned(), value)),
        }
    } else {
        let inner = object.entry((*first).to_owned());
        put(
            inner.or_insert_with(|| Value::Object(Map::new())),
            rest,
            value,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, key: &str, value: &str) -> Result<String, EditError> {
        set(Utf8Path::new("config.json"), text, key, value)
    }

    #[test]
    fn one_value_changes_and_the_order_stays() {
        let text = "{\n  \"lanes\": 2,\n  \"context\": 4096\n}\n";
        let edited = edit(text, "lanes", "4").unwrap();
        assert_eq!(edited, "{\n  \"lanes\": 4,\n  \"context\": 4096\n}\n");
        let edited = edit(&edited, "models.coder", "qwen2.5-coder-7b").unwrap();
        let edited = edit(&edited, "sampling.top-p", "0.9").unwrap();
        let config = parse(Utf8Path::new("c"), &edited).unwrap();
        assert_eq!(config.models["coder"], "qwen2.5-coder-7b");
        assert!((config.sampling.top_p - 0.9).abs() < 1e-6);
        assert!(edited.starts_with("{\n  \"lanes\": 4,\n  \"context\": 4096,\n  \"models\""));
    }

    #[test]
    fn null_takes_the_default_back() {
        let text = r#"{"lanes": 2, "context": 4096, "models": {"coder": "7"}}"#;
        let edited = edit(text, "context", "null").unwrap();
        let edited = edit(&edited, "lanes", "null").unwrap();
        let edited = edit(&edited, "models.coder", "null").unwrap();
        let config = parse(Utf8Path::new("c"), &edited).unwrap();
        assert_eq!(config, Config::default());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let unknown = edit("{}", "lane", "4").unwrap_err();
        assert!(matches!(&unknown, EditError::Unknown(_, Some(near)) if near == "lanes"));
        assert!(matches!(
            edit("{}", "lanes", "many"),
            Err(EditError::Unfit(_))
        ));
        assert!(matches!(edit("{}", "lanes", "0"), Err(EditError::Unfit(_))));
        assert!(matches!(
            edit("{,}", "lanes", "1"),
            Err(EditError::Broken(_))
        ));
    }
}
