//! What the phrases of a list are: fields of what the list belongs to, or entities of their own.

use super::clause::Clauses;
use super::item::{Item, Phrase};
use super::lexicon;
use super::noun::{self, Noun};
use super::want::{Listed, Want};
use super::words::Role;
use crate::spec::Field;
use crate::spec::grammar::typed_field;
use crate::spec::names::{self, MAX_ENTITIES, MAX_FIELDS};
use crate::spec::{by_name, inflect};

/// Most words in the name of a field or entity of a list.
pub(super) const MAX_NAME_WORDS: usize = 3;
/// Names that stand for an entity of their own, which rows may be put into.
const GROUPS: [&str; 5] = ["category", "project", "folder", "list", "supplier"];

impl Clauses<'_> {
    /// The choice in `status open, closed and waiting`, and the items that say it.
    pub(super) fn spelled_out(&mut self, items: &[Item]) -> Option<(Field, usize)> {
        const WORDS: usize = 2;
        let Some(Item::Phrase(first)) = items.first() else {
            return None;
        };
        let is_choice =
            |word: &String| by_name::type_of(word).is_some_and(|kind| kind.starts_with("choice"));
        let [name, value] = first.words.as_slice() else {
            return None;
        };
        if !is_choice(name) || by_name::type_of(&format!("{name}_{value}")).is_some() {
            return None;
        }
        let mut values = vec![value.clone()];
        let mut count = 1;
        for pair in items[1..].chunks(WORDS) {
            let [Item::Separator, Item::Phrase(next)] = pair else {
                break;
            };
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

    /// The choice in `status (open, closed)`, and the items that its values are.
    pub(super) fn choice(&mut self, phrase: &Phrase, items: &[Item]) -> Option<(Field, usize)> {
        const LEAST_VALUES: usize = 2;
        let close = items.iter().position(|item| matches!(item, Item::Close))?;
        let name = names::snake(&phrase.text()).ok()?;
        let by_name = by_name::type_of(&name).is_some_and(|kind| kind.starts_with("choice"));
        let mut values = Vec::new();
        for item in &items[..close] {
            match item {
                Item::Phrase(value) => values.push(value),
                Item::Separator => {}
                // The `to read` of a status.
                Item::Word(Role::Link, _) if by_name => {}
                _ => return None,
            }
        }
        let field_like = |value: &&Phrase| {
            let text = names::snake(&value.text()).unwrap_or_default();
            by_name::type_of(&text).is_some() || matches!(text.as_str(), "name" | "title")
        };
        let plain = !phrase.is_plural()
            && self.known(phrase).is_none()
            && !values.iter().any(field_like)
            && phrase
                .entity_name()
                .is_some_and(|name| lexicon::entity(self.head.domain, &name).is_none());
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
    pub(super) fn classify(&mut self, phrase: &Phrase) {
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
        if !is_usual && let Some(child) = self.child.filter(|child| self.is_field_of(*child, &text))
        {
            // The sets of `exercises, sets and reps` are of exercises.
            let subject = self.subject.replace(child);
            self.field(phrase);
            self.subject = subject;
            return;
        }
        if phrase.is_plural()
            && !phrase.many
            && noun::is(&name, Noun::Person)
            && is_field(&name)
            && !self.head.domain.is_some_and(|domain| domain.knows(&name))
            && self.known(phrase).is_none()
        {
            // The assignees of tasks: each has one.
            self.take(phrase);
            self.add_field(Listed::Named(name, phrase.mark));
            return;
        }
        // Contacts have a group: with `multiple groups` they have many.
        let is_usual_one = usual.as_ref().is_some_and(|parsed| {
            let mut fields = parsed.entity.fields.iter();
            fields.any(|field| field.references.as_ref() == Some(&name) && !field.required)
        });
        let several = phrase.many
            && (is_usual_one || noun::is(&name, Noun::Several) || GROUPS.contains(&name.as_str()));
        let is_tags = by_name::type_of(&text) == Some("tags");
        if several && !is_tags && self.subject.is_some() {
            return self.refer(phrase, Listed::Many(name));
        }
        if !is_usual && GROUPS.contains(&name.as_str()) && self.subject.is_some() && !phrase.many {
            return self.refer(phrase, Listed::Reference(name));
        }
        self.thing_or_field(phrase, &name, is_usual);
    }

    /// Decides between an entity of its own and a field, where nothing else has decided.
    fn thing_or_field(&mut self, phrase: &Phrase, name: &str, is_usual: bool) {
        let text = names::snake(&phrase.text()).unwrap_or_default();
        let subject = self.subject.map(|at| self.head.wants[at].name.clone());
        let domain_entity = self.head.domain.is_some_and(|domain| domain.knows(name));
        let made = self.known(phrase).is_some();
        // `recipes with ingredients and steps` has texts, while comments are a thing of their own.
        let is_text = by_name::type_of(&text) == Some("longtext")
            && !phrase.many
            && !made
            && !noun::is(name, Noun::Dependent);
        if !is_usual && phrase.is_plural() && !is_text && (domain_entity || made) {
            self.last = self.child(phrase, true);
            return;
        }
        let field_like = is_usual
            || by_name::type_of(&text).is_some()
            || (by_name::type_of(name).is_some() && !phrase.many);
        // `products with reviews`: a review is more than a text, and so is a comment beside other things.
        let more = name == "review" || (!self.list.details && matches!(name, "comment" | "answer"));
        let field_like = field_like && !(phrase.is_plural() && !is_usual && more);
        // `players` are a number beside words for what a game has, and persons beside matches.
        let people = !self.list.details && phrase.is_plural() && noun::is(name, Noun::Person);
        let field_like = (field_like && !people) || is_usual || self.is_detail(phrase, name);
        if phrase.is_plural() && !field_like {
            if subject.is_some_and(|subject| is_referred(name, &subject))
                && self.is_head_named()
                && !self.list.each_has
            {
                return self.refer(phrase, Listed::Reference(name.to_owned()));
            }
            let known = lexicon::entity(self.head.domain, name).is_some();
            self.last = self.child(phrase, known && self.subject.is_none());
            return;
        }
        let mass = inflect::is_uncountable(name)
            || (noun::is(name, Noun::Mass) && lexicon::entity(self.head.domain, name).is_some());
        if mass && !is_usual && self.child.is_some() && !self.list.details {
            // The attendance of `members, sessions, attendance`.
            self.last = self.child(phrase, true);
            return;
        }
        self.field(phrase);
    }

    /// Whether several of something of which nothing is known are but a detail: the laps of `distance, laps, pool`.
    fn is_detail(&self, phrase: &Phrase, name: &str) -> bool {
        const THINGS: [Noun; 5] = [
            Noun::Person,
            Noun::Dependent,
            Noun::Referred,
            Noun::Holder,
            Noun::Collective,
        ];
        let one = self.tokens[phrase.end - 1].one.as_str();
        let again = self.tokens.iter().filter(|token| token.one == one).count() > 1;
        let thing = THINGS.iter().any(|noun| noun::is(name, *noun));
        let known =
            lexicon::entity(self.head.domain, name).is_some() || self.known(phrase).is_some();
        self.list.details && self.subject.is_some() && !(phrase.many || again || thing || known)
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
        if self
            .subject
            .is_some_and(|subject| self.is_field_of(subject, &text))
        {
            return None;
        }
        let fresh = phrase.words.len() > 1 && phrase.is_plural() && !self.is_used(phrase);
        let other = self.known(phrase).is_some()
            || phrase
                .entity_name()
                .is_some_and(|name| lexicon::entity(self.head.domain, &name).is_some());
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
    pub(super) fn child(&mut self, phrase: &Phrase, placed: bool) -> Option<usize> {
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
            let said = self.list.each_has && !self.is_usual_of(subject, entity);
            let of_subject = phrase.many
                || said
                || (!placed && parent.named && (subject > 0 || self.head.named));
            if of_subject {
                let parent = parent.name.clone();
                self.head.wants[entity].belongs_to(&parent);
            }
        }
        Some(entity)
    }

    /// Whether rows of `subject` usually refer to rows of `entity`: books to their authors.
    fn is_usual_of(&self, subject: usize, entity: usize) -> bool {
        let [subject, entity] = [subject, entity].map(|at| &self.head.wants[at]);
        let usual = lexicon::entity(subject.domain.or(self.head.domain), &subject.name);
        usual.is_some_and(|usual| {
            let mut fields = usual.entity.fields.iter();
            fields.any(|field| field.references.as_ref() == Some(&entity.name))
        })
    }

    /// `donation tracker with donors and donations`: a subject that its own list ends with has no children
    /// in it, but refers to them.
    fn refer_to_listed(&mut self, subject: usize) {
        if self.head.wants.len() <= subject + 1 {
            return;
        }
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

    pub(super) fn field(&mut self, phrase: &Phrase) {
        if self.subject.is_none() || self.other_domain(phrase) {
            return;
        }
        self.take(phrase);
        let name = field_name(&phrase.words);
        self.add_field(Listed::Named(name, phrase.mark));
    }

    /// Adds what a phrase keeps that names another domain: `invoices with time tracking`.
    fn other_domain(&mut self, phrase: &Phrase) -> bool {
        const LEAST_WORDS: usize = 2;
        const LISTS: [&str; 7] = [
            "list",
            "planner",
            "tracker",
            "calendar",
            "inventory",
            "log",
            "diary",
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

    pub(super) fn add_field(&mut self, field: Listed) {
        if let Some(subject) = self.subject {
            let fields = &mut self.head.wants[subject].fields;
            if fields.len() < MAX_FIELDS {
                fields.push(field);
            }
        }
    }
}

/// What a field is called by these words: `ratings` is a rating, `due dates` a due date, `tags` are tags.
pub(super) fn field_name(words: &[String]) -> String {
    let name = field_text(words);
    match by_name::type_of(&names::snake(&name).unwrap_or_default()) {
        None => names::entity_names(&words.join(" "))
            .ok()
            .map(|(one, _)| one)
            .filter(|one| by_name::type_of(one).is_some())
            .unwrap_or(name),
        Some(_) => name,
    }
}

/// The words of a field without those that only say that it is one: the code of `code field`.
fn field_text(words: &[String]) -> String {
    const FIELDS: [&str; 4] = ["field", "flag", "column", "attribute"];
    match words {
        [front @ .., last] if !front.is_empty() && FIELDS.contains(&last.as_str()) => {
            front.join(" ")
        }
        _ => words.join(" "),
    }
}

/// Whether rows of `subject` refer to rows called `name`, and not the other way round.
fn is_referred(name: &str, subject: &str) -> bool {
    let holder = noun::is(subject, Noun::Holder) && !noun::is(name, Noun::Dependent);
    holder
        || noun::is(name, Noun::Referred)
        || (noun::is(name, Noun::Person) && !noun::is(subject, Noun::Collective))
}
