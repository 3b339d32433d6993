<% set board = contract.entities | selectattr("view", "equalto", "board") | list if contract.entities | length > 1 else [] %>
<% from "web/python.jinja" import texts %>
<% from "web/shared.jinja" import has_detail %>
<% set multi = contract.entities | length > 1 %>
<% set first = contract.entities[0] %>
<% set pages = contract.kind == "web" %>
<% set json = "get_json()" if contract.stack == "flask" else "json()" %>
"""What holds for the whole application: headers<% if pages %>, pages<% endif %> and errors."""
<% if pages %>

import re
<% endif %>

URL = "/api/<< first.slug >>"
<% if pages %>
<% set ns = namespace(list=["/"]) %>
<% if multi %>
<% for entity in contract.entities %>
<% set ns.list = ns.list + ["/" ~ entity.slug] %>
<% endfor %>
<% endif %>
<% if "dashboard" in contract.features %>
<% set ns.list = ns.list + ["/dashboard"] %>
<% endif %>
<< texts("", "PAGES = ", ns.list, "") >>
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\b(src|application/json))")
<% endif %>


def test_every_answer_has_security_headers(client):
    for path in (<< '"/", URL, "/nowhere", "/static/css/style.css"' if pages else 'URL, "/api/nowhere", "/nowhere"' >>):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers
<% if pages %>


def test_pages_need_nothing_inline_or_foreign(client):
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == 200, path
        page = response.text
        assert page.count("<h1") == 1, path
        assert not INLINE.search(page), path
        for link in re.findall(r'(?:src|href)="(/static/[^"#]+)', page):
            assert client.get(link).status_code == 200, link
        assert not re.search(r'(?:src|href)="(https?:)?//', page), path
<% endif %>


def test_unknown_address(client):
    response = client.get("/api/nowhere")
    assert response.status_code == 404
    assert set(response.<< json >>) == {"error", "fields"}
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("<< "text/html" if pages else "application/json" >>")


<% filter slot("wrong-method", kind="python", about="The test `test_wrong_method(client)`: DELETE of `URL` answers 405 with an `error` in its JSON, and the header Allow names POST.", cap=128) %>
def test_wrong_method(client):
    response = client.delete(URL)
    assert response.status_code == 405
    assert response.<< json >>["error"]
    assert "POST" in response.headers["Allow"]
<% endfilter %>


def test_body_that_is_too_large(send):
    response = send(URL, '{"a": "' + "x" * (2 * 1024 * 1024) + '"}', "application/json")
    assert response.status_code == 413
    assert response.<< json >>["error"]


def test_a_failure_is_json_and_says_nothing_of_the_inside(broken):
    response = broken.get(URL)
    assert response.status_code == 500
    assert response.<< json >> == {"error": "Something went wrong on the server.", "fields": {}}
<% if board and pages %>


def test_start_page_is_the_board(client):
    page = client.get("/").text
    assert 'data-endpoint="/api/<< board[0].slug >>"' in page
<% for entity in contract.entities %>
    assert 'href="/<< entity.slug >>"' in page
<% endfor %>
<% elif multi and pages %>


def test_start_page_shows_what_there_is(client, make):
    row = make("<< first.name >>")
    page = client.get("/").text
<% if has_detail(contract, first) %>
    assert f'href="/<< first.slug >>/{row["id"]}"' in page
<% else %>
    assert row["<< first.title_field >>"] in page
<% endif %>
<% for entity in contract.entities %>
    assert 'href="/<< entity.slug >>"' in page
<% endfor %>
<% endif %>
