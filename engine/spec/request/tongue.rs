//! The language that a request is written in. Knows the small words of some languages, no thing and no feature.

use std::sync::LazyLock;

use super::token::Token;
use super::words;
use crate::spec::inflect::lines;
use crate::spec::{Note, NoteKind};

/// Small words of another language that are needed to tell it: one may be a name.
const LEAST_WORDS: usize = 2;

/// Languages by name, each with its small words.
static TONGUES: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    lines(include_str!("../data/tongues.txt"))
        .filter_map(|line| line.split_once(' '))
        .map(|(name, words)| (name, words.split_whitespace().collect()))
        .collect()
});

/// Says that a request cannot be read where most of its small words are of a language that is not English.
pub(super) fn refuse(text: &str, tokens: &[Token]) -> Option<Note> {
    const MOST_CHARS: usize = 80;
    let tongue = foreign(tokens)?;
    Some(Note {
        kind: NoteKind::Unsupported,
        text: format!(
            "requests are read in English, and this one seems to be in {tongue}; write it in English, \
             for example \"recipe manager with title and minutes\", or name what to keep with \
             --entity 'recipe: title! minutes:int'"
        ),
        from: text.trim().chars().take(MOST_CHARS).collect(),
    })
}

/// The language of most small words, where it is not English.
fn foreign(tokens: &[Token]) -> Option<&'static str> {
    let spoken = || tokens.iter().filter(|token| token.is_word);
    let english = spoken().filter(|token| is_english(&token.text)).count();
    let hits = |known: &[&str]| {
        // `l'application`: what stands before the mark is a word of its own.
        let is_it = |token: &&Token| {
            let first = token.text.split('\'').next().unwrap_or_default();
            // Single letters are words only there: elsewhere they are names of columns and sizes.
            (token.text.len() > 1 && known.contains(&token.text.as_str()))
                || (first.len() < token.text.len() && known.contains(&first))
        };
        spoken().filter(is_it).count()
    };
    let counted = TONGUES.iter().map(|(name, known)| (hits(known), *name));
    let (most, name) = counted.max_by_key(|(hits, _)| *hits)?;
    (most >= LEAST_WORDS && most > english).then_some(name)
}

fn is_english(word: &str) -> bool {
    words::is_small(word)
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn tongue(text: &str) -> Option<&'static str> {
        foreign(&tokens(text))
    }

    #[test]
    fn other_languages_are_told_by_their_small_words() {
        for (text, due) in [
            ("mon application de gestion de recettes", "French"),
            ("une appli pour gérer l'inventaire", "French"),
            ("Rezeptverwaltung mit Zutaten und Kategorien", "German"),
            ("eine App für meine Bücher", "German"),
            (
                "aplicación de recetas con etiquetas y categorías",
                "Spanish",
            ),
            (
                "gestione delle ricette con ingredienti e categorie",
                "Italian",
            ),
            (
                "aplicativo de receitas com categorias e uma lista",
                "Portuguese",
            ),
            ("een app voor het beheren van recepten", "Dutch"),
        ] {
            assert_eq!(tongue(text), Some(due), "{text}");
        }
    }

    #[test]
    fn names_and_borrowed_words_are_no_other_language() {
        for text in [
            "static site for Casa de la Luna",
            "crème de la crème rating app",
            "tracker for dice: die, sides and colour",
            "app to learn German with words and articles such as der, die and das",
            "todo app",
            "x, y and o coordinates",
            "",
        ] {
            assert_eq!(tongue(text), None, "{text}");
        }
    }

    #[test]
    fn no_small_word_of_another_language_is_english() {
        for (name, known) in TONGUES.iter() {
            for word in known {
                assert!(!is_english(word), "{name}: {word}");
            }
        }
    }
}
