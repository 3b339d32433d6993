<% from "web/python.jinja" import texts %>
<% set users = contract.auth or "admin" in contract.features %>
"""How the application starts: its settings, its migrations and its database."""

import os
import stat
import subprocess
import sys

<% if "admin" in contract.features %>
from django.contrib.auth import get_user_model
<% endif %>
from django.core.management import call_command
from django.db import connection
<% if "admin" in contract.features %>
from django.test import Client as DjangoClient
<% endif %>

from config.secret import secret_key

<% if "admin" in contract.features %>
<< texts("", "KINDS = ", contract.entities | map(attribute="class") | map("lower") | list, "") >>
<% endif %>
PRODUCTION = {"SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrst", "HTTPS": "1"}


def manage(*words, **environment):
    """Run `manage.py` as somebody at a terminal would."""
    command = [sys.executable, "manage.py", *words]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment}
    options = {"capture_output": True, "text": True, "check": False}
    return subprocess.run(command, env=env, **options)  # noqa: S603


def test_settings_for_production_pass_the_checks():
    run = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert run.returncode == 0, run.stderr


def test_migrations_match_the_models(database):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_database_comes_from_the_environment(tmp_path):
    file = tmp_path / "new folder" / "data.sqlite3"
    assert manage("migrate", DATABASE=str(file)).returncode == 0
    assert file.exists()


def test_connections_keep_the_rules(database):
    with connection.cursor() as cursor:
        for pragma, value in (("foreign_keys", 1), ("journal_mode", "wal")):
            assert cursor.execute(f"PRAGMA {pragma}").fetchone()[0] == value


def test_the_key_is_made_once_and_kept_from_others(tmp_path):
    file = tmp_path / "secret_key"
    key = secret_key(file)
    assert len(key) >= 50
    assert secret_key(file) == key
    assert os.listdir(tmp_path) == ["secret_key"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
<% if "admin" in contract.features %>


def administration():
    """A client with the session of somebody who may administer, and who that is."""
    somebody = get_user_model()(name="root", is_staff=True, is_superuser=True)
    somebody.set_unusable_password()
    somebody.save()
    client = DjangoClient(SERVER_NAME="localhost")
    client.force_login(somebody)
    return client, somebody


def test_the_administration_lists_and_adds(database):
    client, << "somebody" if contract.auth else "_" >> = administration()
    for kind in KINDS:
        assert client.get(f"/admin/app/{kind}/").status_code == 200, kind
        response = client.get(f"/admin/app/{kind}/add/")
        assert response.status_code == 200, kind
<% if contract.auth %>
        # The owner is filled in.
        assert f'<option value="{somebody.pk}" selected>' in response.text, kind
<% endif %>
<% if contract.kind == "web" %>
    assert client.get("/favicon.ico", follow=True).status_code == 200
<% endif %>
<% endif %>
