<% from "django/model.jinja" import attr, related %>
<% from "web/python.jinja" import import_names, wrap %>
<% from "web/shared.jinja" import has_detail %>
<% set multi = contract.entities | length > 1 %>
<% set ns = namespace(related=false, details=false) %>
<% for entity in contract.entities %>
<% if entity.children %><% set ns.related = true %><% endif %>
<% if has_detail(contract, entity) %><% set ns.details = true %><% endif %>
<% endfor %>
<% set me = "request.user, " if contract.auth else "" %>
<% set user = "user, " if contract.auth else "" %>
<% set dashboard = "dashboard" in contract.features %>
<% set board = contract.entities | selectattr("view", "equalto", "board") | list if contract.entities | length > 1 else [] %>
"""The pages. They carry forms and row templates; scripts fill them from the JSON API."""

<% if ns.details %>
import json

<% endif %>
<% if contract.auth %>
from django.contrib.auth.decorators import login_required
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
<% else %>
from django.shortcuts import render
<% endif %>
from django.views.decorators.http import require_safe
<% if multi or ns.details %>

<< import_names(".api", contract.entities | map(attribute="plural") | sort) >>
<% endif %>
<% if multi or ns.related %>

<% endif %>
<% if multi %>
SECTIONS = {
<% for entity in contract.entities %>
    "<< entity.plural >>": << entity.plural >>.rows,
<% endfor %>
}
# How many rows the start page shows of each kind, the newest first.
NEWEST = 4
<% endif %>
<% if ns.related %>
# How many rows a page shows of each kind that refers to its row.
RELATED = 5
<% endif %>
<% if multi or contract.auth %>


def common(request):
    """Return what every page shows; functions are called by the pages that show it."""
<% if contract.auth %>
    user = request.user if request.user.is_authenticated else None
<% endif %>
    return {
<% if contract.auth %>
        "user": user,
        "csrf_token_value": get_token(request) if user else "",
<% endif %>
<% if multi %>
        "counts": << "lambda: _counts(user)" if contract.auth else "_counts" >>,
<% endif %>
    }
<% endif %>
<% if multi %>


def _counts(<< "user" if contract.auth else "" >>):
    """Return how many rows there are of each kind."""
<% if contract.auth %>
    if user is None:
        return {}
<% endif %>
    return {plural: rows.all(<< "user" if contract.auth else "" >>).count() for plural, rows in SECTIONS.items()}


<% if contract.auth %>
@login_required
<% endif %>
@require_safe
def home(request):
<% if board %>
    """Show the board."""
    return render(request, "home.html")
<% else %>
    """Show what there is of each kind."""
    newest = [
<% if contract.auth %>
        {"plural": plural, "links": _newest(request.user, plural, rows)}
        for plural, rows in SECTIONS.items()
<% else %>
        {"plural": plural, "links": _newest(plural, rows)} for plural, rows in SECTIONS.items()
<% endif %>
    ]
    return render(request, "home.html", {"newest": newest})
<% endif %>
<% endif %>
<% if dashboard %>


<% if contract.auth %>
@login_required
<% endif %>
@require_safe
def dashboard(request):
    """Show counts and sums."""
    return render(request, "dashboard.html")
<% endif %>
<% if contract.auth %>


@require_safe
def sign_in(request):
    """Show the form for signing in, and lead on who is signed in already."""
    return _door(request, "sign-in.html")


@require_safe
def sign_up(request):
    """Show the form for making an account."""
    return _door(request, "sign-up.html")


def _door(request, template):
    target = request.GET.get("next", "")
    # Only a path of this application: what is no such path could lead elsewhere.
    if not (target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)):
        target = "/"
    if request.user.is_authenticated:
        return redirect(target)
    return render(request, template, {"next": target})
<% endif %>
<% for entity in contract.entities %>


<% if contract.auth %>
@login_required
<% endif %>
@require_safe
def << entity.plural >>_list(request):
    """Show the list of << entity.label_plural >>."""
    return render(request, "<< entity.plural >>/list.html")
<% if has_detail(contract, entity) %>


<% if contract.auth %>
@login_required
<% endif %>
@require_safe
def << entity.plural >>_detail(request, id):
    """Show one << entity.label >> by itself."""
    rows = << entity.plural >>.rows
    row = rows.find(<< me >>id)
<% if entity.children %>
    related = [
<% for child in entity.children %>
<< wrap("        ", "_related(", (["request.user"] if contract.auth else []) + ['"/' ~ child.slug ~ '"', child.plural ~ ".rows", '"' ~ child.query ~ '"', "id"], "),") >>
<% endfor %>
    ]
<% endif %>
    return _detail(request, "<< entity.plural >>", rows, row<< ", related=related" if entity.children else "" >>)
<% endif %>
<% endfor %>
<% if ns.details %>


def _detail(request, plural, rows, row, **context):
    """Show a row by itself."""
    context["title"] = str(row)
    context["row_json"] = json.dumps(rows.load([row])[0], ensure_ascii=False)
    return render(request, f"{plural}/detail.html", context)
<% endif %>
<% if multi and not board %>


def _newest(<< user >>plural, rows):
    """Return what the start page shows of one kind."""
    newest = rows.all(<< "user" if contract.auth else "" >>).order_by("-created_at", "-pk")[:NEWEST]
    return _links("/" + plural.replace("_", "-").rstrip("-"), newest)


def _links(path, rows):
    """Return titles and addresses of rows."""
    return [{"text": str(row), "url": f"{path}/{row.pk}"} for row in rows]
<% endif %>
<% if ns.related %>


def _related(<< user >>path, rows, query, id):
    """Return what a page shows of the rows that refer to its own row."""
    found = rows.all(<< "user" if contract.auth else "" >>).filter(**{rows.filters[query].lookup(): id})
    shown = rows.load(found.order_by("-created_at", "-pk")[:RELATED])
    return {
        "count": found.count(),
        "shown": len(shown),
        "rows_json": json.dumps(shown, ensure_ascii=False),
        "url": f"{path}?{query}={id}",
    }
<% endif %>
