//! One and many: English singulars and plurals of single words. Knows nothing of identifiers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static PAIRS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    lines(include_str!("data/plurals.txt"))
        .filter_map(|line| line.split_once(' '))
        .collect()
});
static PLURALS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| PAIRS.iter().copied().collect());
static SINGULARS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    // The first pair wins, so that `bases` is the plural of `basis` only when `base` is not asked for.
    PAIRS.iter().rev().map(|&(one, many)| (many, one)).collect()
});
static UNCOUNTABLE: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    lines(include_str!("data/uncountable.txt"))
        .flat_map(str::split_whitespace)
        .collect()
});

/// The lines of a table that hold data.
pub(super) fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Whether `word` has one form for one and for many.
pub(super) fn is_uncountable(word: &str) -> bool {
    UNCOUNTABLE.contains(word)
}

/// The plural of a lowercase singular word.
pub(super) fn plural(word: &str) -> String {
    if is_uncountable(word) {
        return word.to_owned();
    }
    if let Some(many) = PLURALS.get(word) {
        return (*many).to_owned();
    }
    let before_y = word.strip_suffix('y');
    if let Some(stem) = before_y.filter(|stem| !ends_in_vowel(stem)) {
        return format!("{stem}ies");
    }
    if ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| word.ends_with(end))
    {
        return format!("{word}es");
    }
    format!("{word}s")
}

/// The singular of a lowercase word; a word that is singular already stays as it is.
pub(super) fn singular(word: &str) -> String {
    if is_uncountable(word) || PLURALS.contains_key(word) {
        return word.to_owned();
    }
    if let Some(one) = SINGULARS.get(word) {
        return (*one).to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for end in ["sses", "shes", "ches", "xes", "zzes"] {
        if word.ends_with(end) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let keeps_s = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    match word.strip_suffix('s') {
        Some(stem) if !keeps_s && stem.len() > 1 => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Whether `word` is a plural that has another singular.
pub(super) fn is_plural(word: &str) -> bool {
    singular(word) != word
}

fn ends_in_vowel(stem: &str) -> bool {
    stem.ends_with(['a', 'e', 'i', 'o', 'u'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_goes_both_ways() {
        for (one, many) in PAIRS.iter() {
            assert_eq!(plural(one), *many);
            assert!(is_plural(many), "{many}");
            assert_eq!(plural(&singular(many)), *many);
        }
    }

    #[test]
    fn rules_cover_regular_words() {
        let pairs = [
            ("book", "books"),
            ("category", "categories"),
            ("day", "days"),
            ("box", "boxes"),
            ("dish", "dishes"),
            ("branch", "branches"),
            ("address", "addresses"),
            ("recipe", "recipes"),
            ("supply", "supplies"),
            ("toy", "toys"),
        ];
        for (one, many) in pairs {
            assert_eq!(plural(one), many);
            assert_eq!(singular(many), one);
            assert_eq!(singular(one), one);
        }
    }

    #[test]
    fn uncountable_words_have_one_form() {
        assert_eq!(plural("series"), "series");
        assert_eq!(singular("news"), "news");
        assert!(!is_plural("equipment"));
    }
}
