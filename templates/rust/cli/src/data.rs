<% from "rust/shared.jinja" import class, ident %>
<% set multi = contract.entities | length > 1 %>
//! All that is kept, and what goes with a row when it is removed.

use serde::{Deserialize, Serialize};

<% for entity in contract.entities | sort(attribute="plural") %>
use crate::entities::<< ident(entity.plural) >>::<< class(entity.class) >>;
<% endfor %>
use crate::record::Rows;

/// The version of the file. A later one may keep more.
pub const VERSION: u32 = 1;

/// Everything in the file.
#[derive(Deserialize, Serialize)]
pub struct Data {
    pub version: u32,
<% for entity in contract.entities %>
    #[serde(default)]
    pub << ident(entity.plural) >>: << "Rows<" ~ class(entity.class) ~ ">" >>,
<% endfor %>
}

impl Default for Data {
    fn default() -> Self {
        Self {
            version: VERSION,
<% for entity in contract.entities %>
            << ident(entity.plural) >>: Rows::default(),
<% endfor %>
        }
    }
}

impl Data {
<% for entity in contract.entities %>
<% if not loop.first %>

<% endif %>
    /// Removes << entity.article >> << entity.label >> and what cannot be without it.
    pub fn remove_<< entity.name >>(&mut self, id: u64) {
        self.<< ident(entity.plural) >>.remove(id);
<% for other in contract.entities %>
<% for field in other.fields if field.references and field.references.entity == entity.name %>
<% if field.type == "many" %>
        for row in self.<< ident(other.plural) >>.iter_mut() {
            row.<< ident(field.name) >>.retain(|each| *each != id);
        }
<% elif field.required %>
        let rows = self.<< ident(other.plural) >>.iter();
        let rows = rows.filter(|row| row.<< ident(field.name) >> == id);
        let lost: Vec<u64> = rows.map(|row| row.id).collect();
        for row in lost {
            self.remove_<< other.name >>(row);
        }
<% else %>
        for row in self.<< ident(other.plural) >>.iter_mut() {
            if row.<< ident(field.name) >> == Some(id) {
                row.<< ident(field.name) >> = None;
            }
        }
<% endif %>
<% endfor %>
<% endfor %>
    }
<% endfor %>
}
