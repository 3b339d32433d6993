"""The SQLite file: where it lies, how it is opened, and migrations when it is older than the program."""

import os
import sqlite3
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from .fields import Refused

APP = << app | py >>
VARIABLE = "<< app | snake | upper >>_DATABASE"
BUSY_TIMEOUT_SECONDS = 5


def default_path() -> Path:
    """Return the file that is used when none is named."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    return _data_home() / APP / f"{APP}.sqlite3"


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, which is made where there is none and brought up to date where it is old."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS)
    except (OSError, sqlite3.Error) as error:
        raise Refused(f"{path} cannot be opened: {error}. Name another file.") from error
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        # SQLite folds the case of ASCII letters only; "Émile" should be found by "émile" too.
        connection.create_function("fold", 1, fold, deterministic=True)
        _migrate(connection)
    except sqlite3.Error as error:
        connection.close()
        raise Refused(f"{path} cannot be used as a database: {error}.") from error
    except BaseException:
        connection.close()
        raise
    return connection


def fold(text: Any) -> Any:
    """Return the text without differences of case."""
    return text.casefold() if isinstance(text, str) else text


def _data_home() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _migrate(connection: sqlite3.Connection) -> None:
    """Apply the migrations that this database has not seen; `user_version` counts them."""
    folder = files(__package__) / "migrations"
    migrations = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    applied = connection.execute("PRAGMA user_version").fetchone()[0]
    if applied > len(migrations):
        raise Refused("The database was made by a newer version of this program; update it.")
    if applied == len(migrations):
        return
    isolation, connection.isolation_level = connection.isolation_level, None
    # The lock comes before the second look, so that two programs started at once do not race.
    connection.execute("BEGIN IMMEDIATE")
    try:
        applied = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, file in enumerate(migrations, start=1):
            if number > applied:
                for statement in _statements(file.read_text(encoding="utf-8")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    connection.isolation_level = isolation


def _statements(script: str) -> list[str]:
    """Split a script, because `executescript` would commit before each of its runs."""
    statements, statement = [], ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            statements.append(statement)
            statement = ""
    return statements
