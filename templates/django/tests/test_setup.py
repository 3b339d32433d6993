<% set users = contract.auth or "admin" in contract.features %>
"""How the application starts: its settings, its migrations and its database."""

import os
import stat
import subprocess
import sys

from django.core.management import call_command
from django.db import connection

from config.secret import secret_key

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
