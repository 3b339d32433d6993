"""A fresh database for each test, clients of the application, and rows to test with."""

import shutil
import sqlite3
from contextlib import closing

import pytest
<% if contract.auth %>
from flask.testing import FlaskClient
<% endif %>

from app import << "accounts, " if contract.auth else "" >>create_app
from samples import Maker
<% if contract.auth %>

PHRASE = "correct horse"


class Client(FlaskClient):
    """A client that sends the token of its session along with everything."""

    token = None

    def open(self, *args, headers=None, **options):
        if self.token:
            headers = {"X-CSRF-Token": self.token, **(headers or {})}
        return super().open(*args, headers=headers, **options)


def new_app(file):
    """The application on a database."""
    app = create_app({"TESTING": True, "DATABASE": file})
    app.test_client_class = Client
    return app


def signed_in(app, account):
    """A client with the session of an account."""
    client = app.test_client()
    client.set_cookie("session", account["cookie"])
    client.token = account["token"]
    return client


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hash passwords at next to no cost: the tests do it often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "COST", 2)
        yield


@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    """A database with the accounts of Ada and Bob and no rows, and their open sessions."""
    file = tmp_path_factory.mktemp("seed") / "seed.sqlite3"
    sessions = {}
    for name in ("ada", "bob"):
        client = new_app(file).test_client()
        body = {"name": name, "password": PHRASE}
        response = client.post("/api/accounts", json=body)
        sessions[name] = {
            "cookie": client.get_cookie("session").value,
            "token": response.get_json()["csrf_token"],
        }
    return file, sessions


@pytest.fixture
def database(seed):
    """A copy of it, for one test; copying is quicker than making the tables again."""
    file = shutil.copy(seed[0], seed[0].with_name("test.sqlite3"))
    with closing(sqlite3.connect(file)) as keeper:
        # As long as this connection is open, those of requests close without waiting for the disk.
        keeper.execute("PRAGMA synchronous = OFF")
        keeper.execute("PRAGMA user_version")
        yield file


@pytest.fixture(scope="session")
def application(seed):
    """The application, made once for all tests."""
    return new_app(seed[0])


@pytest.fixture
def app(application, database, monkeypatch):
    """The application on the database of this test."""
    monkeypatch.setitem(application.config, "DATABASE", database)
    return application


@pytest.fixture
def client(app, seed):
    """A client that is signed in as Ada."""
    return signed_in(app, seed[1]["ada"])


@pytest.fixture
def other(app, seed):
    """A client that is signed in as Bob."""
    return signed_in(app, seed[1]["bob"])


@pytest.fixture
def anonymous(app):
    """A client without a session."""
    return app.test_client()


@pytest.fixture
def with_cookie(app):
    """Give a client that sends this session cookie and no token."""

    def give(value):
        client = app.test_client()
        client.set_cookie("session", value)
        return client

    return give


@pytest.fixture
def session_cookie():
    """Give the session cookie that a client holds, or None."""

    def give(client):
        cookie = client.get_cookie("session")
        return cookie.value if cookie else None

    return give


@pytest.fixture
def cookie_header():
    """Give the header of an answer that sets the session cookie."""
    return lambda response: response.headers["Set-Cookie"]


@pytest.fixture
def restart(database, seed):
    """Start the application anew on the same database; gives Ada's client."""
    return lambda: signed_in(new_app(database), seed[1]["ada"])
<% else %>


@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    """A database with its tables and no rows."""
    file = tmp_path_factory.mktemp("seed") / "seed.sqlite3"
    create_app({"TESTING": True, "DATABASE": file})
    return file


@pytest.fixture
def database(seed):
    """A copy of it, for one test; copying is quicker than making the tables again."""
    file = shutil.copy(seed, seed.with_name("test.sqlite3"))
    with closing(sqlite3.connect(file)) as keeper:
        # As long as this connection is open, those of requests close without waiting for the disk.
        keeper.execute("PRAGMA synchronous = OFF")
        keeper.execute("PRAGMA user_version")
        yield file


@pytest.fixture(scope="session")
def application(seed):
    """The application, made once for all tests."""
    return create_app({"TESTING": True, "DATABASE": seed})


@pytest.fixture
def app(application, database, monkeypatch):
    """The application on the database of this test."""
    monkeypatch.setitem(application.config, "DATABASE", database)
    return application


@pytest.fixture
def client(app):
    """A client of the application."""
    return app.test_client()


@pytest.fixture
def restart(database):
    """Start the application anew on the same database; gives a client of it."""
    return lambda: create_app({"TESTING": True, "DATABASE": database}).test_client()
<% endif %>


@pytest.fixture
def broken(app, client, database, monkeypatch):
    """A client of the application when a table is gone, as after a failed upgrade."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    table = "<< contract.entities[0].table.name >>"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f'ALTER TABLE "{table}" RENAME TO elsewhere')
    return client


@pytest.fixture
def send(client):
    """Send bytes or text as they are."""

    def send(path, body, content_type, method="POST"):
        return client.open(path, method=method, data=body, content_type=content_type)

    return send


@pytest.fixture
def make(client):
    """Add rows through the API: `make("<< contract.entities[0].name >>")` gives the row."""
    return Maker(client)
