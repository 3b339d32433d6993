<% from "fastapi/parts.jinja" import docs_path %>
<% set docs = docs_path(contract) %>
<% set ns = namespace(entity=none, field=none) %>
<% for entity in contract.entities if ns.field is none %>
<% for field in entity.fields if field.type == "money" and ns.field is none %>
<% if field.max is none or field.max >= (field.min if field.min is not none else 0) + 1 %>
<% set ns.entity = entity %><% set ns.field = field %>
<% endif %>
<% endfor %>
<% endfor %>
<% set auth = contract.auth %>
"""How the application starts, how it describes itself, and what its database keeps."""

import sqlite3
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from app import create_app
from app.database import MIGRATIONS, migrate
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


def test_a_database_of_newer_code_is_refused(database):
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(RuntimeError, match="has seen 999 migrations"):
        migrate(database)
    assert _pragma(database, "user_version") == 999


def test_description_needs_no_other_host(client):
    assert client.get("/openapi.json").json()["paths"]
    page = client.get("<< docs >>")
    assert page.status_code == 200
    assert "//" not in page.text
<% if auth %>


def test_sessions_end(client, database):
    assert client.get("/api/session").json()["user"]
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE user_sessions SET expires_at = '2020-01-01T00:00:00Z'")
        connection.commit()
    assert client.get("/api/session").json()["user"] is None
    assert client.get("/api/<< contract.entities[0].slug >>").status_code == 401


def test_passwords_and_tokens_are_not_kept(client, database, session_cookie):
    dump = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
    assert session_cookie(client).encode() not in dump
    assert b"correct horse" not in dump


def test_behind_tls_the_cookie_is_for_https_alone(anonymous, cookie_header):
    body = {"name": "carol", "password": "correct horse battery"}
    response = anonymous.post("https://testserver/api/accounts", json=body)
    assert "Secure" in cookie_header(response)


def test_nothing_is_left_in_caches(client):
    response = client.get("/api/<< contract.entities[0].slug >>")
    assert response.headers["Cache-Control"] == "no-store"
<% endif %>
<% if ns.field is not none %>
<% set field = ns.field %>
<% set low = field.min if field.min is not none else 0 %>


@pytest.mark.parametrize("cents", [1, 10, 15, 29, 57, 58, 99])
def test_amounts_are_exact(client, database, make, cents):
    amount = round(<< low >> + cents / 100, 2)
    row = make("<< ns.entity.name >>", << field.name >>=amount)
    assert row["<< field.name >>"] == amount
    with closing(sqlite3.connect(database)) as connection:
        query = 'SELECT "<< field.name >>" FROM "<< ns.entity.table.name >>"'
        assert connection.execute(query).fetchall() == [(round(amount * 100),)]
<% endif %>


def _pragma(file, name):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]
