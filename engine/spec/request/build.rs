//! From what a request says of an entity to its fields, filled up with what is usual.

use super::lexicon::{self, Domain};
use super::noun::{self, Noun};
use super::want::{Listed, Want};
use super::words::Role;
use crate::spec::by_name;
use crate::spec::grammar::{
    Parsed, field_by_name, link_by_name, parse_entity, reference, typed_field,
};
use crate::spec::names::{self, MAX_FIELDS};
use crate::spec::{Entity, Field, FieldType};

/// Booleans that tick a row off.
const TICKS: [&str; 3] = ["done", "bought", "packed"];
/// Numbers of rows that others have made.
const TALLIES: [&str; 4] = ["votes", "likes", "upvotes", "followers"];
/// Fields from which on a list counts as complete.
const COMPLETE_LIST: usize = 2;

/// An entity with where its fields come from.
pub(super) struct Built {
    pub entity: Entity,
    /// The words it comes from.
    pub from: String,
    /// The request says which fields it has.
    pub read: bool,
    /// Words of the request and the fields of other names that they are.
    pub renamed: Vec<(String, String)>,
}

/// A field that a request gives an entity.
struct Given {
    field: Field,
    /// Its name alone decided its type.
    open: bool,
    /// What the request calls it, where that is not its name.
    asked: Option<String>,
    /// The usual field that it is there for.
    instead_of: Option<String>,
}

/// Gives every entity its fields.
pub(super) fn build(wants: &[Want], domain: Option<&Domain>) -> Vec<Built> {
    let known: Vec<String> = wants.iter().map(|want| want.name.clone()).collect();
    let list: Vec<(Parsed, Vec<Given>)> =
        wants.iter().map(|want| one(want, domain, &known)).collect();
    let mut parsed: Vec<Parsed> = list.iter().map(|(parsed, _)| parsed.clone()).collect();
    link_by_name(&mut parsed);
    drop_counts(&mut parsed);
    parsed
        .into_iter()
        .zip(wants)
        .zip(list)
        .map(|((parsed, want), (_, given))| {
            let mut entity = parsed.entity;
            ensure_title(&mut entity);
            Built {
                entity,
                from: want.from.clone(),
                read: !given.is_empty(),
                renamed: given
                    .into_iter()
                    .filter_map(|given| Some((given.asked?, given.field.name)))
                    .collect(),
            }
        })
        .collect()
}

/// Takes away numbers of rows that are kept themselves: the votes of an option, where there are votes for it.
fn drop_counts(parsed: &mut [Parsed]) {
    let rows: Vec<(String, Vec<String>)> = parsed
        .iter()
        .map(|parsed| {
            let targets = parsed.entity.fields.iter();
            let targets = targets.filter_map(|field| field.references.clone());
            (parsed.entity.plural.clone(), targets.collect())
        })
        .collect();
    for parsed in parsed {
        let own = parsed.entity.name.clone();
        let counts = |field: &Field| {
            let of = |(plural, targets): &(String, Vec<String>)| {
                names::bare(plural) == field.name && targets.contains(&own)
            };
            TALLIES.contains(&field.name.as_str()) && rows.iter().any(of)
        };
        parsed.entity.fields.retain(|field| !counts(field));
    }
}

/// Gives the first entity a status where nothing could be the columns of a board.
pub(super) fn ensure_columns(built: &mut [Built]) {
    const COLUMNS: [&str; 4] = ["status", "stage", "state", "list"];
    let is_column = |field: &Field| {
        matches!(field.kind, FieldType::Choice | FieldType::Ref)
            && COLUMNS.contains(&field.name.as_str())
    };
    if built
        .iter()
        .any(|built| built.entity.fields.iter().any(is_column))
    {
        return;
    }
    if let Some(first) = built.first_mut()
        && let Ok(status) = field_by_name("status")
    {
        first.entity.fields.retain(|field| field.name != "status");
        first.entity.fields.push(status);
    }
}

fn one(want: &Want, domain: Option<&Domain>, known: &[String]) -> (Parsed, Vec<Given>) {
    let domain = want.domain.or(domain);
    let usual = lexicon::entity(domain, &want.name);
    let given = fields(want, usual.as_ref(), known);
    let read = || given.iter().map(|given| (given.field.clone(), given.open));
    let named_title = given.iter().any(|given| is_title(&given.field));
    // Tags, and ratings beside them, come on top of what is usual.
    let lists = given.iter().any(|given| given.field.kind.is_list());
    let adds = |field: &Field| field.kind.is_list() || (lists && field.name == "rating");
    let own = given
        .iter()
        .filter(|given| given.field.kind != FieldType::Ref && !adds(&given.field))
        .count();
    let complete = named_title || own >= COMPLETE_LIST;
    let is_known = usual.is_some();
    let base = usual.unwrap_or_else(|| unknown(&want.name));
    let usual_fields = usual_fields(base, want, domain, known, &given);
    let mut all: Vec<(Field, bool)> = Vec::new();
    if complete {
        // What names a row, what ticks it off and what it belongs to go without saying.
        let texts = given.iter().any(|given| {
            let field = &given.field;
            can_name(field) || (field.required && field.kind == FieldType::String)
        });
        let is_line = |(field, _): &&(Field, bool)| field.kind == FieldType::String;
        let is_text = |(field, _): &&(Field, bool)| field.kind == FieldType::Text && field.required;
        let mut usual = usual_fields.iter();
        let first = usual.clone().find(is_line).or_else(|| usual.find(is_text));
        all.extend(
            first
                .filter(|(field, _)| !texts || (is_known && !named_title && field.required))
                .cloned(),
        );
        all.extend(read());
        all.extend(usual_fields.into_iter().filter(|(field, _)| {
            let other = field
                .references
                .as_ref()
                .is_some_and(|target| *target != want.name);
            let needed = is_known && field.required && !named_title && field.references.is_none();
            other || needed || TICKS.contains(&field.name.as_str())
        }));
    } else {
        all.extend(usual_fields);
        all.extend(read());
    }
    all.extend(
        want.parents
            .iter()
            .map(|parent| (reference_to(parent, true), false)),
    );
    let mut parsed = assemble(want, all);
    require_target(&mut parsed.entity);
    (parsed, given)
}

/// A comment on tickets alone belongs to a ticket, where comments on anything belong to one of several things.
fn require_target(entity: &mut Entity) {
    const ON_SOMETHING: [&str; 3] = ["comment", "review", "reply"];
    let mut targets = entity
        .fields
        .iter_mut()
        .filter(|field| field.kind == FieldType::Ref);
    if let (Some(only), None) = (targets.next(), targets.next())
        && ON_SOMETHING.contains(&entity.name.as_str())
    {
        only.required = true;
    }
}

/// The fields that are usual, as far as what they refer to is there and nobody said otherwise.
fn usual_fields(
    base: Parsed,
    want: &Want,
    domain: Option<&Domain>,
    known: &[String],
    given: &[Given],
) -> Vec<(Field, bool)> {
    let unwanted = |field: &Field| {
        want.fields.iter().any(|listed| match listed {
            Listed::Without(name) => {
                field_by_name(name).is_ok_and(|asked| stands_for(field, &asked))
            }
            _ => false,
        })
    };
    let replaced = |field: &Field| {
        let mut given = given.iter();
        given.any(|given| given.instead_of.as_ref() == Some(&field.name))
    };
    let mut list: Vec<(Field, bool)> = base
        .entity
        .fields
        .into_iter()
        .zip(base.by_name)
        .filter(|(field, _)| !unwanted(field) && !replaced(field))
        .filter_map(|(field, open)| Some((retarget(field, domain, known)?, open)))
        .collect();
    // `authors:many(author)` is there for a plain `author`, and goes where one author is asked for.
    let shared: Vec<String> = list
        .iter()
        .filter(|(field, _)| field.kind == FieldType::Many)
        .filter_map(|(field, _)| field.references.clone())
        .collect();
    let single = |target: &String| {
        let parent = want.parents.contains(target);
        parent
            || given
                .iter()
                .any(|given| names::bare(&given.field.name) == names::bare(target))
    };
    list.retain(|(field, open)| match (&field.references, field.kind) {
        (Some(target), FieldType::Many) => !single(target),
        (None, _) if *open => !shared
            .iter()
            .any(|target| names::bare(target) == field.name && !single(target)),
        _ => true,
    });
    list
}

/// A usual field as it is among the entities that are there: the customer of an invoice is its client where
/// customers are called so.
fn retarget(mut field: Field, domain: Option<&Domain>, known: &[String]) -> Option<Field> {
    let original = |name: &String| domain.and_then(|domain| domain.original(name));
    let other_name = |target: &str| known.iter().find(|name| original(name) == Some(target));
    match field.references.clone() {
        Some(target) if known.contains(&target) => Some(field),
        Some(target) => {
            let name = other_name(&target)?;
            if field.name == target {
                names::bare(name).clone_into(&mut field.name);
            }
            field.references = Some(name.clone());
            Some(field)
        }
        None => {
            // A plain `customer` becomes a reference to clients once it is called like them.
            if !known.contains(&field.name)
                && let Some(name) = other_name(&field.name)
            {
                names::bare(name).clone_into(&mut field.name);
            }
            Some(field)
        }
    }
}

/// An entity that no table knows.
fn unknown(name: &str) -> Parsed {
    let fields = match noun::is(name, Noun::Person) {
        true => "name! email phone notes",
        false => "name! notes",
    };
    parse_entity(&format!("{}: {fields}", names::bare(name)))
        .expect("the name of a wanted entity is valid")
}

fn assemble(want: &Want, all: Vec<(Field, bool)>) -> Parsed {
    let mut parsed = Parsed::empty();
    let names = names::entity_names(&want.name);
    (parsed.entity.name, parsed.entity.plural) =
        names.unwrap_or_else(|_| (want.name.clone(), format!("{}_rows", want.name)));
    for (field, by_name) in all {
        if parsed.entity.fields.len() == MAX_FIELDS {
            break;
        }
        // A match has two teams, while a reference called like its entity is the only one there is.
        let same = |other: &Field| {
            let plain = |field: &Field| {
                let target = field.references.as_deref().unwrap_or_default();
                field.kind == FieldType::Many || names::bare(target) == names::bare(&field.name)
            };
            other.name == field.name
                || (field.references.is_some()
                    && other.references == field.references
                    && (plain(other) || plain(&field)))
        };
        // Lists are narrowed by `genre` where there are `genres`: both cannot be there.
        let twin = |one: &Field, many: &Field| {
            many.kind == FieldType::Tags && names::filter(many) == one.name
        };
        if let Some(other) = parsed
            .entity
            .fields
            .iter_mut()
            .find(|other| twin(other, &field))
        {
            *other = field;
            continue;
        }
        if parsed.entity.fields.iter().any(|other| twin(&field, other)) {
            continue;
        }
        match parsed.entity.fields.iter_mut().find(|other| same(other)) {
            Some(other)
                if field.references.is_some()
                    && (other.references.is_none()
                        || (other.kind == FieldType::Ref && field.kind == FieldType::Many)) =>
            {
                *other = field;
            }
            Some(other) => other.required |= field.required,
            None => parsed.push(field, by_name, (0, 1)),
        }
    }
    parsed
}

/// The fields that a request gives an entity.
fn fields(want: &Want, usual: Option<&Parsed>, known: &[String]) -> Vec<Given> {
    // A cuisine is a word until there are cuisines to refer to.
    let there = |field: &&Field| {
        let target = field.references.as_ref();
        target.is_none_or(|target| known.contains(target))
    };
    let fields = usual.into_iter().flat_map(|parsed| &parsed.entity.fields);
    let usual: Vec<Field> = fields.filter(there).cloned().collect();
    let given = |field: Field| Given {
        field,
        open: false,
        asked: None,
        instead_of: None,
    };
    want.fields
        .iter()
        .filter_map(|listed| match listed {
            Listed::Typed(field) => Some(given(field.clone())),
            Listed::Reference(target) => Some(given(reference_to(target, false))),
            Listed::Many(target) => many_of(target).map(given),
            Listed::Named(name, mark) => {
                named(own_part(name, want), *mark, &usual).map(|given| coded(given, known))
            }
            Listed::Without(_) => None,
        })
        .collect()
}

/// The `status` of `ticket status`, where the thing is a ticket.
fn own_part<'n>(name: &'n str, want: &Want) -> &'n str {
    let bare = names::bare(&want.name);
    let last = bare.rsplit('_').next().unwrap_or(bare);
    let rest = [bare, last].into_iter().find_map(|own| {
        let rest = name.strip_prefix(&own.replace('_', " "))?;
        rest.strip_prefix(' ')
    });
    let told = |rest: &&str| {
        matches!(*rest, "name" | "title") || by_name::type_of(&rest.replace(' ', "_")).is_some()
    };
    rest.filter(told).unwrap_or(name)
}

/// A `sample id` where there are no samples to refer to is a code.
fn coded(mut given: Given, known: &[String]) -> Given {
    let Some(target) = given
        .field
        .references
        .clone()
        .filter(|target| !known.contains(target))
    else {
        return given;
    };
    if let Ok(code) = field_by_name(&format!("{}_code", names::bare(&target))) {
        given.asked = given.asked.or_else(|| Some(format!("{target} id")));
        given.field = code;
    }
    given
}

fn named(name: &str, mark: Option<Role>, usual: &[Field]) -> Option<Given> {
    let asked = field_by_name(name).ok()?;
    let same = usual.iter().find(|known| known.name == asked.name);
    let known = same.or_else(|| usual.iter().find(|known| stands_for(known, &asked)));
    let instead_of = known.filter(|known| known.name != asked.name);
    let (mut field, open) = match (known, instead_of) {
        (Some(known), None) => (known.clone(), false),
        // What a request names keeps the name that it has there.
        (_, Some(usual)) => (renamed(usual, asked), false),
        _ => (asked, true),
    };
    match mark {
        Some(Role::Required) => field.required = true,
        Some(Role::Optional) => field.required = false,
        Some(Role::Unique) if field.kind != FieldType::Boolean && !field.kind.is_list() => {
            field.unique = true;
        }
        _ => {}
    }
    Some(Given {
        field,
        open,
        asked: None,
        instead_of: instead_of.map(|usual| usual.name.clone()),
    })
}

/// What a request asks for in place of a usual field: as necessary as that one.
fn renamed(usual: &Field, asked: Field) -> Field {
    Field {
        required: usual.required,
        ..asked
    }
}

/// Any number of rows of `target`, called by its plural.
fn many_of(target: &str) -> Option<Field> {
    let (_, plural) = names::entity_names(target).ok()?;
    let plural = names::field_name(names::bare(&plural)).ok()?;
    let text = format!("{plural}:many({})", names::bare(target));
    typed_field(&text).map(|(field, _)| field)
}

/// A reference called like the entity it points to.
fn reference_to(target: &str, required: bool) -> Field {
    let name = names::field_name(target).unwrap_or_else(|_| target.to_owned());
    reference(&name, target, required)
}

/// Whether a usual field is what a request means: `spent_on` for `date`, `due_on` for `due date`.
fn stands_for(usual: &Field, asked: &Field) -> bool {
    const LATER: [&str; 4] = ["due", "ends", "next", "valid"];
    let dated = |field: &Field| matches!(field.kind, FieldType::Date | FieldType::Datetime);
    if usual.name == asked.name {
        return true;
    }
    if !dated(usual) || !dated(asked) {
        return false;
    }
    let first = |field: &Field| field.name.split('_').next().map(str::to_owned);
    let later = first(usual).is_some_and(|first| LATER.contains(&first.as_str()));
    let plain = matches!(asked.name.as_str(), "date" | "day" | "when");
    (plain && !later) || first(usual) == first(asked)
}

/// Whether people would call a row by this field, where it has no title.
fn can_name(field: &Field) -> bool {
    const NO_NAMES: [&str; 8] = [
        "number", "no", "code", "colour", "color", "size", "unit", "id",
    ];
    let last = field.name.rsplit('_').next().unwrap_or_default();
    field.kind == FieldType::String && !NO_NAMES.contains(&last)
}

fn is_title(field: &Field) -> bool {
    matches!(
        field.name.as_str(),
        "title" | "name" | "subject" | "headline"
    )
}

/// Makes the field that names a row required, and gives a row one where it has none.
fn ensure_title(entity: &mut Entity) {
    let required = |field: &Field| field.required && field.kind != FieldType::Ref;
    if entity.fields.iter().any(required) {
        return;
    }
    let text = |field: &Field| field.kind == FieldType::String;
    let titled = entity
        .fields
        .iter()
        .position(|field| text(field) && is_title(field));
    let named = titled.or_else(|| entity.fields.iter().position(can_name));
    if let Some(at) = named {
        entity.fields[at].required = true;
    } else if !entity.fields.iter().any(|field| field.required)
        && let Ok(mut name) = field_by_name("name")
    {
        name.required = true;
        entity.fields.insert(0, name);
    }
}
