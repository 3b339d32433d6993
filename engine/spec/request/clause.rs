//! Lists and relations: `with title and price`, `each author has many books`, `comments on posts`.

use super::head::{Head, SAME};
use super::item::{Item, Phrase, is_bare_list};
use super::lexicon;
use super::listed::MAX_NAME_WORDS;
use super::noun::{self, Noun};
use super::shape::{List, is_detailed};
use super::token::Token;
use super::want::{Listed, Want};
use super::words::{self, Role};
use crate::spec::grammar::{is_type_word, typed_field};
use crate::spec::names::{self, MAX_ENTITIES};
use crate::spec::{Field, inflect};

/// Reads the clauses of a request into the entities of its head.
pub(super) struct Clauses<'t> {
    pub text: &'t str,
    pub tokens: &'t mut [Token],
    pub head: Head,
    items: Vec<Item>,
    /// What a list belongs to.
    pub(super) subject: Option<usize>,
    pub(super) listing: bool,
    /// The entity that the phrase just read made.
    pub(super) last: Option<usize>,
    /// The phrase stands behind `for`: it says who things are for, and what follows is not about it.
    is_for: bool,
    /// The entity that the list just read made.
    pub(super) child: Option<usize>,
    /// What is known of the list before it is read.
    pub(super) list: List,
}

impl<'t> Clauses<'t> {
    pub(super) fn new(
        text: &'t str,
        tokens: &'t mut [Token],
        head: Head,
        items: Vec<Item>,
    ) -> Self {
        let subject = (!head.wants.is_empty()).then_some(0);
        Self {
            text,
            tokens,
            head,
            items,
            subject,
            listing: false,
            last: None,
            is_for: false,
            child: None,
            list: List::default(),
        }
    }

    /// Reads every clause.
    pub(super) fn read(mut self) -> Head {
        let items = std::mem::take(&mut self.items);
        let mut at = 0;
        while at < items.len() {
            at += self.step(&items[at..]).max(1);
        }
        self.head
    }

    /// Reads what begins `items` and returns how many of them that was.
    fn step(&mut self, items: &[Item]) -> usize {
        if let Item::Word(Role::Link, at) = items[0] {
            self.is_for = matches!(self.tokens[at].text.as_str(), "for" | "to" | "by");
            self.last = None;
            if let (Some(inner), Some(Item::Phrase(other))) = (self.home(), items.get(1))
                && self.tokens[at].text == "in"
                && other.is_plural()
                && !self.is_used(other)
            {
                self.put_inside(inner, other);
                return 2;
            }
            return 1;
        }
        let is_for = std::mem::take(&mut self.is_for);
        if matches!(
            items[0],
            Item::Word(Role::With | Role::Has, _) | Item::Colon | Item::Open
        ) {
            self.list.details = is_detailed(&items[1..]);
        }
        match &items[0] {
            Item::Phrase(phrase) => {
                let count = self.phrase(phrase, items);
                if is_for && self.home() == Some(0) && !self.listing && self.last != Some(0) {
                    self.last = None;
                }
                return count;
            }
            Item::Typed(field, tokens) if self.subject.is_some() => {
                self.add_field(Listed::Typed((**field).clone()));
                self.tokens[tokens.clone()]
                    .iter_mut()
                    .for_each(|token| token.used = true);
            }
            _ => self.mark(items),
        }
        if !matches!(items[0], Item::Open) {
            self.last = None;
        }
        1
    }

    /// Reads a mark or a word that opens, ends or turns a list.
    fn mark(&mut self, items: &[Item]) {
        match &items[0] {
            Item::Word(Role::With, _) | Item::Colon => {
                self.list.each_has = false;
                self.subject = self.last.take().or(self.subject);
                self.child = None;
                self.listing = true;
            }
            Item::Word(Role::Has, _) => {
                self.subject = self.home();
                self.listing = true;
            }
            Item::Word(Role::Each, at) if self.tokens[*at].text != "per" => self.listing = false,
            Item::Stop => {
                self.list.each_has = false;
                self.listing = is_bare_list(&items[1..]);
                self.subject = self.home();
            }
            // `recipe database (name, cuisine)`, where no phrase stands before the mark.
            Item::Open => {
                let listed = matches!(items, [_, Item::Phrase(_), Item::Separator, ..]);
                self.listing |= listed && self.subject.is_some();
            }
            Item::Close => {
                self.subject = self.home();
                self.list.details = is_detailed(&items[1..]);
            }
            _ => {}
        }
    }

    fn home(&self) -> Option<usize> {
        (!self.head.wants.is_empty()).then_some(0)
    }

    fn phrase(&mut self, phrase: &Phrase, items: &[Item]) -> usize {
        match (items.get(1), items.get(2), items.get(3)) {
            (Some(Item::Word(Role::Has, _)), ..) => {
                self.has(phrase, &items[2..]);
                2
            }
            (
                Some(Item::Word(Role::Belongs, _)),
                Some(Item::Word(Role::Link, _)),
                Some(Item::Phrase(parent)),
            ) => {
                self.relate(phrase, parent);
                4
            }
            (Some(Item::Word(Role::Belongs, _)), Some(Item::Phrase(parent)), _) => {
                self.relate(phrase, parent);
                3
            }
            (Some(Item::Word(Role::Each, _)), Some(Item::Phrase(whole)), _)
                if phrase.is_plural() && self.known(whole).is_some() && !self.is_used(phrase) =>
            {
                // `stock counts per bin`
                self.relate(phrase, whole);
                3
            }
            (Some(Item::Word(Role::Link, link)), Some(Item::Phrase(other)), _) => {
                self.linked(phrase, *link, other)
            }
            (Some(Item::Word(Role::Link, on)), Some(Item::Separator | Item::Stop) | None, _)
                if self.listing
                    && !phrase.is_plural()
                    && matches!(self.tokens[*on].text.as_str(), "on" | "by" | "at" | "to") =>
            {
                // `expires on`, `reported by`, `measured at`
                let whole = Phrase {
                    words: [phrase.words.clone(), vec![self.tokens[*on].text.clone()]].concat(),
                    end: on + 1,
                    ..phrase.clone()
                };
                self.field(&whole);
                2
            }
            (Some(Item::Open), ..)
                if self.listing || phrase.is_plural() || self.is_used(phrase) =>
            {
                self.parentheses(phrase, items)
            }
            _ => {
                if !self.listing {
                    self.last = self.mentioned(phrase);
                    return 1;
                }
                if let Some((field, count)) = self.spelled_out(items) {
                    self.add_field(Listed::Typed(field));
                    return count;
                }
                let opens = matches!(items.get(1), Some(Item::Word(Role::With, _) | Item::Colon));
                self.list.details &= !opens;
                self.classify(phrase);
                1
            }
        }
    }

    /// Reads who has the list that begins `items`.
    fn has(&mut self, phrase: &Phrase, items: &[Item]) {
        let each = phrase.first > 0
            && words::is(&self.tokens[phrase.first - 1].text, Role::Each)
            && !matches!(items.first(), Some(Item::Phrase(next)) if next.many);
        self.subject = self.owner(phrase, each);
        self.list.each_has = each || phrase.is_plural();
        self.list.details = is_detailed(items);
        self.last = None;
        self.listing = true;
    }

    /// What a phrase outside of lists names: an entity that is there, or that the domain knows.
    pub(super) fn mentioned(&mut self, phrase: &Phrase) -> Option<usize> {
        if let Some(at) = self.known(phrase) {
            self.head.wants[at].named |= phrase.is_plural();
            return Some(at);
        }
        let name = phrase.entity_name()?;
        let told = phrase.is_plural() || noun::is(&name, Noun::Dependent);
        let knows = told && self.head.domain?.knows(&name) && !self.is_used(phrase);
        knows.then(|| self.entity(phrase)).flatten()
    }

    /// Whether rows called `name` are what the only thing so far keeps: no part of it, and nothing was said of it.
    fn stands_for_head(&self, name: &str) -> bool {
        let [only] = self.head.wants.as_slice() else {
            return false;
        };
        let silent = only.fields.is_empty() && only.parents.is_empty();
        let many = inflect::is_plural(only.from.split_whitespace().last().unwrap_or_default());
        let part = self
            .head
            .domain
            .is_some_and(|domain| domain.needs(name, &only.name));
        silent && !many && !part && only.name != *name && !noun::is(name, Noun::Dependent)
    }

    /// The entity that a phrase in front of `has` is.
    fn owner(&mut self, phrase: &Phrase, each: bool) -> Option<usize> {
        const ROWS: [&str; 5] = ["item", "entry", "record", "row", "one"];
        let used = self.is_used(phrase);
        let row = phrase
            .words
            .last()
            .is_some_and(|word| ROWS.contains(&word.as_str()));
        let name = phrase.entity_name().unwrap_or_default();
        if row
            && self.known(phrase).is_none()
            && self.home().is_some()
            && !self.head.domain.is_some_and(|domain| domain.knows(&name))
        {
            // `a list where every item has a date`
            self.take(phrase);
            return self.home();
        }
        if each && !used && self.stands_for_head(&name) {
            // `a budget app where every expense has an amount` keeps expenses.
            let from = self.take(phrase);
            let want = &mut self.head.wants[0];
            (want.name, want.from, want.named) = (name, from, true);
            return self.home();
        }
        match used && self.known(phrase).is_none() {
            true => self.home(),
            false => self.entity(phrase),
        }
    }

    pub(super) fn is_used(&self, phrase: &Phrase) -> bool {
        self.tokens[phrase.first..phrase.end]
            .iter()
            .any(|token| token.used)
    }

    /// The entity that a phrase names and that is there already.
    pub(super) fn known(&self, phrase: &Phrase) -> Option<usize> {
        let name = phrase.entity_name()?;
        let same = self.head.wants.iter().position(|want| want.name == name);
        same.or_else(|| self.head.head_noun(&name))
    }

    /// The entity that a phrase names, made where it is new.
    pub(super) fn entity(&mut self, phrase: &Phrase) -> Option<usize> {
        if let Some(at) = self.known(phrase) {
            let from = self.take(phrase);
            let want = &mut self.head.wants[at];
            want.named = true;
            want.again = true;
            want.called(phrase.entity_name()?, &from);
            return Some(at);
        }
        if let Some(at) = self.other_name(phrase) {
            return Some(at);
        }
        let last = phrase.words.last()?;
        let small = words::is(last, Role::Nothing) || words::is(last, Role::Container);
        let knows = |name: &str| self.head.domain.is_some_and(|domain| domain.knows(name));
        let name = phrase.entity_name()?;
        // The lists of `subscribers, lists, campaigns`.
        let nobody = words::is(last, Role::Nothing);
        let thing =
            self.listing && !nobody && phrase.is_plural() && lexicon::entity(None, &name).is_some();
        let small = small && !thing;
        let many = phrase.words.len() > MAX_NAME_WORDS || self.head.wants.len() >= MAX_ENTITIES;
        if many || (small && !knows(&name)) {
            return None;
        }
        let from = self.take(phrase);
        self.head.wants.push(Want::new(name, from, true));
        Some(self.head.wants.len() - 1)
    }

    /// The usual entity that a phrase calls by another name: the customers of invoices as `clients`.
    fn other_name(&mut self, phrase: &Phrase) -> Option<usize> {
        let name = phrase.entity_name()?;
        let domain = self.head.domain?;
        let original = domain.original(&name).unwrap_or(&name);
        let is_it = |want: &Want| domain.original(&want.name).unwrap_or(&want.name) == original;
        let at = self.head.wants.iter().position(is_it)?;
        if self.head.wants[at].named {
            let from = self.take(phrase);
            for token in &mut self.tokens[phrase.first..phrase.end] {
                token.meant = token.meant.or(Some(SAME));
            }
            let want = &mut self.head.wants[at];
            let was_many = want
                .from
                .split_whitespace()
                .last()
                .is_some_and(inflect::is_plural);
            if phrase.is_plural() && !was_many {
                // `applicant tracking with candidates` keeps candidates.
                let said = std::mem::replace(&mut want.from, from).to_lowercase();
                want.name = name;
                let same =
                    |token: &&mut Token| said.split_whitespace().any(|word| word == token.text);
                let before = self.tokens.iter_mut().filter(same);
                before.for_each(|token| {
                    token.meant = token.meant.filter(|meant| !meant.is_empty()).or(Some(SAME));
                });
            }
            return Some(at);
        }
        let from = self.take(phrase);
        let want = &mut self.head.wants[at];
        (want.name, want.from, want.named) = (name, from, true);
        Some(at)
    }

    /// Marks the words of a phrase as used and returns them as they were written.
    pub(super) fn take(&mut self, phrase: &Phrase) -> String {
        for token in &mut self.tokens[phrase.first..phrase.end] {
            token.used = true;
        }
        let (start, end) = (
            self.tokens[phrase.first].start,
            self.tokens[phrase.end - 1].end,
        );
        self.text[start..end].to_owned()
    }

    /// `books belong to authors`.
    fn relate(&mut self, child: &Phrase, parent: &Phrase) {
        let (Some(child), Some(parent)) = (self.entity(child), self.entity(parent)) else {
            return;
        };
        let parent = self.head.wants[parent].name.clone();
        self.head.wants[child].belongs_to(&parent);
        self.last = Some(child);
    }

    /// `comments on posts`, `number of pages`.
    fn linked(&mut self, phrase: &Phrase, link: usize, other: &Phrase) -> usize {
        let of = self.tokens[link].text == "of";
        let container = phrase
            .words
            .last()
            .is_some_and(|word| words::is(word, Role::Container));
        if of && container && self.known(other).is_some() {
            // `list of plants`
            self.take(phrase);
            self.last = self.entity(other);
            return 3;
        }
        let kept = |phrase: &Phrase| {
            phrase.entity_name().is_some_and(|name| {
                self.head.wants.iter().any(|want| want.name == name)
                    || lexicon::entity(self.head.domain, &name).is_some()
            })
        };
        if self.tokens[link].text == "in" {
            return self.inside(phrase, other);
        }
        let related = phrase.is_plural() && kept(other) && (kept(phrase) || self.listing);
        let free = !self.tokens[phrase.first].used;
        if related && free && self.tokens[link].text != "to" {
            self.relate(phrase, other);
            return 3;
        }
        if of && self.listing && !phrase.is_plural() {
            let mut whole = phrase.clone();
            whole.words.push("of".to_owned());
            whole.words.extend(other.words.iter().cloned());
            if whole.words.len() <= MAX_NAME_WORDS {
                whole.end = other.end;
                self.field(&whole);
                return 3;
            }
        }
        if self.listing {
            self.classify(phrase);
        } else {
            self.last = self.known(phrase);
        }
        1
    }

    /// `products (name, price)` or `price (decimal)`.
    fn parentheses(&mut self, phrase: &Phrase, items: &[Item]) -> usize {
        if let (Some(Item::Phrase(kind)), Some(Item::Close)) = (items.get(2), items.get(3))
            && let [kind_word] = kind.words.as_slice()
            && is_type_word(kind_word)
            && let Some(field) = typed(phrase, kind_word)
        {
            self.take(phrase);
            self.take(kind);
            self.add_field(Listed::Typed(field));
            return 4;
        }
        if let Some((field, count)) = self.choice(phrase, &items[2..]) {
            self.take(phrase);
            self.add_field(Listed::Typed(field));
            return 2 + count;
        }
        self.list.details = is_detailed(&items[2..]);
        if let Some(entity) = self.owner(phrase, false) {
            self.subject = Some(entity);
            self.listing = true;
        }
        2
    }
}

/// The field in `price (decimal)`.
fn typed(phrase: &Phrase, kind: &str) -> Option<Field> {
    let name = names::field_name(&phrase.text()).ok()?;
    typed_field(&format!("{name}:{kind}")).map(|(field, _)| field)
}
