<% set pages = contract.kind == "web" %>
"""The gate: who a request comes from, and whether it may pass. Also signing up, in and out."""

import hmac
<% if pages %>
import re
<% endif %>
from datetime import timedelta
<% if pages %>
from urllib.parse import quote

from flask import Blueprint, current_app, g, jsonify, redirect, request
<% else %>

from flask import Blueprint, current_app, g, jsonify, request
<% endif %>

from . import accounts, db
from .errors import ApiError
from .store import json_body

COOKIE = "session"
READING = ("GET", "HEAD", "OPTIONS")
# What is open to those who have not signed in.
<% if pages %>
OPEN = ("/sign-in", "/sign-up", "/api/accounts", "/api/session")
<% else %>
OPEN = ("/api/accounts", "/api/session")
<% endif %>

bp = Blueprint("gate", __name__)


@bp.before_app_request
def check():
    """Find out who asks; refuse or redirect what is not theirs to ask."""
<% if pages %>
    g.session = g.user = None
    if request.path.startswith("/static/"):
        return None
<% endif %>
    g.session = accounts.find_session(request.cookies.get(COOKIE, ""))
    g.user = {"id": g.session["user_id"], "name": g.session["name"]} if g.session else None
    if request.path in OPEN and request.method != "DELETE":
        return None
    if g.user is None:
<% if pages %>
        if request.path.startswith("/api/"):
            raise ApiError(401, "Please sign in.")
        return redirect("/sign-in?next=" + quote(local(request.full_path.rstrip("?"))))
<% else %>
        raise ApiError(401, "Please sign in.")
<% endif %>
    if request.method not in READING:
        sent = request.headers.get("X-CSRF-Token", "")
        token = g.session["csrf_token"].encode()
        if not hmac.compare_digest(sent.encode("utf-8", "replace"), token):
            raise ApiError(403, "The header X-CSRF-Token must hold the token of your session.")
    return None


@bp.post("/api/accounts")
def sign_up():
    """Make an account and sign in."""
    _refuse_foreign_pages()
    body = json_body()
    return _welcome(accounts.sign_up(body.get("name"), body.get("password"))), 201


@bp.get("/api/session")
def get_session():
    """Say who is signed in."""
    return _session(g.session)


@bp.post("/api/session")
def sign_in():
    """Sign in."""
    _refuse_foreign_pages()
    body = json_body()
    address = request.remote_addr or ""
    return _welcome(accounts.sign_in(body.get("name"), body.get("password"), address))


@bp.delete("/api/session")
def sign_out():
    """Sign out."""
    with db.get() as connection:
        accounts.close_session(connection, request.cookies.get(COOKIE, ""))
    response = current_app.response_class(status=204)
    response.delete_cookie(COOKIE)
    return response
<% if pages %>


def local(target):
    """Return a path of this application: the target if it is one, else that of the start page."""
    # Browsers read a backslash as a slash, and drop control characters.
    return target if re.fullmatch(r"/(?!/)[^\\\x00-\x20\x7f]*", target) else "/"
<% endif %>


def _refuse_foreign_pages():
    """Refuse a form of another site that would sign people in to somebody else's account."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise ApiError(403, "This address takes no requests from other sites.")


def _welcome(user):
    """Answer with a new session."""
    session, token = accounts.open_session(user, request.cookies.get(COOKIE, ""))
    response = jsonify(_session(session))
    response.set_cookie(
        COOKIE,
        token,
        max_age=timedelta(days=accounts.SESSION_DAYS),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def _session(session):
    """Return a session as JSON shows it."""
    if session is None:
        return {"user": None, "csrf_token": None}
    user = {"id": session["user_id"], "name": session["name"]}
    return {"user": user, "csrf_token": session["csrf_token"]}
