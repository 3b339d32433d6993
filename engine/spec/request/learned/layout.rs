//! How a request is laid out: lists, what heads them, and where each word stands in them. Knows marks and small words,
//! no tags.

use std::ops::Range;

use super::word::Word;

/// A list: what heads it, what opens it and its items.
struct List {
    head: Range<usize>,
    opener: usize,
    items: Vec<Range<usize>>,
}

/// Where a word stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    /// `head` of a list, `item` in one, or plain `text`.
    pub role: &'static str,
    /// What opens that list, and the one around it.
    pub opener: &'static str,
    pub outer: &'static str,
    /// Whether the word is the first, the last, the only or an inner one of its head or item.
    pub part: &'static str,
    /// How many items the list has, as a word.
    pub items: &'static str,
    /// How many of the items are plurals, known fields, known things.
    pub many: &'static str,
    pub fields: &'static str,
    pub things: &'static str,
    /// Which item it is.
    pub nth: &'static str,
}

/// The layout of a request.
pub(super) struct Layout {
    pub sites: Vec<Site>,
    /// How many lists have two items or more, as a word.
    pub lists: &'static str,
    /// Where the first such list begins.
    pub first: usize,
}

const TEXT: Site = Site {
    role: "text",
    opener: "",
    outer: "",
    part: "",
    items: "",
    many: "",
    fields: "",
    things: "",
    nth: "",
};
const NUMBERS: [&str; 6] = ["0", "1", "2", "3", "4", "5"];

impl Layout {
    pub(super) fn new(words: &[Word]) -> Self {
        let lists: Vec<List> = (0..words.len()).filter_map(|at| list(words, at)).collect();
        let mut sites = vec![TEXT; words.len()];
        for list in &lists {
            let site = list.site(words);
            for (nth, item) in list.items.iter().enumerate() {
                let nth = match nth {
                    0 => "first",
                    _ if nth + 1 == list.items.len() => "last",
                    _ => "inner",
                };
                for at in item.clone() {
                    let outer = sites[at].opener;
                    let (role, part) = ("item", part(item, at));
                    sites[at] = Site {
                        role,
                        outer,
                        part,
                        nth,
                        ..site
                    };
                }
            }
        }
        // What heads a list does so whatever list it stands in itself.
        for list in &lists {
            let site = list.site(words);
            for at in list.head.clone() {
                let outer = match sites[at].role {
                    "item" => sites[at].opener,
                    _ => "",
                };
                let (role, part) = ("head", part(&list.head, at));
                sites[at] = Site {
                    role,
                    outer,
                    part,
                    ..site
                };
            }
        }
        let real = || {
            lists
                .iter()
                .filter(|list| list.items.len() > 1 && !list.head.is_empty())
        };
        Self {
            sites,
            lists: NUMBERS[real().count().min(4)],
            first: real()
                .map(|list| list.head.start)
                .min()
                .unwrap_or(words.len()),
        }
    }
}

impl List {
    fn site(&self, words: &[Word]) -> Site {
        let last = |item: &Range<usize>| &words[item.end - 1];
        let share = |is: &dyn Fn(&Word) -> bool| {
            let count = self.items.iter().filter(|item| is(last(item))).count();
            match (count, self.items.len()) {
                (0, _) => "none",
                (count, all) if count == all => "all",
                (count, all) if count * 2 >= all => "most",
                _ => "few",
            }
        };
        Site {
            role: "",
            opener: opener(&words[self.opener]),
            outer: "",
            part: "",
            items: NUMBERS[self.items.len().min(5)],
            many: share(&|word| word.many),
            fields: share(&|word| word.is("field") || word.is("type")),
            things: share(&|word| word.is("thing")),
            nth: "",
        }
    }
}

/// Words that a list may have; longer texts are cut there, so that none takes long.
const LONGEST: usize = 200;

/// What opens a list.
fn opener(word: &Word) -> &'static str {
    match word.text.as_str() {
        ":" => ":",
        "(" | "[" | "{" => "(",
        "=" | "-" | "\u{2013}" | "\u{2014}" => "-",
        _ if word.is("with") => "with",
        _ if word.is("has") => "has",
        _ => "",
    }
}

fn is_stop(word: &Word) -> bool {
    matches!(word.text.as_str(), "." | ";" | "!" | "?" | "\n")
}

/// The list that the word at `at` opens.
fn list(words: &[Word], at: usize) -> Option<List> {
    let words = &words[..words.len().min(at + LONGEST)];
    let opener = opener(&words[at]);
    let head = head(words, at);
    let end = match opener {
        "" => return None,
        "(" => closing(words, at),
        "-" if head.is_empty() => return None,
        _ => segment_end(words, at),
    };
    let mut items: Vec<Range<usize>> = Vec::new();
    let (mut depth, mut from) = (0_usize, at + 1);
    for place in at + 1..=end {
        let word = words.get(place).filter(|_| place < end);
        let mark = word.map_or("", |word| word.text.as_str());
        let cuts = word.is_none_or(|word| !word.spells || word.is("and"));
        if cuts && from < place && depth == 0 {
            items.push(from..place);
        }
        match mark {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if cuts {
            from = place + 1;
        }
    }
    (!items.is_empty()).then_some(List {
        head,
        opener: at,
        items,
    })
}

/// The words that stand right before `at`, small ones not.
fn head(words: &[Word], at: usize) -> Range<usize> {
    let before = words[..at].iter().rev();
    let count = before
        .take_while(|word| word.spells && !word.is_small())
        .count();
    at - count..at
}

/// Where the bracket at `at` is closed.
fn closing(words: &[Word], at: usize) -> usize {
    let mut depth = 0_usize;
    for (place, word) in words.iter().enumerate().skip(at) {
        match word.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    words.len()
}

/// Where the list that a mark or word at `at` opens ends: with its sentence or line, or the bracket around it; a list
/// that begins on the next line goes on over lines of one item.
fn segment_end(words: &[Word], at: usize) -> usize {
    let mut depth = 0_usize;
    let lines = words.get(at + 1).is_some_and(|word| word.text == "\n");
    let mut place = at + 1;
    while place < words.len() {
        let word = &words[place];
        match word.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth == 0 => return place,
            ")" | "]" | "}" => depth -= 1,
            "\n" if lines && place > at => {
                let next = words[place + 1..]
                    .iter()
                    .take_while(|word| word.text != "\n");
                let line: Vec<&Word> = next.collect();
                let opens = line.iter().skip(1).any(|word| word.text == ":");
                if line.is_empty() || opens {
                    return place;
                }
            }
            _ if depth == 0 && is_stop(word) => return place,
            _ => {}
        }
        place += 1;
    }
    place
}

fn part(span: &Range<usize>, at: usize) -> &'static str {
    match (at == span.start, at + 1 == span.end) {
        (true, true) => "only",
        (true, false) => "first",
        (false, true) => "last",
        _ => "inner",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::token::tokens;
    use super::super::word::words;
    use super::*;

    /// Word, role, what opens the list, and part of each word that is in a list or heads one.
    fn places(text: &str) -> Vec<String> {
        let words = words(text, &tokens(text));
        let sites = Layout::new(&words).sites;
        let told = words
            .iter()
            .zip(sites)
            .filter(|(word, site)| word.spells && site.role != "text");
        let tell = |(word, site): (&Word, Site)| {
            format!("{} {} {} {}", word.text, site.role, site.opener, site.part)
        };
        told.map(tell).collect()
    }

    #[test]
    fn a_word_knows_its_list_and_its_place_there() {
        assert_eq!(places("an app for zebras"), [""; 0]);
        assert_eq!(
            places("zebras: name, birth date. vets"),
            [
                "zebras head : only",
                "name item : only",
                "birth item : first",
                "date item : last"
            ]
        );
        assert_eq!(
            places("zoo with zebras (name, vet) and keepers"),
            [
                "zoo head with only",
                "zebras head ( only",
                "name item ( only",
                "vet item ( only",
                "keepers item with only"
            ]
        );
    }

    #[test]
    fn lists_without_an_end_are_cut() {
        let long = places(&format!("zebras: {}", "name, ".repeat(LONGEST)));
        assert!(
            (LONGEST / 3..LONGEST * 2 / 3).contains(&long.len()),
            "{}",
            long.len()
        );
        assert_eq!(places("((((").len(), 0);
        assert_eq!(places("zebra: (vet"), ["vet item ( only"]);
    }
}
