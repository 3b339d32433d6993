//! Which templates a template is made of, and the digest of all of them. Renders nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::id::Digest;

/// The words after which a block names other templates.
const REFERRING: &[&str] = &["include", "extends", "import", "from"];

/// The text of `name` and of everything it refers to, directly or not, by name; nothing when it is not there.
pub(super) fn texts(
    name: &str,
    source: &dyn Fn(&str) -> Option<Cow<'static, str>>,
) -> BTreeMap<String, Cow<'static, str>> {
    let mut texts = BTreeMap::new();
    let mut pending = vec![name.to_owned()];
    while let Some(next) = pending.pop() {
        if texts.contains_key(&next) {
            continue;
        }
        if let Some(text) = source(&next) {
            pending.extend(references(&text).map(str::to_owned));
            texts.insert(next, text);
        }
    }
    texts
}

/// The digest of `name` and of everything it refers to, directly or not.
pub(super) fn digest(
    name: &str,
    source: &dyn Fn(&str) -> Option<Cow<'static, str>>,
) -> Option<Digest> {
    let texts = texts(name, source);
    let own = texts.get(name)?;
    if texts.len() == 1 {
        return Some(Digest::of(own.as_bytes()));
    }
    let mut hasher = blake3::Hasher::new();
    for (name, text) in &texts {
        hasher.update(name.as_bytes()).update(&[0]);
        hasher.update(Digest::of(text.as_bytes()).0.as_slice());
    }
    Some(Digest(*hasher.finalize().as_bytes()))
}

/// Every string in a block that refers to templates. A name that is computed is not seen, so
/// templates choose between literal names instead: a test holds them to it.
fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split("<%")
        .skip(1)
        .filter_map(|rest| rest.split("%>").next())
        .map(|block| block.trim_start_matches(['-', '+']).trim_start())
        .filter(|block| REFERRING.contains(&block.split_whitespace().next().unwrap_or_default()))
        .flat_map(strings)
}

/// The contents of the quoted strings in `block`.
fn strings(block: &str) -> impl Iterator<Item = &str> {
    let mut rest = block;
    std::iter::from_fn(move || {
        let start = rest.find(['"', '\''])?;
        let quote = char::from(rest.as_bytes()[start]);
        let (inside, after) = rest[start + 1..].split_once(quote)?;
        rest = after;
        Some(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_of(templates: &[(&str, &str)]) -> Digest {
        let templates: BTreeMap<String, String> = templates
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        digest("main", &|name| templates.get(name).cloned().map(Cow::Owned)).unwrap()
    }

    #[test]
    fn a_change_in_an_included_template_changes_the_digest() {
        let main = ("main", "<% if x %>\n<%- include 'a' %><% endif %>");
        let a = ("a", "<% from \"b\" import field %>");
        let before = digest_of(&[main, a, ("b", "one"), ("c", "one")]);
        assert_ne!(before, digest_of(&[main, a, ("b", "two"), ("c", "one")]));
        assert_eq!(before, digest_of(&[main, a, ("b", "one"), ("c", "two")]));
    }

    #[test]
    fn templates_that_include_each_other_have_a_digest() {
        digest_of(&[("main", "<% include 'a' %>"), ("a", "<% include 'main' %>")]);
    }

    #[test]
    fn shipped_templates_refer_to_others_by_literal_names() {
        for (name, text) in crate::assets::templates() {
            for block in text.split("<%").skip(1) {
                let block = block
                    .split("%>")
                    .next()
                    .unwrap()
                    .trim_start_matches(['-', '+']);
                let word = block.split_whitespace().next().unwrap_or_default();
                if REFERRING.contains(&word) {
                    assert_ne!(strings(block).count(), 0, "{name}: <%{block}%>");
                }
            }
        }
    }
}
