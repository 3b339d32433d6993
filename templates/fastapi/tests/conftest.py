<% set auth = contract.auth %>
"""A fresh database for each test, clients of the application, and rows to test with."""

import asyncio
import json as json_text
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx2
import pytest

from app import << "accounts, " if auth else "" >>create_app
from app.database import connect, migrate
from app.settings import Settings
from samples import Maker
<% if auth %>

PHRASE = "correct horse"
<% endif %>


class Client:
    """A client of the application; failures are answers like others<% if auth %>, tokens are sent along<% endif %>.

    It calls the application in the loop of the tests; `TestClient` takes a thread for each of them,
    and much longer.
    """

    def __init__(self, app, loop):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://testserver")
        self.loop = loop
<% if auth %>
        self.token = None
<% endif %>
        for method in ("get", "post", "put", "patch", "delete"):
            setattr(self, method, partial(self.request, method.upper()))

    def request(self, method, path, *, json=None, content=None, headers=None):
        # Other characters than those of ASCII have to be bytes already.
        headers = {name: value.encode() for name, value in (headers or {}).items()}
<% if auth %>
        if self.token:
            headers.setdefault("X-CSRF-Token", self.token)
<% endif %>
        if json is not None:
            # As JavaScript writes it, half of a surrogate pair included.
            content = json_text.dumps(json)
            headers["Content-Type"] = "application/json"
        request = self.http.request(method, path, content=content, headers=headers)
        return self.loop.run_until_complete(request)


@pytest.fixture(scope="session")
def loop():
    """The loop that the application runs in."""
    with closing(asyncio.new_event_loop()) as loop:
        yield loop


<% if auth %>
def signed_in(app, loop, account):
    """A client with the session of an account."""
    client = Client(app, loop)
    client.http.cookies.set("session", account["cookie"])
    client.token = account["token"]
    return client


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hash passwords at next to no cost: the tests do it often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "COST", 2)
        yield


@pytest.fixture(scope="session")
def seed(tmp_path_factory, loop, cheap_passwords):
    """A database with the accounts of Ada and Bob and no rows, and their open sessions."""
    file = tmp_path_factory.mktemp("seed") / "seed.sqlite3"
    migrate(file)
    sessions = {}
    for name in ("ada", "bob"):
        client = Client(create_app(Settings(database=file)), loop)
        body = {"name": name, "password": PHRASE}
        response = client.post("/api/accounts", json=body)
        sessions[name] = {
            "cookie": client.http.cookies["session"],
            "token": response.json()["csrf_token"],
        }
    return file, sessions


@pytest.fixture
def database(seed):
    """A copy of it, for one test; copying is quicker than making the tables again."""
    file = shutil.copy(seed[0], seed[0].with_name("test.sqlite3"))
    with closing(connect(file)) as keeper:
        # As long as this connection is open, those of requests close without waiting for the disk.
        keeper.execute("PRAGMA synchronous = OFF")
        keeper.execute("PRAGMA user_version")
        yield file


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
def client(app, loop, seed):
    """A client that is signed in as Ada."""
    return signed_in(app, loop, seed[1]["ada"])


@pytest.fixture
def other(app, loop, seed):
    """A client that is signed in as Bob."""
    return signed_in(app, loop, seed[1]["bob"])


@pytest.fixture
def anonymous(app, loop):
    """A client without a session."""
    return Client(app, loop)


@pytest.fixture
def with_cookie(app, loop):
    """Give a client that sends this session cookie and no token."""

    def give(value):
        client = Client(app, loop)
        client.http.headers.update({"Cookie": f"session={value}".encode()})
        return client

    return give


@pytest.fixture
def session_cookie():
    """Give the session cookie that a client holds, or None."""
    return lambda client: client.http.cookies.get("session")


@pytest.fixture
def cookie_header():
    """Give the header that sets the cookie of a session."""
    return lambda response: response.headers["Set-Cookie"]


@pytest.fixture
def restart(database, loop, seed):
    """Start the application anew on the same database; gives Ada's client."""
    return lambda: signed_in(create_app(Settings(database=database)), loop, seed[1]["ada"])
<% else %>
@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    """A database with its tables and no rows."""
    file = tmp_path_factory.mktemp("seed") / "seed.sqlite3"
    migrate(file)
    return file


@pytest.fixture
def database(seed):
    """A copy of it, for one test; copying is quicker than making the tables again."""
    file = shutil.copy(seed, seed.with_name("test.sqlite3"))
    with closing(connect(file)) as keeper:
        # As long as this connection is open, those of requests close without waiting for the disk.
        keeper.execute("PRAGMA synchronous = OFF")
        keeper.execute("PRAGMA user_version")
        yield file


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
def client(app, loop):
    """A client of the application."""
    return Client(app, loop)


@pytest.fixture
def restart(database, loop):
    """Start the application anew on the same database; gives a client of it."""
    return lambda: Client(create_app(Settings(database=database)), loop)
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
