//! A request to a spec, step by step. Knows the order of the steps only.

use super::build::{self, build};
use super::clause::Clauses;
use super::head::{Head, find};
use super::item::{Item, items};
use super::lexicon::Domain;
use super::noun::{self, Noun};
use super::options::SpecOptions;
use super::rewrite::{self, Said};
use super::site::{self, Site};
use super::token::{Token, tokens};
use super::want::{Listed, Want};
use super::words::Role;
use super::{explicit, feature, lexicon, notes, relate, spelling};
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

/// Things beside the first from which on a list says what is kept.
const OTHERS: usize = 2;
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
    let mut list = spelling::correct(text, &mut tokens);
    let said = rewrite::spoken(text, &mut tokens);
    let mut found = feature::take(text, &mut tokens, options);
    let called = called(text, &mut tokens);
    let kind = found.ways.kind(&tokens);
    let things = match kind {
        "web" | "api" | "cli" => things(text, &mut tokens, kind == "cli", &said),
        "static" => Things::of_site(site::read(text, &mut tokens)),
        _ => Things::named(site::subject(text, &mut tokens)),
    };
    let decided = found.ways.decide(kind, options);
    found.add_features(&decided, options);
    let mut built = build(&things.head.wants, things.head.domain);
    if found.has("board") {
        build::ensure_columns(&mut built);
    }
    let built = explicit::lay_over(built, &options.entities, &mut found.notes);
    let buildable = !built.is_empty() || !matches!(kind, "web" | "api");
    if !buildable
        && !found
            .notes
            .iter()
            .any(|note| note.kind == NoteKind::Unsupported)
    {
        list.push(notes::nothing_to_build(text));
    }
    list.append(&mut found.notes);
    list.extend(decided.refuse(&found.ways, options, &mut found.features));
    if !decided.asked && options.stack.is_none() && !decided.stack.is_empty() {
        list.push(notes::about_stack(&decided.stack));
    }
    list.extend(notes::about_pages(&things.pages, things.pages_named));
    list.extend(built.iter().flat_map(notes::about_entity));
    let entities: Vec<Entity> = built.into_iter().map(|built| built.entity).collect();
    explicit::check(&entities, &options.entities, &mut list);
    check_types(&entities, options, &mut list);
    list.extend(notes::meant(text, &tokens));
    list.extend(notes::ignored(text, &tokens, &entities));
    list.extend(cut.then(|| notes::too_long(MAX_REQUEST_CHARS)));
    let (name, title) = name(options, called, &things.head, &entities, kind);
    Spec {
        name,
        title,
        kind: kind.to_owned(),
        pages: things.pages,
        stack: decided.stack,
        entities,
        features: found.features.into_iter().map(|(name, _)| name).collect(),
        notes: list,
    }
}

/// What is kept or shown, as far as the words of a request tell.
#[derive(Default)]
struct Things {
    head: Head,
    pages: Vec<String>,
    pages_named: bool,
}

impl Things {
    fn of_site(site: Site) -> Self {
        Self {
            pages: site.pages,
            pages_named: site.named,
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

fn things(text: &str, tokens: &mut [Token], sure: bool, said: &Said) -> Things {
    for token in tokens.iter_mut() {
        token.hidden = token.used;
    }
    let first = list_last(items(text, tokens));
    let head = find(text, tokens, &first, sure);
    // Words such as `kanban` may say what the request is about, and name nothing in its lists.
    for token in tokens.iter_mut().filter(|token| token.meant == Some("")) {
        token.hidden |= !token.used;
        token.used = true;
    }
    let items = list_last(items(text, tokens));
    let mut head = without_mere_container(Clauses::new(text, tokens, head, items).read());
    relate::relate(&mut head, said);
    Things {
        head,
        ..Things::default()
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

/// Whether nothing was said of `want` but what it refers to.
fn is_silent(want: &Want) -> bool {
    let refers = |field: &Listed| matches!(field, Listed::Reference(_) | Listed::Many(_));
    want.fields.iter().all(refers) && want.parents.is_empty()
}

/// Takes away what only says where things are kept, when the things are named.
fn without_mere_container(mut head: Head) -> Head {
    let silent = is_silent;
    onto_cards(&mut head);
    let Some(first) = head.wants.first() else {
        return head;
    };
    let named = match head.domain {
        Some(_) => first.named,
        None => head.named,
    };
    // `boardgame nights: games, players, sessions` keeps games, players and sessions.
    let mere = first.name.contains('_')
        && silent(first)
        && !first.again
        && head.wants.len() > OTHERS
        && lexicon::entity(None, &first.name).is_none();
    let beside = head.wants.iter().skip(1).filter(|want| want.named).count();
    let is_place = noun::is(&first.name, Noun::Place) && !first.again && beside >= OTHERS;
    let is_place = is_place && !inflect::is_plural(last_word(&first.from));
    if is_place {
        head.wants[0].place = true;
    }
    let first = &head.wants[0];
    if first.place && silent(first) && head.wants.iter().any(|want| want.named && !want.place) {
        // `catalogue for my pottery shop: products with photo and price`
        let places = |want: &Want| want.place && silent(want) && !want.again;
        let gone: Vec<String> = head
            .wants
            .iter()
            .filter(|want| places(want))
            .map(|want| want.name.clone())
            .collect();
        head.wants.retain(|want| !gone.contains(&want.name));
        for want in &mut head.wants {
            want.parents.retain(|parent| !gone.contains(parent));
        }
        return head;
    }
    if let Some(domain) = head.domain.filter(|_| !head.named) {
        keep_listed(&mut head.wants, domain);
        return without_unasked(head, domain);
    }
    if named && !mere {
        return head;
    }
    if let Some(domain) = head.domain {
        return without_unasked(head, domain);
    }
    let name = head.wants[0].name.clone();
    let first = &head.wants[0];
    let known = lexicon::entity(None, &first.name).is_some();
    let listed = first.again || (known && inflect::is_plural(last_word(&first.from)));
    if head.wants.len() > OTHERS && silent(&head.wants[0]) && !listed {
        // `zoo app with animals and keepers` keeps animals and keepers: the zoo is where.
        head.wants.remove(0);
        head.title = Some(names::title(&name));
        for want in &mut head.wants {
            want.parents.retain(|parent| *parent != name);
        }
    } else if let [first, only] = head.wants.as_mut_slice()
        && !first.again
        && only.parents.is_empty()
    {
        // `album app with songs`
        only.belongs_to(&name);
    }
    head
}

/// `kanban with tasks and labels`: the tasks are the cards, and have what is listed.
fn onto_cards(head: &mut Head) {
    let Some(domain) = head.domain.filter(|domain| domain.frame) else {
        return;
    };
    let other = |want: &&Want| {
        want.named && !domain.knows(&want.name) && !noun::is(&want.name, Noun::Person)
    };
    let Some(cards) = head.wants.iter().find(other).map(|want| want.name.clone()) else {
        return;
    };
    let usual = domain.usual();
    let (columns, mut kept): (Vec<Want>, Vec<Want>) = std::mem::take(&mut head.wants)
        .into_iter()
        .partition(|want| !want.named && usual.contains(&want.name));
    let gone: Vec<&String> = columns.iter().map(|want| &want.name).collect();
    for want in &mut kept {
        want.parents.retain(|parent| !gone.contains(&parent));
        if want.name == cards {
            want.fields
                .extend(columns.iter().flat_map(|column| column.fields.clone()));
        }
    }
    kept.sort_by_key(|want| want.name != cards);
    head.wants = kept;
}

/// `gym app with members and classes` keeps members and classes, no workouts.
fn without_unasked(mut head: Head, domain: &Domain) -> Head {
    let silent = is_silent;
    let usual = domain.usual();
    let is_usual = |want: &Want| usual.contains(&want.name);
    let unasked = head
        .wants
        .iter()
        .filter(|want| is_usual(want))
        .all(|want| !want.named && silent(want));
    if unasked && head.wants.iter().filter(|want| !is_usual(want)).count() >= OTHERS {
        head.title = head
            .wants
            .first()
            .map(|want| names::title(&want.from.to_lowercase()));
        let needed: Vec<String> = usual
            .iter()
            .filter(|name| {
                let mut others = head.wants.iter().filter(|want| !is_usual(want));
                others.any(|want| domain.needs(&want.name, name))
            })
            .cloned()
            .collect();
        head.wants
            .retain(|want| !usual.contains(&want.name) || needed.contains(&want.name));
    }
    head
}

/// `library with books and members` keeps no loans: what a list leaves out of what is usual is not wanted,
/// unless it is what all is about.
fn keep_listed(wants: &mut Vec<Want>, domain: &Domain) {
    let usual = domain.usual();
    let listed: Vec<String> = wants
        .iter()
        .filter(|want| want.named)
        .map(|want| want.name.clone())
        .collect();
    if listed.len() < OTHERS || !listed.iter().any(|name| usual.contains(name)) {
        return;
    }
    let main = usual.first().cloned();
    wants.retain(|want| {
        let said = want.named || !want.fields.is_empty() || !want.parents.is_empty();
        said || Some(&want.name) == main.as_ref()
            || !usual.contains(&want.name)
            || listed.iter().any(|name| domain.needs(name, &want.name))
    });
}

fn last_word(text: &str) -> &str {
    text.split_whitespace().last().unwrap_or_default()
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
