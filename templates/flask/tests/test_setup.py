"""How the application starts: its settings and its database."""

import sqlite3
from contextlib import closing

from app import create_app
from app.db import MIGRATIONS

URL = "/api/<< contract.entities[0].slug >>"


def pragma(database, name):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_the_database_comes_from_the_environment(monkeypatch, tmp_path):
    file = tmp_path / "new folder" / "data.sqlite3"
    monkeypatch.setenv("DATABASE", str(file))
    client = create_app({"TESTING": True}).test_client()
    assert client.get(URL).status_code == << 401 if contract.auth else 200 >>
    assert file.exists()


def test_migrations_run_once(app, database):
    version = pragma(database, "user_version")
    create_app({"DATABASE": database})
    assert pragma(database, "user_version") == version == len(list(MIGRATIONS.glob("*.sql")))
    assert pragma(database, "journal_mode") == "wal"
