//! What people ask of a static site that needs a server: replies, accounts, search. Knows no page.

use super::token::{Token, tokens};
use super::words::{self, Role};
use crate::spec::{Note, NoteKind};

const REPLIES: &str = "a static site collects no replies; it gives an address to write to instead";
const ACCOUNTS: &str = "a static site has no accounts; everybody sees all of it";
const SEARCH: &str = "a static site has no search of its own; browsers find words on a page";
const COMMENTS: &str = "a static site keeps no comments; it gives an address to write to instead";
const ORDERS: &str =
    "a static site takes no orders and no money; it says what there is and what it costs";

/// Phrases that ask for it, longer ones first.
const ASKS: [(&str, &str); 34] = [
    ("rsvp form", REPLIES),
    ("contact form", REPLIES),
    ("booking form", REPLIES),
    ("sign-up form", REPLIES),
    ("signup form", REPLIES),
    ("registration form", REPLIES),
    ("email form", REPLIES),
    ("online booking", REPLIES),
    ("rsvp", REPLIES),
    ("rsvps", REPLIES),
    ("form", REPLIES),
    ("forms", REPLIES),
    ("newsletter", REPLIES),
    ("mailing list", REPLIES),
    ("registration", REPLIES),
    ("survey", REPLIES),
    ("poll", REPLIES),
    ("waitlist", REPLIES),
    ("reservations", REPLIES),
    ("login", ACCOUNTS),
    ("log in", ACCOUNTS),
    ("sign in", ACCOUNTS),
    ("sign up", ACCOUNTS),
    ("accounts", ACCOUNTS),
    ("member area", ACCOUNTS),
    ("search", SEARCH),
    ("comments", COMMENTS),
    ("comment section", COMMENTS),
    ("guestbook", COMMENTS),
    ("guest book", COMMENTS),
    ("cart", ORDERS),
    ("checkout", ORDERS),
    ("online shop", ORDERS),
    ("online orders", ORDERS),
];

/// Marks the words for what no page of a static site can be: accounts, search, comments, orders.
pub(super) fn hide(given: &mut [Token]) {
    for at in 0..given.len() {
        if let Some((length, _)) = asked(given, at).filter(|(_, what)| *what != REPLIES) {
            let words = given[at..at + length].iter_mut();
            words.for_each(|token| (token.used, token.hidden) = (true, true));
        }
    }
}

/// Says what a static site cannot do, in place of what was said of the same words.
pub(super) fn say(text: &str, given: &[Token], notes: &mut Vec<Note>) {
    let mut at = 0;
    while at < given.len() {
        let Some((length, what)) = asked(given, at) else {
            at += 1;
            continue;
        };
        let from = &text[given[at].start..given[at + length - 1].end];
        let same = |note: &Note| {
            let told = tokens(&note.from);
            told.len() <= length
                && told
                    .iter()
                    .all(|one| tokens(from).iter().any(|token| token.text == one.text))
        };
        notes.retain(|note| note.from.is_empty() || !same(note));
        notes.push(Note {
            kind: NoteKind::Missing,
            text: what.to_owned(),
            from: from.to_owned(),
        });
        at += length;
    }
}

/// What the words at `at` ask for, and how many they are; nothing where it is not wanted.
fn asked(given: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let wanted = |before: &Token| !words::is(&before.text, Role::Negation);
    let matches = |phrase: &str| {
        let words: Vec<&str> = phrase.split(' ').collect();
        let there = given.get(at..at + words.len())?;
        there
            .iter()
            .zip(&words)
            .all(|(token, word)| token.text == *word)
            .then_some(words.len())
    };
    let found = ASKS
        .iter()
        .find_map(|(phrase, what)| Some((matches(phrase)?, *what)));
    found.filter(|_| given[..at].last().is_none_or(wanted))
}
