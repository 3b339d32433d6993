<% from "python/shared.jinja" import tool %>
"""A database of its own for each test, a way to run the program, and rows to test with."""

import json

import pytest

from << tool(app) >> import database
from << tool(app) >>.cli import main
from << tool(app) >>.models import TABLES

# Two valid rows of each kind; what they refer to is added by `make`.
SAMPLES = {
<% for entity in contract.entities %>
    "<< entity.name >>": (
<% for which in ["example", "other"] %>
        {
<% for field in entity.fields if field.type not in ("ref", "many") %>
            "<< field.name >>": << field[which] | py >>,
<% endfor %>
        },
<% endfor %>
    ),
<% endfor %>
}


class Ended:
    """How the program ended and what it said."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self):
        """What it said, read as JSON."""
        assert self.code == 0, self.err
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def database_file(tmp_path, monkeypatch):
    """The file that the program keeps its rows in during this test."""
    file = tmp_path / "data" / "test.sqlite3"
    monkeypatch.setenv(database.VARIABLE, str(file))
    return file


@pytest.fixture
def run(capsys):
    """Run the program with these arguments."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = ended.code
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture
def command(run):
    """Run a command on the rows of an entity."""

    def command(entity, *arguments):
<% if contract.entities | length > 1 %>
        return run(entity.rstrip("_").replace("_", "-"), *arguments)
<% else %>
        assert entity == TABLES[0].entity
        return run(*arguments)
<% endif %>

    return command


@pytest.fixture
def make(command):
    """Add a row, what it needs first, and return it."""

    made = {}

    def make(entity, which=0, /, **values):
        ended = command(entity, "add", "--json", *arguments(entity, which, **values))
        made.setdefault(entity, ended.json)
        return ended.json

    def first(entity):
        """Return the first row that was made, which is made now if there is none."""
        return made.get(entity) or make(entity)

    def arguments(entity, which=0, /, **values):
        """Return the arguments that `add` takes for a valid row, with these values instead."""
        table = table_of(entity)
        row = {**SAMPLES[entity][which], **values}
        for field in table.fields:
            if field.required and field.name not in row:
                target = first(field.kind.table)["id"]
                row[field.name] = [target] if hasattr(field.kind, "join") else target
        return spelled(table, row)

    make.arguments = arguments
    make.first = first
    return make


def table_of(entity):
    """Return the table of an entity."""
    return next(table for table in TABLES if table.entity == entity)


def spelled(table, values, *, edit=False):
    """Return the arguments that give these values, those of `edit` where the title is an option."""
    options, positional = [], []
    for field in table.fields:
        if field.name not in values:
            continue
        value = values[field.name]
        takes_no_option = (
            field.name == table.title and field.required and field.kind.metavar == "TEXT"
        )
        if isinstance(value, bool):
            options.append(field.option if value else "--no-" + field.option[2:])
        elif takes_no_option and not edit:
            positional = ["--", value]
        elif isinstance(value, list):
            options += [f"{field.option}={item}" for item in value]
        elif value is not None:
            options.append(f"{field.option}={value}")
    return options + positional
