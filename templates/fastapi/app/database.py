<% from "web/shared.jinja" import anew, anew_line %>
<% set anew = anew(migrations | default([])) %>
"""The SQLite database: one connection a request, and migrations at start."""

import sqlite3
<% if anew %>
from collections import Counter
<% endif %>
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, << "timedelta, " if contract.auth else "" >>timezone
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_SECONDS = 5
<% if anew %>
# A migration with this line makes tables anew; the rows that refer to theirs must stay.
ANEW = "<< anew_line() >>"
<% endif %>
# How moments are kept.
STAMP = "%Y-%m-%dT%H:%M:%SZ"


def connect(path: Path) -> sqlite3.Connection:
    """Open a database with the settings that every connection needs."""
    # A connection passes from the loop to a thread of the pool and back, but is never in both.
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    # With a write-ahead log this never corrupts; a power cut may cost the last moment's writes.
    connection.execute("PRAGMA synchronous = NORMAL")
    # SQLite folds the case of ASCII letters only; a search should find "Émile" by "émile" too.
    connection.create_function("fold", 1, _fold, deterministic=True)
    return connection


@contextmanager
def kept_open(path: Path) -> Iterator[None]:
    """Hold a connection: the last one to go copies the write-ahead log back, which takes time."""
    with closing(connect(path)) as connection:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        yield


async def open_connection(request: Request) -> AsyncIterator[sqlite3.Connection]:
    """Open a connection for a request and close it afterwards."""
    # To open a file takes less time than to change threads twice.
    connection = connect(request.app.state.settings.database)
    try:
        yield connection
    finally:
        connection.close()


Database = Annotated[sqlite3.Connection, Depends(open_connection)]


<% if contract.auth %>
def now(seconds: int = 0) -> str:
    """Return the time in UTC, or so many seconds after it, the way the database keeps it."""
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime(STAMP)
<% else %>
def now() -> str:
    """Return the time in UTC the way the database keeps it."""
    return datetime.now(timezone.utc).strftime(STAMP)
<% endif %>


def migrate(path: Path) -> None:
    """Apply the migrations that this database has not seen; `user_version` counts them."""
    path.parent.mkdir(parents=True, exist_ok=True)
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


def _apply(connection: sqlite3.Connection, number: int, file: Path) -> None:
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


def _dangling(connection: sqlite3.Connection) -> Counter:
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


def _check_version(connection: sqlite3.Connection, known: int) -> int:
    """Return how many migrations the database has seen; it must not be ahead of this code."""
    applied = connection.execute("PRAGMA user_version").fetchone()[0]
    if applied > known:
        raise RuntimeError(
            f"The database has seen {applied} migrations, and this code has {known}: newer code"
            " has used it. Start that code, or put back a copy of the database from before it."
        )
    return applied


def _statements(script: str) -> Iterator[str]:
    """Split a script, because `executescript` would commit before each of its runs."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _fold(text: object) -> object:
    return text.casefold() if isinstance(text, str) else text
