//! The settings themselves, their defaults and their bounds. Knows no file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{KvType, STALL, Sampling};

/// Bounds of `context`, in tokens.
const MIN_CONTEXT: u32 = 512;
const MAX_CONTEXT: u32 = 1 << 20;
/// Most talks at once: sequences that llama.cpp allows in one context.
const MAX_LANES: u32 = 64;
/// Most threads: beyond any computer that this is meant for.
const MAX_THREADS: u32 = 1024;
/// Least memory budget in MiB: less holds no model at all.
const MIN_BUDGET_MIB: u64 = 64;
/// Highest temperature: beyond it text is noise.
const MAX_TEMPERATURE: f32 = 2.0;
/// Most seconds of patience with a model: a day.
const MAX_STALL_S: u64 = 86_400;

/// Whether weights are copied into the order that some processors are fast with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Repack {
    /// Where the processor gains by it and the budget holds it.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// What the user can set once for all runs. Fields are in the order of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Memory for all models together, in MiB; nothing means 70 % of what is available.
    pub memory_budget_mb: Option<u64>,
    /// Threads of a model; nothing means the physical cores.
    pub n_threads: Option<u32>,
    /// Tokens of a talk, prompt and answers together; nothing means enough for a contract, a chunk and its repairs.
    pub context: Option<u32>,
    /// Talks at once; nothing means what was measured, or the default.
    pub lanes: Option<u32>,
    /// The type in which evaluated tokens are kept.
    pub kv_type: KvType,
    /// Whether weights are repacked.
    pub repack: Repack,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// The model of each role, by name.
    pub models: BTreeMap<String, String>,
    /// A model server in place of models on this computer.
    pub endpoint: Option<String>,
    /// Evaluated prefixes kept on disk, in MiB; 0 keeps none.
    pub prefix_cache_mb: u64,
    /// Seconds after which an idle model is unloaded; 0 keeps it until the run ends.
    pub idle_unload_s: u64,
    /// Seconds without progress after which a model's answer is given up.
    pub stall_s: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            memory_budget_mb: None,
            n_threads: None,
            context: None,
            lanes: None,
            kv_type: KvType::default(),
            repack: Repack::default(),
            sampling: Sampling::default(),
            models: BTreeMap::new(),
            endpoint: None,
            prefix_cache_mb: 1024,
            idle_unload_s: 300,
            stall_s: STALL.as_secs(),
        }
    }
}

/// A value that cannot be used: the key's path, and what is allowed.
pub(super) type Unfit = (&'static str, String);

impl Config {
    /// Holds values against their bounds.
    pub(super) fn check(&self) -> Result<(), Unfit> {
        let whole = |key, value: Option<u64>, least: u64, most: u64| match value {
            Some(value) if !(least..=most).contains(&value) => {
                Err((key, format!("{value} is not between {least} and {most}")))
            }
            _ => Ok(()),
        };
        let share = |key, value: f32, most: f32| match (0.0..=most).contains(&value) {
            true => Ok(()),
            false => Err((key, format!("{value} is not between 0 and {most}"))),
        };
        let memory = self.memory_budget_mb;
        whole(
            "memory_budget_mb",
            memory,
            MIN_BUDGET_MIB,
            u64::from(u32::MAX),
        )?;
        whole(
            "n_threads",
            self.n_threads.map(u64::from),
            1,
            MAX_THREADS.into(),
        )?;
        let context = self.context.map(u64::from);
        whole("context", context, MIN_CONTEXT.into(), MAX_CONTEXT.into())?;
        whole("lanes", self.lanes.map(u64::from), 1, MAX_LANES.into())?;
        whole("stall_s", Some(self.stall_s), 1, MAX_STALL_S)?;
        let sampling = &self.sampling;
        share(
            "sampling.temperature",
            sampling.temperature,
            MAX_TEMPERATURE,
        )?;
        share("sampling.top-p", sampling.top_p, 1.0)?;
        share("sampling.min-p", sampling.min_p, 1.0)?;
        match &self.endpoint {
            Some(url) if !url.starts_with("http://") && !url.starts_with("https://") => {
                let what = format!("`{url}` begins with neither `http://` nor `https://`");
                Err(("endpoint", what))
            }
            _ => Ok(()),
        }
    }

    /// All of it as JSON, by way of text: a direct conversion would widen 0.95 to 0.949999988.
    pub fn to_json(&self) -> Value {
        let text = serde_json::to_string(self).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// The value at a dotted `key`, as JSON; nothing where there is no such key.
    pub fn get(&self, key: &str) -> Option<Value> {
        let mut value = self.to_json();
        for part in key.split('.') {
            value = value.get_mut(part)?.take();
        }
        Some(value)
    }
}

/// All keys that can be set, dotted, in the order of the file. A role's model is `models.ROLE`.
pub fn keys() -> &'static [String] {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let defaults = Config::default().to_json();
        let top = defaults.as_object().into_iter().flatten();
        top.flat_map(|(key, value)| match value.as_object() {
            Some(inner) if !inner.is_empty() => {
                inner.keys().map(|name| format!("{key}.{name}")).collect()
            }
            _ => vec![key.clone()],
        })
        .collect()
    });
    &KEYS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_dotted_and_readable() {
        let keys = keys();
        assert_eq!(keys[0], "memory_budget_mb");
        assert!(keys.contains(&"sampling.top-p".to_owned()) && keys.contains(&"models".to_owned()));
        let config = Config::default();
        assert!(keys.iter().all(|key| config.get(key).is_some()));
        assert_eq!(config.get("context"), Some(serde_json::Value::Null));
        assert_eq!(config.get("context.more"), None);
    }

    #[test]
    fn values_out_of_bounds_are_named() {
        let mut config = Config::default();
        assert_eq!(config.check(), Ok(()));
        config.sampling.top_p = 1.5;
        assert_eq!(
            config.check(),
            Err(("sampling.top-p", "1.5 is not between 0 and 1".into()))
        );
        config = Config {
            context: Some(100),
            ..Config::default()
        };
        assert_eq!(config.check().unwrap_err().0, "context");
        config = Config {
            endpoint: Some("localhost:8080".into()),
            ..Config::default()
        };
        assert_eq!(config.check().unwrap_err().0, "endpoint");
    }
}
