//! Static sites: the pages that a request names, and what the site is for. Knows no entity.

use std::sync::LazyLock;

use serde::Deserialize;

use super::token::Token;
use super::words::{self, Role};
use crate::spec::names;

/// Most pages of a site.
const MAX_PAGES: usize = 12;
/// Most words of the name of a page.
const MAX_PAGE_WORDS: usize = 3;
/// The pages of a site of which nothing more is known.
const USUAL_PAGES: [&str; 2] = ["about", "contact"];
/// Words for sites whose pages are parts of one.
const ONE_PAGE: [&str; 14] = [
    "one page",
    "one-page",
    "one pager",
    "one-pager",
    "single page",
    "single-page",
    "landing page",
    "holding page",
    "coming soon page",
    "changelog page",
    "link in bio",
    "link-in-bio",
    "linktree page",
    "bio link page",
];
/// Words for places that are part of a name: a coffee shop, a tattoo studio.
const PLACES: [&str; 9] = [
    "shop",
    "store",
    "studio",
    "agency",
    "salon",
    "shelter",
    "bookshop",
    "bookstore",
    "hub",
];
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
    /// The pages are parts of the first one.
    pub one_page: bool,
}

/// A kind of site that a word of the request names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    words: Vec<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    alone: String,
    pages: Vec<String>,
    #[serde(default)]
    main: Vec<String>,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("../data/sites.yaml")).expect("the table of sites is valid")
});

impl Known {
    /// The pages of a site of this kind of which some are `named`.
    fn pages(&self, named: Vec<String>, one_page: bool) -> Vec<String> {
        let has = |page: &String| named.contains(page);
        let usual = || {
            self.pages
                .iter()
                .filter(|page| !named.contains(page))
                .cloned()
        };
        // A word or two say what such a page shall have besides the usual.
        if one_page && named.len() == 1 && self.main.is_empty() {
            return usual().chain(named.iter().cloned()).collect();
        }
        match !self.main.is_empty() && !self.main.iter().any(has) {
            true => usual().take(1).chain(named.iter().cloned()).collect(),
            false => named,
        }
    }

    /// What a site is called that `word` says to be of this kind.
    fn title(&self, subject: Option<String>, word: &str) -> Option<String> {
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        let Some(subject) = subject else {
            return given(&self.alone).or_else(|| Some(names::title(word)));
        };
        Some(match given(&self.title) {
            Some(title) => title.replace("{}", &subject),
            None => subject,
        })
    }
}

/// Reads the pages of a static site and marks the words that name them.
pub(super) fn read(text: &str, tokens: &mut [Token]) -> Site {
    let opens = |token: &Token| token.text == ":" || is_opener(token);
    let first = tokens.iter().position(opens).unwrap_or(tokens.len());
    let word = |known: &'static Known| {
        let said = known.words.iter().find(|word| says(&tokens[..first], word));
        said.map(|word| (known, word))
    };
    let found = KNOWN.iter().find_map(word);
    let known = found.map(|(known, _)| known);
    let one_page = ONE_PAGE.iter().any(|word| says(&tokens[..first], word));
    let subject = subject(text, &mut tokens[..first]);
    let pages = pages(&mut tokens[first..]);
    let named = !pages.is_empty();
    let pages = match (known, named) {
        (Some(known), true) => known.pages(pages, one_page),
        (Some(known), false) => known.pages.clone(),
        (None, true) => pages,
        (None, false) => USUAL_PAGES.map(str::to_owned).to_vec(),
    };
    Site {
        pages,
        named,
        title: match found {
            Some((known, word)) => known.title(subject, word),
            None => subject,
        },
        one_page,
    }
}

/// Whether the words of `phrase` stand in a row, whatever else they mean.
fn says(tokens: &[Token], phrase: &str) -> bool {
    let words: Vec<&str> = phrase.split(' ').collect();
    let is_it = |window: &[Token]| {
        let mut pairs = window.iter().zip(&words);
        pairs.all(|(token, word)| token.text == *word || token.one == *word)
    };
    tokens.windows(words.len()).any(is_it)
}

fn is_opener(token: &Token) -> bool {
    words::is(&token.text, Role::With) || words::is(&token.text, Role::Has)
}

/// What stands in front of the list of pages and says what the site is for.
fn subject(text: &str, tokens: &mut [Token]) -> Option<String> {
    let mut found: Option<(usize, usize)> = None;
    for (at, token) in tokens.iter_mut().enumerate() {
        let place = found.is_some() && PLACES.contains(&token.text.as_str());
        let is_name = token.is_word
            && !token.used
            && !is_small(token)
            && (place || !is_container(token))
            && token.text.contains(char::is_alphabetic);
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
        (named_here || !small) && !token.hidden && token.text.contains(char::is_alphabetic)
    };
    let words: Vec<&str> = at
        .iter()
        .filter(is_name)
        .map(|at| tokens[*at].text.as_str())
        .collect();
    let unwanted = |at: &usize| words::is(&tokens[*at].text, Role::Negation);
    let home = matches!(words.as_slice(), ["home" | "homepage" | "index" | "start"]);
    if words.is_empty() || words.len() > MAX_PAGE_WORDS || home || at.iter().any(unwanted) {
        return None;
    }
    let page = words.join(" ");
    names::snake(&page).is_ok().then_some(page)
}
