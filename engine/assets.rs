//! The plans, prompts and templates that are part of the binary. Knows their names and texts, not their meaning.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const PLAN_EXTENSION: &str = ".yaml";

/// The text of `templates/<name>`, for a name such as `flask/db.py`.
pub fn template(name: &str) -> Option<&'static str> {
    find(TEMPLATES, name)
}

/// Name and text of every template, sorted by name.
pub fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEMPLATES.iter().copied()
}

/// The text of `prompts/<name>`, for a name such as `coder/shared.md`.
pub fn prompt(name: &str) -> Option<&'static str> {
    find(PROMPTS, name)
}

/// Name and text of every prompt, sorted by name.
pub fn prompts() -> impl Iterator<Item = (&'static str, &'static str)> {
    PROMPTS.iter().copied()
}

/// The text of the shipped plan `name`, such as `fullstack-flask`.
pub fn plan(name: &str) -> Option<&'static str> {
    find(PLANS, &format!("{name}{PLAN_EXTENSION}"))
}

/// Name and text of every shipped plan, sorted by file name.
pub fn plans() -> impl Iterator<Item = (&'static str, &'static str)> {
    PLANS
        .iter()
        .map(|(name, text)| (name.strip_suffix(PLAN_EXTENSION).unwrap_or(name), *text))
}

fn find(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let index = table.binary_search_by(|(key, _)| (*key).cmp(name)).ok()?;
    Some(table[index].1)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Name and text of every file below `folder`, found another way than the build script does.
    fn on_disk(folder: &str) -> Vec<(String, String)> {
        fn walk(base: &Path, directory: &Path, found: &mut Vec<(String, String)>) {
            let Ok(entries) = std::fs::read_dir(directory) else {
                return;
            };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(base, &path, found);
                } else {
                    let name = path
                        .strip_prefix(base)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_owned();
                    found.push((name, std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut found = Vec::new();
        walk(&base, &base, &mut found);
        found.sort();
        found
    }

    #[test]
    fn every_template_is_embedded_under_its_name() {
        let embedded: Vec<_> = templates()
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        assert_eq!(embedded, on_disk("templates"));
        for (name, text) in templates() {
            assert_eq!(template(name), Some(text));
        }
    }

    #[test]
    fn every_prompt_is_embedded_under_its_name() {
        let embedded: Vec<_> = prompts()
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        assert_eq!(embedded, on_disk("prompts"));
        for (name, text) in prompts() {
            assert_eq!(prompt(name), Some(text));
        }
    }

    #[test]
    fn every_plan_is_embedded_without_its_extension() {
        let expected: Vec<_> = on_disk("plans")
            .into_iter()
            .filter_map(|(name, text)| Some((name.strip_suffix(".yaml")?.to_owned(), text)))
            .collect();
        let embedded: Vec<_> = plans()
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        assert_eq!(embedded, expected);
        for (name, text) in plans() {
            assert_eq!(plan(name), Some(text));
        }
    }

    #[test]
    fn names_that_are_not_there_find_nothing() {
        assert_eq!(template("../Cargo.toml"), None);
        assert_eq!(plan("no-such-plan"), None);
    }
}
