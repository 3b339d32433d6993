<% set auth = contract.auth %>
"""A fresh database for each test, clients of the application, and rows to test with."""

import json as json_text
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import << "accounts, " if auth else "" >>create_app
from app.database import migrate
from app.settings import Settings
from samples import Maker
<% if auth %>

PHRASE = "correct horse"
<% endif %>


class Client(TestClient):
    """A client that shows failures as answers<% if auth %> and sends the token of its session along<% endif %>."""

<% if auth %>
    token = None

<% endif %>
    def __init__(self, app):
        super().__init__(app, raise_server_exceptions=False, follow_redirects=False)

    def request(self, method, url, *, json=None, headers=None, **options):
        headers = dict(headers or {})
<% if auth %>
        if self.token:
            headers.setdefault("X-CSRF-Token", self.token)
<% endif %>
        if json is not None:
            # As JavaScript writes it, half a surrogate pair included.
            options["content"] = json_text.dumps(json)
            headers.setdefault("Content-Type", "application/json")
        return super().request(method, url, headers=headers, **options)


<% if auth %>
def signed_in(app, account):
    """A client with the session of an account."""
    client = Client(app)
    client.cookies.set("session", account["cookie"])
    client.token = account["token"]
    return client


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hash passwords at next to no cost: the tests do it often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "COST", 2)
        yield


@pytest.fixture(scope="session")
def seed(tmp_path_factory, cheap_passwords):
    """A database with the accounts of Ada and Bob and no rows, and their open sessions."""
    file = tmp_path_factory.mktemp("seed") / "seed.sqlite3"
    migrate(file)
    sessions = {}
    for name in ("ada", "bob"):
        client = Client(create_app(Settings(database=file)))
        body = {"name": name, "password": PHRASE}
        response = client.post("/api/accounts", json=body)
        sessions[name] = {
            "cookie": client.cookies["session"],
            "token": response.json()["csrf_token"],
        }
    return file, sessions


@pytest.fixture
def database(tmp_path, seed):
    """A copy of it, for one test; copying is quicker than making the tables again."""
    return shutil.copy(seed[0], tmp_path / "test.sqlite3")


@pytest.fixture(scope="session")
def built():
    """An application; the first requests to one take longer than a test."""
    return create_app(Settings(database=Path()))


@pytest.fixture
def app(built, database):
    """The application on that database."""
    built.state.settings = Settings(database=database)
    return built


@pytest.fixture
def client(app, seed):
    """A client that is signed in as Ada."""
    with signed_in(app, seed[1]["ada"]) as client:
        yield client


@pytest.fixture
def other(app, seed):
    """A client that is signed in as Bob."""
    return signed_in(app, seed[1]["bob"])


@pytest.fixture
def anonymous(app):
    """A client without a session."""
    return Client(app)


@pytest.fixture
def with_cookie(app):
    """Give a client that sends this session cookie and no token."""

    def give(value):
        client = Client(app)
        client.cookies.set("session", value)
        return client

    return give


@pytest.fixture
def session_cookie():
    """Give the session cookie that a client holds, or None."""
    return lambda client: client.cookies.get("session")


@pytest.fixture
def restart(database, seed):
    """Start the application anew on the same database; gives Ada's client."""
    return lambda: signed_in(create_app(Settings(database=database)), seed[1]["ada"])
<% else %>
@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    """A database with its tables and no rows."""
    file = tmp_path_factory.mktemp("seed") / "seed.sqlite3"
    migrate(file)
    return file


@pytest.fixture
def database(tmp_path, seed):
    """A copy of it, for one test; copying is quicker than making the tables again."""
    return shutil.copy(seed, tmp_path / "test.sqlite3")


@pytest.fixture(scope="session")
def built():
    """An application; the first requests to one take longer than a test."""
    return create_app(Settings(database=Path()))


@pytest.fixture
def app(built, database):
    """The application on that database."""
    built.state.settings = Settings(database=database)
    return built


@pytest.fixture
def client(app):
    """A client of the application."""
    with Client(app) as client:
        yield client


@pytest.fixture
def restart(database):
    """Start the application anew on the same database; gives a client of it."""
    return lambda: Client(create_app(Settings(database=database)))
<% endif %>


@pytest.fixture
def broken(client, database):
    """A client of the application when a table is gone, as after a failed upgrade."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute('ALTER TABLE "<< contract.entities[0].table.name >>" RENAME TO elsewhere')
    return client


@pytest.fixture
def send(client):
    """Send bytes or text as they are."""

    def send(path, body, content_type, method="POST"):
        headers = {"Content-Type": content_type}
        return client.request(method, path, content=body, headers=headers)

    return send


@pytest.fixture
def make(client):
    """Add rows through the API: `make("<< contract.entities[0].name >>")` gives the row."""
    return Maker(client)
