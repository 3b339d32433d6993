//! The contract's shape: what binds every chunk of an application. Knows no stack.

use serde::Serialize;
use serde_json::Value;

/// What follows from a spec and binds all chunks: names, tables, endpoints, pages, ids, owners.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contract {
    /// Names of the application.
    pub app: App,
    /// `web`, or `api` for an application without pages.
    pub kind: String,
    /// The stack it is built on.
    pub stack: String,
    /// Features beyond the stack's standard.
    pub features: Vec<String>,
    /// Whether people have accounts, each with rows of their own.
    pub auth: bool,
    /// The tables of accounts: users, their sessions, and attempts to sign in.
    pub account_tables: Vec<Table>,
    /// What is counted and summed on the dashboard, where there is one.
    pub dashboard: Option<Vec<Summary>>,
    /// What is stored, parents before children.
    pub entities: Vec<Entity>,
    /// Every endpoint of the API.
    pub endpoints: Vec<Endpoint>,
    /// Every page.
    pub pages: Vec<Page>,
    /// Which node writes which file.
    pub files: Vec<Owner>,
}

/// Names of the application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct App {
    /// Slug of `[a-z0-9-]`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Which of the eight accents of the design system it has: 0 to 7, from its name.
    pub accent: u8,
}

/// What the dashboard says of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The entity's name.
    pub entity: String,
    /// Its plural, the key of the answer.
    pub plural: String,
    /// Its URL segment.
    pub slug: String,
    /// Its plural for people, capitalised.
    pub title: String,
    /// Choices, booleans and references whose values are counted.
    pub counts: Vec<String>,
    /// Numbers that are added up.
    pub sums: Vec<String>,
    /// Numbers of which the average is taken.
    pub averages: Vec<String>,
    /// The day or moment by whose month rows are grouped.
    pub month: Option<String>,
    /// The number that is added up for each month.
    pub month_sum: Option<String>,
    /// The amount of money that is added up for each value of `counts`.
    pub count_sum: Option<String>,
}

/// How the list of an entity is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// Rows that are ticked off.
    Checklist,
    /// Columns by the values of a field.
    Board,
    /// Days with what happens on them.
    Agenda,
    /// A table with amounts and their sum.
    Ledger,
    /// Rows.
    List,
}

/// An entity with everything that templates, prompts and checks need to know of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entity {
    /// Singular identifier: `book`.
    pub name: String,
    /// Plural identifier, the table's name: `books`.
    pub plural: String,
    /// Class name: `Book`.
    pub class: String,
    /// URL segment: `books`, with hyphens for underscores.
    pub slug: String,
    /// Singular for people, lowercase: `book`.
    pub label: String,
    /// Plural for people, lowercase: `books`.
    pub label_plural: String,
    /// `a` or `an`, whichever goes before `label`.
    pub article: String,
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// The field that names a row to people.
    pub title_field: String,
    /// The boolean that ticks a row off, where the entity is a list of things to do.
    pub done_field: Option<String>,
    /// Columns a list may be sorted by; `id` and `created_at` among them.
    pub sortable: Vec<String>,
    /// The order of a list unless asked otherwise, `-` before the name for descending.
    pub default_sort: String,
    /// Text columns that `?q=` looks through.
    pub searchable: Vec<String>,
    /// Fields that `?name=value` filters by: booleans, choices and references.
    pub filterable: Vec<String>,
    /// Entities that refer to this one.
    pub children: Vec<Child>,
    /// Whether each row belongs to the account that made it.
    pub owned: bool,
    /// How its list is drawn.
    pub view: View,
    /// The choice or reference whose values are the columns of a board.
    pub board_field: Option<String>,
    /// The day or moment that places a row in time, in an agenda or a ledger.
    pub date_field: Option<String>,
    /// Numbers whose sums come with lists.
    pub summed: Vec<String>,
    /// The symbol that stands for it.
    pub icon: String,
    /// The table.
    pub table: Table,
    /// The tables of its lists: tags and many-to-many relations.
    pub joins: Vec<Table>,
}

/// A field as the API, the form and the tests see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// JSON key, and column unless it is a list; a reference ends in `_id`, a list of rows in `_ids`.
    pub name: String,
    /// Capitalised, for people: `Due on`.
    pub label: String,
    /// `string` `text` `integer` `number` `money` `boolean` `date` `datetime` `time` `choice` `email`
    /// `url` `phone` `ref` `tags` `many`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Must be given and not blank.
    pub required: bool,
    /// No two rows share a value.
    pub unique: bool,
    /// The columns whose values a row must share with another one for `unique` to hold between them; none
    /// where it holds between all rows.
    pub within: Vec<String>,
    /// Least value of a number, in the unit of the API.
    pub min: Option<Value>,
    /// Greatest value of a number, in the unit of the API.
    pub max: Option<Value>,
    /// Most characters of a text; present for every textual type.
    pub max_length: Option<u32>,
    /// The values of a choice.
    pub values: Vec<String>,
    /// The value when none is given; `null` when it is then absent.
    pub default: Value,
    /// The entity a reference points to.
    pub references: Option<Reference>,
    /// The key under which rows give the titles of what it refers to: `author`, or `authors` for a list.
    pub titles: Option<String>,
    /// The name under which lists are narrowed by it: `tag` of `tags`, `author_id` of `author_ids`.
    pub query: String,
    /// `rating` for a whole number from 1 to 5 that is drawn as stars, `year` for a year of the calendar.
    pub format: Option<String>,
    /// Where a list is kept.
    pub join: Option<Join>,
    /// `string`, `integer`, `number`, `boolean` or `array`.
    pub json: String,
    /// `text` `textarea` `number` `checkbox` `date` `datetime-local` `time` `select` `email` `url` `tel`
    /// `tags` `checkboxes`.
    pub input: String,
    /// Id of its form control: `book-title`.
    pub element_id: String,
    /// A valid value for tests.
    pub example: Value,
    /// Another valid value, different from `example`.
    pub other: Value,
    /// Invalid values, each with the reason a test names.
    pub invalid: Vec<Invalid>,
}

/// A value that the API must refuse.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Invalid {
    /// The value.
    pub value: Value,
    /// Why: an identifier such as `blank`, `too_long`, `below_min`, `wrong_type`.
    pub why: String,
}

/// The table that keeps a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Join {
    /// Its name.
    pub table: String,
    /// The column of the row that has the list.
    pub own: String,
    /// The column of what is in the list: a name, or the id of a row.
    pub other: String,
}

/// The target of a reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The entity's name.
    pub entity: String,
    /// Its plural, the table's name.
    pub plural: String,
    /// Its URL segment.
    pub slug: String,
    /// Its singular for people.
    pub label: String,
    /// The field that names a row of it.
    pub title_field: String,
    /// `cascade` where the reference is required, else `set null`.
    pub on_delete: String,
}

/// An entity that refers to this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Child {
    /// The entity's name.
    pub entity: String,
    /// Its plural.
    pub plural: String,
    /// Its URL segment.
    pub slug: String,
    /// Its plural for people.
    pub label_plural: String,
    /// The field that refers here.
    pub field: String,
    /// The name under which its list is narrowed to the rows that refer here.
    pub query: String,
    /// Whether the field is a list, so that its rows stay when this one goes.
    pub many: bool,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, `id`, `created_at` and `updated_at` included.
    pub columns: Vec<Column>,
    /// The columns of its primary key, where that is not one column's matter.
    pub primary: Vec<String>,
    /// Columns that together differ from row to row.
    pub unique: Vec<Vec<String>>,
    /// Its indexes.
    pub indexes: Vec<Index>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `INTEGER`, `REAL` or `TEXT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Everything after the name in `CREATE TABLE`, for SQLite: type and constraints.
    pub definition: String,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
}

/// An endpoint of the API.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Endpoint {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// The path, parameters in braces: `/api/books/{id}`.
    pub path: String,
    /// What it does, for a README's table.
    pub about: String,
    /// The entity it serves; empty where it serves the whole application.
    pub entity: String,
    /// Names and JSON types of the request body, or of the query for a list.
    pub request: serde_json::Map<String, Value>,
    /// Names and JSON types of the response body.
    pub response: serde_json::Map<String, Value>,
    /// Status of success.
    pub status: u16,
    /// Statuses of refusal.
    pub errors: Vec<u16>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Its path.
    pub path: String,
    /// Its title.
    pub title: String,
    /// The entity it shows; empty for one that shows none or all.
    pub entity: String,
    /// Ids of its elements that scripts and tests use.
    pub ids: Vec<String>,
}

/// The node that writes a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// The file.
    pub path: String,
    /// The node's id.
    pub node: String,
    /// The chunk type.
    pub chunk: String,
}
