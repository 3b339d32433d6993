//! The small words of requests, by what they do. Knows no entity.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::spec::inflect::lines;

/// What a small word does in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Says nothing.
    Filler,
    /// What something is kept in: `app`, `tracker`.
    Container,
    /// Opens a list: `with`.
    With,
    /// Says what something has.
    Has,
    /// What people do with what they keep: `track`.
    Verb,
    /// `belongs`.
    Belongs,
    /// `each`.
    Each,
    /// `many`.
    Many,
    /// `and`.
    Separator,
    /// `on`, `of`, `for`.
    Link,
    /// `called`.
    Called,
    /// `without`.
    Negation,
    /// A noun that is no thing to keep.
    Nothing,
    /// `required`.
    Required,
    /// `optional`.
    Optional,
    /// `unique`.
    Unique,
}

const GROUPS: [(&str, Role); 16] = [
    ("filler", Role::Filler),
    ("container", Role::Container),
    ("with", Role::With),
    ("has", Role::Has),
    ("verb", Role::Verb),
    ("belongs", Role::Belongs),
    ("each", Role::Each),
    ("many", Role::Many),
    ("separator", Role::Separator),
    ("link", Role::Link),
    ("called", Role::Called),
    ("negation", Role::Negation),
    ("nothing", Role::Nothing),
    ("required", Role::Required),
    ("optional", Role::Optional),
    ("unique", Role::Unique),
];

static ROLES: LazyLock<BTreeMap<&str, Vec<Role>>> = LazyLock::new(|| {
    let mut roles: BTreeMap<&str, Vec<Role>> = BTreeMap::new();
    for (group, words) in
        lines(include_str!("../data/words.txt")).filter_map(|line| line.split_once(' '))
    {
        if let Some((_, role)) = GROUPS.iter().find(|(name, _)| *name == group) {
            for word in words.split_whitespace() {
                roles.entry(word).or_default().push(*role);
            }
        }
    }
    roles
});

/// Whether `word` has this role.
pub(super) fn is(word: &str, role: Role) -> bool {
    ROLES.get(word).is_some_and(|roles| roles.contains(&role))
}

/// Whether `word` is a small word of any kind.
pub(super) fn is_small(word: &str) -> bool {
    ROLES.contains_key(word)
}

/// Every small word.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    ROLES.keys().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_of_the_table_is_known() {
        for line in lines(include_str!("../data/words.txt")) {
            let group = line.split(' ').next().unwrap_or_default();
            assert!(GROUPS.iter().any(|(name, _)| *name == group), "{group}");
        }
        for (_, role) in GROUPS {
            assert!(
                ROLES.values().any(|roles| roles.contains(&role)),
                "{role:?}"
            );
        }
    }
}
