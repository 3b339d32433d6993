//! Lists and relations: `with title and price`, `each author has many books`, `comments on posts`.

use super::head::{Head, SAME};
use super::item::{Item, Phrase};
use super::lexicon;
use super::noun::{self, Noun};
use super::token::Token;
use super::want::{Listed, Want};
use super::words::{self, Role};
use crate::spec::{Field, inflect};
use crate::spec::by_name;
use crate::spec::grammar::{is_type_word, typed_field};
use crate::spec::names::{self, MAX_ENTITIES, MAX_FIELDS};

/// Most words in the name of a field or entity of a list.
const MAX_NAME_WORDS: usize = 3;
/// Names that stand for an entity of their own, which rows may be put into.
const GROUPS: [&str; 5] = ["category", "project", "folder", "list", "supplier"];

/// Reads the clauses of a request into the entities of its head.
pub(super) struct Clauses<'t> {
    pub text: &'t str,
    pub tokens: &'t mut [Token],
    pub head: Head,
    items: Vec<Item>,
    subject: Option<usize>,
    listing: bool,
    /// The entity that the phrase just read made.
    last: Option<usize>,
    /// The phrase stands behind `for`: it says who things are for, and what follows is not about it.
    is_for: bool,
    /// The entity that the list just read made.
    child: Option<usize>,
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
            Item::Word(Role::Negation, no) => {
                if let Some(Item::Phrase(phrase)) = items.get(1) {
                    self.without(*no, phrase);
                    return 2;
                }
            }
            Item::Word(Role::With, _) | Item::Colon => {
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
                self.listing = false;
                self.subject = self.home();
            }
            Item::Close => self.subject = self.home(),
            _ => {}
        }
        if !matches!(items[0], Item::Open) {
            self.last = None;
        }
        1
    }

    fn home(&self) -> Option<usize> {
        (!self.head.wants.is_empty()).then_some(0)
    }

    fn phrase(&mut self, phrase: &Phrase, items: &[Item]) -> usize {
        match (items.get(1), items.get(2), items.get(3)) {
            (Some(Item::Word(Role::Has, _)), ..) => {
                self.subject = self.owner(phrase);
                self.last = None;
                self.listing = true;
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
            (Some(Item::Word(Role::Link, link)), Some(Item::Phrase(other)), _) => {
                self.linked(phrase, *link, other)
            }
            (Some(Item::Word(Role::Link, on)), Some(Item::Separator | Item::Stop) | None, _)
                if self.listing && matches!(self.tokens[*on].text.as_str(), "on" | "by" | "at") =>
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
                self.classify(phrase);
                1
            }
        }
    }

    /// The choice in `status open, closed and waiting`, and the items that say it.
    fn spelled_out(&mut self, items: &[Item]) -> Option<(Field, usize)> {
        const WORDS: usize = 2;
        let Some(Item::Phrase(first)) = items.first() else {
            return None;
        };
        let is_choice = |word: &String| by_name::type_of(word).is_some_and(|kind| kind.starts_with("choice"));
        let [name, value] = first.words.as_slice() else {
            return None;
        };
        if !is_choice(name) || by_name::type_of(&format!("{name}_{value}")).is_some() {
            return None;
        }
        let mut values = vec![value.clone()];
        let mut count = 1;
        for pair in items[1..].chunks(WORDS) {
            let [Item::Separator, Item::Phrase(next)] = pair else { break };
            let [word] = next.words.as_slice() else { break };
            let other = by_name::type_of(word).is_some_and(|kind| kind != "boolean");
            if other || next.is_plural() || self.known(next).is_some() {
                break;
            }
            values.push(word.clone());
            count += WORDS;
        }
        if values.len() < WORDS {
            return None;
        }
        let (field, _) = typed_field(&format!("{name}:choice({})", values.join("|")))?;
        for item in &items[..count] {
            if let Item::Phrase(phrase) = item {
                self.take(phrase);
            }
        }
        Some((field, count))
    }

    /// What a phrase outside of lists names: an entity that is there, or that the domain knows.
    fn mentioned(&mut self, phrase: &Phrase) -> Option<usize> {
        if let Some(at) = self.known(phrase) {
            return Some(at);
        }
        let name = phrase.entity_name()?;
        let told = phrase.is_plural() || noun::is(&name, Noun::Dependent);
        let knows = told && self.head.domain?.knows(&name) && !self.is_used(phrase);
        knows.then(|| self.entity(phrase)).flatten()
    }

    /// `without due date`: a usual field that the subject does not have.
    fn without(&mut self, no: usize, phrase: &Phrase) {
        if self.subject.is_none() || self.is_used(phrase) {
            return;
        }
        let name = self.take(phrase);
        for token in &mut self.tokens[no..phrase.end] {
            token.used = true;
            token.meant = Some("not wanted");
        }
        self.add_field(Listed::Without(name));
    }

    /// The entity that a phrase in front of `has` is.
    fn owner(&mut self, phrase: &Phrase) -> Option<usize> {
        const ROWS: [&str; 5] = ["item", "entry", "record", "row", "one"];
        let used = self.is_used(phrase);
        let row = phrase.words.last().is_some_and(|word| ROWS.contains(&word.as_str()));
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
        match used && self.known(phrase).is_none() {
            true => self.home(),
            false => self.entity(phrase),
        }
    }

    fn is_used(&self, phrase: &Phrase) -> bool {
        self.tokens[phrase.first..phrase.end]
            .iter()
            .any(|token| token.used)
    }

    /// The entity that a phrase names and that is there already.
    fn known(&self, phrase: &Phrase) -> Option<usize> {
        let name = phrase.entity_name()?;
        self.head.wants.iter().position(|want| want.name == name)
    }

    /// The entity that a phrase names, made where it is new.
    fn entity(&mut self, phrase: &Phrase) -> Option<usize> {
        if let Some(at) = self.known(phrase) {
            self.head.wants[at].named = true;
            self.head.wants[at].again = true;
            self.take(phrase);
            return Some(at);
        }
        if let Some(at) = self.other_name(phrase) {
            return Some(at);
        }
        let last = phrase.words.last()?;
        let small = words::is(last, Role::Nothing) || words::is(last, Role::Container);
        let knows = |name: &str| self.head.domain.is_some_and(|domain| domain.knows(name));
        let name = phrase.entity_name()?;
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
            let was_many = want.from.split_whitespace().last().is_some_and(inflect::is_plural);
            if phrase.is_plural() && !was_many {
                // `applicant tracking with candidates` keeps candidates.
                (want.name, want.from) = (name, from);
            }
            return Some(at);
        }
        let from = self.take(phrase);
        let want = &mut self.head.wants[at];
        (want.name, want.from, want.named) = (name, from, true);
        Some(at)
    }

    /// Marks the words of a phrase as used and returns them as they were written.
    fn take(&mut self, phrase: &Phrase) -> String {
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
        let container = phrase.words.last().is_some_and(|word| words::is(word, Role::Container));
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

    /// `employees in departments`: what is in something refers to it.
    fn inside(&mut self, phrase: &Phrase, other: &Phrase) -> usize {
        let inner = self.known(phrase);
        let free = !self.is_used(other) && other.is_plural();
        match inner.filter(|_| free && !self.listing) {
            Some(inner) => {
                self.put_inside(inner, other);
                3
            }
            None if self.listing => {
                self.classify(phrase);
                1
            }
            None => {
                self.last = self.mentioned(phrase);
                1
            }
        }
    }

    fn put_inside(&mut self, inner: usize, other: &Phrase) {
        let outer = self.entity(other);
        if let Some(outer) = outer.filter(|outer| *outer != inner) {
            let target = self.head.wants[outer].name.clone();
            self.head.wants[inner].fields.push(Listed::Reference(target));
        }
        self.last = Some(inner);
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
        if let Some(entity) = self.owner(phrase) {
            self.subject = Some(entity);
            self.listing = true;
        }
        2
    }

    /// The choice in `status (open, closed)`, and the items that its values are.
    fn choice(&mut self, phrase: &Phrase, items: &[Item]) -> Option<(Field, usize)> {
        const LEAST_VALUES: usize = 2;
        let close = items.iter().position(|item| matches!(item, Item::Close))?;
        let mut values = Vec::new();
        for item in &items[..close] {
            match item {
                Item::Phrase(value) => values.push(value),
                Item::Separator => {}
                _ => return None,
            }
        }
        let name = names::snake(&phrase.text()).ok()?;
        let field_like = |value: &&Phrase| {
            let text = names::snake(&value.text()).unwrap_or_default();
            by_name::type_of(&text).is_some() || matches!(text.as_str(), "name" | "title")
        };
        let by_name = by_name::type_of(&name).is_some_and(|kind| kind.starts_with("choice"));
        let plain = !phrase.is_plural()
            && self.known(phrase).is_none()
            && !values.iter().any(field_like)
            && phrase.entity_name().is_some_and(|name| lexicon::entity(self.head.domain, &name).is_none());
        if values.len() < LEAST_VALUES || !self.listing || !(by_name || plain) {
            return None;
        }
        let words: Vec<String> = values.iter().map(|value| value.text()).collect();
        let name = names::field_name(&name).ok()?;
        let (field, _) = typed_field(&format!("{name}:choice({})", words.join("|")))?;
        for value in values {
            self.take(value);
        }
        Some((field, close + 1))
    }

    /// Decides what a phrase of a list is: a field of the subject, or an entity.
    fn classify(&mut self, phrase: &Phrase) {
        self.last = None;
        if let Some(noun) = self.known_noun(phrase) {
            self.last = self.child(&noun, true);
            return;
        }
        let used = self.is_used(phrase);
        let Some(name) = phrase
            .entity_name()
            .filter(|_| phrase.words.len() <= MAX_NAME_WORDS && !used)
        else {
            self.last = self.known(phrase);
            return;
        };
        let usual = self
            .subject
            .and_then(|at| lexicon::entity(self.head.domain, &self.head.wants[at].name));
        let text = names::snake(&phrase.text()).unwrap_or_default();
        let is_field = |name: &str| {
            usual.as_ref().is_some_and(|parsed| {
                let mut fields = parsed.entity.fields.iter();
                fields.any(|field| field.name == name && field.references.is_none())
            })
        };
        let is_usual = is_field(&text);
        if !is_usual && let Some(child) = self.child.filter(|child| self.is_field_of(*child, &text)) {
            // The sets of `exercises, sets and reps` are of exercises.
            let subject = self.subject.replace(child);
            self.field(phrase);
            self.subject = subject;
            return;
        }
        if phrase.is_plural() && !phrase.many && noun::is(&name, Noun::Person) && is_field(&name)
            && !self.head.domain.is_some_and(|domain| domain.knows(&name))
            && self.known(phrase).is_none()
        {
            // The assignees of tasks: each has one.
            self.take(phrase);
            self.add_field(Listed::Named(name, phrase.mark));
            return;
        }
        let subject = self.subject.map(|at| self.head.wants[at].name.clone());
        // Contacts have a group: with `multiple groups` they have many.
        let is_usual_one = usual.as_ref().is_some_and(|parsed| {
            let mut fields = parsed.entity.fields.iter();
            fields.any(|field| field.references.as_ref() == Some(&name) && !field.required)
        });
        let several = phrase.many
            && (is_usual_one || noun::is(&name, Noun::Several) || GROUPS.contains(&name.as_str()));
        let is_tags = by_name::type_of(&text) == Some("tags");
        if several && !is_tags && subject.is_some() {
            return self.refer(phrase, Listed::Many(name));
        }
        if !is_usual && GROUPS.contains(&name.as_str()) && self.subject.is_some() && !phrase.many {
            return self.refer(phrase, Listed::Reference(name));
        }
        let domain_entity = self.head.domain.is_some_and(|domain| domain.knows(&name));
        let made = self.known(phrase).is_some();
        // `recipes with ingredients and steps` has texts, while comments are a thing of their own.
        let is_text = by_name::type_of(&text) == Some("longtext")
            && !phrase.many
            && !made
            && !noun::is(&name, Noun::Dependent);
        if !is_usual && phrase.is_plural() && !is_text && (domain_entity || made) {
            self.last = self.child(phrase, true);
            return;
        }
        let field_like = is_usual
            || by_name::type_of(&text).is_some()
            || (by_name::type_of(&name).is_some() && !phrase.many);
        // `products with reviews`: a review is more than a text.
        let field_like = field_like && !(phrase.is_plural() && !is_usual && name == "review");
        if phrase.is_plural() && !field_like {
            if subject.is_some_and(|subject| is_referred(&name, &subject)) && self.is_head_named() {
                return self.refer(phrase, Listed::Reference(name));
            }
            let known = lexicon::entity(self.head.domain, &name).is_some();
            self.last = self.child(phrase, known && self.subject.is_none());
            return;
        }
        self.field(phrase);
    }

    /// Whether `name` is a usual field of an entity.
    fn is_field_of(&self, entity: usize, name: &str) -> bool {
        let want = &self.head.wants[entity];
        let usual = lexicon::entity(want.domain.or(self.head.domain), &want.name);
        usual.is_some_and(|parsed| {
            let mut fields = parsed.entity.fields.iter();
            fields.any(|field| field.name == name && field.references.is_none())
        })
    }

    /// The noun of `markdown posts`, where there are posts already.
    fn known_noun(&self, phrase: &Phrase) -> Option<Phrase> {
        let last = phrase.words.last()?;
        let noun = Phrase {
            words: vec![last.clone()],
            first: phrase.end - 1,
            ..phrase.clone()
        };
        let text = names::snake(&phrase.text()).unwrap_or_default();
        if self.subject.is_some_and(|subject| self.is_field_of(subject, &text)) {
            return None;
        }
        let fresh = phrase.words.len() > 1 && phrase.is_plural() && !self.is_used(phrase);
        let other = self.known(phrase).is_some()
            || phrase.entity_name().is_some_and(|name| lexicon::entity(self.head.domain, &name).is_some());
        let knows = || {
            let name = noun.entity_name().unwrap_or_default();
            self.head.domain.is_some_and(|domain| domain.knows(&name))
        };
        (fresh && !other && (self.known(&noun).is_some() || knows())).then_some(noun)
    }

    /// Whether what lists belong to is named by its own noun, and is not only what things are kept in.
    fn is_head_named(&self) -> bool {
        self.subject
            .is_some_and(|at| self.head.wants[at].named && (at > 0 || self.head.named))
    }

    /// A category, a folder: an entity, and a field of the subject that refers to it.
    fn refer(&mut self, phrase: &Phrase, field: Listed) {
        let subject = self.subject;
        let entity = self.entity(phrase);
        if let (Some(subject), Some(entity)) = (subject, entity)
            && subject != entity
        {
            self.head.wants[subject].fields.push(field);
        }
        self.last = entity;
    }

    /// An entity of a list: of the subject, unless a table knows what it belongs to.
    fn child(&mut self, phrase: &Phrase, placed: bool) -> Option<usize> {
        let fresh = self.known(phrase).is_none();
        let entity = self.entity(phrase)?;
        self.child = Some(entity);
        if !fresh && self.subject == Some(entity) {
            self.refer_to_listed(entity);
        }
        if let Some(subject) = self
            .subject
            .filter(|subject| *subject != entity && (fresh || phrase.many))
        {
            let parent = &self.head.wants[subject];
            let of_subject =
                phrase.many || (!placed && parent.named && (subject > 0 || self.head.named));
            if of_subject {
                let parent = parent.name.clone();
                self.head.wants[entity].belongs_to(&parent);
            }
        }
        Some(entity)
    }

    /// `donation tracker with donors and donations`: a subject that its own list ends with has no children
    /// in it, but refers to them.
    fn refer_to_listed(&mut self, subject: usize) {
        let name = self.head.wants[subject].name.clone();
        let domain = self.head.domain;
        // The members of `books, members and loans` have their loans already.
        let usual = self.head.wants.iter().filter(|want| want.name != name);
        let related: Vec<String> = usual
            .filter_map(|want| lexicon::entity(domain, &want.name))
            .flat_map(|usual| usual.entity.fields)
            .filter_map(|field| field.references)
            .collect();
        let points_back = |want: &Want| {
            lexicon::entity(domain, &want.name).is_some_and(|usual| {
                let mut fields = usual.entity.fields.iter();
                fields.any(|field| field.references.as_deref() == Some(&name))
            })
        };
        let listed = self.head.wants[subject + 1..].iter_mut().filter(|want| {
            let free = want.parents.iter().all(|parent| *parent == name);
            want.named && want.fields.is_empty() && free && !points_back(want)
        });
        let listed: Vec<Listed> = listed
            .filter(|want| !related.contains(&want.name))
            .map(|want| {
                want.parents.clear();
                Listed::Reference(want.name.clone())
            })
            .collect();
        self.head.wants[subject].fields.extend(listed);
    }

    fn field(&mut self, phrase: &Phrase) {
        if self.subject.is_none() || self.other_domain(phrase) {
            return;
        }
        self.take(phrase);
        let name = phrase.text();
        let name = match by_name::type_of(&names::snake(&name).unwrap_or_default()) {
            // `ratings` is a rating, `due dates` a due date.
            None => phrase
                .entity_name()
                .filter(|one| by_name::type_of(one).is_some())
                .unwrap_or(name),
            Some(_) => name,
        };
        self.add_field(Listed::Named(name, phrase.mark));
    }

    /// Adds what a phrase keeps that names another domain: `invoices with time tracking`.
    fn other_domain(&mut self, phrase: &Phrase) -> bool {
        const LEAST_WORDS: usize = 2;
        const LISTS: [&str; 7] = [
            "list", "planner", "tracker", "calendar", "inventory", "log", "diary",
        ];
        let last = phrase.words.last().map_or("", String::as_str);
        if !(last.ends_with("ing") || LISTS.contains(&last)) {
            return false;
        }
        let text = names::snake(&phrase.text()).unwrap_or_default();
        let found = lexicon::domain_at(self.tokens, phrase.first)
            .filter(|(_, length)| *length >= LEAST_WORDS && phrase.first + length == phrase.end);
        let Some((domain, _)) = found.filter(|_| by_name::type_of(&text).is_none()) else {
            return false;
        };
        let from = self.take(phrase);
        for name in domain.usual() {
            let there = self.head.wants.iter().any(|want| want.name == name);
            if !there && self.head.wants.len() < MAX_ENTITIES {
                let mut want = Want::new(name, from.clone(), false);
                want.domain = Some(domain);
                self.head.wants.push(want);
            }
        }
        true
    }

    fn add_field(&mut self, field: Listed) {
        if let Some(subject) = self.subject {
            let fields = &mut self.head.wants[subject].fields;
            if fields.len() < MAX_FIELDS {
                fields.push(field);
            }
        }
    }
}

/// Whether rows of `subject` refer to rows called `name`, and not the other way round.
fn is_referred(name: &str, subject: &str) -> bool {
    let holder = noun::is(subject, Noun::Holder) && !noun::is(name, Noun::Dependent);
    holder
        || noun::is(name, Noun::Referred)
        || (noun::is(name, Noun::Person) && !noun::is(subject, Noun::Collective))
}

/// The field in `price (decimal)`.
fn typed(phrase: &Phrase, kind: &str) -> Option<Field> {
    let name = names::field_name(&phrase.text()).ok()?;
    typed_field(&format!("{name}:{kind}")).map(|(field, _)| field)
}
