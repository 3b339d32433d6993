//! What a request is about: a domain of the table, or a noun in a place that says so.

use super::domain_phrase::{add_domains, said};
use super::item::{Item, Phrase};
use super::lexicon::Domain;
use super::noun::{self, Noun};
use super::token::Token;
use super::want::Want;
use super::whose::{AUDIENCE, audience, is_place, know_context};
use super::words::{self, Role};
use crate::spec::by_name::type_of;
use crate::spec::{inflect, names};

/// Most words in the name of an entity that no table knows.
pub(super) const MAX_NAME_WORDS: usize = 3;

/// Containers that are made of what stands in front of them: a supplier database of suppliers, where a zoo app is
/// of anything.
const ROWS: [&str; 11] = [
    "database",
    "list",
    "directory",
    "catalogue",
    "catalog",
    "register",
    "registry",
    "collection",
    "tracker",
    "manager",
    "planner",
];

/// What is said of a word for something that is there already.
pub(super) const SAME: &str = "another name of what is there";

/// What a request is about.
#[derive(Default)]
pub(super) struct Head {
    /// The domain, where the table has one.
    pub domain: Option<&'static Domain>,
    /// Its entities; the first one is what lists belong to.
    pub wants: Vec<Want>,
    /// The name for people and slugs, where there is one.
    pub title: Option<String>,
    /// The request names what is kept by its own noun, so that `X with Ys` makes Ys of X.
    pub named: bool,
}

impl Head {
    /// The car parts that are called parts later on.
    pub(super) fn head_noun(&self, name: &str) -> Option<usize> {
        let ends = |want: &Want| {
            let front = want.name.strip_suffix(name);
            front.is_some_and(|front| front.ends_with('_'))
        };
        let mut found = self.wants.iter().enumerate().filter(|(_, want)| ends(want));
        match (found.next(), found.next()) {
            (Some((at, _)), None) if !name.is_empty() => Some(at),
            _ => None,
        }
    }
}

/// Finds what the request is about and marks the words that say so.
///
/// With `sure`, a noun that no table knows counts only where it says what is done with it.
pub(super) fn find(text: &str, tokens: &mut [Token], items: &[Item], sure: bool) -> Head {
    let mut rest = items;
    loop {
        let end = rest.iter().position(ends_main).unwrap_or(rest.len());
        let opens = matches!(
            rest.get(end),
            Some(Item::Word(Role::With | Role::Has, _) | Item::Colon | Item::Open)
        );
        let listed = matches!(rest.get(end), Some(Item::Colon));
        if let (true, [first, Item::Phrase(whom)]) = (listed, &rest[..end])
            && link(first, tokens) == Some("for")
        {
            // `for school: an app that`
            // The mark behind it opens no list.
            for token in &mut tokens[whom.first..=whom.end] {
                token.meant = token.is_word.then_some(AUDIENCE);
                token.used = true;
            }
            rest = &rest[end + 1..];
            continue;
        }
        let head = find_in(text, tokens, &rest[..end], (opens, sure, listed));
        // `Hello! I want to keep recipes`: what says nothing is no reason to stop.
        if !head.wants.is_empty() || end >= rest.len() {
            return head;
        }
        rest = &rest[end + 1..];
    }
}

fn find_in(
    text: &str,
    tokens: &mut [Token],
    main: &[Item],
    (opens, sure, listed): (bool, bool, bool),
) -> Head {
    let mut head = Head::default();
    let mut joined = false;
    let audience = audience(tokens, main, listed);
    for (at, item) in main.iter().enumerate() {
        match item {
            Item::Separator => joined = true,
            Item::Phrase(phrase) if audience == Some(phrase) => {
                for token in &mut tokens[phrase.first..phrase.end] {
                    token.meant = Some(AUDIENCE);
                }
            }
            Item::Phrase(phrase) => {
                let before = at.checked_sub(1).and_then(|at| link(&main[at], tokens));
                let framed = head.domain.is_some_and(|domain| domain.frame) && before.is_some();
                let instead = before == Some("of") || framed;
                if joined && !head.wants.is_empty() && knows(&head, phrase) {
                    joined = false;
                    continue;
                }
                if head.wants.is_empty() || joined || (instead && phrase.is_plural()) {
                    let before = head.wants.len();
                    add_domains(text, tokens, phrase, instead, &mut head);
                    let place = !head.named && is_place(tokens, main, at);
                    head.wants
                        .iter_mut()
                        .skip(before)
                        .for_each(|want| want.place |= place);
                    if joined && before > 0 && head.wants.len() == before {
                        add_joined(text, tokens, phrase, &mut head);
                    }
                }
                joined = false;
            }
            Item::Word(..) => {}
            _ => joined = false,
        }
    }
    if !refine(text, tokens, main, &mut head)
        && (head.wants.is_empty() || replaces(tokens, main, &head))
    {
        add_unknown(text, tokens, main, (opens, sure), &mut head);
    }
    if !head.wants.is_empty() {
        add_siblings(text, tokens, main, &mut head);
    }
    add_known(text, tokens, main, &mut head);
    know_context(tokens, main, &head);
    head
}

/// Whether a phrase is a thing of the domain of `head`, and nothing of another one.
fn knows(head: &Head, phrase: &Phrase) -> bool {
    let name = phrase.entity_name().unwrap_or_default();
    head.domain
        .is_some_and(|domain| domain.knows(&name) && domain.original(&name).is_some())
}

/// Whether `name` is another name of something that is there, which then goes by it: the customers of
/// invoices as `clients`.
fn takes_name(head: &mut Head, name: &str, from: &str) -> bool {
    let Some(domain) = head.domain else {
        return false;
    };
    let original = |name: &str| domain.original(name).unwrap_or(name).to_owned();
    let mut wants = head.wants.iter_mut();
    match wants.find(|want| original(&want.name) == original(name)) {
        Some(want) if want.named => true,
        Some(want) => {
            (want.name, want.from, want.named) = (name.to_owned(), from.to_owned(), true);
            true
        }
        None => false,
    }
}

/// Adds things of the domain that stand elsewhere: the vaccinations of `vaccination records of our dogs`.
fn add_known(text: &str, tokens: &mut [Token], main: &[Item], head: &mut Head) {
    let Some(domain) = head.domain else { return };
    for (at, item) in main.iter().enumerate() {
        let Item::Phrase(phrase) = item else { continue };
        if is_place(tokens, main, at) {
            continue;
        }
        let small = |at: usize| {
            let word = tokens[at].text.as_str();
            words::is(word, Role::Container) || words::is(word, Role::Verb)
        };
        let first = (phrase.first..phrase.end).find(|at| !small(*at));
        let last = (phrase.first..phrase.end).rfind(|at| !small(*at));
        let (Some(first), Some(last)) = (first, last) else {
            continue;
        };
        let free = tokens[first..=last]
            .iter()
            .all(|token| !token.used && token.meant.is_none());
        let words = &text[tokens[first].start..tokens[last].end];
        let name = names::entity_names(&said(&tokens[first..=last])).map(|(name, _)| name);
        if let Ok(name) = name
            && free
            && domain.knows(&name)
            && head.head_noun(&name).is_none()
        {
            if takes_name(head, &name, words) {
                for token in &mut tokens[first..=last] {
                    token.meant = token.meant.or(Some(SAME));
                }
            } else {
                head.wants.push(Want::new(name, words.to_owned(), true));
            }
            tokens[first..=last]
                .iter_mut()
                .for_each(|token| token.used = true);
        }
    }
}

fn ends_main(item: &Item) -> bool {
    matches!(
        item,
        Item::Word(
            Role::With | Role::Has | Role::Each | Role::Belongs | Role::Called | Role::Negation,
            _
        ) | Item::Colon
            | Item::Open
            | Item::Close
            | Item::Stop
            | Item::Typed(..)
    )
}

/// The word of an item that links phrases.
pub(super) fn link<'t>(item: &Item, tokens: &'t [Token]) -> Option<&'t str> {
    match item {
        Item::Word(Role::Link, at) => Some(&tokens[*at].text),
        _ => None,
    }
}

/// Whether what follows `of` is a thing of the domain, which then is all that is kept: a landlord's list of
/// tenants.
fn refine(text: &str, tokens: &mut [Token], main: &[Item], head: &mut Head) -> bool {
    let (Some(domain), Some(phrase)) = (head.domain, unknown_after_of(tokens, main)) else {
        return false;
    };
    let Some(name) = phrase
        .entity_name()
        .filter(|name| !head.named && domain.knows(name))
    else {
        return false;
    };
    let from = &text[tokens[phrase.first].start..tokens[phrase.end - 1].end];
    head.wants = vec![Want::new(name, from.to_owned(), true)];
    head.named = true;
    for token in &mut tokens[phrase.first..phrase.end] {
        token.used = true;
    }
    true
}

/// Whether `inventory of guitars` is about guitars, of which no table knows.
fn replaces(tokens: &[Token], main: &[Item], head: &Head) -> bool {
    !head.named && unknown_after_of(tokens, main).is_some()
}

fn unknown_after_of<'i>(tokens: &[Token], main: &'i [Item]) -> Option<&'i Phrase> {
    main.windows(2).find_map(|pair| match &pair[1] {
        Item::Phrase(phrase) if link(&pair[0], tokens) == Some("of") => {
            (phrase.is_plural() && !tokens[phrase.first].used).then_some(phrase)
        }
        _ => None,
    })
}

/// Adds a noun that no table knows, where its place says that it is what is kept.
fn add_unknown(
    text: &str,
    tokens: &mut [Token],
    main: &[Item],
    (opens, sure): (bool, bool),
    head: &mut Head,
) {
    /// The last rank of nouns whose place leaves no doubt.
    const SURE: u8 = 2;
    let mut best: Option<(u8, Phrase, bool)> = None;
    for (at, item) in main.iter().enumerate() {
        let Item::Phrase(phrase) = item else { continue };
        let before = at
            .checked_sub(1)
            .and_then(|before| link(&main[before], tokens))
            .filter(|link| matches!(*link, "of" | "on" | "for" | "to"));
        // `attendance`: a word that has no plural, and nothing else.
        let lone = main.len() == 1
            && phrase
                .words
                .last()
                .is_some_and(|word| inflect::is_uncountable(word) || noun::is(word, Noun::Mass));
        let last = lone || (opens && at + 1 == main.len());
        let Some((rank, noun)) = candidate(tokens, phrase, before, last) else {
            continue;
        };
        if is_place(tokens, main, at) && noun.end < phrase.end {
            // `a website for my yoga studio` says whose it is, and not what it keeps.
            continue;
        }
        let fits = !sure || rank <= SURE || (opens && last);
        if fits && best.as_ref().is_none_or(|(least, ..)| rank < *least) {
            best = Some((rank, noun, is_place(tokens, main, at)));
        }
    }
    let Some((_, phrase, place)) = best else {
        return;
    };
    let end = phrase.end;
    *head = Head::default();
    add_noun(text, tokens, &phrase, head);
    head.wants.iter_mut().for_each(|want| want.place = place);
    // `students and teachers`
    for pair in main.windows(2) {
        if let [Item::Separator, Item::Phrase(other)] = pair
            && other.first > end
        {
            add_joined(text, tokens, other, head);
        }
    }
}

/// Adds what stands in one list with what is kept: the patients of `patients, doctors and appointments`.
fn add_siblings(text: &str, tokens: &mut [Token], main: &[Item], head: &mut Head) {
    let separates = |at: Option<usize>| at.and_then(|at| main.get(at)) == Some(&Item::Separator);
    for (at, item) in main.iter().enumerate() {
        let Item::Phrase(phrase) = item else { continue };
        if !separates(at.checked_sub(1)) && !separates(Some(at + 1)) {
            continue;
        }
        // `conference talks`, where the first word has said what the request is about.
        let used = |word: &usize| tokens[*word].used;
        let skipped = (phrase.first..phrase.end).take_while(used).count();
        let rest = Phrase {
            words: phrase.words[skipped..].to_vec(),
            first: phrase.first + skipped,
            ..phrase.clone()
        };
        let one = rest.entity_name().unwrap_or_default();
        let field = names::snake(&rest.text()).is_ok_and(|name| type_of(&name).is_some())
            || (rest.words.len() > 1 && type_of(&one).is_some_and(|kind| kind != "longtext"));
        if !rest.words.is_empty() && !field && head.wants.len() < names::MAX_ENTITIES {
            add_joined(text, tokens, &rest, head);
        }
    }
}

/// Adds a plural that stands beside what is kept: `customers, orders and products`.
fn add_joined(text: &str, tokens: &mut [Token], phrase: &Phrase, head: &mut Head) {
    // `daily check-ins` are check-ins.
    let knows = |words: &[String]| {
        let name = names::entity_names(&words.join(" ")).map(|(name, _)| name);
        name.is_ok_and(|name| head.domain.is_some_and(|domain| domain.knows(&name)))
    };
    let last = phrase.words.len().saturating_sub(1);
    let noun = Phrase {
        words: phrase.words[last..].to_vec(),
        first: phrase.first + last,
        ..phrase.clone()
    };
    let front = knows(&noun.words) && !knows(&phrase.words);
    let phrase = if front { &noun } else { phrase };
    if let Some((_, noun)) = candidate(tokens, phrase, None, false).filter(|_| phrase.is_plural()) {
        add_noun(text, tokens, &noun, head);
    }
}

fn add_noun(text: &str, tokens: &mut [Token], phrase: &Phrase, head: &mut Head) {
    let Ok((name, plural)) = names::entity_names(&phrase.text()) else {
        return;
    };
    if head.wants.is_empty() {
        head.title = Some(names::title(&plural));
        let holder = tokens
            .get(phrase.end)
            .map_or("", |token| token.text.as_str());
        head.named = phrase.is_plural() || ROWS.contains(&holder);
    }
    let from = &text[tokens[phrase.first].start..tokens[phrase.end - 1].end];
    if let Some(at) = head.head_noun(&name) {
        head.wants[at].called(name, from);
    } else if head.wants.iter().all(|want| want.name != name) {
        if takes_name(head, &name, from) {
            for token in &mut tokens[phrase.first..phrase.end] {
                token.meant = token.meant.or(Some(SAME));
            }
        } else {
            head.wants.push(Want::new(name, from.to_owned(), true));
        }
    }
    for token in &mut tokens[phrase.first..phrase.end] {
        token.used = true;
    }
}

/// The noun of a phrase and how surely it is what is kept: the less the surer.
fn candidate(
    tokens: &[Token],
    phrase: &Phrase,
    before: Option<&str>,
    opens: bool,
) -> Option<(u8, Phrase)> {
    let word = |at: usize| tokens[at].text.as_str();
    let (mut first, mut end) = (phrase.first, phrase.end);
    let skips = |word: &str| words::is(word, Role::Verb) || words::is(word, Role::Nothing);
    while first + 1 < end && skips(word(first)) {
        first += 1;
    }
    while end > first && words::is(word(end - 1), Role::Container) {
        end -= 1;
    }
    // `deals pipeline`: what stands in front of a noun is no plural, but what is in it.
    if let Some(many) = (first..end).find(|at| noun::is_many(word(*at)))
        && many + 1 < end
        && !inflect::is_plural(word(end - 1))
    {
        end = many + 1;
    }
    // `list of`, `book list`: the verb at the front may be a container that stands alone.
    let audience = |token: &Token| token.used || token.meant == Some(AUDIENCE);
    if first == end || tokens[first..end].iter().any(audience) {
        return None;
    }
    let last = word(end - 1);
    if words::is(last, Role::Nothing) || last.len() < 2 {
        return None;
    }
    let plural = inflect::is_plural(last);
    let rank = match before {
        Some("of") if plural => 0,
        _ if end < phrase.end => 1,
        _ if first > phrase.first => 2,
        Some("for" | "to") if plural => 3,
        None if opens => 4,
        None if plural => 5,
        _ => return None,
    };
    first = first.max(end.saturating_sub(MAX_NAME_WORDS));
    let noun = Phrase {
        words: tokens[first..end]
            .iter()
            .map(|token| token.text.clone())
            .collect(),
        first,
        end,
        many: false,
        mark: None,
    };
    Some((rank, noun))
}
