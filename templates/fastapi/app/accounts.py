<% set pages = contract.kind != "api" %>
"""Accounts: signing up, in and out, and who may do what.

The gate stands before every route, so that none can be forgotten. A session is kept in the database
under a hash of the cookie's token: who reads the database cannot take over a session.
"""

import hashlib
import hmac
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
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
from pydantic import AfterValidator, BaseModel, Field, Strict
from starlette.types import ASGIApp, Receive, Scope, Send

from .database import Database, connect
from .errors import RESPONSES, ApiError, answer
from .fields import Text
from .requests import JsonRoute

COOKIE = "session"
TOKEN_BYTES = 32
SESSION_SECONDS = 30 * 24 * 60 * 60
MAX_NAME_LENGTH = 40
MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 200
# How often a name may fail from one address, and within which time.
MAX_FAILURES = 10
FAILURE_SECONDS = 15 * 60
# The cost of scrypt: 32 MiB of memory and some tens of milliseconds for each password.
SCRYPT = {"n": 2**15, "r": 8, "p": 1}
SCRYPT_MAX_BYTES = 64 * 1024 * 1024

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# What is open to everybody.
OPEN = {
    ("POST", "/api/accounts"),
    ("GET", "/api/session"),
    ("POST", "/api/session"),
<% if pages %>
    ("GET", "/docs"),
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


def current_account(request: Request) -> Account:
    """Return who is signed in; the gate lets nobody else come here."""
    if request.state.account is None:
        raise ApiError(401, "Please sign in.")
    return request.state.account


CurrentUser = Annotated[Account, Depends(current_account)]


def _account_name(text: str) -> str:
    if not all(character.isalnum() or character in "._-" for character in text):
        raise ValueError("may hold letters, digits, dots, hyphens and underscores.")
    return text


class SignUp(BaseModel):
    """A new account."""

    name: Annotated[Text, Field(max_length=MAX_NAME_LENGTH), AfterValidator(_account_name)]
    password: Annotated[
        str,
        Strict(),
        Field(min_length=MIN_PASSWORD_LENGTH, max_length=MAX_PASSWORD_LENGTH),
    ]


class SignIn(BaseModel):
    """A name and the password that goes with it."""

    name: Text
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
    password = hash_password(body.password)
    try:
        with db:
            if db.execute("SELECT 1 FROM users WHERE fold(name) = fold(?)", (body.name,)).fetchone():
                raise sqlite3.IntegrityError
            query = "INSERT INTO users (name, password) VALUES (?, ?)"
            id = db.execute(query, (body.name, password)).lastrowid
    except sqlite3.IntegrityError:
        message = "This name is taken."
        raise ApiError(409, message, {"name": message}) from None
    return _sign_in(request, response, db, {"id": id, "name": body.name})


@router.post("/api/session", response_model=SessionState)
def create_session(request: Request, response: Response, db: Database, body: SignIn) -> dict:
    """Sign in."""
    address = request.client.host if request.client else ""
    _count_attempt(db, body.name, address)
    query = "SELECT id, name, password FROM users WHERE fold(name) = fold(?)"
    user = db.execute(query, (body.name,)).fetchone()
    # A name that nobody has costs the same time as a wrong password.
    if not verify_password(body.password, user["password"] if user else NOBODY) or not user:
        raise ApiError(401, "The name or the password is wrong.")
    with db:
        query = "DELETE FROM login_attempts WHERE name = ? AND address = ?"
        db.execute(query, (body.name, address))
    return _sign_in(request, response, db, user)


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


def hash_password(password: str) -> str:
    """Return a salted hash, with all that is needed to check a password against it."""
    salt = secrets.token_bytes(16)
    key = _scrypt(password, salt, SCRYPT)
    return "$".join(["scrypt", *map(str, SCRYPT.values()), salt.hex(), key.hex()])


def verify_password(password: str, hashed: str) -> bool:
    """Say whether a password is the one that was hashed."""
    _, n, r, p, salt, key = hashed.split("$")
    found = _scrypt(password, bytes.fromhex(salt), {"n": int(n), "r": int(r), "p": int(p)})
    return hmac.compare_digest(found, bytes.fromhex(key))


def _scrypt(password: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, maxmem=SCRYPT_MAX_BYTES, dklen=32, **cost
    )


# Nobody's hash: no password fits it.
NOBODY = "$".join(["scrypt", *map(str, SCRYPT.values()), "00" * 16, "00" * 32])


def _sign_in(request: Request, response: Response, db: sqlite3.Connection, user: dict) -> dict:
    """Begin a session; one that the browser had ends with it."""
    token, csrf_token = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    old = request.cookies.get(COOKIE, "")
    with db:
        query = "DELETE FROM user_sessions WHERE id = ? OR expires_at <= ?"
        db.execute(query, (_digest(old), _in_seconds(0)))
        query = "INSERT INTO user_sessions (id, user_id, csrf_token, expires_at) VALUES (?, ?, ?, ?)"
        expires = _in_seconds(SESSION_SECONDS)
        db.execute(query, (_digest(token), user["id"], csrf_token, expires))
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_SECONDS,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return {"user": {"id": user["id"], "name": user["name"]}, "csrf_token": csrf_token}


def _count_attempt(db: sqlite3.Connection, name: str, address: str) -> None:
    """Note an attempt to sign in, or refuse it after too many. Success takes the notes back."""
    oldest = _in_seconds(-FAILURE_SECONDS)
    with db:
        db.execute("DELETE FROM login_attempts WHERE at <= ?", (oldest,))
        query = "SELECT count(*), min(at) FROM login_attempts WHERE name = ? AND address = ?"
        failures, first = db.execute(query, (name, address)).fetchone()
        if failures >= MAX_FAILURES:
            wait = (_moment(first) - _moment(oldest)).seconds + 1
            message = "There were too many attempts to sign in. Please try again later."
            raise ApiError(429, message, headers={"Retry-After": str(wait)})
        query = "INSERT INTO login_attempts (name, address, at) VALUES (?, ?, ?)"
        db.execute(query, (name, address, _in_seconds(0)))


def _find(database: Path, token: str) -> Account | None:
    """Return the account whose session the token opens."""
    query = (
        "SELECT users.id, users.name, user_sessions.id AS session, csrf_token "
        "FROM user_sessions JOIN users ON users.id = user_id "
        "WHERE user_sessions.id = ? AND expires_at > ?"
    )
    with closing(connect(database)) as db:
        row = db.execute(query, (_digest(token), _in_seconds(0))).fetchone()
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


def _in_seconds(seconds: int) -> str:
    moment = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
