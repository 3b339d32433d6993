//! A request to a spec, step by step. Knows the order of the steps only.

use std::collections::BTreeSet;

use super::build::{self, build};
use super::clause::Clauses;
use super::feature::Found;
use super::head::{Head, find};
use super::item::{Item, items};
use super::learned::Reading;
use super::options::SpecOptions;
use super::purpose::{self, Purpose};
use super::rewrite::{self, Said};
use super::site::{self, Site};
use super::token::{Token, tokens};
use super::unwanted::{self, Unwanted};
use super::want::{Listed, Want};
use super::words::Role;
use super::{
    ask, circle, domain_phrase, explicit, feature, kept, notes, presence, relate, reply, spelling,
    tongue,
};
use crate::spec::{Entity, Note, NoteKind, Spec};
use crate::spec::{inflect, names};

/// Most characters of a request that are read.
pub const MAX_REQUEST_CHARS: usize = 4_000;
/// The name of an application that has no better one.
const FALLBACK_NAME: &str = "app";

/// `With title and body: a notes app` with its list behind what it is of.
fn list_last(items: Vec<Item>) -> Vec<Item> {
    let listed = matches!(items.first(), Some(Item::Word(Role::With, _)));
    let end = items
        .iter()
        .position(|item| matches!(item, Item::Colon | Item::Stop));
    match end.filter(|_| listed) {
        Some(end) => {
            let (list, rest) = items.split_at(end);
            [&rest[1..], list].concat()
        }
        None => items,
    }
}

/// Names for projects that have no better one, by kind.
const KIND_NAMES: [(&str, &str); 4] = [
    ("static", "My site"),
    ("cli", "My tool"),
    ("package", "My package"),
    ("ci", "My package"),
];

/// What a request asks for. The same request and options give the same spec.
pub fn read_request(text: &str, options: &SpecOptions) -> Spec {
    let (text, cut) = shortened(text);
    let typed = rewrite::typed(text);
    let bounded = rewrite::bounded(&typed);
    let text = bounded.as_ref();
    let mut tokens = tokens(text);
    if let Some(note) = tongue::refuse(text, &tokens).filter(|_| options.entities.is_empty()) {
        return nothing_of(note);
    }
    let mut list = spelling::correct(text, &mut tokens);
    let said = rewrite::spoken(text, &mut tokens);
    let mut found = feature::take(text, &mut tokens, options);
    let called = called(text, &mut tokens);
    presence::take(&mut tokens);
    let unwanted = unwanted::take(&mut tokens).with(&found.left_out);
    let reading = Reading::new(text, &tokens);
    let kind = match found.ways.certain(&tokens) {
        Some(kind) => kind,
        None => kind(text, &tokens, &reading, found.ways.kind(&tokens)),
    };
    let mut things = of_kind(
        kind,
        text,
        &mut tokens,
        &reading,
        (&said, &unwanted),
        &found,
    );
    let decided = found.ways.decide(kind, options);
    found.add_features(&decided, options);
    let mut built = build(&things.head.wants, things.head.domain);
    if found.has("board") {
        build::ensure_columns(&mut built);
    }
    let built = explicit::lay_over(built, &options.entities, &mut found.notes);
    if kind == "cli" && built.is_empty() {
        things.leave_to(purpose::read(text, &mut tokens, &found.ways, kind));
    }
    found.leave_to(&things.purpose);
    let buildable = !built.is_empty() || !matches!(kind, "web" | "api");
    if !buildable && !is_refused(&found.notes) {
        list.push(notes::nothing_to_build(text));
    }
    list.append(&mut found.notes);
    list.extend(decided.refuse(&found.ways, options, &mut found.features));
    if !decided.asked && options.stack.is_none() && !decided.stack.is_empty() {
        list.push(notes::about_stack(&decided.stack));
    }
    let refused = is_refused(&list);
    list.extend(things.purpose.note(kind).filter(|_| !refused));
    let versions = found.versions(&mut tokens, &decided);
    list.extend(versions.notes);
    list.extend(notes::about_pages(&things.pages, things.pages_named));
    list.extend(built.iter().flat_map(notes::about_entity));
    let entities: Vec<Entity> = built.into_iter().map(|built| built.entity).collect();
    explicit::check(&entities, &options.entities, &mut list);
    check_types(&entities, options, &mut list);
    list.extend(notes::meant(text, &tokens));
    list.extend(notes::ignored(text, &tokens, &entities));
    list.extend(cut.then(|| notes::too_long(MAX_REQUEST_CHARS)));
    if kind == "static" {
        reply::say(text, &tokens, &mut list);
    }
    ask::close(&mut list);
    let (name, title) = name(options, called, &things.head, &entities, kind);
    Spec {
        name,
        title,
        kind: kind.to_owned(),
        pages: things.pages,
        one_page: things.one_page,
        purpose: things.purpose.text,
        versions: versions.list,
        stack: decided.stack,
        entities,
        features: found.features.into_iter().map(|(name, _)| name).collect(),
        notes: list,
    }
}

/// The spec of a request that cannot be read.
fn nothing_of(note: Note) -> Spec {
    Spec {
        name: FALLBACK_NAME.to_owned(),
        title: names::title(FALLBACK_NAME),
        kind: "web".to_owned(),
        notes: vec![note],
        ..Spec::default()
    }
}

/// Words of requests for pages that store nothing.
const PAGES: [&str; 5] = ["static", "html", "page", "pager", "landing"];

/// The kind of project; a site without a word that says so, and without pages, is a question.
fn kind(text: &str, tokens: &[Token], reading: &Reading, ruled: &'static str) -> &'static str {
    let kind = reading.kind(ruled);
    let says = |token: &Token| PAGES.contains(&token.one.as_str());
    let asks = kind == "static" && kind != ruled && !tokens.iter().any(says);
    match asks && !site::read(text, &mut tokens.to_vec()).named {
        true => ruled,
        false => kind,
    }
}

/// What is kept or shown, as far as the words of a request tell.
#[derive(Default)]
struct Things {
    head: Head,
    pages: Vec<String>,
    pages_named: bool,
    one_page: bool,
    purpose: Purpose,
}

impl Things {
    /// What it is for is left to people, and may be what it is called.
    fn leave_to(&mut self, purpose: Purpose) {
        self.head.title = self.head.title.take().or_else(|| purpose.title.clone());
        self.purpose = purpose;
    }

    fn of_site(site: Site) -> Self {
        Self {
            pages: site.pages,
            pages_named: site.named,
            one_page: site.one_page,
            ..Self::named(site.title)
        }
    }

    fn named(title: Option<String>) -> Self {
        Self {
            head: Head {
                title,
                ..Head::default()
            },
            ..Self::default()
        }
    }
}

/// What a project of `kind` keeps, shows or is for.
fn of_kind(
    kind: &'static str,
    text: &str,
    tokens: &mut [Token],
    reading: &Reading,
    told: (&Said, &Unwanted),
    found: &Found,
) -> Things {
    match kind {
        "web" if presence::is_presence(tokens) => Things::default(),
        "web" | "api" | "cli" => {
            let with = (kind, found.has("auth"));
            things(text, tokens, reading, with, told)
        }
        "static" => {
            reply::hide(tokens);
            Things::of_site(site::read(text, tokens))
        }
        _ => {
            let mut things = Things::default();
            things.leave_to(purpose::read(text, tokens, &found.ways, kind));
            things
        }
    }
}

fn is_refused(notes: &[Note]) -> bool {
    notes.iter().any(|note| note.kind == NoteKind::Unsupported)
}

fn things(
    text: &str,
    tokens: &mut [Token],
    reading: &Reading,
    (kind, signs_in): (&str, bool),
    (said, unwanted): (&Said, &Unwanted),
) -> Things {
    for token in tokens.iter_mut() {
        token.hidden = token.used;
    }
    let first = list_last(items(text, tokens));
    let mut head = find(text, tokens, &first, kind == "cli");
    if head.wants.is_empty() && domain_phrase::read_shop(tokens) {
        head = find(text, tokens, &list_last(items(text, tokens)), kind == "cli");
    }
    // Words such as `kanban` may say what the request is about, and name nothing in its lists.
    for token in tokens.iter_mut().filter(|token| token.meant == Some("")) {
        token.hidden |= !token.used;
        token.used = true;
    }
    let items = list_last(items(text, tokens));
    let mut head = kept::keep(Clauses::new(text, tokens, head, items).read());
    reading.revise(&mut head, text, tokens, (kind, signs_in));
    unwanted.leave_out(&mut head);
    relate::relate(&mut head, said);
    circle::open(&mut head);
    tell_rest(tokens, &head.wants);
    Things {
        head,
        ..Things::default()
    }
}

/// Notes of words that were read and are in no name: those of what is not kept after all.
fn tell_rest(tokens: &mut [Token], wants: &[Want]) {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .map(|word| inflect::singular(&word.to_lowercase()))
            .collect()
    };
    let named = |field: &Listed| match field {
        Listed::Named(name, _) | Listed::Reference(name) | Listed::Many(name) => words(name),
        Listed::Typed(field) => [words(&field.name), words(&field.values.join(" "))].concat(),
        Listed::Without(_) => Vec::new(),
    };
    let said: BTreeSet<String> = wants
        .iter()
        .flat_map(|want| {
            let fields = want.fields.iter().flat_map(named);
            fields
                .chain(words(&want.name))
                .chain(words(&want.from))
                .collect::<Vec<_>>()
        })
        .collect();
    for token in tokens
        .iter_mut()
        .filter(|token| token.is_word && token.used)
    {
        let is_said = words(&token.text).iter().any(|word| said.contains(word));
        if token.meant.is_none() && !is_said {
            token.meant = Some("what it is about");
        }
    }
}

impl Spec {
    /// What was asked for and cannot be made.
    pub fn refusals(&self) -> impl Iterator<Item = &Note> {
        self.notes
            .iter()
            .filter(|note| note.kind == NoteKind::Unsupported)
    }
}

fn shortened(text: &str) -> (&str, bool) {
    match text.char_indices().nth(MAX_REQUEST_CHARS) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

/// The name in `an app called Shelf`, taken out of the tokens.
fn called(text: &str, tokens: &mut [Token]) -> Option<String> {
    const MARKS: [&str; 4] = ["\"", "“", "'", "`"];
    let at = tokens
        .iter()
        .position(|token| super::words::is(&token.text, Role::Called))?;
    let quoted = tokens
        .get(at + 1)
        .is_some_and(|token| MARKS.contains(&token.text.as_str()));
    let first = at + 1 + usize::from(quoted);
    let length = match quoted {
        true => tokens[first..]
            .iter()
            .take_while(|token| token.is_word)
            .count(),
        false => tokens[first..]
            .iter()
            .take(1)
            .filter(|token| token.is_word)
            .count(),
    };
    if length == 0 {
        return None;
    }
    let name = text[tokens[first].start..tokens[first + length - 1].end].to_owned();
    for token in &mut tokens[at..first + length] {
        token.used = true;
    }
    Some(name)
}

/// Refuses fields of types that no stack at hand covers.
fn check_types(entities: &[Entity], options: &SpecOptions, list: &mut Vec<Note>) {
    let covered = &options.covered.field_types;
    if covered.is_empty() {
        return;
    }
    for entity in entities {
        for field in entity
            .fields
            .iter()
            .filter(|field| !covered.contains(&field.kind))
        {
            list.push(Note {
                kind: NoteKind::Unsupported,
                text: format!(
                    "{}.{} is a {}, which cannot be made yet; give it another type with --entity",
                    entity.name,
                    field.name,
                    field.kind.word()
                ),
                from: field.name.clone(),
            });
        }
    }
}

fn name(
    options: &SpecOptions,
    called: Option<String>,
    head: &Head,
    entities: &[Entity],
    kind: &str,
) -> (String, String) {
    let given = options
        .name
        .clone()
        .or(called)
        .map(|given| given.trim().to_owned());
    let first = || entities.first().map(|entity| names::title(&entity.plural));
    // Entities given on the command line may have nothing to do with the request's words.
    let about = head.title.clone().filter(|_| {
        options.entities.is_empty()
            || head.wants.is_empty()
            || entities
                .iter()
                .any(|entity| head.wants.iter().any(|want| want.name == entity.name))
    });
    let title = given.or(about).or_else(first).unwrap_or_else(|| {
        let of_kind = KIND_NAMES.iter().find(|(name, _)| *name == kind);
        of_kind.map_or("App", |(_, title)| title).to_owned()
    });
    let title: String = title
        .chars()
        .filter(|c| !c.is_control())
        .take(names::MAX_NAME_CHARS)
        .collect();
    let slug =
        names::snake(&title).map_or_else(|_| FALLBACK_NAME.to_owned(), |name| names::slug(&name));
    (slug, title)
}
