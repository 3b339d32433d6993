<% from "fastapi/parts.jinja" import docs_path %>
<% from "web/shared.jinja" import anew %>
<% set anew = anew(migrations | default([])) %>
<% set pages = contract.kind != "api" %>
"""Accounts: signing up, in and out, and who may do what.

The gate stands before every route, so that none can be forgotten. A session is kept in the database
under a hash of the cookie's token: who reads the database cannot take over a session.
"""

import hashlib
import hmac
import re
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
<% if pages %>
from urllib.parse import quote, urlsplit
<% else %>
from urllib.parse import urlsplit
<% endif %>

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
<% if pages %>
from fastapi.responses import RedirectResponse
<% endif %>
from fastapi.security import APIKeyCookie
from pydantic import AfterValidator, BaseModel, Field, Strict
from starlette.types import ASGIApp, Receive, Scope, Send

from .database import STAMP, Database, connect, now
from .errors import RESPONSES, ApiError, answer
from .requests import JsonRoute

COOKIE = "session"
TOKEN_BYTES = 32
SESSION_SECONDS = 30 * 24 * 60 * 60
NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")
MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 200
# So many failures from one address close a name to that address for so long.
MAX_FAILURES = 10
BRAKE_SECONDS = 15 * 60
<% if anew %>
# Whom the rows from before there were accounts belong to; no account can be called that.
NOBODY = "(nobody)"
<% endif %>

# scrypt: 2**COST steps over 2**COST * BLOCK_SIZE * 128 bytes, that is 32 MB.
COST = 15
BLOCK_SIZE = 8
SALT_BYTES = 16
MAX_MEMORY_BYTES = 64 * 1024 * 1024

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# What is open to everybody.
OPEN = {
    ("POST", "/api/accounts"),
    ("GET", "/api/session"),
    ("POST", "/api/session"),
<% if pages %>
    ("GET", "<< docs_path(contract) >>"),
    ("GET", "/openapi.json"),
    ("GET", "/sign-in"),
    ("GET", "/sign-up"),
<% endif %>
}


@dataclass(frozen=True)
class Account:
    """Who is signed in, by which session."""

    id: int
    name: str
    session: str
    csrf_token: str


class Gate:
    """Lets requests pass that somebody signed in sent, and those that need nobody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            request = Request(scope)
            token = request.cookies.get(COOKIE)
            account = None
            if token:
                database = request.app.state.settings.database
                account = await run_in_threadpool(_find, database, token)
            request.state.account = account
            refusal = _refuse(request, account)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


# So that the description of the API says what a request needs.
cookie = APIKeyCookie(name=COOKIE, auto_error=False)


def current_account(request: Request, _: Annotated[str | None, Depends(cookie)]) -> Account:
    """Return who is signed in; the gate lets nobody else come here."""
    if request.state.account is None:
        raise ApiError(401, "Please sign in.")
    return request.state.account


CurrentUser = Annotated[Account, Depends(current_account)]


def _account_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError("must be 1 to 40 letters, digits, dots, dashes or underscores.")
    return text


class SignUp(BaseModel):
    """A new account."""

    name: Annotated[str, Strict(), AfterValidator(_account_name)]
    password: Annotated[
        str,
        Strict(),
        Field(min_length=MIN_PASSWORD_LENGTH, max_length=MAX_PASSWORD_LENGTH),
    ]


class SignIn(BaseModel):
    """A name and the password that goes with it."""

    name: Annotated[str, Strict()]
    password: Annotated[str, Strict()]


class User(BaseModel):
    """An account as others may see it."""

    id: int
    name: str


class SessionState(BaseModel):
    """Who is signed in; writes send the token back as the header X-CSRF-Token."""

    user: User | None
    csrf_token: str | None


router = APIRouter(tags=["Accounts"], route_class=JsonRoute, responses=RESPONSES)


@router.post("/api/accounts", status_code=201, response_model=SessionState)
def create_account(request: Request, response: Response, db: Database, body: SignUp) -> dict:
    """Make an account and sign in."""
<% if anew %>
    # Whose the rows are must outlive a power cut; within a transaction this would do nothing.
    db.execute("PRAGMA synchronous = FULL")
    try:
        with db:
            id = _make_account(db, body.name, hash_password(body.password))
<% else %>
    query = "INSERT INTO users (name, password) VALUES (?, ?)"
    try:
        with db:
            id = db.execute(query, (body.name, hash_password(body.password))).lastrowid
<% endif %>
    except sqlite3.IntegrityError:
        message = "This name is taken. Please choose another one."
        raise ApiError(409, message, {"name": message}) from None
    return _open_session(request, response, db, User(id=id, name=body.name))


@router.post("/api/session", response_model=SessionState)
def create_session(request: Request, response: Response, db: Database, body: SignIn) -> dict:
    """Sign in."""
    # What no account can be called is counted too, but not kept.
    name = body.name if NAME.fullmatch(body.name) else ""
    attempt = _begin_attempt(db, name, request.client.host if request.client else "")
    query = "SELECT id, name, password FROM users WHERE name = ?"
    row = db.execute(query, (name,)).fetchone()
    # Without an account there is as much to compute, so that the time tells nothing.
    known = row["password"] if row else _join(COST, bytes(SALT_BYTES), b"")
    if not check_password(body.password, known) or row is None:
        raise ApiError(401, "The name or the password is wrong.")
    with db:
        db.execute("DELETE FROM login_attempts WHERE id = ?", (attempt,))
    return _open_session(request, response, db, User(id=row["id"], name=row["name"]))


@router.get("/api/session", response_model=SessionState)
def read_session(request: Request) -> dict:
    """Say who is signed in."""
    account = request.state.account
    return {"user": account, "csrf_token": account.csrf_token if account else None}


@router.delete("/api/session", status_code=204)
def delete_session(response: Response, db: Database, user: CurrentUser) -> None:
    """Sign out: the session is gone, whoever still has its cookie."""
    with db:
        db.execute("DELETE FROM user_sessions WHERE id = ?", (user.session,))
    response.delete_cookie(COOKIE, path="/")


<% if anew %>
def _make_account(db: sqlite3.Connection, name: str, password: str) -> int:
    """Make an account; the first one takes the place of nobody, and so gets its rows."""
    query = "UPDATE users SET name = ?, password = ?, created_at = ? WHERE name = ?"
    if db.execute(query, (name, password, now(), NOBODY)).rowcount == 0:
        query = "INSERT INTO users (name, password) VALUES (?, ?)"
        db.execute(query, (name, password))
    query = "SELECT id FROM users WHERE name = ?"
    return db.execute(query, (name,)).fetchone()["id"]


<% endif %>
def hash_password(password: str) -> str:
    """Return what the database keeps of a password."""
    salt = secrets.token_bytes(SALT_BYTES)
    return _join(COST, salt, _scrypt(password, COST, salt))


def check_password(password: str, known: str) -> bool:
    """Say whether a password is the one that the database knows."""
    _, cost, salt, key = known.split(":")
    found = _scrypt(password, int(cost), bytes.fromhex(salt))
    return hmac.compare_digest(found, bytes.fromhex(key))


def _join(cost: int, salt: bytes, key: bytes) -> str:
    return f"scrypt:{cost}:{salt.hex()}:{key.hex()}"


def _scrypt(password: str, cost: int, salt: bytes) -> bytes:
    size = {"n": 2**cost, "r": BLOCK_SIZE, "p": 1, "maxmem": MAX_MEMORY_BYTES}
    # Half of a surrogate pair is no character; it must fail to match, not to encode.
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **size)


def _open_session(request: Request, response: Response, db: sqlite3.Connection, user: User) -> dict:
    """Begin a session; one that the client had ends with it."""
    token, csrf_token = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    old = _digest(request.cookies.get(COOKIE, ""))
    row = (_digest(token), user.id, csrf_token, now(SESSION_SECONDS))
    with db:
        query = "DELETE FROM user_sessions WHERE id = ? OR expires_at <= ?"
        db.execute(query, (old, now()))
        columns = "(id, user_id, csrf_token, expires_at)"
        db.execute(f"INSERT INTO user_sessions {columns} VALUES (?, ?, ?, ?)", row)  # noqa: S608
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_SECONDS,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return {"user": user, "csrf_token": csrf_token}


def _begin_attempt(db: sqlite3.Connection, name: str, address: str) -> int:
    """Count an attempt before its password is looked at, so that many at once count as many."""
    oldest = now(-BRAKE_SECONDS)
    with db:
        db.execute("DELETE FROM login_attempts WHERE at <= ?", (oldest,))
        query = "SELECT count(*), min(at) FROM login_attempts WHERE name = ? AND address = ?"
        count, first = db.execute(query, (name, address)).fetchone()
        if count >= MAX_FAILURES:
            wait = datetime.strptime(first, STAMP) - datetime.strptime(oldest, STAMP)
            raise ApiError(
                429,
                "Too many failed attempts. Please wait a quarter of an hour.",
                headers={"Retry-After": str(max(1, wait.seconds))},
            )
        query = "INSERT INTO login_attempts (name, address, at) VALUES (?, ?, ?)"
        return db.execute(query, (name, address, now())).lastrowid


def _find(database: Path, token: str) -> Account | None:
    """Return the account whose session the token opens."""
    query = (
        "SELECT users.id, users.name, user_sessions.id AS session, csrf_token "
        "FROM user_sessions JOIN users ON users.id = user_id "
        "WHERE user_sessions.id = ? AND expires_at > ?"
    )
    with closing(connect(database)) as db:
        row = db.execute(query, (_digest(token), now())).fetchone()
    return Account(**row) if row else None


def _refuse(request: Request, account: Account | None) -> Response | None:
    """Return the answer to a request that may not pass."""
    place = (request.method, request.url.path)
    if place in OPEN:
        if request.method not in SAFE_METHODS and _is_foreign(request):
            return answer(request, ApiError(403, "This request came from another site."))
        return None
    if not request.url.path.startswith("/api/"):
<% if pages %>
        if account is None:
            here = request.url.path + ("?" + request.url.query if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(here, safe='/')}", status_code=303)
<% endif %>
        return None
    if account is None:
        return answer(request, ApiError(401, "Please sign in."))
    if request.method not in SAFE_METHODS:
        token = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(token.encode(), account.csrf_token.encode()):
            message = "Send the token of the session as the header X-CSRF-Token."
            return answer(request, ApiError(403, message))
    return None


def _is_foreign(request: Request) -> bool:
    """Say whether a browser sent the request from another site's page."""
    origin = request.headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != request.headers.get("host")
    except ValueError:
        return True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
