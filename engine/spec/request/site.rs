//! Static sites: the pages that a request names, and what the site is for. Knows no entity.

use super::token::Token;
use super::words::{self, Role};
use crate::spec::names;

/// Most pages of a site.
const MAX_PAGES: usize = 12;
/// Most words of the name of a page.
const MAX_PAGE_WORDS: usize = 3;
/// The pages of a site of which nothing more is known.
const USUAL_PAGES: [&str; 2] = ["about", "contact"];
const PORTFOLIO_PAGES: [&str; 3] = ["about", "projects", "contact"];
/// Words that say that something is a page, or who it is about, and are no part of its name.
const NO_NAMES: [&str; 16] = [
    "page",
    "section",
    "site",
    "website",
    "us",
    "me",
    "form",
    "part",
    "area",
    "tab",
    "subpage",
    "navigation",
    "header",
    "footer",
    "list",
    "link",
];
/// Small words that name pages here.
const PAGE_WORDS: [&str; 7] = [
    "about", "work", "info", "family", "team", "company", "business",
];

/// What a static site holds.
#[derive(Debug)]
pub(super) struct Site {
    /// Names of its pages besides the first one.
    pub pages: Vec<String>,
    /// The request names them.
    pub named: bool,
    /// What the site is for.
    pub title: Option<String>,
}

/// Reads the pages of a static site and marks the words that name them.
pub(super) fn read(text: &str, tokens: &mut [Token]) -> Site {
    let portfolio = tokens
        .iter()
        .any(|token| token.used && token.one == "portfolio");
    let opens = |token: &Token| token.text == ":" || is_opener(token);
    let first = tokens.iter().position(opens).unwrap_or(tokens.len());
    let subject = subject(text, &mut tokens[..first]);
    let pages = pages(&mut tokens[first..]);
    let named = !pages.is_empty();
    let usual = match portfolio {
        true => PORTFOLIO_PAGES.as_slice(),
        false => USUAL_PAGES.as_slice(),
    };
    Site {
        pages: match named {
            true => pages,
            false => usual.iter().map(|&page| page.to_owned()).collect(),
        },
        named,
        title: subject.or_else(|| portfolio.then(|| "Portfolio".to_owned())),
    }
}

fn is_opener(token: &Token) -> bool {
    words::is(&token.text, Role::With) || words::is(&token.text, Role::Has)
}

/// What stands in front of the list of pages and says what the site is for.
pub(super) fn subject(text: &str, tokens: &mut [Token]) -> Option<String> {
    let mut found: Option<(usize, usize)> = None;
    for (at, token) in tokens.iter_mut().enumerate() {
        let is_name = token.is_word && !token.used && !is_small(token) && !is_container(token);
        match found {
            None if is_name => found = Some((at, at + 1)),
            Some((first, end)) if end == at && is_name && end - first < MAX_PAGE_WORDS => {
                found = Some((first, at + 1));
            }
            _ => continue,
        }
        token.used = true;
    }
    let (first, end) = found?;
    Some(names::title(
        &text[tokens[first].start..tokens[end - 1].end].to_lowercase(),
    ))
}

fn is_small(token: &Token) -> bool {
    words::is(&token.text, Role::Verb) || is_filler(token)
}

fn is_filler(token: &Token) -> bool {
    [
        Role::Filler,
        Role::Link,
        Role::Separator,
        Role::Each,
        Role::Many,
    ]
    .iter()
    .any(|role| words::is(&token.text, *role))
}

fn is_container(token: &Token) -> bool {
    words::is(&token.text, Role::Container) || NO_NAMES.contains(&token.one.as_str())
}

fn pages(tokens: &mut [Token]) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    let mut name: Vec<usize> = Vec::new();
    for at in 0..=tokens.len() {
        let word = tokens.get(at);
        let joins = word.is_some_and(|token| {
            token.is_word && !words::is(&token.text, Role::Separator) && !is_opener(token)
        });
        if joins {
            name.push(at);
            continue;
        }
        let page = page(tokens, &name);
        if let Some(page) = page
            && pages.len() < MAX_PAGES
            && !pages.contains(&page)
        {
            for &at in &name {
                tokens[at].used = true;
            }
            pages.push(page);
        }
        name.clear();
    }
    pages
}

/// The name of a page in the words at `at`.
fn page(tokens: &[Token], at: &[usize]) -> Option<String> {
    let is_name = |at: &&usize| {
        let token = &tokens[**at];
        let named_here = PAGE_WORDS.contains(&token.text.as_str());
        let small = is_filler(token) || NO_NAMES.contains(&token.one.as_str());
        (named_here || !small) && token.text.contains(char::is_alphabetic)
    };
    let words: Vec<&str> = at
        .iter()
        .filter(is_name)
        .map(|at| tokens[*at].text.as_str())
        .collect();
    let home = matches!(words.as_slice(), ["home" | "homepage" | "index" | "start"]);
    if words.is_empty() || words.len() > MAX_PAGE_WORDS || home {
        return None;
    }
    let page = words.join(" ");
    names::snake(&page).is_ok().then_some(page)
}
