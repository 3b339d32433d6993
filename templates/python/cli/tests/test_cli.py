<% from "python/shared.jinja" import tool %>
<% set multi = contract.entities | length > 1 %>
<% set first = contract.entities[0] %>
"""What holds for the whole program: help, exit codes, the file and its versions."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from << tool(app) >> import __version__, database
from << tool(app) >>.models import TABLES

ENTITY = "<< first.name >>"
LIST = [<< (first.name | kebab | py) ~ ", " if multi else "" >>"list", "--json"]


def test_the_version_is_said(run):
    ended = run("--version")
    assert ended.code == 0
    assert __version__ in ended.out


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_command_has_help(command, table):
    commands = ["add", "list", "show", "edit", "remove"]
    if table.done:
        commands += ["done", "reopen"]
    for name in commands:
        ended = command(table.entity, name, "--help")
        assert ended.code == 0
        assert "usage:" in ended.out


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["--nonsense"]])
def test_what_is_not_understood_ends_with_2(run, arguments):
    ended = run(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert "usage:" in ended.err


def test_an_empty_database_lists_nothing(command):
    assert command(ENTITY, "list").code == 0
    assert command(ENTITY, "list", "--json").json == []


def test_rows_outlive_the_program(command, make, database_file):
    row = make(ENTITY)
    assert database_file.is_file()
    assert command(ENTITY, "list", "--json").json == [row]


def test_the_option_names_another_file(run, make, tmp_path):
    make(ENTITY)
    other = tmp_path / "other.sqlite3"
    ended = run("--database", other, *LIST)
    assert ended.json == []
    assert other.is_file()


def test_a_file_that_is_no_database_is_refused_and_kept(command, database_file):
    database_file.parent.mkdir()
    database_file.write_text("something else entirely, not a database\n" * 20)
    ended = command(ENTITY, "list")
    assert ended.code == 1
    assert "cannot be used as a database" in ended.err
    assert database_file.read_text().startswith("something else")


def test_a_database_of_a_newer_version_is_refused(command, make, database_file):
    make(ENTITY)
    connection = sqlite3.connect(database_file)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    ended = command(ENTITY, "list")
    assert ended.code == 1
    assert "newer version" in ended.err


def test_the_file_lies_where_the_system_keeps_data(monkeypatch, tmp_path):
    monkeypatch.delenv(database.VARIABLE)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert database.default_path() == tmp_path / database.APP / f"{database.APP}.sqlite3"


def test_it_starts_as_a_module():
    source = Path(__file__).parents[1] / "src"
    ended = subprocess.run(
        [sys.executable, "-m", "<< tool(app) >>", *LIST],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "[]"
