//! Types by name: what a field is when a person gives its name only. Knows no grammar and no entity.

use std::sync::LazyLock;

use super::inflect::lines;

/// Least letters of a word that ends in `ed` and says yes or no.
const LEAST_PARTICIPLE: usize = 5;
/// Types of nouns that keep them with a participle behind.
const NOUNS: [&str; 4] = ["money", "int", "number", "date"];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    lines(include_str!("data/field_types.txt"))
        .filter_map(|line| line.split_once(' '))
        .flat_map(|(kind, patterns)| {
            patterns.split_whitespace().map(move |pattern| Rule {
                kind,
                pattern: Pattern::new(pattern),
            })
        })
        .collect()
});

struct Rule {
    kind: &'static str,
    pattern: Pattern,
}

/// What a name has to be like.
#[derive(Debug)]
enum Pattern {
    /// `~ed`: one word that ends so.
    Ends(&'static str),
    /// `=a_b`: the whole name.
    Whole(&'static str),
    /// `^a*b`: its first word and its last letters.
    Both(&'static str, &'static str),
    /// `^a`: its first word.
    First(&'static str),
    /// `a`: its last word.
    Last(&'static str),
}

impl Pattern {
    fn new(text: &'static str) -> Self {
        if let Some(end) = text.strip_prefix('~') {
            return Self::Ends(end);
        }
        if let Some(whole) = text.strip_prefix('=') {
            return Self::Whole(whole);
        }
        match text
            .strip_prefix('^')
            .map(|rest| (rest, rest.split_once('*')))
        {
            Some((_, Some((first, end)))) => Self::Both(first, end),
            Some((first, None)) => Self::First(first),
            None => Self::Last(text),
        }
    }

    fn covers(&self, name: &str) -> bool {
        let behind = |first| {
            name.strip_prefix(first)
                .filter(|rest| rest.starts_with('_'))
        };
        match *self {
            Self::Ends(end) => {
                name.len() >= LEAST_PARTICIPLE
                    && name.ends_with(end)
                    && !name.ends_with("eed")
                    && !name.contains('_')
            }
            Self::Whole(whole) => name == whole,
            Self::Both(first, end) => behind(first).is_some_and(|rest| rest.ends_with(end)),
            Self::First(first) => behind(first).is_some(),
            Self::Last(last) => name
                .strip_suffix(last)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('_')),
        }
    }

    /// The words it is made of.
    fn words(&self) -> impl Iterator<Item = &'static str> {
        let (one, other) = match *self {
            Self::Both(first, end) => (first, end),
            Self::Ends(text) | Self::Whole(text) | Self::First(text) | Self::Last(text) => {
                (text, "")
            }
        };
        one.split('_')
            .chain(other.split('_'))
            .filter(|word| !word.is_empty())
    }
}

/// The type, in the grammar of fields, that a field of this name has unless one is given.
pub(super) fn type_of(name: &str) -> Option<&'static str> {
    let name = super::names::bare(name);
    let kind = |name: &str| {
        RULES
            .iter()
            .find(|rule| rule.pattern.covers(name))
            .map(|rule| rule.kind)
    };
    let found = kind(name)?;
    // `price paid` is a price and `hours worked` are hours.
    let noun = name
        .split_once('_')
        .filter(|(_, done)| found == "boolean" && !done.contains('_'));
    let of_noun = noun.and_then(|(noun, _)| kind(noun));
    Some(
        of_noun
            .filter(|kind| NOUNS.iter().any(|noun| kind.starts_with(noun)))
            .unwrap_or(found),
    )
}

/// Whether a field of this name holds several lines of text.
pub(super) fn is_long(name: &str) -> bool {
    type_of(name) == Some("longtext")
}

/// Every word of the table.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    RULES.iter().flat_map(|rule| rule.pattern.words())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_fields_are() {
        let cases = [
            ("price", Some("money(0..)")),
            ("unit_price", Some("money(0..)")),
            ("due_date", Some("date")),
            ("published_on", Some("date")),
            ("starts_at", Some("datetime")),
            ("is_open", Some("boolean")),
            ("issue", None),
            ("priceless", None),
            ("contact_email", Some("email")),
            ("number_of_seats", Some("integer(0..)")),
            ("status", Some("choice(todo|doing|done)=todo")),
            ("prep_time", Some("int(0..)")),
            ("title", None),
            ("weight_g", Some("number(0..)")),
            ("last_polished", Some("date")),
            ("varnished", Some("boolean")),
        ];
        for (name, kind) in cases {
            assert_eq!(type_of(name), kind, "{name}");
        }
        assert!(is_long("short_description"));
        assert!(!is_long("title"));
    }

    #[test]
    fn every_type_of_the_table_is_in_the_grammar() {
        for rule in RULES.iter() {
            let text = format!("thing: some_field:{}", rule.kind);
            assert!(
                crate::spec::entity_from_text(&text).is_ok(),
                "{} for {:?}",
                rule.kind,
                rule.pattern
            );
        }
    }
}
