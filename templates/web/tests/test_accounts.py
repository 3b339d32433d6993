<% from "web/python.jinja" import texts, wrap %>
<% from "web/shared.jinja" import anew, has_detail %>
<% set anew = anew(migrations | default([])) %>
<% set pages = contract.kind == "web" %>
<% set json = "get_json()" if contract.stack == "flask" else "json()" %>
<% set first = contract.entities[0] %>
<% set tagged = namespace(entity=none, field=none) %>
<% set referring = namespace(list=[]) %>
<% set unique = namespace(entity=none, field=none) %>
<% for entity in contract.entities %>
<% for field in entity.fields %>
<% if field.type == "tags" and not tagged.entity %><% set tagged.entity = entity %><% set tagged.field = field %><% endif %>
<% if field.references %><% set referring.list = referring.list + [[entity, field]] %><% endif %>
<% if field.unique and not field.references and not unique.entity %><% set unique.entity = entity %><% set unique.field = field %><% endif %>
<% endfor %>
<% endfor %>
"""Accounts: who may come in, what each may see, and what a session is worth."""

<% if anew %>
import sqlite3
from contextlib import closing
<% endif %>
<% if pages %>
from urllib.parse import urlencode
<% endif %>
<% if anew or pages %>

<% endif %>
import pytest

from samples import PATHS, Maker

URL = "/api/<< first.slug >>"
KIND = "<< first.name >>"
PHRASE = "correct horse battery"
# What nobody may reach without a session.
CLOSED = (
<% for entity in contract.entities %>
    "/api/<< entity.slug >>",
    "/api/<< entity.slug >>/1",
<% for field in entity.fields if field.type == "tags" %>
    "/api/<< entity.slug >>/<< field.name | kebab >>",
<% endfor %>
<% if "csv" in contract.features %>
    "/api/<< entity.slug >>.csv",
<% endif %>
<% endfor %>
<% if contract.dashboard %>
    "/api/dashboard",
<% endif %>
    "/api/nowhere",
)
<% if pages %>
<% set paths = namespace(list=["/"]) %>
<% if contract.entities | length > 1 %>
<% for entity in contract.entities %><% set paths.list = paths.list + ["/" ~ entity.slug] %><% endfor %>
<% endif %>
<% if contract.dashboard %><% set paths.list = paths.list + ["/dashboard"] %><% endif %>
<< texts("", "PAGES = ", paths.list, "") >>
<% endif %>


def account(name="carol", phrase=PHRASE):
    return {"name": name, "password": phrase}


def test_nothing_is_open_without_a_session(anonymous, make):
    row = make(KIND)
    for path in (*CLOSED, f"{URL}/{row['id']}"):
        response = anonymous.get(path)
        assert response.status_code == 401, path
        assert set(response.<< json >>) == {"error", "fields"}
    for response in (
        anonymous.post(URL, json=make.sample(KIND)),
        anonymous.put(f"{URL}/{row['id']}", json=make.sample(KIND)),
        anonymous.patch(f"{URL}/{row['id']}", json={}),
        anonymous.delete(f"{URL}/{row['id']}"),
        anonymous.delete("/api/session"),
    ):
        assert response.status_code == 401
<% if pages %>


def test_pages_lead_to_the_sign_in(client, anonymous):
    for path in PAGES:
        response = anonymous.get(path)
        assert response.status_code in (302, 303), path
        assert response.headers["Location"] == f"/sign-in?next={path}"
        assert client.get(path).status_code == 200, path
    for path in ("/sign-in", "/sign-up", "/static/css/style.css"):
        assert anonymous.get(path).status_code == 200, path


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/%0d%0aSet-Cookie:x=1",
    ],
)
def test_sign_in_leads_to_no_other_site(client, anonymous, target):
    for visitor in (anonymous, client):
        response = visitor.get("/sign-in?" + urlencode({"next": target}))
        assert response.status_code < 400
        assert "evil.example" not in response.headers.get("Location", "")
        assert "evil.example" not in response.text
        assert "alert(1)" not in response.text
<% endif %>


def test_sign_up_signs_in(anonymous):
    assert anonymous.get("/api/session").<< json >> == {"user": None, "csrf_token": None}
    response = anonymous.post("/api/accounts", json=account("Carol"))
    assert response.status_code == 201
    body = response.<< json >>
    assert set(body) == {"user", "csrf_token"}
    assert body["user"]["name"] == "Carol"
    assert isinstance(body["user"]["id"], int)
    assert body["csrf_token"]
    session = anonymous.get("/api/session").<< json >>
    assert session["user"] == body["user"]
    assert session["csrf_token"]
    assert anonymous.get(URL).<< json >>["items"] == []
    token = {"X-CSRF-Token": session["csrf_token"]}
    row = Maker(anonymous, headers=token)(KIND)
    assert anonymous.get(f"{URL}/{row['id']}").<< json >> == row


<% if anew %>
def test_the_first_account_gets_the_rows_from_before(anonymous, make, database):
    row = make(KIND)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE users SET name = '(nobody)', password = '' WHERE name = 'ada'")
    nobody = {"name": "(nobody)", "password": ""}
    assert anonymous.post("/api/session", json=nobody).status_code == 401
    for name, ids in (("carol", [row["id"]]), ("dave", [])):
        assert anonymous.post("/api/accounts", json=account(name)).status_code == 201
        items = anonymous.get(URL).<< json >>["items"]
        assert [item["id"] for item in items] == ids


<% endif %>
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "two words"),
        ("name", "<b>"),
        ("name", "x" * 41),
        ("name", "a\0"),
        ("name", "\ud800"),
        ("name", 5),
        ("name", None),
        ("name", ["ada"]),
        ("password", ""),
        ("password", "1234567"),
        ("password", "x" * 201),
        ("password", 12345678),
        ("password", None),
    ],
)
def test_sign_up_refuses(anonymous, field, value):
    response = anonymous.post("/api/accounts", json={**account(), field: value})
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == [field]
    assert anonymous.get("/api/session").<< json >>["user"] is None


def test_a_name_is_taken_once_whatever_its_case(anonymous):
    for name in ("ada", "ADA"):
        response = anonymous.post("/api/accounts", json=account(name))
        assert response.status_code == 409
        assert list(response.<< json >>["fields"]) == ["name"]
    assert anonymous.get("/api/session").<< json >>["user"] is None


def test_passwords_are_taken_as_they_are(anonymous):
    phrase = "  pässwörd with blanks  "
    response = anonymous.post("/api/accounts", json=account(phrase=phrase))
    assert response.status_code == 201
    for wrong in (phrase.strip(), phrase[:-1], phrase.upper(), phrase + " "):
        assert anonymous.post("/api/session", json=account(phrase=wrong)).status_code == 401
    for name in ("carol", "CAROL"):
        response = anonymous.post("/api/session", json=account(name, phrase))
        assert response.status_code == 200
        assert response.<< json >>["user"]["name"] == "carol"


def test_wrong_name_and_wrong_password_read_alike(anonymous):
    anonymous.post("/api/accounts", json=account())
    answers = [
        anonymous.post("/api/session", json=body)
        for body in (
            account(phrase="not the one"),
            account(phrase=""),
            account(phrase="x" * 5000),
            account(phrase="\ud800" * 8),
            account("nobody"),
            account("' OR 1=1 --"),
            account("\ud800"),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize("body", [{}, {"name": "ada"}, {"name": 5, "password": []}])
def test_sign_in_needs_both(anonymous, body):
    assert anonymous.post("/api/session", json=body).status_code == 422


def test_guessing_is_slowed_down(anonymous):
    anonymous.post("/api/accounts", json=account())
    anonymous.post("/api/accounts", json=account("dave"))
    for _ in range(10):
        response = anonymous.post("/api/session", json=account(phrase="a guess of it"))
        assert response.status_code == 401
    # Now not even the right one gets through.
    response = anonymous.post("/api/session", json=account())
    assert response.status_code == 429
    assert response.<< json >>["error"]
    assert 0 < int(response.headers["Retry-After"]) <= 15 * 60
    assert anonymous.post("/api/session", json=account("dave")).status_code == 200


def test_every_sign_in_has_a_session_of_its_own(anonymous, session_cookie, with_cookie):
    anonymous.post("/api/accounts", json=account())
    first = session_cookie(anonymous)
    anonymous.post("/api/session", json=account())
    second = session_cookie(anonymous)
    assert second
    assert second != first
    # The one before has ended.
    assert with_cookie(first).get(URL).status_code == 401
    # A cookie that was put there before the sign-in is worth nothing after it.
    planted = with_cookie("planted")
    assert planted.post("/api/session", json=account()).status_code == 200
    assert session_cookie(planted) != "planted"
    assert with_cookie("planted").get(URL).status_code == 401


def test_sign_out_ends_the_session(client, session_cookie, with_cookie):
    cookie = session_cookie(client)
    assert with_cookie(cookie).get(URL).status_code == 200
    assert client.delete("/api/session").status_code == 204
    assert client.get(URL).status_code == 401
    assert with_cookie(cookie).get(URL).status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "%00", "é", '"', "a" * 4000, "' OR 1=1 --"])
def test_a_cookie_that_is_no_session(with_cookie, cookie):
    visitor = with_cookie(cookie)
    assert visitor.get(URL).status_code == 401
    assert visitor.get("/api/session").<< json >>["user"] is None


def test_sessions_survive_a_restart(client, restart):
    assert restart().get("/api/session").<< json >>["user"]["name"] == "ada"


def test_the_cookie_is_kept_from_scripts_and_other_sites(anonymous, cookie_header):
    header = cookie_header(anonymous.post("/api/accounts", json=account())).lower()
    assert "httponly" in header
    assert "samesite=lax" in header
    assert "path=/" in header
    assert "secure" not in header


@pytest.mark.parametrize("token", ["", "wrong", "é", "x" * 5000])
def test_writes_need_the_token_of_the_session(client, make, token):
    row = make(KIND)
    path = f"{URL}/{row['id']}"
    headers = {"X-CSRF-Token": token}
    for response in (
        client.post(URL, json=make.sample(KIND, 1), headers=headers),
        client.put(path, json=make.sample(KIND), headers=headers),
        client.patch(path, json={}, headers=headers),
        client.delete(path, headers=headers),
        client.delete("/api/session", headers=headers),
    ):
        assert response.status_code == 403
        assert response.<< json >>["error"]
    assert client.get(URL).<< json >>["items"] == [row]


def test_the_token_of_another_session_is_none(client, other, make):
    token = other.get("/api/session").<< json >>["csrf_token"]
    headers = {"X-CSRF-Token": token}
    response = client.post(URL, json=make.sample(KIND), headers=headers)
    assert response.status_code == 403


def test_other_sites_can_neither_sign_up_nor_in(anonymous):
    for origin in ("https://evil.example", "null", "http://["):
        for path in ("/api/accounts", "/api/session"):
            response = anonymous.post(path, json=account(), headers={"Origin": origin})
            assert response.status_code == 403
    assert anonymous.post("/api/session", json=account()).status_code == 401


@pytest.mark.parametrize("kind", list(PATHS))
def test_what_belongs_to_another_is_not_there(client, other, make, kind):
    row = make(kind)
    path = f"{PATHS[kind]}/{row['id']}"
    theirs = Maker(other)
    for response in (
        other.get(path),
        other.put(path, json=theirs.sample(kind)),
        other.patch(path, json={}),
        other.delete(path),
    ):
        assert response.status_code == 404
    assert client.get(path).<< json >> == row
    page = other.get(PATHS[kind]).<< json >>
    assert row["id"] not in [item["id"] for item in page["items"]]


@pytest.mark.parametrize("kind", list(PATHS))
def test_lists_hold_only_what_is_ones_own(client, other, make, kind):
    mine = make(kind)
    theirs = Maker(other)(kind)
    for visitor, row in ((client, mine), (other, theirs)):
        page = visitor.get(PATHS[kind]).<< json >>
        assert (page["total"], page["items"]) == (1, [row])
        assert "owner_id" not in row


<% if pages and has_detail(contract, first) %>
@pytest.mark.parametrize("kind", list(PATHS))
def test_pages_show_only_what_is_ones_own(client, other, make, kind):
    page = f"{PATHS[kind].removeprefix('/api')}/{make(kind)['id']}"
    assert client.get(page).status_code == 200
    assert other.get(page).status_code == 404
<% if contract.entities | length > 1 %>
    assert f'href="{page}"' in client.get("/").text
    assert f'href="{page}"' not in other.get("/").text
<% endif %>


<% endif %>
def test_the_owner_cannot_be_chosen(client, other, make):
    user = other.get("/api/session").<< json >>["user"]
    row = make(KIND, owner_id=user["id"])
    client.patch(f"{URL}/{row['id']}", json={"owner_id": user["id"]})
    assert other.get(URL).<< json >>["total"] == 0
    assert client.get(URL).<< json >>["total"] == 1
<% if referring.list %>


@pytest.mark.parametrize(
    ("kind", "field", "target"),
    [
<% for pair in referring.list %>
<< wrap("        ", "(", ['"' ~ pair[0].name ~ '"', '"' ~ pair[1].name ~ '"', '"' ~ pair[1].references.entity ~ '"'], "),") >>
<% endfor %>
    ],
)
def test_nothing_refers_to_what_belongs_to_another(client, other, make, kind, field, target):
    theirs = Maker(other)(target)["id"]
    value = [theirs] if field.endswith("_ids") else theirs
    body = {**make.sample(kind), field: value}
    response = client.post(PATHS[kind], json=body)
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == [field]
    path = f"{PATHS[kind]}/{make(kind)['id']}"
    response = client.patch(path, json={field: value})
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == [field]
<% endif %>
<% if tagged.entity %>


def test_tags_of_another_are_not_listed(client, other):
    body = {"<< tagged.field.name >>": ["secret"]}
    Maker(other)("<< tagged.entity.name >>", **body)
    path = "/api/<< tagged.entity.slug >>"
    listed = client.get(f"{path}/<< tagged.field.name | kebab >>")
    assert listed.<< json >> == {"items": []}
    found = client.get(f"{path}?<< tagged.field.query >>=secret")
    assert found.<< json >>["total"] == 0
<% endif %>
<% if unique.entity %>


def test_what_is_unique_is_so_for_each_account(client, other):
    kind = "<< unique.entity.name >>"
    one = Maker(client)(kind)
    two = Maker(other)(kind)
    name = "<< unique.field.name >>"
    assert one[name] == two[name]
<% endif %>
<% if contract.dashboard %>


def test_the_dashboard_counts_ones_own(client, other):
    Maker(other)(KIND)
    parts = client.get("/api/dashboard").<< json >>
    assert {part["total"] for part in parts.values()} == {0}
<% endif %>
<% if "csv" in contract.features %>


def test_csv_holds_ones_own(client, other):
    Maker(other)(KIND)
    assert len(client.get(f"{URL}.csv").text.splitlines()) == 1


def test_an_import_needs_the_token(client):
    response = client.post(f"{URL}/import", headers={"X-CSRF-Token": "wrong"})
    assert response.status_code == 403
<% endif %>
