//! The models that codey knows by name: data, read once. Knows no file of this computer and no network.

mod entry;

pub use entry::{BASE_URL, Entry};

use std::sync::LazyLock;

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("../data/catalogue.yaml"))
        .expect("the embedded catalogue is well formed")
});

/// All entries, in the order of the file: by role, small ones first.
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}

/// The entry called `name`.
pub fn find(name: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.name == name)
}

/// The strongest entry of `role` that takes `budget_mib` at most, the usual ones before others; or its smallest one.
pub fn best(role: &str, budget_mib: u64) -> Option<&'static Entry> {
    let of_role = || entries().iter().filter(|entry| entry.role == role);
    of_role()
        .filter(|entry| entry.ram_mib <= budget_mib && entry.accept.is_none())
        .max_by_key(|entry| (entry.usual, entry.ram_mib))
        .or_else(|| of_role().min_by_key(|entry| entry.ram_mib))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn entries_are_complete_and_their_names_differ() {
        let names: BTreeSet<&str> = entries().iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names.len(), entries().len());
        for entry in entries() {
            assert!(crate::model::store::is_name(&entry.name), "{}", entry.name);
            if let Some(hash) = &entry.sha256 {
                assert_eq!(hash.len(), 64, "{}", entry.name);
                assert!(
                    hash.bytes()
                        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
                );
            }
            let size_mib = entry.size / (1024 * 1024);
            assert!(entry.ram_mib > size_mib, "{} needs its weights", entry.name);
            assert!(entry.url(None).starts_with(BASE_URL));
        }
    }

    #[test]
    fn limited_licences_are_marked() {
        for name in ["qwen2.5-coder-3b", "functiongemma-270m"] {
            assert!(find(name).unwrap().accept.is_some(), "{name}");
        }
        assert!(find("qwen2.5-coder-7b").unwrap().accept.is_none());
    }

    #[test]
    fn the_best_fits_and_is_free_to_use() {
        let name = |role, mib| best(role, mib).unwrap().name.as_str();
        assert_eq!(name("coder", 5_700), "qwen2.5-coder-7b");
        assert_eq!(name("coder", 64_000), "qwen2.5-coder-7b");
        assert_eq!(name("coder", 2_700), "qwen2.5-coder-1.5b");
        assert_eq!(name("coder", 100), "qwen2.5-coder-0.5b");
        assert!(best("painter", 10_000).is_none());
    }
}
