<% from "web/shared.jinja" import cap, count_name, import_names %>
<% set types = {"string": "String", "text": "String", "integer": "Integer", "number": "Number", "money": "Money", "boolean": "Boolean", "date": "Date", "datetime": "DateTime", "time": "Time", "choice": "Choice", "email": "Email", "url": "Url", "phone": "Phone", "ref": "Ref"} %>
<% set url = "/api/" ~ entity.slug %>
<% set imports = namespace(names=[]) %>
<% for field in entity.fields %>
<% set imports.names = imports.names + [types[field.type]] %>
<% endfor %>
<% macro names(list) %>
(<% for name in list %>"<< name >>"<< "," if loop.length == 1 else "" >><< ", " if not loop.last else "" >><% endfor %>)
<%- endmacro %>
<% macro tuple(name, list) %>
<% set line = names(list) | trim %>
<% if line | length + name | length > 80 %>
    << name >>=(
<% for item in list %>
        "<< item >>",
<% endfor %>
    ),
<% elif list %>
    << name >>=<< line >>,
<% endif %>
<% endmacro %>
"""<< cap(entity.label_plural) >>: the JSON API under << url >>."""

from flask import Blueprint, request, url_for

<< import_names("..fields", imports.names | unique | sort) >>
from ..store import Table, json_body

bp = Blueprint("<< entity.plural >>", __name__)

table = Table(
    "<< entity.table.name >>",
    (
<% for field in entity.fields %>
<% set args = namespace(list=[]) %>
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
<% set args.list = args.list + ["values=" ~ (field.values | py)] %>
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
<% set line = types[field.type] ~ '("' ~ field.name ~ '", "' ~ field.label ~ '"' ~ (", " if args.list else "") ~ (args.list | join(", ")) ~ ")," %>
<% if line | length <= 80 %>
        << line >>
<% else %>
        << types[field.type] >>(
            "<< field.name >>",
            "<< field.label >>",
<% for argument in args.list %>
<% if argument | length > 72 and field.type == "choice" and argument is startingwith("values=") %>
            values=[
<% for value in field.values %>
                << value | py >>,
<% endfor %>
            ],
<% else %>
            << argument >>,
<% endif %>
<% endfor %>
        ),
<% endif %>
<% endfor %>
    ),
    label="<< entity.label >>",
    title="<< entity.title_field >>",
    default_sort="<< entity.default_sort >>",
<< tuple("sortable", entity.sortable) ->>
<< tuple("searchable", entity.searchable) ->>
<< tuple("filterable", entity.filterable) ->>
<% if entity.children %>
    counts={
<% for child in entity.children %>
        "<< count_name(entity, child) >>": ("<< child.plural >>", "<< child.field >>"),
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
    return row, 201, {"Location": url_for(".get_<< entity.name >>", id=row["id"])}


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
