//! Kinds of nouns: persons, things that depend on others, things that others refer to. Knows no request.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::spec::inflect::lines;

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
}

const GROUPS: [(&str, Noun); 8] = [
    ("mass", Noun::Mass),
    ("place", Noun::Place),
    ("holder", Noun::Holder),
    ("dependent", Noun::Dependent),
    ("referred", Noun::Referred),
    ("person", Noun::Person),
    ("collective", Noun::Collective),
    ("several", Noun::Several),
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
