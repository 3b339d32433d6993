//! The features of each word of a request: the word, its neighbours, and the list that it stands in. Knows no weights.

use super::layout::Layout;
use super::weights::feature;
use super::word::Word;

/// What is open at each word: a bracket, a list behind a colon, a list behind `with` or `has`.
fn open_lists(words: &[Word]) -> Vec<&'static str> {
    let (mut depth, mut colon, mut with) = (0_usize, false, false);
    let mut open = Vec::with_capacity(words.len());
    for word in words {
        match word.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "." | "!" | "?" | ";" | "\n" => (colon, with) = (false, false),
            ":" => colon = true,
            _ if word.is("with") || word.is("has") => with = true,
            _ if word.is("each") => with = false,
            _ => {}
        }
        open.push(match (depth > 0, colon, with) {
            (false, false, false) => "",
            (false, false, true) => "with",
            (false, true, false) => ":",
            (false, true, true) => ":with",
            (true, false, false) => "(",
            (true, false, true) => "(with",
            (true, true, false) => "(:",
            (true, true, true) => "(:with",
        });
    }
    open
}

/// The features of every word.
pub(super) fn features(words: &[Word]) -> Vec<Vec<u32>> {
    let open = open_lists(words);
    let layout = Layout::new(words);
    (0..words.len())
        .map(|at| of_word(words, &open, &layout, at))
        .collect()
}

const BEFORE: &str = "<";
const BEHIND: &str = ">";
/// Words to each side whose meaning counts, and whose text alone does.
const NEAR: isize = 2;
const FAR: isize = 3;
const NUMBERS: [&str; 7] = ["0", "1", "2", "3", "4", "5", "6"];

/// A word among others.
struct Sight<'w> {
    words: &'w [Word],
    /// What is open at it.
    open: &'static str,
    at: usize,
    features: Vec<u32>,
}

fn of_word(words: &[Word], open: &[&'static str], layout: &Layout, at: usize) -> Vec<u32> {
    let mut sight = Sight {
        words,
        open: open[at],
        at,
        features: Vec::with_capacity(96),
    };
    sight.itself();
    for by in -FAR..=FAR {
        sight.neighbour(by);
    }
    sight.pairs();
    sight.between();
    sight.laid_out(layout);
    if words[at].spells {
        for (template, said) in repeated(words, at) {
            sight.add(template, &[said]);
        }
    }
    sight.add(40, &[NUMBERS[at.min(6)]]);
    sight.add(41, &[NUMBERS[(words.len() / 8).min(6)]]);
    sight.features
}

impl<'w> Sight<'w> {
    fn add(&mut self, template: u8, parts: &[&str]) {
        self.features.push(feature(template, parts));
    }

    fn near(&self, by: isize) -> Option<&'w Word> {
        self.words.get(self.at.checked_add_signed(by)?)
    }

    fn text(&self, by: isize) -> &'w str {
        self.near(by).map_or(edge(by), |word| &word.text)
    }

    fn one(&self, by: isize) -> &'w str {
        self.near(by).map_or(edge(by), |word| &word.one)
    }

    /// The word itself.
    fn itself(&mut self) {
        let word = &self.words[self.at];
        let open = self.open;
        self.add(0, &[]);
        self.add(1, &[&word.text]);
        self.add(2, &[&word.one]);
        self.add(3, &[ending(&word.text, 3)]);
        self.add(4, &[ending(&word.text, 2)]);
        self.add(5, &[word.number(), used(word)]);
        self.add(6, &[word.form]);
        self.add(7, &[open]);
        self.add(8, &[open, word.number()]);
        self.add(9, &[&word.text, used(word)]);
        self.add(10, &[open, self.text(-1)]);
        for class in &word.classes {
            self.add(11, &[class]);
            self.add(12, &[class, word.number(), open]);
        }
    }

    /// A word beside it.
    fn neighbour(&mut self, by: isize) {
        let (place, own) = (place(by), self.words[self.at].number());
        if by == 0 {
            return;
        }
        self.add(13, &[place, self.text(by)]);
        if by.abs() > NEAR {
            return;
        }
        let near = self.near(by);
        self.add(14, &[place, self.one(by)]);
        self.add(15, &[place, near.map_or(edge(by), Word::number)]);
        self.add(16, &[place, near.map_or("", used)]);
        for class in near.map_or(&[][..], |word| &word.classes) {
            self.add(17, &[place, class]);
            self.add(18, &[place, class, own]);
        }
    }

    /// Words beside it, two at a time.
    fn pairs(&mut self) {
        let number = self.words[self.at].number();
        self.add(19, &[self.one(-1), self.one(0)]);
        self.add(20, &[self.one(0), self.one(1)]);
        self.add(21, &[self.text(-2), self.text(-1)]);
        self.add(22, &[self.text(1), self.text(2)]);
        self.add(23, &[self.text(-1), self.text(1)]);
        self.add(24, &[self.text(-1), number, self.text(1)]);
    }

    /// The small words and marks that the phrase stands between.
    fn between(&mut self) {
        let small = |word: &&Word| word.is_small();
        let number = self.words[self.at].number();
        let mut before = self.words[..self.at].iter().rev();
        let left = before.find(small).map_or(BEFORE, |word| &word.text);
        let mut behind = self.words[self.at + 1..].iter();
        let right = behind.find(small).map_or(BEHIND, |word| &word.text);
        self.add(25, &[left]);
        self.add(26, &[left, number, self.open]);
        self.add(27, &[right]);
        self.add(28, &[right, number, self.open]);
        self.add(29, &[left, right]);
    }

    /// Where it stands among lists.
    fn laid_out(&mut self, layout: &Layout) {
        let word = &self.words[self.at];
        let (site, lists, number) = (layout.sites[self.at], layout.lists, word.number());
        let early = if self.at < layout.first {
            "early"
        } else {
            "late"
        };
        self.add(42, &[site.role, site.opener, lists, early]);
        self.add(
            43,
            &[site.role, site.opener, site.many, site.fields, site.things],
        );
        self.add(44, &[site.role, site.part, number, site.many, site.fields]);
        self.add(45, &[site.role, site.opener, site.outer, lists]);
        self.add(46, &[site.role, site.part, site.nth, site.items]);
        self.add(47, &[site.role, site.part, number, lists, early]);
        self.add(
            48,
            &[
                site.role,
                site.part,
                site.fields,
                site.things,
                number,
                lists,
            ],
        );
        for class in &word.classes {
            self.add(49, &[class, site.role, site.part, lists]);
            self.add(50, &[class, site.role, site.fields, site.many]);
        }
    }
}

fn edge(by: isize) -> &'static str {
    if by < 0 { BEFORE } else { BEHIND }
}

fn used(word: &Word) -> &'static str {
    if word.used { "used" } else { "" }
}

/// The last letters of a word.
fn ending(word: &str, letters: usize) -> &str {
    let from = word.char_indices().rev().nth(letters - 1);
    from.map_or(word, |(from, _)| &word[from..])
}

fn place(by: isize) -> &'static str {
    match by {
        -3 => "-3",
        -2 => "-2",
        -1 => "-1",
        1 => "1",
        2 => "2",
        _ => "3",
    }
}

/// What the other places say where the word stands once more.
fn repeated(words: &[Word], at: usize) -> Vec<(u8, &'static str)> {
    let same: Vec<usize> = (0..words.len())
        .filter(|other| words[*other].one == words[at].one)
        .collect();
    let behind = |place: usize| {
        words.get(place + 1).is_some_and(|next| {
            next.is("has")
                || next.is("belongs")
                || next.is("with")
                || matches!(next.text.as_str(), ":" | "(" | "{")
        })
    };
    let front = |place: usize| {
        place.checked_sub(1).is_some_and(|front| {
            let front = &words[front];
            front.is("each")
                || front.is("many")
                || matches!(front.text.as_str(), "a" | "an" | "on" | "to" | "of")
        })
    };
    let yes = |is: bool| if is { "yes" } else { "no" };
    let others = || same.iter().filter(|other| **other != at);
    let times = match same.len() {
        1 => "1",
        2 => "2",
        _ => "3",
    };
    vec![
        (30, times),
        (31, yes(same.first() == Some(&at))),
        (32, yes(same.iter().any(|place| behind(*place)))),
        (33, yes(others().any(|place| front(*place)))),
        (34, yes(others().any(|place| words[*place].many))),
    ]
}
