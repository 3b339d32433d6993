//! What a noun usually is: a thing, a person, an attribute... Knows a table, no request.

static TABLE: &str = include_str!("../../data/senses.txt");

/// The letters of the table: what a noun is first of all, and what it may be besides.
const SENSES: [(u8, &str, &str); 12] = [
    (b't', "a thing", "also a thing"),
    (b'r', "a role", "also a role"),
    (b'o', "a group", "also a group"),
    (b'p', "a place", "also a place"),
    (b'e', "an event", "also an event"),
    (b'x', "a dealing", "also a dealing"),
    (b'a', "an attribute", "also an attribute"),
    (b'u', "a unit", "also a unit"),
    (b'c', "a keeper", "also a keeper"),
    (b'g', "a collective", "also a collective"),
    (b'm', "a mass", "also a mass"),
    (b'v', "a verb", "also a verb"),
];

/// What `word`, in the singular, usually is; nothing where the table does not have it.
pub(super) fn senses(word: &str) -> impl Iterator<Item = &'static str> {
    let letters = find(word).unwrap_or_default().bytes().enumerate();
    letters.filter_map(|(at, letter)| {
        let (_, first, also) = SENSES.iter().find(|(known, ..)| *known == letter)?;
        Some(if at == 0 { *first } else { *also })
    })
}

/// The letters behind `word`, whose line is found by halving the table, which is sorted.
fn find(word: &str) -> Option<&'static str> {
    let (mut from, mut to) = (0, TABLE.len());
    while from < to {
        let middle = from + (to - from) / 2;
        let start = TABLE.as_bytes()[..middle]
            .iter()
            .rposition(|byte| *byte == b'\n');
        let start = start.map_or(0, |at| at + 1);
        let rest = TABLE.get(start..)?;
        let line = rest.lines().next()?;
        let (known, letters) = line.split_once(' ').unwrap_or((line, ""));
        match known.cmp(word) {
            std::cmp::Ordering::Equal => return Some(letters),
            std::cmp::Ordering::Less => from = start + line.len() + 1,
            std::cmp::Ordering::Greater => to = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_says_something() {
        let mut before = "";
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (word, letters) = line.split_once(' ').unwrap();
            assert!(before < word, "{before} {word}");
            assert_eq!(find(word), Some(letters));
            assert_eq!(senses(word).count(), letters.len(), "{line}");
            before = word;
        }
        assert_eq!(senses("juror").next(), Some("a role"));
        assert_eq!(senses("xyzzy").count(), 0);
        assert_eq!(senses("").count(), 0);
    }
}
