//! Words that are misspelt by one letter, read as the known words they stand for. Knows no meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::token::Token;
use super::{action, feature, learned, lexicon, noun, words};
use crate::spec::inflect::{self, lines};
use crate::spec::{Note, NoteKind, by_name};

/// Least letters of a word that is read as another: shorter ones are near too many.
const LEAST_LETTERS: usize = 5;
/// Letters from which on another letter in place of one is a slip, and not a word of its own.
const LONG_WORD: usize = 7;
const VOWELS: [u8; 6] = *b"aeiouy";
/// Words that are near a known one and mean themselves.
const OWN_WORDS: &str = include_str!("../data/not_misspelt.txt");

static MISSPELT: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    lines(include_str!("../data/misspelt.txt"))
        .filter_map(|line| line.split_once(' '))
        .collect()
});

/// All words that mean something here, in the singular.
static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    lexicon::words()
        .chain(feature::words())
        .chain(noun::words())
        .chain(words::all())
        .chain(by_name::words())
        .chain(action::words())
        .flat_map(|word| word.split(['-', '.']))
        .map(inflect::singular)
        .collect()
});
static OWN: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| lines(OWN_WORDS).flat_map(str::split_whitespace).collect());

/// Whether `word` means itself, be it understood or not.
fn is_right(word: &str) -> bool {
    KNOWN.contains(word) || OWN.contains(word) || learned::is_noun(word)
}

/// Known words by length and first letter, so that few of them are compared.
static NEAR: LazyLock<BTreeMap<(usize, char), Vec<&str>>> = LazyLock::new(|| {
    let mut near: BTreeMap<(usize, char), Vec<&str>> = BTreeMap::new();
    for word in KNOWN.iter().filter(|word| word.len() >= LEAST_LETTERS) {
        if let Some(first) = word.chars().next() {
            near.entry((word.len(), first)).or_default().push(word);
        }
    }
    near
});

/// Reads misspelt words as what they stand for, and says so.
pub(super) fn correct(text: &str, tokens: &mut [Token]) -> Vec<Note> {
    let mut notes = Vec::new();
    for token in tokens.iter_mut().filter(|token| token.is_word) {
        let Some(right) = well_known(&token.text).or_else(|| near(token)) else {
            continue;
        };
        let from = &text[token.start..token.end];
        notes.push(Note {
            kind: NoteKind::Inferred,
            text: format!("`{from}` as {right}"),
            from: from.to_owned(),
        });
        token.one = inflect::singular(&right);
        token.text = right;
    }
    notes
}

/// What a word of the table of misspellings stands for.
fn well_known(word: &str) -> Option<String> {
    if let Some(right) = MISSPELT.get(word) {
        return Some((*right).to_owned());
    }
    let right = MISSPELT.get(word.strip_suffix('s')?)?;
    Some(inflect::plural(right))
}

/// The one known word that is one slip away from a word that nothing knows.
fn near(token: &Token) -> Option<String> {
    let word = token.one.as_str();
    let plain = word.len() >= LEAST_LETTERS && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !plain || is_right(word) || is_right(&token.text) {
        return None;
    }
    let first = word.chars().next()?;
    let lengths = word.len() - 1..=word.len() + 1;
    let mut found = lengths
        .filter_map(|length| NEAR.get(&(length, first)))
        .flatten()
        .filter(|known| is_slip(word, known));
    let right = *found.next()?;
    if found.next().is_some() {
        return None;
    }
    Some(match token.text == token.one {
        true => right.to_owned(),
        false => inflect::plural(right),
    })
}

/// Whether `wrong` is `right` with two letters swapped, one too many or one missing, or, in a long word,
/// a vowel in place of another.
fn is_slip(wrong: &str, right: &str) -> bool {
    if strsim::osa_distance(wrong, right) != 1 {
        return false;
    }
    // A letter more or less at the end makes other words: `plane` is no `plan`.
    let other_end =
        wrong.len() != right.len() && (wrong.starts_with(right) || right.starts_with(wrong));
    let other_letter = wrong.len() == right.len() && {
        let differ = wrong.bytes().zip(right.bytes()).filter(|(a, b)| a != b);
        differ.count() == 1
    };
    // `planting` is no `planning`, while vowels are what people mix up.
    let vowels = || {
        let mut pairs = wrong.bytes().zip(right.bytes()).filter(|(a, b)| a != b);
        pairs.all(|(a, b)| VOWELS.contains(&a) && VOWELS.contains(&b))
    };
    !other_end && (!other_letter || (wrong.len() >= LONG_WORD && vowels()))
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut tokens = tokens(text);
        correct(text, &mut tokens);
        tokens.into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn misspelt_words_are_read_and_named() {
        let text = "Recepies and a calender";
        let mut tokens = tokens(text);
        let notes = correct(text, &mut tokens);
        let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(words, ["recipes", "and", "a", "calendar"]);
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[0].text, "`Recepies` as recipes");
    }

    #[test]
    fn one_slip_in_a_known_word_is_read() {
        assert_eq!(
            read("recpie mangaer with ratigns"),
            ["recipe", "manager", "with", "ratings"]
        );
        assert_eq!(
            read("inventroy of prodcts"),
            ["inventory", "of", "products"]
        );
    }

    #[test]
    fn words_of_their_own_stay() {
        for text in [
            "farms", "houses", "cakes", "bread", "plane", "tents", "boats", "dairy", "motor",
            "backer", "favours", "fights", "garage", "salmon", "picking", "rallies", "testing",
        ] {
            assert_eq!(read(text), [text]);
        }
    }

    #[test]
    fn no_misspelling_is_a_word_of_its_own() {
        for (wrong, right) in MISSPELT.iter() {
            assert!(wrong != right && !MISSPELT.contains_key(right), "{wrong}");
        }
    }
}
