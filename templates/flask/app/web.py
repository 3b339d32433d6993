<% from "web/shared.jinja" import cap, has_detail, import_names %>
<% set multi = contract.entities | length > 1 %>
<% set ns = namespace(related=false) %>
<% for entity in contract.entities %>
<% if entity.children %><% set ns.related = true %><% endif %>
<% endfor %>
<% set linked = multi or ns.related %>
"""The pages. They carry forms and row templates; scripts fill them from the JSON API."""

from flask import Blueprint, current_app, render_template<< ", url_for" if linked else "" >>

<< import_names(".api", contract.entities | map(attribute="plural") | sort) >>

bp = Blueprint("web", __name__)
<% if linked %>

# What the application keeps: the name of its pages, its title and its table.
SECTIONS = (
<% for entity in contract.entities %>
    ("<< entity.plural >>", "<< cap(entity.label_plural) >>", << entity.plural >>.table),
<% endfor %>
)
<% endif %>
<% if multi %>
# How many rows the start page shows of each kind, the newest first.
NEWEST = 4
<% endif %>
<% if ns.related %>
# How many rows a page shows of each kind that refers to its row.
RELATED = 5
<% endif %>


@bp.app_template_filter()
def humanize(text):
    """Write a value such as in_progress for people: In progress."""
    words = text.replace("_", " ")
    return words[:1].upper() + words[1:]


@bp.app_context_processor
def common():
    """Return what every page shows."""
<% if multi %>
    return {"app_title": current_app.config["APP_TITLE"], "sections": _sections}
<% else %>
    return {"app_title": current_app.config["APP_TITLE"]}
<% endif %>
<% if multi %>


@bp.get("/")
def home():
    """Show what there is of each kind."""
    newest = {
        page: _links(page, table, {"sort": "-created_at", "limit": str(NEWEST)})
        for page, _, table in SECTIONS
    }
    return render_template("home.html", newest=newest)
<% endif %>
<% for entity in contract.entities %>


@bp.get("<< "/" ~ entity.slug if multi else "/" >>")
def << entity.plural >>_page():
    """Show the list of << entity.label_plural >>."""
    return render_template("<< entity.plural >>/list.html", fields=<< entity.plural >>.table.fields)
<% if has_detail(contract, entity) %>


@bp.get("/<< entity.slug >>/<int:id>")
def << entity.plural >>_detail(id):
    """Show one << entity.label >> by itself."""
    table = << entity.plural >>.table
    row = table.get(id)
<% if entity.children %>
    related = [
<% for child in entity.children %>
        _related("<< child.plural >>", "<< child.field >>", id),
<% endfor %>
    ]
<% endif %>
    return render_template(
        "<< entity.plural >>/detail.html",
        fields=table.fields,
        row=row,
        title=table.title_of(row),
<% if entity.children %>
        related=related,
<% endif %>
    )
<% endif %>
<% endfor %>
<% if multi %>


def _sections():
    """Return the sections of the application with their addresses and counts."""
    return [
        {"page": page, "title": title, "url": url_for(f"web.{page}_page"), "count": table.count()}
        for page, title, table in SECTIONS
    ]
<% endif %>
<% if linked %>


def _links(page, table, query):
    """Return titles and addresses of the rows that a query finds."""
    return [
        (table.title_of(row), url_for(f"web.{page}_detail", id=row["id"]))
        for row in table.page(query)["items"]
    ]
<% if ns.related %>


def _related(page, field, id):
    """Return what a page shows of the rows that refer to its own row by a field."""
    title, table = next((title, table) for name, title, table in SECTIONS if name == page)
    return {
        "title": title,
        "count": table.page({field: str(id), "limit": "1"})["total"],
        "links": _links(page, table, {field: str(id), "limit": str(RELATED)}),
        "url": url_for(f"web.{page}_page", **{field: id}),
    }
<% endif %>
<% endif %>
