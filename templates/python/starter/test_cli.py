<% from "python/shared.jinja" import tool %>
"""The program as people meet it: arguments in; output, errors and an exit code out."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from << tool(app) >> import __version__
from << tool(app) >>.cli import main


@pytest.fixture
def run(capsys):
    """Run the program; give its exit code, output and errors."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = ended.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def poem(tmp_path):
    file = tmp_path / "poem.txt"
    file.write_text("one two\nthree\n", encoding="utf-8")
    return file


def test_the_version_is_said(run):
    code, out, _ = run("--version")
    assert code == 0
    assert __version__ in out


def test_a_file_is_counted(run, poem):
    code, out, err = run("count", poem)
    assert (code, err) == (0, "")
    assert out.split() == ["2", "3", "14", str(poem)]


def test_several_files_have_a_total(run, poem):
    code, out, _ = run("count", "--json", poem, poem)
    assert code == 0
    rows = json.loads(out)
    assert [row["file"] for row in rows] == [str(poem), str(poem), "total"]
    assert rows[-1] == {"file": "total", "lines": 4, "words": 6, "characters": 28}


def test_standard_input_is_read_where_no_file_is_named(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("grün und blau"))
    code, out, _ = run("count", "--json")
    assert code == 0
    assert json.loads(out) == [{"file": "-", "lines": 1, "words": 3, "characters": 13}]


def test_an_empty_file_counts_nothing(run, tmp_path):
    file = tmp_path / "empty"
    file.touch()
    code, out, _ = run("count", file)
    assert code == 0
    assert out.split()[:3] == ["0", "0", "0"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_what_cannot_be_read_is_refused(run, tmp_path, content):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    code, out, err = run("count", file)
    assert (code, out) == (1, "")
    assert str(file) in err


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["count", "--nonsense"]])
def test_what_is_not_understood_ends_with_2(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "usage:" in err


def test_it_starts_as_a_module(poem):
    source = Path(__file__).parents[1] / "src"
    ended = subprocess.run(
        [sys.executable, "-m", "<< tool(app) >>", "count", "--json", str(poem)],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)[0]["words"] == 3
