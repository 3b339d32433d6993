<% from "rust/shared.jinja" import base, class, given, ident, line, metavar, optional, option %>
<% set name = class(entity.class) %>
<% set rows = ident(entity.plural) %>
<% set types = namespace(list=[], change=false, rank=false) %>
<% for field in entity.fields %>
<% if base(field) in ("Money", "Date", "Moment", "Time") %><% set types.list = types.list + [base(field)] %><% endif %>
<% if field.type != "ref" and optional(field) and base(field) != "String" %><% set types.change = true %><% endif %>
<% endfor %>
<% set titled = entity.fields | selectattr("titles") | list %>
<% set booleans = entity.fields | selectattr("type", "eq", "boolean") | list %>
<% set uniques = entity.fields | selectattr("unique") | list %>
<% set summed = entity.fields | selectattr("type", "eq", "money") | selectattr("name", "in", entity.summed) | list %>
<% set losing = namespace(list=[]) %>
<% for other in contract.entities %>
<% for field in other.fields if field.type == "ref" and field.required and field.references.entity == entity.name %>
<% set losing.list = losing.list + [[other, field]] %>
<% endfor %>
<% endfor %>
//! << entity.label_plural[0] | upper >><< entity.label_plural[1:] >>: what is kept of each, its rules, and the commands on them.

<% if booleans %>
use clap::{ArgAction, Args, Subcommand};
<% else %>
use clap::{Args, Subcommand};
<% endif %>
use serde::{Deserialize, Serialize};

use crate::answer::{self, Answer};
use crate::data::Data;
use crate::record::{Cell, Key, Record, Value, Wanted};
use crate::rules::{self, Refused};
<% set used = types.list | unique | list + (["Change"] if types.change else []) %>
<% if used %>
use crate::values::{self, << used | sort | join(", ") >>};
<% else %>
use crate::values;
<% endif %>

<% for field in entity.fields if field.type == "choice" %>
/// What the << field.label | lower >> can be.
#[rustfmt::skip]
const << field.name | upper >>: [&str; << field["values"] | length >>] = [
<% for value in field["values"] %>
    << value | rust >>,
<% endfor %>
];

<% endfor %>
/// What lists can be sorted by.
#[rustfmt::skip]
const SORTABLE: [&str; << entity.sortable | length >>] = [
<% for column in entity.sortable %>
    "<< column >>",
<% endfor %>
];

/// << entity.article | title >> << entity.label >>.
#[derive(Clone, Deserialize, Serialize)]
pub struct << name >> {
    pub id: u64,
<% for field in entity.fields %>
<% if ident(field.name) != field.name %>
    #[serde(rename = "<< field.name >>")]
<% endif %>
<% if field.type in ("tags", "many") %>
    #[serde(default)]
<% endif %>
    pub << ident(field.name) >>: << "Option<" ~ base(field) ~ ">" if optional(field) else base(field) >>,
<% endfor %>
    pub created_at: String,
    pub updated_at: String,
}

<% if titled %>
/// << entity.article | title >> << entity.label >> with the titles of what it refers to.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    row: &'a << name >>,
<% for field in titled %>
<% if ident(field.titles) != field.titles %>
    #[serde(rename = "<< field.titles >>")]
<% endif %>
    << ident(field.titles) >>: << "Vec<String>" if field.type == "many" else "Option<String>" >>,
<% endfor %>
}

<% endif %>
/// Commands on << entity.label_plural >>.
#[derive(Subcommand)]
pub enum Command {
    /// Add << entity.article >> << entity.label >>.
    Add(Box<Add>),
    /// List << entity.label_plural >>.
    List(Box<List>),
    /// Show all of << entity.article >> << entity.label >>.
    Show {
        /// Its id, as `list` shows it.
        id: u64,
    },
    /// Change the given values of << entity.article >> << entity.label >>.
    Edit(Box<Edit>),
    /// Remove << entity.label_plural >>.
    Remove {
        /// Their ids.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<u64>,
<% if losing.list %>

        /// Also where other rows would go with them.
        #[arg(long)]
        force: bool,
<% endif %>
    },
<% if entity.done_field %>
    /// Tick << entity.label_plural >> off.
    Done {
        /// Their ids.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<u64>,
    },
    /// Take back that << entity.label_plural >> are done.
    Reopen {
        /// Their ids.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<u64>,
    },
<% endif %>
}

/// The values of a new << entity.label >>.
#[derive(Args)]
pub struct Add {
<% for field in entity.fields %>
<% if not loop.first %>

<% endif %>
    /// << field.label >><< ", by name or id" if field.references else "" >>.
<% if field.name == entity.title_field and field.required and field.type in ("string", "text") and field.default is none %>
    #[arg(value_name = "<< field.name | upper >>")]
<% else %>
    #[arg(long = "<< option(field) >>", value_name = "<< metavar(field) >>")]
<% endif %>
<% if field.type in ("integer", "number", "money") %>
    #[arg(allow_negative_numbers = true)]
<% endif %>
<% if field.type == "choice" %>
    #[arg(value_parser = << field.name | upper >>)]
<% endif %>
<% if field.type == "boolean" %>
    #[arg(action = ArgAction::Set)]
    #[arg(num_args = 0..=1, require_equals = true)]
    #[arg(default_value_t = << "true" if field.default else "false" >>, default_missing_value = "true")]
<% elif field.default is not none and field.type not in ("tags", "many") %>
    #[arg(default_value = << field.default | string | rust >>)]
<% endif %>
    << ident(field.name) >>: << "Option<" ~ given(field) ~ ">" if optional(field) else given(field) >>,
<% endfor %>
}

/// Which << entity.label_plural >> are listed, and in which order.
#[derive(Args)]
pub struct List {
<% for field in entity.fields if field.name in entity.filterable %>
    /// Only with this << field.label | lower >><< ", by name or id" if field.references else "" >>.
    #[arg(long = "<< option(field) >>", value_name = "<< metavar(field) >>")]
<% if field.type == "choice" %>
    #[arg(value_parser = << field.name | upper >>)]
<% endif %>
<% if field.type == "boolean" %>
    #[arg(num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true")]
<% endif %>
    << ident(field.name) >>: << given(field) if field.type in ("tags", "many") else "Option<" ~ given(field) ~ ">" >>,

<% endfor %>
    /// Only where a text contains this.
    #[arg(long, value_name = "TEXT", default_value = "")]
    search: String,

    /// What to sort by.
    #[arg(long, value_name = "FIELD", value_parser = SORTABLE)]
    sort: Option<String>,

    /// The other way round.
    #[arg(long)]
    reverse: bool,

    /// At most this many.
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
}

/// The values to change.
#[derive(Args)]
pub struct Edit {
    /// Its id, as `list` shows it.
    id: u64,
<% for field in entity.fields %>

    /// << field.label >><< ", by name or id" if field.references else "" >><< "; blank takes it away" if optional(field) else "" >>.
    #[arg(long = "<< option(field) >>", value_name = "<< metavar(field) >>")]
<% if field.type in ("integer", "number", "money") %>
    #[arg(allow_negative_numbers = true)]
<% endif %>
<% if field.type == "boolean" %>
    #[arg(num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "true")]
<% endif %>
<% if field.type in ("tags", "many") %>
    << ident(field.name) >>: Option<Vec<String>>,
<% elif field.type == "ref" %>
    << ident(field.name) >>: Option<String>,
<% elif optional(field) and base(field) != "String" %>
    << ident(field.name) >>: << "Option<Change<" ~ base(field) ~ ">>" >>,
<% else %>
    << ident(field.name) >>: << "Option<" ~ base(field) ~ ">" >>,
<% endif %>
<% endfor %>
}

impl Record for << name >> {
    const LABEL: &'static str = "<< entity.label >>";
    const LABELS: &'static str = "<< entity.label_plural >>";

    fn id(&self) -> u64 {
        self.id
    }

    fn title(&self) -> String {
<% set titling = entity.fields | selectattr("name", "eq", entity.title_field) | list %>
<% if titling and titling[0].type not in ("ref", "many", "tags") %>
        self.<< ident(titling[0].name) >>.show()
<% else %>
        format!("<< entity.label >> {}", self.id)
<% endif %>
    }

<% if titled %>
    fn shown<'a>(&'a self, data: &'a Data) -> impl Serialize + 'a {
        Shown {
            row: self,
<% for field in titled %>
<% if field.type == "many" %>
            << ident(field.titles) >>: data.<< ident(field.references.plural) >>.titles(&self.<< ident(field.name) >>),
<% else %>
            << ident(field.titles) >>: data.<< ident(field.references.plural) >>.title(<< "self." ~ ident(field.name) if optional(field) else "Some(self." ~ ident(field.name) ~ ")" >>),
<% endif %>
<% endfor %>
        }
    }

    fn cells(&self, data: &Data) -> Vec<Cell> {
<% for field in titled %>
<% if field.type == "many" %>
        let << ident(field.titles) >> = data.<< ident(field.references.plural) >>.titles(&self.<< ident(field.name) >>);
<% else %>
        let << ident(field.titles) >> = data.<< ident(field.references.plural) >>.named(<< "self." ~ ident(field.name) if optional(field) else "Some(self." ~ ident(field.name) ~ ")" >>);
<% endif %>
<% endfor %>
<% else %>
    fn shown<'a>(&'a self, _: &'a Data) -> impl Serialize + 'a {
        self
    }

    fn cells(&self, _: &Data) -> Vec<Cell> {
<% endif %>
        vec![
<% for field in entity.fields %>
<% if field.titles %>
            Cell::new("<< field.label >>", &<< ident(field.titles) >>),
<% else %>
            Cell::<< "long" if field.type == "text" else "new" >>("<< field.label >>", &self.<< ident(field.name) >>),
<% endif %>
<% endfor %>
            Cell::long("Added", &self.created_at),
            Cell::long("Changed", &self.updated_at),
        ]
    }

<% if summed %>
    #[rustfmt::skip]
    fn totals(rows: &[&Self]) -> Vec<(&'static str, String)> {
        vec![
<% for field in summed %>
            ("<< field.label >>", Money::total(rows.iter()<< ".filter_map" if optional(field) else ".map" >>(|row| row.<< ident(field.name) >>)).show()),
<% endfor %>
        ]
    }

<% endif %>
    fn key(&self, field: &str) -> Key {
        match field {
<% for column in entity.sortable if column not in ("id", "created_at", "updated_at") %>
<% set field = (entity.fields | selectattr("name", "eq", column) | list)[0] %>
<% if field.type == "choice" %>
            "<< column >>" => Key::rank(<< "self." ~ ident(column) ~ ".as_deref()" if optional(field) else "Some(&self." ~ ident(column) ~ ")" >>, &<< column | upper >>),
<% else %>
            "<< column >>" => self.<< ident(column) >>.key(),
<% endif %>
<% endfor %>
            "created_at" => self.created_at.key(),
            "updated_at" => self.updated_at.key(),
            _ => Key::Number(self.id as f64),
        }
    }

    fn texts(&self) -> Vec<&str> {
<% if entity.searchable %>
        let mut texts = Vec::new();
<% for column in entity.searchable %>
<% set field = (entity.fields | selectattr("name", "eq", column) | list)[0] %>
<% if optional(field) %>
        texts.extend(self.<< ident(column) >>.as_deref());
<% else %>
        texts.extend([self.<< ident(column) >>.as_str()]);
<% endif %>
<% endfor %>
        texts
<% else %>
        Vec::new()
<% endif %>
    }
}

impl << name >> {
    /// Refuses values that break a rule.
    fn check(&self, << "data" if uniques else "_" >>: &Data) -> Result<(), Refused> {
<% for field in entity.fields %>
<% set own = "self." ~ ident(field.name) %>
<% set text = field.type in ("string", "text", "email", "url", "phone") %>
<% if field.required and (text or field.type in ("tags", "many")) %>
        rules::required("<< field.label >>", !<< own >>.is_empty())?;
<% endif %>
<% if text or field.type == "choice" %>
<% set value = "value" if optional(field) else "&" ~ own %>
<% set indent = "    " if optional(field) else "" %>
<% if optional(field) %>
        if let Some(value) = &<< own >> {
<% endif %>
<% if text %>
        << indent >>rules::text("<< field.label >>", << value >>, << field.max_length >>)?;
<% endif %>
<% if field.type in ("email", "url", "phone") %>
        << indent >>rules::<< field.type >>("<< field.label >>", << value >>)?;
<% endif %>
<% if field.type == "choice" %>
        << indent >>rules::one_of("<< field.label >>", << value >>, &<< field.name | upper >>)?;
<% endif %>
<% if optional(field) %>
        }
<% endif %>
<% elif field.type in ("integer", "number", "money") %>
<% set bounded = field.min is not none or field.max is not none %>
<% set sized = " as f64" if field.type == "integer" else "" %>
<% set bounds = namespace(list=[]) %>
<% for bound in [field.min, field.max] %>
<% set bounds.list = bounds.list + ["None" if bound is none else "Some(Money { cents: " ~ ((bound * 100) | round | int) ~ " })" if field.type == "money" else "Some(" ~ (bound | float | rust if field.type == "number" else bound) ~ ")"] %>
<% endfor %>
<% if bounded or field.type != "money" %>
<% set value = "value" if optional(field) else own %>
<% set indent = "    " if optional(field) else "" %>
<% if optional(field) %>
        if let Some(value) = << own >> {
<% endif %>
<% if field.type != "money" %>
        << indent >>rules::size("<< field.label >>", << value >><< sized >>)?;
<% endif %>
<% if bounded %>
        << indent >>let (least, most) = (<< bounds.list | join(", ") >>);
        << indent >>rules::bounds("<< field.label >>", << value >>, least, most)?;
<% endif %>
<% if optional(field) %>
        }
<% endif %>
<% endif %>
<% elif field.type == "tags" %>
        rules::short_names("<< field.label >>", &<< own >>)?;
<% elif field.type == "many" %>
        rules::few("<< field.label >>", &<< own >>)?;
<% endif %>
<% if field.unique %>
<% if field.within %>
        let others = data.<< rows >>.iter().filter(|row| row.id != self.id);
<% for name in field.within %>
        let << "mut " if loop.last else "" >>others = others.filter(|row| row.<< ident(name) >> == self.<< ident(name) >>);
<% endfor %>
<% else %>
        let mut others = data.<< rows >>.iter().filter(|row| row.id != self.id);
<% endif %>
<% if optional(field) %>
        let given = << own >>.is_some();
        if given && others.any(|row| row.<< ident(field.name) >> == << own >>) {
<% else %>
        if others.any(|row| row.<< ident(field.name) >> == << own >>) {
<% endif %>
            let message = "<< field.label >> is taken by another << entity.label >>.";
            return Err(Refused::new(message));
        }
<% endif %>
<% endfor %>
        Ok(())
    }
}

impl Add {
<% if titled %>
    /// The row, with what it refers to looked up.
    fn into_row(self, id: u64, data: &Data) -> << "Result<" ~ name ~ ", Refused>" >> {
<% for field in titled %>
<% set target = "data." ~ ident(field.references.plural) %>
        let << ident(field.name) >> = << target >>.<< "all_named(&self." ~ ident(field.name) ~ ")" if field.type == "many" else "maybe_named(self." ~ ident(field.name) ~ ".as_deref())" if optional(field) else "id_named(&self." ~ ident(field.name) ~ ")" >>;
<% endfor %>
        let now = values::now();
        Ok(<< name >> {
<% else %>
    fn into_row(self, id: u64) -> << name >> {
        let now = values::now();
        << name >> {
<% endif %>
            id,
<% for field in entity.fields %>
<% set own = "self." ~ ident(field.name) %>
<% if field.type == "tags" %>
            << ident(field.name) >>: rules::tags(&<< own >>),
<% elif field.references %>
            << ident(field.name) >>: rules::found("<< field.label >>", << ident(field.name) >>)?,
<% elif base(field) != "String" %>
            << ident(field.name) >>: << own >>,
<% elif optional(field) %>
            << ident(field.name) >>: << own >>.and_then(values::filled),
<% else %>
            << ident(field.name) >>: << own >>.trim().to_owned(),
<% endif %>
<% endfor %>
            created_at: now.clone(),
            updated_at: now,
        }<< ")" if titled else "" >>
    }
}
<% set filters = entity.fields | selectattr("name", "in", entity.filterable) | list %>
<% if filters %>

impl List {
<% set naming = filters | selectattr("references") | list %>
<% if naming %>
    /// Which rows are wanted, with what they have to refer to looked up.
    fn wanted(&self, data: &Data) -> Result<impl Fn(&<< name >>) -> bool, Refused> {
<% for field in naming %>
        let << ident(field.name) >> = data.<< ident(field.references.plural) >>.<< "all_named(&self." ~ ident(field.name) ~ ")" if field.type == "many" else "maybe_named(self." ~ ident(field.name) ~ ".as_deref())" >>;
        let << ident(field.name) >> = rules::found("<< field.label >>", << ident(field.name) >>)?;
<% endfor %>
        Ok(move |row: &<< name >>| {
            let mut fits = << "self.fits(row)" if filters | rejectattr("references") | list else "true" >>;
<% for field in naming %>
<% set theirs = "row." ~ ident(field.name) %>
<% if field.type == "many" %>
            for wanted in &<< ident(field.name) >> {
                fits &= << theirs >>.contains(wanted);
            }
<% elif optional(field) %>
            fits &= << ident(field.name) >>.is_none() || << theirs >> == << ident(field.name) >>;
<% else %>
            fits &= << ident(field.name) >>.is_none_or(|wanted| << theirs >> == wanted);
<% endif %>
<% endfor %>
            fits
        })
    }
<% endif %>
<% if filters | rejectattr("references") | list %>
<% if naming %>

<% endif %>
    fn fits(&self, row: &<< name >>) -> bool {
        let mut fits = true;
<% for field in filters if not field.references %>
<% set own = "self." ~ ident(field.name) %>
<% set theirs = "row." ~ ident(field.name) %>
<% if field.type == "tags" %>
        for wanted in &<< own >> {
            fits &= rules::has_name(&<< theirs >>, wanted);
        }
<% elif field.type == "choice" %>
        if let Some(wanted) = &<< own >> {
            fits &= << theirs ~ ".as_ref() == Some(wanted)" if optional(field) else "&" ~ theirs ~ " == wanted" >>;
        }
<% else %>
        if let Some(wanted) = << own >> {
            fits &= << theirs ~ " == Some(wanted)" if optional(field) else theirs ~ " == wanted" >>;
        }
<% endif %>
<% endfor %>
        fits
    }
<% endif %>
}
<% endif %>

impl Edit {
    /// Changes what is given; refuses where nothing is.
    fn apply(self, row: &mut << name >><< ", data: &Data" if titled else "" >>) -> Result<(), Refused> {
        let mut given = false;
<% for field in entity.fields %>
<% set theirs = "row." ~ ident(field.name) %>
        if let Some(value) = self.<< ident(field.name) >> {
<% if field.type == "tags" %>
            << theirs >> = rules::tags(&value);
<% elif field.references %>
            let found = data.<< ident(field.references.plural) >>.<< "all_named(&value)" if field.type == "many" else "maybe_named(Some(&value))" if optional(field) else "id_named(&value)" >>;
            << theirs >> = rules::found("<< field.label >>", found)?;
<% elif base(field) != "String" %>
            << theirs >> = value<< ".0" if optional(field) else "" >>;
<% elif optional(field) %>
            << theirs >> = values::filled(value);
<% else %>
            << theirs >> = value.trim().to_owned();
<% endif %>
            given = true;
        }
<% endfor %>
        if !given {
            return Err(Refused::new("Say what to change, as --help lists it."));
        }
        row.updated_at = values::now();
        Ok(())
    }
}

/// Does what a command says.
pub fn run(command: Command, data: &mut Data) -> Result<Answer, Refused> {
    match command {
        Command::Add(new) => {
<% if titled %>
            let id = data.<< rows >>.next_id();
            let row = new.into_row(id, data)?;
<% else %>
            let row = new.into_row(data.<< rows >>.next_id());
<% endif %>
            row.check(data)?;
            data.<< rows >>.put(row.clone());
            answer::said("Added", &[row], true, data)
        }
        Command::List(list) => {
            let wanted = Wanted {
                search: list.search.trim(),
                sort: list.sort.as_deref().unwrap_or("<< entity.default_sort >>"),
                reverse: list.reverse,
                limit: list.limit.unwrap_or(usize::MAX),
            };
            let rows = data.<< rows >>.find(<< "list.wanted(data)?" if filters | selectattr("references") | list else "|row| list.fits(row)" if filters else "|_| true" >>, &wanted);
            answer::listing(&rows, data)
        }
        Command::Show { id } => answer::details(data.<< rows >>.get(id)?, data),
        Command::Edit(edit) => {
            let mut row = data.<< rows >>.get(edit.id)?.clone();
            edit.apply(&mut row<< ", data" if titled else "" >>)?;
            row.check(data)?;
            data.<< rows >>.put(row.clone());
            answer::said("Changed", &[row], true, data)
        }
<% if losing.list %>
        Command::Remove { ids, force } => remove(ids, force, data),
<% else %>
        Command::Remove { ids } => remove(ids, data),
<% endif %>
<% if entity.done_field %>
        Command::Done { ids } => mark(ids, true, data),
        Command::Reopen { ids } => mark(ids, false, data),
<% endif %>
    }
}

<% if losing.list %>
fn remove(mut ids: Vec<u64>, force: bool, data: &mut Data) -> Result<Answer, Refused> {
<% else %>
fn remove(mut ids: Vec<u64>, data: &mut Data) -> Result<Answer, Refused> {
<% endif %>
    ids.sort_unstable();
    ids.dedup();
    let mut rows = Vec::new();
    for &id in &ids {
        rows.push(data.<< rows >>.get(id)?.clone());
<% for other, field in losing.list %>
        let others = data.<< ident(other.plural) >>.iter();
        let lost = others.filter(|row| row.<< ident(field.name) >> == id).count();
        if lost > 0 && !force {
            return Err(Refused::new(format!(
                "<< other.label_plural >> that would go with << entity.label >> {id}: {lost}; add --force."
            )));
        }
<% endfor %>
    }
    let answer = answer::said("Removed", &rows, false, data)?;
    for id in ids {
        data.remove_<< entity.name >>(id);
    }
    Ok(answer)
}
<% if entity.done_field %>

fn mark(ids: Vec<u64>, done: bool, data: &mut Data) -> Result<Answer, Refused> {
    let mut rows = Vec::new();
    for id in ids {
        let mut row = data.<< rows >>.get(id)?.clone();
        row.<< ident(entity.done_field) >> = done;
        row.updated_at = values::now();
        data.<< rows >>.put(row.clone());
        rows.push(row);
    }
    let what = if done { "Done" } else { "Open again" };
    answer::said(what, &rows, false, data)
}
<% endif %>
