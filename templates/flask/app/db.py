<% from "web/shared.jinja" import anew, anew_line %>
<% set anew = anew(migrations | default([])) %>
"""The SQLite database: one connection a request, and migrations at start."""

import sqlite3
<% if anew %>
from collections import Counter
<% endif %>
from datetime import datetime, timezone
from pathlib import Path

from flask import current_app, g

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_SECONDS = 5
<% if anew %>
# A migration with this line makes tables anew; the rows that refer to theirs must stay.
ANEW = "<< anew_line() >>"
<% endif %>


def connect(path):
    """Open a database with the settings that every connection needs."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    # With a write-ahead log this never corrupts; a power cut may cost the last moment's writes.
    connection.execute("PRAGMA synchronous = NORMAL")
    # SQLite folds the case of ASCII letters only; a search should find "Émile" by "émile" too.
    connection.create_function("fold", 1, _fold, deterministic=True)
    return connection


def get():
    """Return the connection of this request."""
    if "db" not in g:
        g.db = connect(current_app.config["DATABASE"])
    return g.db


def close(_error=None):
    """Close the connection of this request, if it opened one."""
    connection = g.pop("db", None)
    if connection is not None:
        connection.close()


def now():
    """Return the time in UTC the way the database keeps it."""
<% if contract.auth %>
    return stamp(datetime.now(timezone.utc))


def stamp(moment):
    """Return a time in UTC the way the database keeps it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
<% else %>
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
<% endif %>


def migrate(path):
    """Apply the migrations that this database has not seen; `user_version` counts them."""
    connection = connect(path)
    connection.isolation_level = None
    try:
        files = sorted(MIGRATIONS.glob("*.sql"))
        connection.execute("PRAGMA journal_mode = WAL")
<% if anew %>
        for number, file in enumerate(files, start=1):
            _apply(connection, number, file)
        _check_version(connection, len(files))
        # A number counts once: a migration that another one took the number of never ran.
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'users'"
        if connection.execute(query).fetchone() is None:
            raise RuntimeError(
                "The database has no table `users`, though the migration that makes it counts as"
                " applied: one of that number ran in its place. Put back a copy of the database"
                " from before that one, or take the files in `migrations` that it was made with."
            )
    finally:
        connection.close()


def _apply(connection, number, file):
    """Apply a migration, unless the database has seen it."""
    script = file.read_text(encoding="utf-8")
    anew = ANEW in script.splitlines()
    # Within a transaction this would do nothing.
    connection.execute(f"PRAGMA foreign_keys = {'OFF' if anew else 'ON'}")
    # The lock comes before the look, so that two servers started at once do not race.
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] < number:
        before = _dangling(connection) if anew else Counter()
        for statement in _statements(script):
            connection.execute(statement)
        # What referred to nothing before may go on doing so.
        if anew and _dangling(connection) - before:
            raise sqlite3.IntegrityError(f"{file.name} leaves references to rows that are gone")
        connection.execute(f"PRAGMA user_version = {number}")
    connection.execute("COMMIT")


def _dangling(connection):
    """Count the references to rows that are not there, by table, row and table referred to."""
    return Counter(tuple(row)[:3] for row in connection.execute("PRAGMA foreign_key_check"))
<% else %>
        # The lock comes before the look, so that two servers started at once do not race.
        connection.execute("BEGIN IMMEDIATE")
        applied = _check_version(connection, len(files))
        for number, file in enumerate(files, start=1):
            if number > applied:
                for statement in _statements(file.read_text(encoding="utf-8")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    finally:
        connection.close()
<% endif %>


def _check_version(connection, known):
    """Return how many migrations the database has seen; it must not be ahead of this code."""
    applied = connection.execute("PRAGMA user_version").fetchone()[0]
    if applied > known:
        raise RuntimeError(
            f"The database has seen {applied} migrations, and this code has {known}: newer code"
            " has used it. Start that code, or put back a copy of the database from before it."
        )
    return applied


def _statements(script):
    """Split a script, because `executescript` would commit before each of its runs."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


<% filter slot("fold", kind="python", about="The function `_fold(text)`: the text without regard to upper and lower case, and any value that is no text as it is.", cap=64) %>
def _fold(text):
    return text.casefold() if isinstance(text, str) else text
<% endfilter %>
