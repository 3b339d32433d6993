//! Chunk types and their caps, from `plans/types.yaml`. Knows no plan.

use std::sync::LazyLock;

use serde::Deserialize;

/// A chunk type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChunkType {
    /// Whether a template or model produces it, or a tool does it.
    pub kind: TypeKind,
    /// Tokens in one slice of a model's work; 0 for a tool.
    #[serde(default)]
    pub cap: u32,
    /// What it is for.
    pub about: String,
}

/// Who does chunks of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TypeKind {
    /// A template or a model.
    File,
    /// A tool.
    Tool,
}

static TYPES: LazyLock<Vec<(String, ChunkType)>> = LazyLock::new(|| {
    let text = include_str!("../../plans/types.yaml");
    let table: serde_json::Map<String, serde_json::Value> =
        serde_saphyr::from_str(text).expect("the embedded types are a mapping");
    table
        .into_iter()
        .map(|(name, value)| {
            let read = serde_json::from_value(value).expect("the embedded types are well formed");
            (name, read)
        })
        .collect()
});

/// All chunk types in the order of the file.
pub fn chunk_types() -> &'static [(String, ChunkType)] {
    &TYPES
}

/// The type called `name`.
pub fn chunk_type(name: &str) -> Option<&'static ChunkType> {
    TYPES
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, found)| found)
}

/// Names of the types that a chunk with `write` can have.
pub(super) fn file_types() -> impl Iterator<Item = &'static str> {
    TYPES
        .iter()
        .filter(|(_, found)| found.kind == TypeKind::File)
        .map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_types_have_caps_and_tools_have_none() {
        for (name, found) in chunk_types() {
            assert_eq!(found.cap > 0, found.kind == TypeKind::File, "{name}");
        }
        assert_eq!(
            chunk_type("backend_routes").map(|found| found.cap),
            Some(384)
        );
    }
}
