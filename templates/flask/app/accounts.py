<% from "web/shared.jinja" import anew %>
<% set anew = anew(migrations | default([])) %>
"""Accounts: names and passwords, sessions, and a brake on guessing."""

import hashlib
import hmac
import re
import secrets
import sqlite3
from datetime import datetime, timedelta, timezone

from flask import g

from . import db
from .errors import ApiError, Invalid

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 200
SESSION_DAYS = 30
# So many failures from one address close a name to that address for so long.
MAX_FAILURES = 10
BRAKE_MINUTES = 15
<% if anew %>
# Whom the rows from before there were accounts belong to; no account can be called that.
NOBODY = "(nobody)"
<% endif %>

# scrypt: 2**COST steps over COST * BLOCK_SIZE * 128 bytes, that is 32 MB and a tenth of a second.
COST = 15
BLOCK_SIZE = 8
MAX_MEMORY_BYTES = 64 * 1024 * 1024
SALT_BYTES = 16
TOKEN_BYTES = 32


def user_id():
    """Return the id of the account that this request comes from: the owner of all it may see."""
    return g.user["id"]


def sign_up(name, password):
    """Make an account and return its id."""
    problems = {}
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", name):
        problems["name"] = "The name must be 1 to 40 letters, digits, dots, dashes or underscores."
    if not isinstance(password, str) or not (
        MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH
    ):
        problems["password"] = (
            f"The password must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters."
        )
    if problems:
        raise Invalid(problems)
<% if anew %>
    # Whose the rows are must outlive a power cut; within a transaction this would do nothing.
    db.get().execute("PRAGMA synchronous = FULL")
<% endif %>
    try:
        with db.get() as connection:
<% if anew %>
            return _make_account(connection, name, hash_password(password))
<% else %>
            query = "INSERT INTO users (name, password) VALUES (?, ?)"
            return connection.execute(query, (name, hash_password(password))).lastrowid
<% endif %>
    except sqlite3.IntegrityError:
        message = "This name is taken. Please choose another one."
        raise ApiError(409, message, {"name": message}) from None


<% if anew %>
def _make_account(connection, name, password):
    """Make an account; the first one takes the place of nobody, and so gets its rows."""
    query = "UPDATE users SET name = ?, password = ?, created_at = ? WHERE name = ?"
    if connection.execute(query, (name, password, db.now(), NOBODY)).rowcount == 0:
        query = "INSERT INTO users (name, password) VALUES (?, ?)"
        connection.execute(query, (name, password))
    query = "SELECT id FROM users WHERE name = ?"
    return connection.execute(query, (name,)).fetchone()["id"]


<% endif %>
def sign_in(name, password, address):
    """Return the id of the account that the name and password belong to."""
    problems = {
        key: f"The {key} must be text."
        for key, value in (("name", name), ("password", password))
        if not isinstance(value, str)
    }
    if problems:
        raise Invalid(problems)
    # What no account can be called is counted too, but not kept.
    name = name if re.fullmatch(r"[A-Za-z0-9._-]{1,40}", name) else ""
    attempt = _begin_attempt(name, address)
    query = "SELECT id, password FROM users WHERE name = ?"
    user = db.get().execute(query, (name,)).fetchone()
    # Without an account there is as much to compute, so that the time tells nothing.
    known = user["password"] if user else f"scrypt:{COST}:{'00' * SALT_BYTES}:00"
    if not check_password(password, known) or user is None:
        raise ApiError(401, "The name or the password is wrong.")
    with db.get() as connection:
        connection.execute("DELETE FROM login_attempts WHERE id = ?", (attempt,))
    return user["id"]


def hash_password(password):
    """Return what the database keeps of a password."""
    salt = secrets.token_bytes(SALT_BYTES)
    return f"scrypt:{COST}:{salt.hex()}:{_scrypt(password, salt, COST).hex()}"


def check_password(password, known):
    """Say whether a password is the one that the database knows."""
    _, cost, salt, key = known.split(":")
    found = _scrypt(password, bytes.fromhex(salt), int(cost))
    return hmac.compare_digest(found, bytes.fromhex(key))


def open_session(user, old_token):
    """Open a session, end the one that this client had, and return the new one and its token."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires = datetime.now(timezone.utc) + timedelta(days=SESSION_DAYS)
    row = (_digest(token), user, secrets.token_urlsafe(TOKEN_BYTES), db.stamp(expires))
    with db.get() as connection:
        connection.execute("DELETE FROM user_sessions WHERE expires_at <= ?", (db.now(),))
        close_session(connection, old_token)
        connection.execute(
            "INSERT INTO user_sessions (id, user_id, csrf_token, expires_at) VALUES (?, ?, ?, ?)",
            row,
        )
    return find_session(token), token


def find_session(token):
    """Return the session of a cookie, with the account's name, or None."""
    query = (
        "SELECT user_sessions.*, users.name FROM user_sessions "
        "JOIN users ON users.id = user_sessions.user_id "
        "WHERE user_sessions.id = ? AND expires_at > ?"
    )
    return db.get().execute(query, (_digest(token), db.now())).fetchone() if token else None


def close_session(connection, token):
    """End the session of a cookie, if there is one."""
    connection.execute("DELETE FROM user_sessions WHERE id = ?", (_digest(token),))


def _begin_attempt(name, address):
    """Count an attempt before its password is looked at, so that many at once count as many."""
    brake = timedelta(minutes=BRAKE_MINUTES)
    now = datetime.now(timezone.utc)
    with db.get() as connection:
        connection.execute("DELETE FROM login_attempts WHERE at <= ?", (db.stamp(now - brake),))
        query = "SELECT count(*), min(at) FROM login_attempts WHERE name = ? AND address = ?"
        count, first = connection.execute(query, (name, address)).fetchone()
        if count >= MAX_FAILURES:
            wait = datetime.fromisoformat(first.replace("Z", "+00:00")) + brake - now
            seconds = max(1, int(wait.total_seconds()) + 1)
            raise ApiError(
                429,
                "Too many failed attempts. Please wait a quarter of an hour.",
                headers={"Retry-After": str(seconds)},
            )
        query = "INSERT INTO login_attempts (name, address, at) VALUES (?, ?, ?)"
        return connection.execute(query, (name, address, db.stamp(now))).lastrowid


def _scrypt(password, salt, cost):
    return hashlib.scrypt(
        # Half a surrogate pair is no character; it must fail to match, not to encode.
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=2**cost,
        r=BLOCK_SIZE,
        p=1,
        maxmem=MAX_MEMORY_BYTES,
    )


def _digest(token):
    """Return what the database keeps of a cookie: who reads the one cannot make the other."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
