"""The JSON API, one module for each kind of thing that is stored."""

from . import << contract.entities | map(attribute="plural") | sort | join(", ") >>

blueprints = (<% for entity in contract.entities %><< entity.plural >>.bp,<% if not loop.last %> <% endif %><% endfor %>)
