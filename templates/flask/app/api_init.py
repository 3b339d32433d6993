<% from "web/shared.jinja" import import_names %>
"""The JSON API, one module for each kind of thing that is stored."""

<< import_names(".", contract.entities | map(attribute="plural") | sort) >>

<% set names = contract.entities | map(attribute="plural") | join(".bp, ") %>
<% if names | length < 80 %>
blueprints = (<< names >>.bp<< "," if contract.entities | length == 1 else "" >>)
<% else %>
blueprints = (
<% for entity in contract.entities %>
    << entity.plural >>.bp,
<% endfor %>
)
<% endif %>
