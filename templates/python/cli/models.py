<% from "python/shared.jinja" import kinds as words, names, option %>
<% set kinds = words(contract) | split %>
<% set classes = {"string": "Text", "text": "Text", "email": "Email", "url": "Url", "phone": "Phone", "integer": "Integer", "number": "Number", "money": "Money", "boolean": "Boolean", "date": "Date", "datetime": "DateTime", "time": "Time", "choice": "Choice", "ref": "Ref", "many": "Many", "tags": "Tags"} %>
<% set ns = namespace(used=["Field"]) %>
<% for kind in kinds %><% set ns.used = ns.used + [classes[kind]] %><% endfor %>
"""What is kept: each table, its fields and their rules.

A change here goes with a new file in `migrations`, which changes the tables of those who have one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .fields import (
<% for name in ns.used | unique | sort %>
    << name >>,
<% endfor %>
)


@dataclass(frozen=True)
class Table:
    """A table of the database."""

    name: str
    entity: str
    label: str
    labels: str
    title: str
    fields: Sequence[Field]
    sort: str
    sortable: Sequence[str]
    searchable: Sequence[str]
    filterable: Sequence[str]
    # The boolean that ticks a row off, where rows are things to do.
    done: str | None = None

    def field(self, name: str) -> Field | None:
        """Return the field with this name."""
        return next((field for field in self.fields if field.name == name), None)


TABLES = [
<% for entity in contract.entities %>
    Table(
        name="<< entity.table.name >>",
        entity="<< entity.name >>",
        label="<< entity.label >>",
        labels="<< entity.label_plural >>",
        title="<< entity.title_field >>",
        fields=[
<% for field in entity.fields %>
            Field(
                name="<< field.name >>",
                label="<< field.label >>",
                option="<< option(field) >>",
<% if field.type in ("string", "text", "email", "url", "phone") %>
                kind=<< classes[field.type] >>(max_length=<< field.max_length >><< ", long=True" if field.type == "text" else "" >>),
<% elif field.type in ("integer", "number", "money") %>
                kind=<< classes[field.type] >>(<% if field.min is not none %>minimum=<< field.min >><% endif %><< ", " if field.min is not none and field.max is not none else "" >><% if field.max is not none %>maximum=<< field.max >><% endif %>),
<% elif field.type == "choice" %>
                kind=Choice(
                    [
<% for value in field["values"] %>
                        << value | py >>,
<% endfor %>
                    ]
                ),
<% elif field.type == "ref" %>
                kind=Ref("<< field.references.entity >>"),
<% elif field.type == "many" %>
                kind=Many(
                    table="<< field.references.entity >>",
                    join="<< field.join.table >>",
                    own="<< field.join.own >>",
                    other="<< field.join.other >>",
                    titles="<< field.titles >>",
                ),
<% elif field.type == "tags" %>
                kind=Tags(
                    join="<< field.join.table >>",
                    own="<< field.join.own >>",
                    other="<< field.join.other >>",
                ),
<% else %>
                kind=<< classes[field.type] >>(),
<% endif %>
<% if field.required %>
                required=True,
<% endif %>
<% if field.unique %>
                unique=True,
<% endif %>
<% if field.default is not none %>
                default=<< field.default | py if field.type == "boolean" else (field.default | string) | py >>,
<% endif %>
            ),
<% endfor %>
        ],
        sort="<< entity.default_sort >>",
        sortable=<< names("sortable", entity.sortable) >>,
        searchable=<< names("searchable", entity.searchable) >>,
        filterable=<< names("filterable", entity.filterable) >>,
<% if entity.done_field %>
        done="<< entity.done_field >>",
<% endif %>
    ),
<% endfor %>
]
