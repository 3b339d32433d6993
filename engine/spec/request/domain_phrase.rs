//! The domains that a phrase names, and what the rest of the phrase adds: `equipment loans`, `product reviews`.
//! Knows phrases, not sentences.

use super::head::{Head, MAX_NAME_WORDS};
use super::item::Phrase;
use super::lexicon::{Domain, domain_at};
use super::noun::{self, Noun};
use super::token::Token;
use super::want::Want;
use super::words::{self, Role};
use crate::spec::{inflect, names};

/// Words behind those of a domain from which on they name something else: a volunteer fire brigade.
const OTHER_NAME: usize = 2;

/// Adds the domains that a phrase names: `todo app`, `notes`.
pub(super) fn add_domains(
    text: &str,
    tokens: &mut [Token],
    phrase: &Phrase,
    instead: bool,
    head: &mut Head,
) {
    // `online shop`: a word that says nothing alone may begin a known phrase.
    let filler = |at: usize| words::is(&tokens[at].text, Role::Filler);
    let mut at = phrase.first;
    at -= usize::from(at > 0 && filler(at - 1));
    while at < phrase.end {
        let Some((domain, length)) =
            domain_at(tokens, at).filter(|(_, length)| at + length <= phrase.end)
        else {
            at += 1;
            continue;
        };
        let container = |token: &Token| words::is(&token.text, Role::Container);
        if at > phrase.first && tokens[at..phrase.end].iter().all(container) {
            // A concert diary keeps concerts.
            break;
        }
        let rest_holds = tokens[at + length..phrase.end].iter().all(container);
        let many_before = at > phrase.first
            && inflect::is_plural(&tokens[at - 1].text)
            && !words::is(&tokens[at - 1].text, Role::Nothing);
        if rest_holds && many_before && own_name(domain, &tokens[at..at + length]).is_none() {
            // A library of guitar chords.
            break;
        }
        let front = length == 1 && noun::is(&tokens[at].text, Noun::Modifier);
        if front && (at + 1..phrase.end).any(|at| domain_at(tokens, at).is_some()) {
            // A sales CRM keeps no sales.
            tokens[at].meant = Some("what it is about");
            at += 1;
            continue;
        }
        if let Some(noun) = last_noun(domain, tokens, (at + length, phrase.end)) {
            // `customer feedback` is feedback.
            at = noun;
            continue;
        }
        return add_found(
            domain,
            (at, length),
            phrase.end,
            (text, tokens),
            instead,
            head,
        );
    }
}

/// Adds a domain that a phrase names at `at`, and what the rest of the phrase adds.
fn add_found(
    domain: &'static Domain,
    (at, length): (usize, usize),
    end: usize,
    (text, tokens): (&str, &mut [Token]),
    instead: bool,
    head: &mut Head,
) {
    let container = |token: &Token| words::is(&token.text, Role::Container);
    if instead && !head.named {
        // `library of movies` is about movies.
        *head = Head::default();
    }
    add_domain(domain, (at, length), (text, tokens), head);
    let says = own_name(domain, &tokens[at..at + length]).is_none();
    for token in &mut tokens[at..at + length] {
        token.used = true;
        token.meant = token.meant.or(says.then_some("what it is about"));
    }
    let before = head.wants.len();
    add_rest(domain, (at + length, end), (text, tokens), head);
    let open = |token: &Token| !token.used && token.meant.is_none() && !container(token);
    let more = tokens[at + length..end].iter().filter(|token| open(token));
    if head.wants.len() == before && more.count() >= OTHER_NAME {
        // A volunteer fire brigade keeps no volunteers where a list says what it keeps.
        head.wants.iter_mut().for_each(|want| want.place = true);
    }
}

/// Reads the shop of `admin pages for my shop` as what the request is about; whether there is one.
pub(super) fn read_shop(tokens: &mut [Token]) -> bool {
    let shop = |at: usize| match tokens[at].one.as_str() {
        _ if tokens[at].used => false,
        "shop" => true,
        "store" => at > 0 && matches!(tokens[at - 1].text.as_str(), "my" | "our" | "a" | "the"),
        _ => false,
    };
    let found = (0..tokens.len()).find(|at| shop(*at));
    if let Some(at) = found {
        tokens[at].read_as("webshop");
    }
    found.is_some()
}

/// Reads `product reviews`: reviews, each of a product.
fn add_review(
    domain: &'static Domain,
    (first, end): (usize, usize),
    (text, tokens): (&str, &mut [Token]),
    head: &mut Head,
) -> bool {
    let Some(at) = (first < end)
        .then(|| end - 1)
        .filter(|at| tokens[*at].one == "review")
    else {
        return false;
    };
    let of_domain = |want: &&Want| want.domain.is_some_and(|of| of.name == domain.name);
    let Some(reviewed) = head
        .wants
        .iter()
        .find(of_domain)
        .map(|want| want.name.clone())
    else {
        return false;
    };
    let from = text[tokens[at].start..tokens[at].end].to_owned();
    let mut review = Want::new("review".to_owned(), from, true);
    review.belongs_to(&reviewed);
    head.wants.insert(0, review);
    head.named = true;
    tokens[at].used = true;
    true
}

/// Words as they were understood, which is not always as they were written.
pub(super) fn said(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    words.join(" ")
}

fn is_small(token: &Token) -> bool {
    const SMALL: [Role; 8] = [
        Role::Filler,
        Role::Verb,
        Role::Link,
        Role::With,
        Role::Has,
        Role::Separator,
        Role::Each,
        Role::Many,
    ];
    SMALL.iter().any(|role| words::is(&token.text, *role))
}

/// Where the last noun of a phrase begins, when it is a thing of another domain than the words before it.
fn last_noun(domain: &Domain, tokens: &[Token], (first, end): (usize, usize)) -> Option<usize> {
    const STORES: [&str; 5] = ["stock", "inventory", "warehouse", "book", "note"];
    let container = |token: &&Token| words::is(&token.text, Role::Container);
    let end = end
        - tokens[first..end]
            .iter()
            .rev()
            .take_while(container)
            .count();
    let phrase = (first..end).find_map(|at| {
        let (other, length) = domain_at(tokens, at)?;
        (length > 1 && at + length == end && other.name != domain.name).then_some(at)
    });
    if phrase.is_some() {
        return phrase;
    }
    let last = (first < end).then(|| end - 1)?;
    if STORES.contains(&tokens[last].one.as_str()) {
        return None;
    }
    let (other, length) = domain_at(tokens, last)?;
    let (known, _) = names::entity_names(&tokens[last].text).ok()?;
    let is_own = domain.knows(&known) || other.name == domain.name;
    let own = own_name(domain, &tokens[first - 1..first]).is_some();
    let named = own_name(other, &tokens[last..=last]).is_some();
    (!is_own && length == 1 && (named || !own)).then_some(last)
}

/// Reads what follows a domain's words in their phrase: the loans of `equipment loans`.
fn add_rest(
    domain: &'static Domain,
    (first, end): (usize, usize),
    (text, tokens): (&str, &mut [Token]),
    head: &mut Head,
) {
    let container = |token: &Token| words::is(&token.text, Role::Container) || token.one == "book";
    let names = (first..end).rev().find(|at| !container(&tokens[*at]));
    let original = |name: &str| domain.original(name).unwrap_or(name).to_owned();
    if let Some(last) = names
        && let Ok((name, _)) = names::entity_names(&tokens[last].text)
        && domain.knows(&name)
        && let Some(same) = head
            .wants
            .iter_mut()
            .find(|want| want.named && want.name != name && original(&want.name) == original(&name))
    {
        // `insurance policies` are policies.
        same.name = name;
        tokens[first..=last]
            .iter_mut()
            .for_each(|token| token.used = true);
        return;
    }
    let entity = |from: usize, last: usize| {
        let words = &text[tokens[from].start..tokens[last].end];
        let (name, _) = names::entity_names(&said(&tokens[from..=last])).ok()?;
        let same = |want: &Want| want.named && original(&want.name) == original(&name);
        let fresh = domain.knows(&name) && !head.wants.iter().any(same);
        fresh.then_some((name, words, from, last))
    };
    let rest = names.and_then(|last| {
        let whole = (first < end).then(|| entity(first, end - 1)).flatten();
        whole
            .or_else(|| entity(first, last))
            .or_else(|| entity(last, last))
    });
    if let Some((name, words, first, last)) = rest {
        // `conference talks` keeps talks, and conferences only where each talk needs one.
        let mut needed = vec![name.clone()];
        // A restaurant's reservations are no restaurants.
        let many = |want: &Want| {
            want.named
                && want
                    .from
                    .split_whitespace()
                    .last()
                    .is_some_and(inflect::is_plural)
        };
        let asked = head.wants.iter().filter(|want| many(want));
        needed.extend(asked.map(|want| want.name.clone()));
        head.wants.retain(|want| {
            many(want) || needed.iter().any(|other| domain.needs(other, &want.name))
        });
        head.wants
            .retain(|want| original(&want.name) != original(&name));
        head.wants
            .insert(0, Want::new(name, words.to_owned(), true));
        head.named = true;
        tokens[first..=last]
            .iter_mut()
            .for_each(|token| token.used = true);
        return;
    }
    if add_review(domain, (first, end), (text, tokens), head) {
        return;
    }
    if names.is_some_and(|last| add_other(domain, (first, last), (text, tokens), head)) {
        return;
    }
    // `movie watchlist` is one thing: more words of the same domain in the phrase add nothing.
    for more in first..end {
        if let Some((other, length)) = domain_at(tokens, more)
            && other.name == domain.name
        {
            tokens[more..more + length]
                .iter_mut()
                .for_each(|token| token.used = true);
        }
    }
}

/// Reads `parking permits`, of which no table knows: they are no parking.
fn add_other(
    domain: &'static Domain,
    (first, last): (usize, usize),
    (text, tokens): (&str, &mut [Token]),
    head: &mut Head,
) -> bool {
    let start = tokens[..first]
        .iter()
        .rposition(|token| !token.is_word || is_small(token))
        .map_or(0, |small| small + 1);
    if inflect::is_plural(&tokens[last].text)
        && !words::is(&tokens[last].text, Role::Nothing)
        && last - start < MAX_NAME_WORDS
        && domain_at(tokens, last).is_none()
        && head
            .wants
            .iter()
            .all(|want| want.domain.is_some_and(|of| of.name == domain.name))
    {
        let words = &text[tokens[start].start..tokens[last].end];
        if let Ok((name, plural)) = names::entity_names(&said(&tokens[start..=last])) {
            head.wants = vec![Want::new(name, words.to_owned(), true)];
            head.title = Some(names::title(&plural));
            head.named = true;
            tokens[first..=last]
                .iter_mut()
                .for_each(|token| token.used = true);
            return true;
        }
    }
    false
}

fn add_domain(
    domain: &'static Domain,
    (at, length): (usize, usize),
    (text, tokens): (&str, &[Token]),
    head: &mut Head,
) {
    let words = &text[tokens[at].start..tokens[at + length - 1].end];
    let asked = own_name(domain, &tokens[at..at + length]);
    let mut list = domain.usual();
    if let Some(own) = &asked {
        let original = domain.original(own).unwrap_or(own).to_owned();
        match list.iter_mut().find(|name| **name == original) {
            Some(usual) => usual.clone_from(own),
            None => list = vec![own.clone()],
        }
        // What is named comes first: lists are about it.
        list.sort_by_key(|name| name != own);
        if !head.wants.is_empty() {
            // Beside other things, one that is named comes without what is usual with it.
            list = vec![own.clone()];
        }
    }
    head.domain = head.domain.or(Some(domain));
    head.title.get_or_insert_with(|| match &asked {
        Some(own) if list == [own.clone()] && !domain.usual().contains(own) => {
            names::title(&names::entity_names(own).map_or_else(|_| own.clone(), |names| names.1))
        }
        _ => domain.title.clone(),
    });
    head.named |= asked.is_some();
    for name in list {
        if let Some(known) = head.wants.iter_mut().find(|want| want.name == name) {
            known.named |= asked.as_ref() == Some(&name);
        } else {
            let named = asked.as_ref() == Some(&name);
            let mut want = Want::new(name, words.to_owned(), named);
            let of = head
                .domain
                .filter(|of| of.name != domain.name && of.knows(&want.name));
            want.domain = Some(of.unwrap_or(domain));
            head.wants.push(want);
        }
    }
}

/// The entity that a domain's words name themselves: the issues of `issue tracker`.
fn own_name(domain: &Domain, tokens: &[Token]) -> Option<String> {
    let entity = |tokens: &[Token]| {
        let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
        let name = names::entity_names(&words.join(" ")).ok()?.0;
        // `flash cards` are flashcards.
        let same = domain
            .original(&name)
            .filter(|other| **other == name.replace('_', ""));
        let name = same.map_or(name.clone(), str::to_owned);
        domain.knows(&name).then_some(name)
    };
    let container = |token: &&Token| words::is(&token.text, Role::Container);
    let tail = tokens.iter().rev().take_while(container).count();
    let one = |at: usize| tokens.get(at..=at).and_then(entity);
    let last = tokens
        .last()
        .filter(|last| !words::is(&last.text, Role::Container));
    entity(tokens)
        .or_else(|| entity(&tokens[..tokens.len() - tail]))
        .or_else(|| one(0).filter(|first| domain.original(first).is_some()))
        .or_else(|| last.and_then(|_| one(tokens.len() - 1)))
        .or_else(|| one(0))
}
