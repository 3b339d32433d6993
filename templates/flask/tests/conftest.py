<% set ns = namespace(parents=false) %>
<% for entity in contract.entities %>
<% if entity.fields | selectattr("references") | selectattr("required") | list %><% set ns.parents = true %><% endif %>
<% endfor %>
<% set has_parents = ns.parents %>
"""A fresh database for each test, and rows to test with."""

import shutil

import pytest

from app import create_app

# Two valid rows of each kind, different in every field; references are added by `make`.
SAMPLES = {
<% for entity in contract.entities %>
    "<< entity.name >>": (
<% for which in ["example", "other"] %>
        {
<% for field in entity.fields if field.type != "ref" %>
            "<< field.name >>": << field[which] | py >>,
<% endfor %>
        },
<% endfor %>
    ),
<% endfor %>
}

<% if has_parents %>
# The references that a row cannot do without.
PARENTS = {
<% for entity in contract.entities %>
<% set refs = entity.fields | selectattr("references") | selectattr("required") | list %>
<% if refs %>
    "<< entity.name >>": {
<% for field in refs %>
        "<< field.name >>": "<< field.references.entity >>",
<% endfor %>
    },
<% endif %>
<% endfor %>
}

<% endif %>
PATHS = {
<% for entity in contract.entities %>
    "<< entity.name >>": "/api/<< entity.slug >>",
<% endfor %>
}


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A database with its tables and no rows."""
    file = tmp_path_factory.mktemp("empty") / "empty.sqlite3"
    create_app({"TESTING": True, "DATABASE": file})
    return file


@pytest.fixture
def database(tmp_path, empty_database):
    """A copy of it, for one test; copying is quicker than making the tables again."""
    return shutil.copy(empty_database, tmp_path / "test.sqlite3")


@pytest.fixture
def app(database):
    """The application on that database."""
    return create_app({"TESTING": True, "DATABASE": database})


@pytest.fixture
def client(app):
    """A client of the application."""
    return app.test_client()


@pytest.fixture
def make(client):
    """Add a row through the API<% if has_parents %>, its required parents first<% endif %>, and return it."""
<% if has_parents %>
    first = {}

    def sample(kind, which=0, /, **values):
        body = {**SAMPLES[kind][which], **values}
        for field, parent in PARENTS.get(kind, {}).items():
            if field not in values:
                if parent not in first:
                    make(parent)
                body[field] = first[parent]["id"]
        return body
<% else %>

    def sample(kind, which=0, /, **values):
        return {**SAMPLES[kind][which], **values}
<% endif %>

    def make(kind, which=0, /, **values):
        response = client.post(PATHS[kind], json=sample(kind, which, **values))
        assert response.status_code == 201, response.get_data(as_text=True)
<% if has_parents %>
        row = response.get_json()
        first.setdefault(kind, row)
        return row
<% else %>
        return response.get_json()
<% endif %>

    make.sample = sample
    return make
