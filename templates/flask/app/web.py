<% from "web/python.jinja" import import_names, wrap %>
<% from "web/shared.jinja" import has_detail %>
<% set multi = contract.entities | length > 1 %>
<% set ns = namespace(related=false, detail=false) %>
<% for entity in contract.entities %>
<% if entity.children %><% set ns.related = true %><% endif %>
<% if has_detail(contract, entity) %><% set ns.detail = true %><% endif %>
<% endfor %>
<% set board = contract.entities | selectattr("view", "equalto", "board") | list if contract.entities | length > 1 else [] %>
"""The pages. They carry forms and row templates; scripts fill them from the JSON API."""

<% if ns.detail %>
import json
<% endif %>
<% if multi %>
import sqlite3
from types import SimpleNamespace
<% endif %>
<% if ns.detail or multi %>

<% endif %>
from flask import Blueprint, << "g, redirect, render_template, request" if contract.auth else "render_template" >>

<% if contract.auth %>
from . import gate
<% endif %>
<% if ns.detail or multi %>
<< import_names(".api", contract.entities | map(attribute="plural") | sort) >>
<% endif %>
<% if ns.detail or multi or contract.auth %>

<% endif %>
bp = Blueprint("web", __name__)
<% if multi and not board %>
# How many rows the start page shows of each kind, the newest first.
NEWEST = 4
<% endif %>
<% if ns.related %>
# How many rows a page shows of each kind that refers to its row.
RELATED = 5
<% endif %>
<% if multi or contract.auth %>


@bp.app_context_processor
def common():
    """Return what every page shows."""
<% if not contract.auth %>
    return {"counts": _counts()}
<% elif multi %>
    session = g.get("session")
    return {
        "user": g.get("user"),
        "csrf_token_value": session["csrf_token"] if session else "",
        "counts": _counts() if session else None,
    }
<% else %>
    session = g.get("session")
    return {
        "user": g.get("user"),
        "csrf_token_value": session["csrf_token"] if session else "",
    }
<% endif %>
<% endif %>
<% if contract.auth %>


@bp.get("/sign-in")
def sign_in_page():
    """Show the form to sign in; afterwards its script opens the page that was asked for."""
    target = gate.local(request.args.get("next", ""))
    return redirect(target) if g.user else render_template("sign-in.html", next=target)


@bp.get("/sign-up")
def sign_up_page():
    """Show the form to make an account."""
    return redirect("/") if g.user else render_template("sign-up.html")
<% endif %>
<% if multi %>


@bp.get("/")
def home():
<% if board %>
    """Show the board."""
    return render_template("home.html")
<% else %>
    """Show what there is of each kind."""
    newest = [
<% for entity in contract.entities %>
<< wrap("        ", "_newest(", ['"' ~ entity.plural ~ '"', '"/' ~ entity.slug ~ '"', entity.plural ~ ".table"], ")") >>,
<% endfor %>
    ]
    return render_template("home.html", newest=newest)
<% endif %>
<% endif %>
<% if contract.dashboard %>


@bp.get("/dashboard")
def dashboard_page():
    """Show counts and sums as charts."""
    return render_template("dashboard.html")
<% endif %>
<% for entity in contract.entities %>


@bp.get("<< "/" ~ entity.slug if multi else "/" >>")
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
<< wrap("        ", "_related(", ['"/' ~ child.slug ~ '"', child.plural ~ ".table", '"' ~ child.query ~ '"', "id"], ")") >>,
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


def _counts():
    """Return how many rows there are of each kind."""
    try:
        # Templates read attributes, which a dict would confuse with its own methods.
        return SimpleNamespace(
<% for entity in contract.entities %>
            << entity.plural >>=<< entity.plural >>.table.count(),
<% endfor %>
        )
    except sqlite3.Error:
        # The page that says so has to be drawn all the same.
        return None
<% endif %>
<% if multi and not board %>


def _newest(plural, path, table):
    """Return what the start page shows of one kind."""
    return {
        "plural": plural,
        "links": _links(path, table, {"sort": "-created_at", "limit": str(NEWEST)}),
    }


def _links(path, table, query):
    """Return titles and addresses of the rows that a query finds."""
    return [
        {"text": table.title_of(row), "url": f"{path}/{row['id']}"}
        for row in table.page(query)["items"]
    ]
<% endif %>
<% if ns.related %>


def _related(path, table, field, id):
    """Return what a page shows of the rows that refer to its own row by a field."""
    query = {field: str(id), "sort": "-created_at", "limit": str(RELATED)}
    page = table.page(query)
    return {
        "count": page["total"],
        "shown": len(page["items"]),
        "rows_json": json.dumps(page["items"], ensure_ascii=False),
        "url": f"{path}?{field}={id}",
    }
<% endif %>
