<% from "rust/shared.jinja" import ident %>
//! The kinds of rows, one module each.

<% for entity in contract.entities | sort(attribute="plural") %>
<% if ident(entity.plural) != entity.plural %>
#[path = "entities/<< entity.plural >>.rs"]
<% endif %>
pub mod << ident(entity.plural) >>;
<% endfor %>
