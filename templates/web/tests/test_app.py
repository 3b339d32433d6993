<% set multi = contract.entities | length > 1 %>
<% set first = contract.entities[0] %>
"""What holds for the whole application: errors, headers, pages, settings."""

import re
import sqlite3

from app import create_app

API = "/api/<< first.slug >>"
<% if multi %>
PAGES = (
    "/",
<% for entity in contract.entities %>
    "/<< entity.slug >>",
<% endfor %>
)
<% else %>
PAGES = ("/",)
<% endif %>
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\b(src|application/json))")


def test_every_answer_has_security_headers(client):
    for path in ("/", API, "/nowhere", "/static/css/style.css"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


def test_pages_need_nothing_inline_or_foreign(client):
    for path in PAGES:
        page = client.get(path).get_data(as_text=True)
        assert not INLINE.search(page)
        for link in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
            assert client.get(link).status_code == 200, link
        assert not re.search(r'(?:src|href)="(https?:)?//', page)


def test_unknown_address(client):
    response = client.get("/api/nowhere")
    assert response.status_code == 404
    assert set(response.get_json()) == {"error", "fields"}
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert response.mimetype == "text/html"


def test_wrong_method(client):
    response = client.delete(API)
    assert response.status_code == 405
    assert response.get_json()["error"]
    assert "POST" in response.headers["Allow"]


def test_body_that_is_too_large(client):
    body = b'{"a": "' + b"x" * (2 * 1024 * 1024) + b'"}'
    response = client.post(API, data=body, content_type="application/json")
    assert response.status_code == 413
    assert response.get_json()["error"]


def test_a_failure_is_json_and_says_nothing_of_the_inside(app, client, database):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with sqlite3.connect(database) as connection:
        connection.execute('ALTER TABLE "<< first.table.name >>" RENAME TO elsewhere')
    response = client.get(API)
    assert response.status_code == 500
    assert response.get_json() == {"error": "Something went wrong on the server.", "fields": {}}


def test_the_database_comes_from_the_environment(monkeypatch, tmp_path):
    file = tmp_path / "new folder" / "data.sqlite3"
    monkeypatch.setenv("DATABASE", str(file))
    assert create_app({"TESTING": True}).test_client().get(API).status_code == 200
    assert file.exists()


def test_migrations_run_once(app, database):
    with sqlite3.connect(database) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    create_app({"DATABASE": database})
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == version == 1
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
<% if multi %>


def test_start_page_shows_what_there_is(client, make):
    assert "Nothing here yet" in client.get("/").get_data(as_text=True)
    make("<< contract.entities[0].name >>")
    page = client.get("/").get_data(as_text=True)
<% for entity in contract.entities %>
    assert 'href="/<< entity.slug >>"' in page
<% endfor %>
    assert '<span class="tile-count">1</span>' in page
<% endif %>
