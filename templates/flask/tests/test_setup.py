"""How the application starts: its settings and its database."""

import sqlite3
from contextlib import closing

import pytest
<% if contract.auth %>
from flask import request
<% endif %>

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


def test_a_database_of_newer_code_is_refused(app, database):
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(RuntimeError, match="has seen 999 migrations"):
        create_app({"DATABASE": database})
    assert pragma(database, "user_version") == 999
<% if contract.auth %>


def test_the_database_knows_neither_passwords_nor_cookies(database, anonymous, session_cookie):
    body = {"name": "carol", "password": "correct horse battery"}
    assert anonymous.post("/api/accounts", json=body).status_code == 201
    with closing(sqlite3.connect(database)) as connection:
        users = connection.execute("SELECT password FROM users").fetchall()
        sessions = connection.execute("SELECT id FROM user_sessions").fetchall()
    assert all(password.startswith("scrypt:") for (password,) in users)
    assert len(set(users)) == len(users)
    assert (session_cookie(anonymous),) not in sessions


def test_behind_tls_the_cookie_is_for_https_alone(anonymous):
    body = {"name": "carol", "password": "correct horse battery"}
    response = anonymous.post("/api/accounts", json=body, base_url="https://localhost")
    assert "Secure" in response.headers["Set-Cookie"]


def test_only_known_proxies_are_believed(database):
    for proxies, seen in ((0, "http://localhost/"), (1, "https://example.org/")):
        app = create_app({"TESTING": True, "DATABASE": database, "PROXIES": proxies})
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.org"}
        with app.test_client() as client:
            client.get("/api/session", headers=headers)
            assert request.host_url == seen


def test_nothing_is_left_in_caches(client):
    assert client.get(URL).headers["Cache-Control"] == "no-store"
<% endif %>
