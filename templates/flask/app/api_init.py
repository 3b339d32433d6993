<% from "web/python.jinja" import import_names %>
<% set names = contract.entities | map(attribute="plural") | list %>
"""The JSON API, one module for each kind of thing that is stored."""

<< import_names(".", names | sort) >>

<% set line = "blueprints = (" ~ (names | join(".bp, ")) ~ ".bp)" %>
<% if names | length == 1 %>
blueprints = (<< names[0] >>.bp,)
<% elif line | length <= 100 %>
<< line >>
<% else %>
blueprints = (
<% for name in names %>
    << name >>.bp,
<% endfor %>
)
<% endif %>
