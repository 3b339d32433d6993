<% set auth = contract.auth %>
"""A fresh database for each test, clients of the application, and rows to test with."""

import json
import os
import shutil
import tempfile

import django
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as DjangoClient
<% if auth %>
from django.test.utils import override_settings
<% endif %>

from samples import Maker

# The tests touch neither the real database nor its key.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "for tests only",
    "DATABASE": os.path.join(tempfile.gettempdir(), "unused.sqlite3"),
}
<% if auth %>

PHRASE = "correct horse"
CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]
<% endif %>


def pytest_configure(config):
    """Set Django up before the tests are imported."""
    os.environ.update(ENVIRONMENT)
    django.setup()


class Client(DjangoClient):
    """A client that speaks JSON<< " and sends the token of its session along with everything" if auth else "" >>."""

<% if auth %>
    token = None

<% endif %>
    def __init__(self):
        super().__init__(
            enforce_csrf_checks=True, raise_request_exception=False, SERVER_NAME="localhost"
        )

    def send(self, method, path, body=b"", content_type="application/octet-stream", headers=None):
        """Send bytes or text as they are."""
        data = body.encode() if isinstance(body, str) else body
<% if auth %>
        if self.token:
            headers = {"X-CSRF-Token": self.token, **(headers or {})}
<% endif %>
        return self.generic(method, path, data, CONTENT_TYPE=content_type, headers=headers)

    def call(self, method, path, *, json=None, headers=None):
        """Send a JSON body, or none."""
        if json is None:
            return self.send(method, path, headers=headers)
        return self.send(method, path, dumps(json), "application/json", headers)

    def get(self, path, **options):
        return self.call("GET", path, **options)

    def post(self, path, **options):
        return self.call("POST", path, **options)

    def put(self, path, **options):
        return self.call("PUT", path, **options)

    def patch(self, path, **options):
        return self.call("PATCH", path, **options)

    def delete(self, path, **options):
        return self.call("DELETE", path, **options)


def dumps(body):
    """Write JSON in ASCII, so that every character arrives as it is."""
    return json.dumps(body)


def use(file):
    """Let the application work on this database."""
    connection.close()
    connection.settings_dict["NAME"] = file
<% if auth %>


def signed_in(account):
    """A client with the session of an account."""
    client = Client()
    client.cookies["sessionid"] = account["cookie"]
    client.token = account["token"]
    return client


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    """Hash passwords at next to no cost: the tests do it often."""
    with override_settings(PASSWORD_HASHERS=CHEAP):
        yield
<% endif %>


@pytest.fixture(scope="session")
def seed(tmp_path_factory):
    """A database with << "the accounts of Ada and Bob and no rows, and their open sessions" if auth else "its tables and no rows" >>."""
    file = tmp_path_factory.mktemp("seed") / "seed.sqlite3"
    use(file)
    call_command("migrate", verbosity=0)
<% if auth %>
    sessions = {}
    for name in ("ada", "bob"):
        client = Client()
        body = {"name": name, "password": PHRASE}
        token = client.post("/api/accounts", json=body).json()["csrf_token"]
        sessions[name] = {"cookie": client.cookies["sessionid"].value, "token": token}
    connection.close()
    return file, sessions
<% else %>
    connection.close()
    return file
<% endif %>


@pytest.fixture
def database(tmp_path, seed):
    """A copy of it, for one test; copying is quicker than making the tables again."""
    file = shutil.copy(seed<< "[0]" if auth else "" >>, tmp_path / "test.sqlite3")
    use(file)
    yield file
    connection.close()
<% if auth %>


@pytest.fixture
def client(database, seed):
    """A client that is signed in as Ada."""
    return signed_in(seed[1]["ada"])


@pytest.fixture
def other(database, seed):
    """A client that is signed in as Bob."""
    return signed_in(seed[1]["bob"])


@pytest.fixture
def anonymous(database):
    """A client without a session."""
    return Client()


@pytest.fixture
def with_cookie(database):
    """Give a client that sends this session cookie and no token."""

    def give(value):
        client = Client()
        client.cookies["sessionid"] = value
        return client

    return give


@pytest.fixture
def session_cookie():
    """Give the session cookie that a client holds, or None."""

    def give(client):
        cookie = client.cookies.get("sessionid")
        return cookie.value if cookie and cookie.value else None

    return give


@pytest.fixture
def cookie_header():
    """Give the header with which an answer sets its cookie."""
    return lambda response: response.cookies.output(header="")


@pytest.fixture
def restart(database, seed):
    """Start the application anew on the same database; gives Ada's client."""

    def restart():
        use(database)
        return signed_in(seed[1]["ada"])

    return restart
<% else %>


@pytest.fixture
def client(database):
    """A client of the application."""
    return Client()


@pytest.fixture
def restart(database):
    """Start the application anew on the same database; gives a client of it."""

    def restart():
        use(database)
        return Client()

    return restart
<% endif %>


@pytest.fixture
def broken(client):
    """A client of the application when a table is gone, as after a failed upgrade."""
    with connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "<< contract.entities[0].table.name >>" RENAME TO elsewhere')
    return client


@pytest.fixture
def send(client):
    """Send bytes or text as they are."""

    def send(path, body, content_type, method="POST"):
        return client.send(method, path, body, content_type)

    return send


@pytest.fixture
def make(client):
    """Add rows through the API: `make("<< contract.entities[0].name >>")` gives the row."""
    return Maker(client)
