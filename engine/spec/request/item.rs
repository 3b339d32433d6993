//! Tokens grouped into phrases and marks. Knows the roles of small words, not what phrases mean.

use std::ops::Range;

use super::noun::{self, Noun};
use super::token::Token;
use super::words::{self, Role};
use crate::spec::grammar::typed_field;
use crate::spec::{Field, by_name, inflect, names};

/// A run of words that may name something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// Its words, lowercase.
    pub words: Vec<String>,
    /// Its first token.
    pub first: usize,
    /// The token after its last.
    pub end: usize,
    /// `many` stood before it.
    pub many: bool,
    /// `required`, `optional` or `unique` stood before it.
    pub mark: Option<Role>,
}

/// A part of a request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// Words that may name something.
    Phrase(Phrase),
    /// A field in the grammar, `stock:int`.
    Typed(Box<Field>, Range<usize>),
    /// A word with a role, with its token.
    Word(Role, usize),
    /// `,` or `and`.
    Separator,
    /// `:`.
    Colon,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// The end of a sentence.
    Stop,
}

impl Phrase {
    /// Its words as one name.
    pub(super) fn text(&self) -> String {
        self.words.join(" ")
    }

    /// Whether its last word is a plural.
    pub(super) fn is_plural(&self) -> bool {
        self.many
            || self
                .words
                .last()
                .is_some_and(|word| inflect::is_plural(word))
    }

    /// The name an entity called so has.
    pub(super) fn entity_name(&self) -> Option<String> {
        names::entity_names(&self.text()).ok().map(|(name, _)| name)
    }
}

/// Groups the tokens that are not hidden.
pub(super) fn items(text: &str, tokens: &[Token]) -> Vec<Item> {
    let mut items = Items::default();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if let Some((field, length)) = typed_at(text, token).filter(|_| items.lists_or(text, token))
        {
            let end = token.start + length;
            let count = tokens[at..]
                .iter()
                .take_while(|token| token.start < end)
                .count()
                .max(1);
            items.typed(field, at..at + count);
            at += count;
            continue;
        }
        if items.ends_name(token, tokens.get(at + 1)) {
            items.add(&token.text, at);
        } else {
            items.token(token, at);
        }
        at += 1;
    }
    items.flush();
    items.list.into_iter().flat_map(without_marks).collect()
}

/// Reads `title author status`, names of fields without marks between them, as the list that it is.
fn without_marks(item: Item) -> Vec<Item> {
    const LEAST: usize = 3;
    let names_field = |word: &String| {
        let typed = by_name::type_of(word).is_some() || matches!(word.as_str(), "title" | "name");
        typed || noun::is(word, Noun::Person)
    };
    match item {
        Item::Phrase(phrase)
            if phrase.words.len() >= LEAST
                && phrase.end - phrase.first == phrase.words.len()
                && phrase.words.iter().all(names_field) =>
        {
            let one = |(at, word): (usize, &String)| {
                let one = Phrase {
                    words: vec![word.clone()],
                    first: phrase.first + at,
                    end: phrase.first + at + 1,
                    ..phrase.clone()
                };
                [Item::Separator, Item::Phrase(one)]
            };
            let parts = phrase.words.iter().enumerate().flat_map(one).skip(1);
            std::iter::once(Item::Colon).chain(parts).collect()
        }
        item => vec![item],
    }
}

/// Whether a sentence only lists things: `a small HR tool. Employees, contracts, sick days.`
pub(super) fn is_bare_list(items: &[Item]) -> bool {
    let end = items
        .iter()
        .position(|item| *item == Item::Stop)
        .unwrap_or(items.len());
    let plain = |item: &Item| matches!(item, Item::Phrase(_) | Item::Separator | Item::Typed(..));
    let separators = items[..end]
        .iter()
        .filter(|item| **item == Item::Separator)
        .count();
    separators > 0 && items[..end].iter().all(plain)
}

/// The field in the grammar that begins at `token`, and its bytes.
fn typed_at(text: &str, token: &Token) -> Option<(Field, usize)> {
    let candidate = !token.hidden && token.is_word && text[token.end..].starts_with(':');
    candidate
        .then(|| typed_field(&text[token.start..]))
        .flatten()
}

#[derive(Default)]
struct Items {
    list: Vec<Item>,
    phrase: Option<Phrase>,
    many: bool,
    mark: Option<Role>,
}

impl Items {
    /// Whether `name: type` with a space can be a field here: in a list, and not `parcels: number, carrier`.
    fn lists_or(&self, text: &str, token: &Token) -> bool {
        let opens = |item: &Item| {
            matches!(
                item,
                Item::Word(Role::With | Role::Has, _) | Item::Colon | Item::Open | Item::Typed(..)
            )
        };
        let spaced = text[token.end + 1..].starts_with(char::is_whitespace);
        !spaced || self.list.iter().any(opens)
    }

    /// Whether a word that says nothing elsewhere ends a name in a list: `dietary needs`, `plus one`.
    fn ends_name(&self, token: &Token, next: Option<&Token>) -> bool {
        /// Letters that articles have at most.
        const LEAST_LETTERS: usize = 4;
        const LATE: [&str; 6] = ["need", "needs", "one", "used", "seen", "info"];
        let ends = next.is_none_or(|next| {
            !next.is_word || next.hidden || words::is(&next.text, Role::Separator)
        });
        let flag = next.is_some_and(|next| matches!(next.text.as_str(), "flag" | "field"));
        if flag && token.is_word && token.text.len() > LEAST_LETTERS {
            // `favourite flag`
            return words::is(&token.text, Role::Filler) && !token.hidden;
        }
        let open = self.phrase.as_ref();
        ends && !token.hidden && LATE.contains(&token.text.as_str()) && open.is_some()
    }

    fn flush(&mut self) {
        self.list.extend(self.phrase.take().map(Item::Phrase));
    }

    fn push(&mut self, item: Item) {
        self.flush();
        (self.many, self.mark) = (false, None);
        self.list.push(item);
    }

    /// A typed field; words right in front of it belong to its name, `serial number:string`.
    fn typed(&mut self, mut field: Field, tokens: Range<usize>) {
        let mut first = tokens.start;
        if let Some(phrase) = self.phrase.take() {
            let name = format!("{} {}", phrase.text(), field.name);
            if let Some(name) = names::field_name(&name)
                .ok()
                .filter(|_| phrase.end == first)
            {
                field.name = name;
                first = phrase.first;
            } else {
                self.list.push(Item::Phrase(phrase));
            }
        }
        self.push(Item::Typed(Box::new(field), first..tokens.end));
    }

    fn token(&mut self, token: &Token, at: usize) {
        if token.hidden {
            return self.push(Item::Separator);
        }
        if !token.is_word {
            return match token.text.as_str() {
                "," | "&" | "+" | "/" | ";" => self.push(Item::Separator),
                ":" | "-" | "\u{2013}" | "\u{2014}" => self.push(Item::Colon),
                "(" | "[" => self.push(Item::Open),
                ")" | "]" => self.push(Item::Close),
                "." | "!" | "?" | "\n" => self.push(Item::Stop),
                // `our kids' vaccinations` names both.
                "'" | "\u{2019}" if self.phrase.as_ref().is_some_and(Phrase::is_plural) => {
                    self.push(Item::Separator);
                }
                _ => self.flush(),
            };
        }
        let word = token.text.as_str();
        for role in [Role::Required, Role::Optional, Role::Unique] {
            if words::is(word, role) {
                self.flush();
                self.mark = Some(role);
                return;
            }
        }
        if words::is(word, Role::Many) {
            self.flush();
            self.many = true;
            return;
        }
        if words::is(word, Role::Separator) {
            return self.push(Item::Separator);
        }
        if let Some(role) = MARKS.into_iter().find(|role| words::is(word, *role)) {
            return self.push(Item::Word(role, at));
        }
        if words::is(word, Role::Filler) {
            return self.flush();
        }
        let last = self.phrase.as_ref().and_then(|phrase| phrase.words.last());
        let keeps = |word: &str| words::is(word, Role::Container) || words::is(word, Role::Verb);
        let small = keeps(word) && !last.is_some_and(|last| keeps(last));
        let other = |last: &String| {
            let typed = |word: &str| by_name::type_of(word).is_some();
            noun::is_many(last) && (inflect::is_plural(word) || (typed(last) && typed(word)))
        };
        if !small && last.is_some_and(other) {
            // `with boards lists and cards`: what stands in front of a noun is no plural.
            self.push(Item::Separator);
        }
        self.add(word, at);
    }

    fn add(&mut self, word: &str, at: usize) {
        let (many, mark) = (self.many, self.mark);
        let phrase = self.phrase.get_or_insert_with(|| Phrase {
            words: Vec::new(),
            first: at,
            end: at,
            many,
            mark,
        });
        phrase.words.push(word.to_owned());
        phrase.end = at + 1;
    }
}

/// Roles that stand between phrases. Containers and verbs are words of phrases too, so they come from
/// `head`, which knows where they count.
const MARKS: [Role; 7] = [
    Role::Negation,
    Role::With,
    Role::Has,
    Role::Belongs,
    Role::Each,
    Role::Link,
    Role::Called,
];
