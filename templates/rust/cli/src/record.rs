<% from "rust/shared.jinja" import kinds as words %>
<% set kinds = words(contract) | split %>
<% set flags = namespace(iter=false, change=false, totals=false) %>
<% for entity in contract.entities %>
<% for field in entity.fields %>
<% if field.type == "money" and field.name in entity.summed %><% set flags.totals = true %><% endif %>
<% if field.unique or (field.type == "ref" and field.required) %><% set flags.iter = true %><% endif %>
<% if field.type == "many" or (field.type == "ref" and not field.required) %><% set flags.change = true %><% endif %>
<% endfor %>
<% endfor %>
//! What all kinds of rows have in common, and the list that keeps rows of one kind.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::data::Data;
use crate::rules::Refused;

/// A kind of row.
pub trait Record: Clone + Serialize {
    const LABEL: &'static str;
    const LABELS: &'static str;

    fn id(&self) -> u64;

    /// The text that names the row to people.
    fn title(&self) -> String;

    /// The row as JSON shows it.
    fn shown<'a>(&'a self, data: &'a Data) -> impl Serialize + 'a;

    /// The values as people see them, in order.
    fn cells(&self, data: &Data) -> Vec<Cell>;

<% if flags.totals %>
    /// What is added up of rows: the label of a cell, and the sum.
    fn totals(_: &[&Self]) -> Vec<(&'static str, String)> {
        Vec::new()
    }

<% endif %>
    /// What the row is sorted by.
    fn key(&self, field: &str) -> Key;

    /// The texts that a search looks through.
    fn texts(&self) -> Vec<&str>;
}

/// A value for people.
pub struct Cell {
    pub label: &'static str,
    pub text: String,
    /// Whether it is too long for a list.
    pub long: bool,
}

impl Cell {
    pub fn new(label: &'static str, value: &impl Value) -> Self {
        Self {
            label,
            text: value.show(),
            long: false,
        }
    }

    pub fn long(label: &'static str, value: &impl Value) -> Self {
        Self {
            long: true,
            ..Self::new(label, value)
        }
    }
}

/// A value of a row.
pub trait Value {
    /// The text for people.
    fn show(&self) -> String;

    /// What rows are sorted by it.
    fn key(&self) -> Key;
}

impl Value for String {
    fn show(&self) -> String {
        self.clone()
    }

    fn key(&self) -> Key {
        // Differences of case do not matter.
        Key::Text(self.to_lowercase())
    }
}

<% if "boolean" in kinds %>
impl Value for bool {
    fn show(&self) -> String {
        let word = if *self { "yes" } else { "no" };
        word.to_owned()
    }

    fn key(&self) -> Key {
        Key::Number(f64::from(u8::from(*self)))
    }
}

<% endif %>
<% if "integer" in kinds %>
impl Value for i64 {
    fn show(&self) -> String {
        self.to_string()
    }

    fn key(&self) -> Key {
        Key::Number(*self as f64)
    }
}

<% endif %>
<% if "number" in kinds %>
impl Value for f64 {
    fn show(&self) -> String {
        self.to_string()
    }

    fn key(&self) -> Key {
        Key::Number(*self)
    }
}

<% endif %>
<% if "tags" in kinds or "many" in kinds %>
impl Value for Vec<String> {
    fn show(&self) -> String {
        self.join(", ")
    }

    fn key(&self) -> Key {
        Key::None
    }
}

<% endif %>
impl<T: Value> Value for Option<T> {
    fn show(&self) -> String {
        self.as_ref().map_or_else(String::new, Value::show)
    }

    fn key(&self) -> Key {
        self.as_ref().map_or(Key::None, Value::key)
    }
}

/// A value to sort by.
pub enum Key {
    Number(f64),
    Text(String),
    None,
}

impl Key {
<% if "choice" in kinds %>
    /// The place of a value in a list of values.
    pub fn rank(value: Option<&str>, values: &[&str]) -> Self {
        let place = values.iter().position(|each| Some(*each) == value);
        place.map_or(Self::None, |place| Self::Number(place as f64))
    }

<% endif %>
    /// The order of two values; what has no value comes last either way.
    fn compare(&self, other: &Self, reverse: bool) -> Ordering {
        let order = match (self, other) {
            (Self::None, Self::None) => return Ordering::Equal,
            (Self::None, _) => return Ordering::Greater,
            (_, Self::None) => return Ordering::Less,
            (Self::Number(one), Self::Number(two)) => one.total_cmp(two),
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        };
        if reverse { order.reverse() } else { order }
    }
}

/// Rows of one kind. Ids are never used again.
#[derive(Clone, Deserialize, Serialize)]
pub struct Rows<T> {
    last_id: u64,
    rows: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            last_id: 0,
            rows: Vec::new(),
        }
    }
}

impl<T: Record> Rows<T> {
    /// The row with this id.
    pub fn get(&self, id: u64) -> Result<&T, Refused> {
        let found = self.rows.iter().find(|row| row.id() == id);
        found.ok_or_else(|| Refused::new(format!("There is no {} with the id {id}.", T::LABEL)))
    }
<% if "ref" in kinds %>

    /// The text that names a row.
    pub fn title(&self, id: Option<u64>) -> Option<String> {
        self.get(id?).ok().map(Record::title)
    }

    /// The text that names a row, and its id.
    pub fn named(&self, id: Option<u64>) -> Option<String> {
        Some(format!("{} ({})", self.title(id)?, id?))
    }
<% endif %>
<% if "ref" in kinds or "many" in kinds %>

    /// The id of the row that a text names by its id or by its title, whatever its case.
    pub fn id_named(&self, text: &str) -> Result<u64, Refused> {
        let text = text.trim();
        let by_id = text.parse().ok().and_then(|id| self.get(id).ok());
        if let Some(row) = by_id {
            return Ok(row.id());
        }
        let wanted = text.to_lowercase();
        let is_named = |row: &&T| row.title().to_lowercase() == wanted;
        let mut found = self.rows.iter().filter(is_named);
        match (found.next(), found.next()) {
            (Some(row), None) => Ok(row.id()),
            (Some(_), Some(_)) => Err(Refused::new(format!(
                "More than one of the {} is called {text}; give an id.",
                T::LABELS
            ))),
            (None, _) => Err(Refused::new(format!(
                "There is no {} with this name or id: {text}.",
                T::LABEL
            ))),
        }
    }
<% endif %>
<% if "ref" in kinds %>

    /// The id of the row that a text names; a blank one names none.
    pub fn maybe_named(&self, text: Option<&str>) -> Result<Option<u64>, Refused> {
        let text = text.filter(|text| !text.trim().is_empty());
        text.map(|text| self.id_named(text)).transpose()
    }
<% endif %>
<% if "many" in kinds %>

    /// The ids of the rows that texts name, each once, in order; blank ones name none.
    pub fn all_named(&self, texts: &[String]) -> Result<Vec<u64>, Refused> {
        let texts = texts.iter().filter(|text| !text.trim().is_empty());
        let ids: Result<Vec<u64>, Refused> = texts.map(|text| self.id_named(text)).collect();
        let mut ids = ids?;
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// The texts that name rows.
    pub fn titles(&self, ids: &[u64]) -> Vec<String> {
        let rows = ids.iter().filter_map(|id| self.get(*id).ok());
        rows.map(Record::title).collect()
    }
<% endif %>
<% if flags.iter %>

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter()
    }
<% endif %>
<% if flags.change %>

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.iter_mut()
    }
<% endif %>

    /// The id for a new row.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Puts the row in the place of the one with its id, or behind all others.
    pub fn put(&mut self, row: T) {
        match self.rows.iter_mut().find(|each| each.id() == row.id()) {
            Some(place) => *place = row,
            None => self.rows.push(row),
        }
    }

    pub fn remove(&mut self, id: u64) {
        self.rows.retain(|row| row.id() != id);
    }

    /// The rows that fit, in order: `sort` is a field, `-` before it for descending.
    pub fn find(&self, fits: impl Fn(&T) -> bool, wanted: &Wanted<'_>) -> Vec<&T> {
        let text = wanted.search.to_lowercase();
        let has_text = |row: &T| {
            let mut texts = row.texts().into_iter();
            text.is_empty() || texts.any(|each| each.to_lowercase().contains(&text))
        };
        let rows = self.rows.iter();
        let mut rows: Vec<&T> = rows.filter(|row| fits(row) && has_text(row)).collect();
        let field = wanted.sort.trim_start_matches('-');
        let reverse = wanted.sort.starts_with('-') != wanted.reverse;
        rows.sort_by(|one, two| {
            let order = one.key(field).compare(&two.key(field), reverse);
            let ids = if reverse {
                two.id().cmp(&one.id())
            } else {
                one.id().cmp(&two.id())
            };
            order.then(ids)
        });
        rows.truncate(wanted.limit);
        rows
    }
}

/// How a list is narrowed and ordered.
pub struct Wanted<'a> {
    pub search: &'a str,
    pub sort: &'a str,
    pub reverse: bool,
    pub limit: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_value_comes_last_either_way() {
        for reverse in [false, true] {
            let none = Key::None.compare(&Key::Number(1.0), reverse);
            assert_eq!(none, Ordering::Greater);
        }
        let key = |text: &str| text.to_owned().key();
        let texts = key("Émile").compare(&key("émile"), false);
        assert_eq!(texts, Ordering::Equal);
<% if "choice" in kinds %>
        let rank = |value| Key::rank(Some(value), &["b", "a"]);
        assert_eq!(rank("b").compare(&rank("a"), false), Ordering::Less);
<% endif %>
    }
}
