//! Names: validated identifiers, reserved words, labels and articles. Knows no field type or request.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::inflect::{self, lines};
use super::{Field, FieldType};

/// Most characters of a name.
pub const MAX_NAME_CHARS: usize = 40;
/// Most entities of a spec.
pub const MAX_ENTITIES: usize = 20;
/// Most fields of an entity.
pub const MAX_FIELDS: usize = 40;
/// Columns that every table has and no field may be called.
pub const OWN_COLUMNS: [&str; 3] = ["id", "created_at", "updated_at"];

const ACRONYMS: [&str; 18] = [
    "api", "bmi", "css", "dob", "gpa", "html", "iban", "ip", "isbn", "pdf", "pin", "rsvp", "sku",
    "ssn", "url", "uuid", "vat", "vin",
];

static RESERVED: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| words_of(&["sql", "python", "js", "query"]));
static RESERVED_IN_CODE: LazyLock<BTreeSet<&str>> = LazyLock::new(|| words_of(&["python", "js"]));

fn words_of(languages: &[&str]) -> BTreeSet<&'static str> {
    lines(include_str!("data/reserved.txt"))
        .filter_map(|line| line.split_once(' '))
        .filter(|(language, _)| languages.contains(language))
        .flat_map(|(_, words)| words.split_whitespace())
        .collect()
}

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// No letter is left once it is written in `[a-z0-9_]`.
    NoLetters,
    /// It starts with a digit.
    Digit,
    /// It has more than [`MAX_NAME_CHARS`] characters.
    TooLong,
}

impl NameProblem {
    /// What is wrong and what is allowed.
    pub fn message(self) -> String {
        match self {
            Self::NoLetters => "it has no letters; a name is letters, digits and `_`".to_owned(),
            Self::Digit => "it starts with a digit; a name starts with a letter".to_owned(),
            Self::TooLong => format!("it has more than {MAX_NAME_CHARS} characters"),
        }
    }
}

/// `text` as a `snake_case` identifier of ASCII letters and digits, reserved words included.
pub fn snake(text: &str) -> Result<String, NameProblem> {
    // Cut before transliteration: one character can become several, and a request can be long.
    if text.chars().count() > MAX_NAME_CHARS * 2 {
        return Err(NameProblem::TooLong);
    }
    let name = snake_chars(&deunicode::deunicode(text));
    match name.chars().next() {
        None => Err(NameProblem::NoLetters),
        Some(first) if first.is_ascii_digit() => Err(NameProblem::Digit),
        Some(_) if name.len() > MAX_NAME_CHARS => Err(NameProblem::TooLong),
        Some(_) => Ok(name),
    }
}

fn snake_chars(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut after_lower = false;
    for letter in text.chars().filter(|letter| *letter != '\'') {
        if !letter.is_ascii_alphanumeric() {
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            after_lower = false;
            continue;
        }
        if letter.is_ascii_uppercase() && after_lower {
            name.push('_');
        }
        after_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        name.push(letter.to_ascii_lowercase());
    }
    name.truncate(name.trim_end_matches('_').len());
    name
}

/// The name of a field: a [`snake`] name with `_` after it where a language reserves the word.
pub fn field_name(text: &str) -> Result<String, NameProblem> {
    snake(text).map(|name| suffixed(name, &RESERVED))
}

/// The singular and plural names of an entity, from either of them.
///
/// The two always differ: code that names one row and all rows needs both.
pub fn entity_names(text: &str) -> Result<(String, String), NameProblem> {
    let name = map_last(&snake(text)?, inflect::singular);
    let plural = plural_name(&map_last(&name, inflect::plural), &name)?;
    Ok((suffixed(name, &RESERVED_IN_CODE), plural))
}

/// The plural name of the entity `name`, from the text a person gave for it.
pub fn plural_name(text: &str, name: &str) -> Result<String, NameProblem> {
    let mut plural = suffixed(snake(text)?, &RESERVED);
    if plural.len() > MAX_NAME_CHARS {
        return Err(NameProblem::TooLong);
    }
    if plural == bare(name) {
        plural.push('_');
    }
    Ok(plural)
}

fn suffixed(mut name: String, reserved: &BTreeSet<&str>) -> String {
    if reserved.contains(name.as_str()) {
        name.push('_');
    }
    name
}

fn map_last(name: &str, change: impl Fn(&str) -> String) -> String {
    match name.rsplit_once('_') {
        Some((front, last)) => format!("{front}_{}", change(last)),
        None => change(name),
    }
}

/// A name without the `_` that marks a reserved word.
pub fn bare(name: &str) -> &str {
    name.trim_end_matches('_')
}

/// The column of a reference called `name`.
pub fn reference_column(name: &str) -> String {
    format!("{}_id", bare(name))
}

/// The key of `field` in JSON, and its column where it has one: `author_id` of a reference `author`,
/// `author_ids` of a list `authors` of other rows.
pub fn key(field: &Field) -> String {
    match field.kind {
        FieldType::Ref => reference_column(&field.name),
        FieldType::Many => format!("{}_ids", bare(&singular(&field.name))),
        _ => field.name.clone(),
    }
}

/// The name under which lists are narrowed by `field`: `tag` of `tags`, `author_id` of `authors`.
pub fn filter(field: &Field) -> String {
    match field.kind {
        FieldType::Tags => singular(&field.name),
        FieldType::Many => reference_column(&singular(&field.name)),
        _ => key(field),
    }
}

/// The last word of `name` in the singular.
fn singular(name: &str) -> String {
    map_last(name, inflect::singular)
}

/// A name as a URL segment or part of an element id.
pub fn slug(name: &str) -> String {
    bare(name).replace('_', "-")
}

/// A name as words for people, lowercase except for acronyms.
pub fn label(name: &str) -> String {
    let words: Vec<String> = bare(name)
        .split('_')
        .map(|word| match ACRONYMS.contains(&word) {
            true => word.to_ascii_uppercase(),
            false => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

/// A name as words for people with a capital first letter.
pub fn title(name: &str) -> String {
    let label = label(name);
    let mut letters = label.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => label,
    }
}

/// `a` or `an`, whichever goes before `label`.
pub fn article(label: &str) -> &'static str {
    const SILENT_H: [&str; 4] = ["hour", "honest", "honor", "heir"];
    const LIKE_YOU: [&str; 8] = ["uni", "use", "usa", "usu", "eu", "one", "ut", "uk"];
    const UN_NOT_UNI: [&str; 3] = ["unin", "unim", "unid"];
    const SPELLED_WITH_VOWEL: [char; 12] =
        ['A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X'];
    let word = label.split(' ').next().unwrap_or_default();
    let starts = |heads: &[&str]| heads.iter().any(|head| word.starts_with(head));
    let an = if word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()) {
        word.starts_with(SPELLED_WITH_VOWEL)
    } else if starts(&SILENT_H) {
        true
    } else {
        word.starts_with(['a', 'e', 'i', 'o', 'u']) && (!starts(&LIKE_YOU) || starts(&UN_NOT_UNI))
    };
    if an { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        assert_eq!(snake("Due Date"), Ok("due_date".to_owned()));
        assert_eq!(snake("dueDate"), Ok("due_date".to_owned()));
        assert_eq!(snake("  e-mail  "), Ok("e_mail".to_owned()));
        assert_eq!(snake("Größe"), Ok("grosse".to_owned()));
        assert_eq!(snake("author's"), Ok("authors".to_owned()));
        assert_eq!(snake("{{ 7*7 }}"), Err(NameProblem::Digit));
        assert_eq!(snake("''; --"), Err(NameProblem::NoLetters));
        assert_eq!(snake(&"a".repeat(41)), Err(NameProblem::TooLong));
        assert_eq!(snake(&"a".repeat(40)).map(|name| name.len()), Ok(40));
    }

    #[test]
    fn reserved_words_get_a_suffix_and_lose_it_for_people() {
        assert_eq!(field_name("From"), Ok("from_".to_owned()));
        assert_eq!(title("from_"), "From");
        assert_eq!(slug("from_"), "from");
        assert_eq!(reference_column("class_"), "class_id");
        let names = |one: &str, many: &str| Ok((one.to_owned(), many.to_owned()));
        assert_eq!(entity_names("order"), names("order", "orders"));
        assert_eq!(entity_names("classes"), names("class_", "classes"));
        assert_eq!(entity_names("value"), names("value", "values_"));
    }

    #[test]
    fn one_and_many_always_differ() {
        let names = |one: &str, many: &str| Ok((one.to_owned(), many.to_owned()));
        assert_eq!(entity_names("news"), names("news", "news_"));
        assert_eq!(
            entity_names("order lines"),
            names("order_line", "order_lines")
        );
        assert_eq!(entity_names("People"), names("person", "people"));
    }

    #[test]
    fn labels_read_well() {
        assert_eq!(title("due_on"), "Due on");
        assert_eq!(title("isbn"), "ISBN");
        assert_eq!(title("image_url"), "Image URL");
    }

    #[test]
    fn articles_follow_the_sound() {
        for word in [
            "hour",
            "author",
            "issue",
            "umbrella",
            "RSVP",
            "uninvited guest",
        ] {
            assert_eq!(article(word), "an", "{word}");
        }
        for word in [
            "user",
            "unit",
            "book",
            "URL",
            "one-off",
            "university",
            "house",
        ] {
            assert_eq!(article(word), "a", "{word}");
        }
    }
}
