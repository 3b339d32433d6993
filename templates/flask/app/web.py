<% from "web/shared.jinja" import any_record, cap, has_detail, import_names, list_path %>
<% set multi = contract.entities | length > 1 %>
<% set ns = namespace(related=false) %>
<% for entity in contract.entities %>
<% if entity.children %><% set ns.related = true %><% endif %>
<% endfor %>
<% set records = multi or any_record(contract) %>
"""The pages. They carry forms and row templates; scripts fill them from the JSON API."""

<% if records %>
import json
<% endif %>
<% if multi %>
from types import SimpleNamespace
<% endif %>
<% if records or multi %>

<% endif %>
from flask import Blueprint, render_template

<< import_names(".api", contract.entities | map(attribute="plural") | sort) >>

bp = Blueprint("web", __name__)
<% if multi or ns.related %>

<% endif %>
<% if multi %>
# How many rows the start page shows of each kind, the newest first.
NEWEST = 4
<% endif %>
<% if ns.related %>
# How many rows a page shows of each kind that refers to its row.
RELATED = 5
<% endif %>
<% if multi %>


@bp.app_context_processor
def common():
    """Return what every page shows: how many rows there are of each kind."""
    return {
        # Templates read an attribute, which a dict would confuse with its own methods.
        "counts": SimpleNamespace(
<% for entity in contract.entities %>
            << entity.plural >>=<< entity.plural >>.table.count(),
<% endfor %>
        )
    }


@bp.get("/")
def home():
    """Show what there is of each kind."""
    newest = [
<% for entity in contract.entities %>
        _newest("<< entity.plural >>", "/<< entity.slug >>", << entity.plural >>.table),
<% endfor %>
    ]
    return render_template("home.html", newest=newest)
<% endif %>
<% for entity in contract.entities %>


@bp.get("<< list_path(contract, entity) >>")
def << entity.plural >>_page():
    """Show the list of << entity.label_plural >>."""
    return render_template("<< entity.plural >>/list.html")
<% if has_detail(contract, entity) %>


@bp.get("/<< entity.slug >>/<int:id>")
def << entity.plural >>_detail(id):
    """Show one << entity.label >> by itself."""
    row = << entity.plural >>.table.get(id)
<% if entity.children %>
    related = [
<% for child in entity.children %>
        _related("<< cap(child.label_plural) >>", "/<< child.slug >>", << child.plural >>.table, "<< child.field >>", id),
<% endfor %>
    ]
<% endif %>
    return render_template(
        "<< entity.plural >>/detail.html",
        title=<< entity.plural >>.table.title_of(row),
        row_json=json.dumps(row, ensure_ascii=False),
<% if entity.children %>
        related=related,
<% endif %>
    )
<% endif %>
<% endfor %>
<% if multi %>


def _newest(plural, path, table):
    """Return what the start page shows of one kind."""
    return {
        "plural": plural,
        "links": _links(path, table, {"sort": "-created_at", "limit": str(NEWEST)}),
    }
<% endif %>
<% if multi or ns.related %>


def _links(path, table, query):
    """Return titles and addresses of the rows that a query finds."""
    return [
        {"text": table.title_of(row), "url": f"{path}/{row['id']}"}
        for row in table.page(query)["items"]
    ]
<% endif %>
<% if ns.related %>


def _related(title, path, table, field, id):
    """Return what a page shows of the rows that refer to its own row by a field."""
    return {
        "title": title,
        "count": table.page({field: str(id), "limit": "1"})["total"],
        "links": _links(path, table, {field: str(id), "limit": str(RELATED)}),
        "url": f"{path}?{field}={id}",
    }
<% endif %>
