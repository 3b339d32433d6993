//! Kinds of nouns: persons, things that depend on others, things that others refer to. Knows no request.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::spec::inflect::{self, lines};

/// What kind of thing a noun is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    /// Its rows belong to a row of something else: `comment`.
    Dependent,
    /// Rows of other things refer to it: `category`.
    Referred,
    /// Somebody: `customer`.
    Person,
    /// What has persons: `team`.
    Collective,
    /// It brings other things together: `booking`.
    Holder,
    /// It has no plural: `attendance`.
    Mass,
    /// Where things are kept, or whose they are: `shop`.
    Place,
    /// What rows usually have several of, and share: `actor`.
    Several,
    /// It ends like a plural and stands in front of other nouns: `sports`.
    Modifier,
}

const GROUPS: [(&str, Noun); 9] = [
    ("mass", Noun::Mass),
    ("place", Noun::Place),
    ("holder", Noun::Holder),
    ("dependent", Noun::Dependent),
    ("referred", Noun::Referred),
    ("person", Noun::Person),
    ("collective", Noun::Collective),
    ("several", Noun::Several),
    ("modifier", Noun::Modifier),
];

static NOUNS: LazyLock<BTreeMap<&str, Vec<Noun>>> = LazyLock::new(|| {
    let mut nouns: BTreeMap<&str, Vec<Noun>> = BTreeMap::new();
    for (group, words) in
        lines(include_str!("../data/nouns.txt")).filter_map(|line| line.split_once(' '))
    {
        if let Some((_, noun)) = GROUPS.iter().find(|(name, _)| *name == group) {
            for word in words.split_whitespace() {
                nouns.entry(word).or_default().push(*noun);
            }
        }
    }
    nouns
});

/// Whether the last word of `name` is of this kind.
pub(super) fn is(name: &str, noun: Noun) -> bool {
    let name = crate::spec::names::bare(name);
    let last = name.rsplit(['_', ' ']).next().unwrap_or_default();
    NOUNS.get(last).is_some_and(|kinds| kinds.contains(&noun))
}

/// Whether `word` is many things, and not the front of a longer noun: `boards`, but not `sports`.
pub(super) fn is_many(word: &str) -> bool {
    inflect::is_plural(word) && !is(word, Noun::Modifier)
}

/// Every word of the table.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    NOUNS.keys().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_of_the_table_is_known() {
        for line in lines(include_str!("../data/nouns.txt")) {
            let group = line.split(' ').next().unwrap_or_default();
            assert!(GROUPS.iter().any(|(name, _)| *name == group), "{group}");
        }
        assert!(is("hair_stylist", Noun::Person));
        assert!(!is("stylists", Noun::Person));
    }
}
