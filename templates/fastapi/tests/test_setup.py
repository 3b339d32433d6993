<% from "fastapi/parts.jinja" import docs_path %>
<% set docs = docs_path(contract) %>
"""How the application starts: its settings, its database and its description."""

import sqlite3
from contextlib import closing

from fastapi.testclient import TestClient

from app import create_app
from app.database import MIGRATIONS
from app.settings import Settings


def test_the_database_comes_from_the_environment(monkeypatch, tmp_path):
    file = tmp_path / "new folder" / "data.sqlite3"
    monkeypatch.setenv("DATABASE", str(file))
    with TestClient(create_app()) as client:
        assert client.get("<< docs >>").status_code == 200
    assert file.exists()


def test_migrations_run_once(database):
    version = _pragma(database, "user_version")
    with TestClient(create_app(Settings(database=database))):
        pass
    assert _pragma(database, "user_version") == version == len(list(MIGRATIONS.glob("*.sql")))
    assert _pragma(database, "journal_mode") == "wal"


def test_description_needs_no_other_host(client):
    assert client.get("/openapi.json").json()["paths"]
    page = client.get("<< docs >>")
    assert page.status_code == 200
    assert "//" not in page.text


def _pragma(file, name):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]
