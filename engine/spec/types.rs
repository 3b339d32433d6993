//! The typed spec: what a request asks for. Knows neither the request's words nor what is built from it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a request asks for, in one normal form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Short name, a slug of `[a-z0-9-]`: directory, package and title come from it.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// The kind of project: `web`, `api`, `static`, `cli`, `package` or `ci`.
    #[serde(default = "web")]
    pub kind: String,
    /// The stack, the name of a folder of `templates/`.
    pub stack: String,
    /// What is stored.
    pub entities: Vec<Entity>,
    /// Pages of a static site, as people call them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
    /// All pages of a static site are parts of its front page.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_page: bool,
    /// What a package or program is for, where only its frame is made.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// Versions of the language that checks run on, where they are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Features beyond the stack's standard, by name, sorted.
    #[serde(default)]
    pub features: Vec<String>,
    /// What was inferred, defaulted, ignored or cannot be made.
    #[serde(default)]
    pub notes: Vec<Note>,
}

fn web() -> String {
    "web".to_owned()
}

/// A thing that is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// Singular `snake_case` identifier.
    pub name: String,
    /// Plural `snake_case` identifier.
    pub plural: String,
    /// Its fields in order; references to other entities are fields of type `ref`.
    pub fields: Vec<Field>,
}

const DONE_NAMES: [&str; 8] = [
    "done",
    "completed",
    "complete",
    "finished",
    "checked",
    "ticked",
    "bought",
    "packed",
];

impl Entity {
    /// The required references among whose rows `field`, one that is unique for each of them, has a value once.
    pub fn scope_of<'a>(&'a self, field: &Field) -> Vec<&'a Field> {
        let others = self.fields.iter().filter(|other| {
            other.kind == FieldType::Ref && other.required && other.name != field.name
        });
        others.filter(|_| field.unique_each).collect()
    }

    /// The boolean that ticks a row off, where the entity is a list of things to do: it also needs a line
    /// of text to tick.
    pub fn done_field(&self) -> Option<&str> {
        let has_line = self
            .fields
            .iter()
            .any(|field| field.kind == FieldType::String);
        let is_tick = |field: &&Field| {
            field.kind == FieldType::Boolean && DONE_NAMES.contains(&field.name.as_str())
        };
        self.fields
            .iter()
            .find(is_tick)
            .filter(|_| has_line)
            .map(|field| field.name.as_str())
    }
}

/// A typed field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `snake_case` identifier; for a reference the name without `_id`.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Must be given and not blank.
    #[serde(default)]
    pub required: bool,
    /// No two rows share a value.
    #[serde(default)]
    pub unique: bool,
    /// No two rows with the same required references share a value: one entry a day for each habit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique_each: bool,
    /// Least value of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest value of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Most characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The values of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The value when none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The entity a `ref` or `many` points to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<String>,
}

/// The types a field can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// One line of text.
    String,
    /// Several lines of text.
    Text,
    /// Whole number.
    Integer,
    /// Floating-point number.
    Number,
    /// Amount with two decimals, stored as a whole number of cents.
    Money,
    /// True or false.
    Boolean,
    /// Calendar day.
    Date,
    /// Day and time, UTC.
    Datetime,
    /// Time of day.
    Time,
    /// One of `values`.
    Choice,
    /// E-mail address.
    Email,
    /// Web address.
    Url,
    /// Telephone number.
    Phone,
    /// A row of another entity.
    Ref,
    /// A list of short names, such as tags.
    Tags,
    /// Any number of rows of another entity, each of which may belong to any number of these.
    Many,
}

/// Something the reader of a spec should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What kind of remark it is.
    pub kind: NoteKind,
    /// The remark, with how to change what it says.
    pub text: String,
    /// The words of the request it comes from, or empty.
    pub from: String,
}

/// Kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    /// Read out of the request's words.
    Inferred,
    /// Filled in because the request says nothing.
    Defaulted,
    /// Words that were not understood and change nothing.
    Ignored,
    /// Asked for and left out, because no template makes it.
    Missing,
    /// Asked for and not possible, so that nothing is made.
    Unsupported,
}
