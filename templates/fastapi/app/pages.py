<% from "fastapi/parts.jinja" import fit %>
<% from "web/python.jinja" import wrap %>
<% from "web/shared.jinja" import has_detail %>
<% set multi = contract.entities | length > 1 %>
<% set auth = contract.auth %>
<% set deps = ["request: Request"] + (["db: Database", "user: CurrentUser"] if auth else ["db: Database"]) %>
<% set who = "db, user.id" if auth else "db" %>
<% set sign = "db: sqlite3.Connection, owner: int" if auth else "db: sqlite3.Connection" %>
<% set give = "db, owner" if auth else "db" %>
<% set ns = namespace(related=false, detail=false) %>
<% for entity in contract.entities %>
<% if entity.children %><% set ns.related = true %><% endif %>
<% if has_detail(contract, entity) %><% set ns.detail = true %><% endif %>
<% endfor %>
<% set board = contract.entities | selectattr("view", "equalto", "board") | list if contract.entities | length > 1 else [] %>
"""The pages. They carry forms and row templates; scripts fill them from the JSON API."""

<% if multi or ns.related or auth %>
<% if ns.related %>
import json
<% endif %>
<% if auth %>
import re
<% endif %>
<% if multi or ns.related %>
import sqlite3
<% endif %>
<% if multi %>
from types import SimpleNamespace
<% endif %>

<% endif %>
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse<< ", RedirectResponse, Response" if auth else "" >>
<% if ns.related %>
from pydantic import BaseModel
<% endif %>

<% if multi or ns.related or ns.detail %>
from . import models
<% endif %>
<% if auth and (multi or ns.detail) %>
from .accounts import CurrentUser
<% endif %>
<% if multi or ns.detail %>
from .database import Database
<% endif %>
<% if ns.detail %>
from .fields import RowId
<% endif %>
<% if multi or ns.related %>
from .store import Table
<% endif %>
from .templating import templates

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
<% if multi or ns.related %>

# The table of each kind, and the path of its page.
SECTIONS: dict[str, tuple[Table, str]] = {
<% for entity in contract.entities %>
<< wrap("    ", '"' ~ entity.plural ~ '": (', ["models." ~ entity.plural ~ ".table", '"/' ~ (entity.slug if multi else "") ~ '"'], "),") >>
<% endfor %>
}
<% endif %>
<% if multi and not board %>
# How many rows the start page shows of each kind, the newest first.
NEWEST = 4
<% endif %>
<% if ns.related %>
# How many rows a page shows of each kind that refers to its row.
RELATED = 5
<% endif %>
<% if multi %>


@router.get("/")
<< fit("", "def home(", deps, ") -> HTMLResponse:") >>
<% if board %>
    """Show the board."""
    context = {"counts": _counts(<< who >>)}
<% else %>
    """Show what there is of each kind."""
    newest = []
    for plural in SECTIONS:
        links = _links(<< who >>, plural, {"limit": NEWEST})
        newest.append({"plural": plural, "links": links})
    context = {"counts": _counts(<< who >>), "newest": newest}
<% endif %>
    return templates.TemplateResponse(request, "home.html", context)
<% endif %>
<% for entity in contract.entities %>


@router.get("<< "/" ~ entity.slug if multi else "/" >>")
<< fit("", "def " ~ entity.plural ~ "_page(", deps if multi else ["request: Request"], ") -> HTMLResponse:") >>
    """Show the list of << entity.label_plural >>."""
<% if multi %>
    context = {"counts": _counts(<< who >>)}
<< fit("    ", "return templates.TemplateResponse(", ["request", '"' ~ entity.plural ~ '/list.html"', "context"], ")") >>
<% else %>
    return templates.TemplateResponse(request, "<< entity.plural >>/list.html")
<% endif %>
<% if has_detail(contract, entity) %>


@router.get("/<< entity.slug >>/{id}")
<< fit("", "def " ~ entity.plural ~ "_detail(", deps + ["id: RowId"], ") -> HTMLResponse:") >>
    """Show one << entity.label >> by itself."""
    kind = models.<< entity.plural >>
    row = kind.table.get(<< who >>, id)
    shown = kind.<< entity.class >>Row.model_validate(row)
    context = {
<% if multi %>
        "counts": _counts(<< who >>),
<% endif %>
        "title": kind.table.title_of(row),
        "row_json": shown.model_dump_json(by_alias=True),
<% if entity.children %>
        "related": [
<% for child in entity.children %>
<< fit("            ", "_related(", (["db", "user.id"] if auth else ["db"]) + ['"' ~ child.plural ~ '"', "models." ~ child.plural ~ "." ~ (contract.entities | selectattr("name", "equalto", child.entity) | first).class ~ "Row", '"' ~ child.query ~ '"', "id"], "),") >>
<% endfor %>
        ],
<% endif %>
    }
<< fit("    ", "return templates.TemplateResponse(", ["request", '"' ~ entity.plural ~ '/detail.html"', "context"], ")") >>
<% endif %>
<% endfor %>
<% if contract.dashboard is not none %>


@router.get("/dashboard")
<< fit("", "def dashboard_page(", deps if multi else ["request: Request"], ") -> HTMLResponse:") >>
    """Show counts and sums."""
<% if multi %>
    context = {"counts": _counts(<< who >>)}
    return templates.TemplateResponse(request, "dashboard.html", context)
<% else %>
    return templates.TemplateResponse(request, "dashboard.html")
<% endif %>
<% endif %>
<% if auth %>


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:
    """Show the form to sign in; afterwards its script opens the page that was asked for."""
    # Browsers read a backslash as a slash, and drop control characters.
    target = next if re.fullmatch(r"/(?!/)[^\\\x00-\x20\x7f]*", next) else "/"
    if request.state.account:
        return RedirectResponse(target, status_code=303)
    return templates.TemplateResponse(request, "sign-in.html", {"next": target})


@router.get("/sign-up")
def sign_up_page(request: Request) -> Response:
    """Show the form to make an account."""
    if request.state.account:
        return RedirectResponse("/", status_code=303)
    return templates.TemplateResponse(request, "sign-up.html")
<% endif %>
<% if multi %>


def _counts(<< sign >>) -> SimpleNamespace:
    """Return how many rows there are of each kind."""
    # Templates read attributes, which a dict would confuse with its own methods.
    counts = {plural: table.count(<< give >>) for plural, (table, _) in SECTIONS.items()}
    return SimpleNamespace(**counts)
<% endif %>
<% if multi and not board %>


<< fit("", "def _links(", sign | split(", ") | list + ["plural: str", "query: dict"], ") -> list[dict[str, str]]:") >>
    """Return texts and addresses of the rows that a query finds."""
    table, _ = SECTIONS[plural]
    return [
        {"text": table.title_of(row), "url": f"/{table.slug}/{row['id']}"}
        for row in table.page(<< give >>, {"sort": "-created_at", **query})["items"]
    ]
<% endif %>
<% if ns.related %>


<< fit("", "def _related(", sign | split(", ") | list + ["plural: str", "kind: type[BaseModel]", "filter: str", "id: int"], ") -> dict:") >>
    """Return what a page shows of the rows that refer to its own."""
    table, url = SECTIONS[plural]
    query = {filter: id, "sort": "-created_at", "limit": RELATED}
    page = table.page(<< give >>, query)
    rows = [kind.model_validate(row) for row in page["items"]]
    return {
        "count": page["total"],
        "shown": len(rows),
        "rows_json": json.dumps([row.model_dump(mode="json", by_alias=True) for row in rows]),
        "url": f"{url}?{filter}={id}",
    }
<% endif %>
