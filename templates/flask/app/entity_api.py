<% from "web/python.jinja" import import_names, texts, wrap %>
<% from "web/shared.jinja" import count_name, has_detail %>
<% set types = {"string": "String", "text": "String", "integer": "Integer", "number": "Number", "money": "Money", "boolean": "Boolean", "date": "Date", "datetime": "DateTime", "time": "Time", "choice": "Choice", "email": "Email", "url": "Url", "phone": "Phone", "ref": "Ref", "tags": "Tags", "many": "Many"} %>
<% set url = "/api/" ~ entity.slug %>
<% set csv = "csv" in contract.features %>
<% set ns = namespace(lists=false, types=[], fields=[]) %>
<% for other in contract.entities %><% if other.joins %><% set ns.lists = true %><% endif %><% endfor %>
<% for field in entity.fields %>
<% set ns.types = ns.types + [types[field.type]] %>
<% set args = namespace(list=['"' ~ field.name ~ '"', '"' ~ field.label ~ '"']) %>
<% if field.required %>
<% set args.list = args.list + ["required=True"] %>
<% endif %>
<% if field.max_length is not none and types[field.type] in ("String", "Email", "Url", "Phone") %>
<% set args.list = args.list + ["max_length=" ~ field.max_length] %>
<% endif %>
<% if field.min is not none %>
<% set args.list = args.list + ["minimum=" ~ (field.min | py)] %>
<% endif %>
<% if field.max is not none %>
<% set args.list = args.list + ["maximum=" ~ (field.max | py)] %>
<% endif %>
<% if field.type == "choice" %>
<% set args.list = args.list + [wrap("             ", "values=[", field.values | map("py") | list, "]") | trim] %>
<% endif %>
<% if field.join %>
<% set args.list = args.list + ['join="' ~ field.join.table ~ '"', 'own="' ~ field.join.own ~ '"', 'other="' ~ field.join.other ~ '"'] %>
<% endif %>
<% if field.type == "many" %>
<% set args.list = args.list + ['titles="' ~ field.titles ~ '"'] %>
<% endif %>
<% if field.references %>
<% set args.list = args.list + ['table="' ~ field.references.plural ~ '"', 'title="' ~ field.references.title_field ~ '"'] %>
<% for target in contract.entities if target.name == field.references.entity %>
<% for title in target.fields if title.name == target.title_field and title.type == "money" %>
<% set args.list = args.list + ["title_is_money=True"] %>
<% endfor %>
<% endfor %>
<% endif %>
<% if field.default is not none %>
<% set args.list = args.list + ["default=" ~ (field.default | py)] %>
<% endif %>
<% set ns.fields = ns.fields + [wrap("        ", types[field.type] ~ "(", args.list, "),")] %>
<% endfor %>
"""The JSON API of << entity.label_plural >>."""

from flask import Blueprint, request, url_for

<% if csv %>
from .. import csv_files
<% endif %>
<< import_names("..fields", ns.types | unique | sort) >>
from ..store import Table, json_body

bp = Blueprint("<< entity.plural >>", __name__)

table = Table(
    "<< entity.table.name >>",
<% if ns.fields | length == 1 and "\n" not in ns.fields[0] and ns.fields[0] | length <= 96 %>
    (<< ns.fields[0] | trim >>),
<% else %>
    (
<% for field in ns.fields %>
<< field >>
<% endfor %>
    ),
<% endif %>
    label="<< entity.label >>",
<% if contract.kind == "web" and has_detail(contract, entity) %>
    title="<< entity.title_field >>",
<% endif %>
    default_sort="<< entity.default_sort >>",
<< texts("    ", "sortable=", entity.sortable, ",") >>
<% if entity.searchable %>
<< texts("    ", "searchable=", entity.searchable, ",") >>
<% endif %>
<% if entity.filterable and ns.lists %>
    filters={
<% for field in entity.fields if field.name in entity.filterable %>
        "<< field.query >>": "<< field.name >>",
<% endfor %>
    },
<% elif entity.filterable %>
<< texts("    ", "filters=", entity.filterable, ",") >>
<% endif %>
<% if entity.summed %>
<< texts("    ", "summed=", entity.summed, ",") >>
<% endif %>
<% if entity.children %>
    counts={
<% for child in entity.children %>
<% set from = namespace(table=child.plural, column=child.field) %>
<% for other in contract.entities if other.name == child.entity %>
<% for field in other.fields if field.name == child.field and field.join %>
<% set from.table = field.join.table %><% set from.column = field.join.other %>
<% endfor %>
<% endfor %>
<< wrap("        ", '"' ~ count_name(entity, child) ~ '": (', ['"' ~ from.table ~ '"', '"' ~ from.column ~ '"'], "),") >>
<% endfor %>
    },
<% endif %>
)


@bp.get("<< url >>")
def list_<< entity.plural >>():
    """List << entity.label_plural >>, page by page."""
    return table.page(request.args)


@bp.post("<< url >>")
def create_<< entity.name >>():
    """Add << entity.article >> << entity.label >>."""
    row = table.create(json_body())
    location = url_for(".get_<< entity.name >>", id=row["id"])
    return row, 201, {"Location": location}


@bp.get("<< url >>/<int:id>")
def get_<< entity.name >>(id):
    """Return << entity.article >> << entity.label >>."""
    return table.get(id)


@bp.put("<< url >>/<int:id>")
def replace_<< entity.name >>(id):
    """Write every field of << entity.article >> << entity.label >>."""
    return table.replace(id, json_body())


@bp.patch("<< url >>/<int:id>")
def update_<< entity.name >>(id):
    """Write the fields that the body names."""
    return table.update(id, json_body())


@bp.delete("<< url >>/<int:id>")
def delete_<< entity.name >>(id):
    """Delete << entity.article >> << entity.label >>."""
    table.delete(id)
    return "", 204
<% for field in entity.fields if field.type == "tags" %>


@bp.get("<< url >>/<< field.name | kebab >>")
def << field.name >>_of_<< entity.plural >>():
    """Return the << field.label | lower >> in use."""
    return table.fields["<< field.name >>"].in_use(<< "table.name" if contract.auth else "" >>)
<% endfor %>
<% if csv %>


@bp.get("<< url >>.csv")
def download_<< entity.plural >>():
    """Return << entity.label_plural >> as CSV."""
    return csv_files.download(table, request.args)


@bp.post("<< url >>/import")
def import_<< entity.plural >>():
    """Add << entity.label_plural >> from CSV, all or none."""
    return {"added": csv_files.add(table, csv_files.body())}, 201
<% endif %>
