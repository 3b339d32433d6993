<% set multi = contract.entities | length > 1 %>
<% set url = "/api/" ~ entity.slug %>
<% set plain = entity.fields | rejectattr("type", "equalto", "ref") | list %>
<% set optional = entity.fields | rejectattr("name", "in", entity.fields | selectattr("required") | selectattr("default", "none") | map(attribute="name") | list) | list %>
<% set required = entity.fields | selectattr("required") | selectattr("default", "none") | list %>
<% set textual = entity.fields | selectattr("type", "in", ["string", "text"]) | list %>
<% set found = entity.fields | selectattr("name", "in", entity.searchable) | list %>
<% from "web/shared.jinja" import cap, has_detail, is_todo %>
"""<< cap(entity.label_plural) >>: pages and API."""

import pytest

from app import create_app


def test_page_has_a_form_for_every_field(client):
    response = client.get("<< "/" ~ entity.slug if multi else "/" >>")
    assert response.status_code == 200
    page = response.get_data(as_text=True)
    assert page.count("<h1") == 1
<% for field in entity.fields %>
    assert 'id="<< field.element_id >>"' in page
<% endfor %>

<% if has_detail(contract, entity) %>

def test_page_of_one_row(client, make):
    row = make("<< entity.name >>")
    assert client.get(f"/<< entity.slug >>/{row['id']}").status_code == 200
    assert client.get("/<< entity.slug >>/999999").status_code == 404

<% endif %>

def test_create_and_read(client, make):
    body = make.sample("<< entity.name >>")
    response = client.post("<< url >>", json=body)
    assert response.status_code == 201
    row = response.get_json()
    assert {name: row[name] for name in body} == body
    assert isinstance(row["id"], int)
    assert row["created_at"].endswith("Z")
    assert response.headers["Location"] == f"<< url >>/{row['id']}"
    assert client.get(response.headers["Location"]).get_json() == row


def test_list_in_pages(client, make):
    assert client.get("<< url >>").get_json()["items"] == []
    first = make("<< entity.name >>")
    second = make("<< entity.name >>", 1)
    page = client.get("<< url >>?sort=id&limit=1&offset=1").get_json()
    assert page["total"] == 2
    assert [row["id"] for row in page["items"]] == [second["id"]]
    page = client.get("<< url >>?sort=-id").get_json()
    assert [row["id"] for row in page["items"]] == [second["id"], first["id"]]


@pytest.mark.parametrize("column", [
<% for column in entity.sortable %>
    "<< column >>",
<% endfor %>
])
def test_sort_both_ways(client, make, column):
    make("<< entity.name >>")
    make("<< entity.name >>", 1)
    up = client.get(f"<< url >>?sort={column}").get_json()["items"]
    down = client.get(f"<< url >>?sort=-{column}").get_json()["items"]
    assert len(up) == 2
    assert up == down[::-1]


@pytest.mark.parametrize("query", [
    "sort=nothing",
    "sort=id;--",
    "limit=0",
    "limit=x",
    "limit=100000",
    "offset=-1",
    "q=" + "x" * 300,
<% for field in entity.fields if field.name in entity.filterable %>
    "<< field.name >>=<< "maybe" if field.type == "boolean" else "no-such-value" >>",
<% endfor %>
])
def test_list_refuses_wrong_queries(client, query):
    response = client.get("<< url >>?" + query)
    assert response.status_code == 422
    assert list(response.get_json()["fields"]) == [query.partition("=")[0]]

<% if found %>

def test_search(client, make):
    first = make("<< entity.name >>")
    make("<< entity.name >>", 1)
    words = first["<< found[0].name >>"].upper()
    rows = client.get("<< url >>", query_string={"q": words}).get_json()["items"]
    assert [row["id"] for row in rows] == [first["id"]]
    assert client.get("<< url >>?q=nowhere+to+be+found").get_json()["total"] == 0
    assert client.get("<< url >>?q=%25").get_json()["total"] == 0

<% endif %>
<% for field in entity.fields if field.name in entity.filterable and (field.type != "choice" or field.values | length > 1) %>

def test_filter_by_<< field.name >>(client, make):
<% if field.type == "boolean" %>
    wanted = make("<< entity.name >>", << field.name >>=True)
    make("<< entity.name >>", 1, << field.name >>=False)
    rows = client.get("<< url >>?<< field.name >>=true").get_json()["items"]
<% elif field.type == "choice" %>
    wanted = make("<< entity.name >>", << field.name >>=<< field.example | py >>)
    make("<< entity.name >>", 1, << field.name >>=<< field.other | py >>)
    query = {"<< field.name >>": << field.example | py >>}
    rows = client.get("<< url >>", query_string=query).get_json()["items"]
<% elif field.references.entity == entity.name %>
    one = make("<< entity.name >>")
    wanted = make("<< entity.name >>", 1, << field.name >>=one["id"])
    rows = client.get(f"<< url >>?<< field.name >>={one['id']}").get_json()["items"]
<% else %>
    one = make("<< field.references.entity >>")
    two = make("<< field.references.entity >>", 1)
    wanted = make("<< entity.name >>", << field.name >>=one["id"])
    make("<< entity.name >>", 1, << field.name >>=two["id"])
    rows = client.get(f"<< url >>?<< field.name >>={one['id']}").get_json()["items"]
<% endif %>
    assert [row["id"] for row in rows] == [wanted["id"]]

<% endfor %>

def test_patch_changes_only_what_it_names(client, make):
    row = make("<< entity.name >>")
<% set changed = (plain or entity.fields)[0] %>
    change = {"<< changed.name >>": << changed.other | py >>}
    response = client.patch(f"<< url >>/{row['id']}", json=change)
    assert response.status_code == 200
    after = response.get_json()
    assert after["<< changed.name >>"] == change["<< changed.name >>"]
    unchanged = set(row) - {"<< changed.name >>", "updated_at"}
    assert {name: after[name] for name in unchanged} == {name: row[name] for name in unchanged}


def test_put_replaces_every_field(client, make):
    row = make("<< entity.name >>")
    body = make.sample("<< entity.name >>", 1)
    response = client.put(f"<< url >>/{row['id']}", json=body)
    assert response.status_code == 200
    assert {name: response.get_json()[name] for name in body} == body
<% if optional %>
    least = {
<% for field in required %>
        "<< field.name >>": body["<< field.name >>"],
<% endfor %>
    }
    after = client.put(f"<< url >>/{row['id']}", json=least).get_json()
<% for field in optional %>
    assert after["<< field.name >>"] << "is" if field.default is none or field.default is boolean else "==" >> << field.default | py >>
<% endfor %>
<% endif %>


def test_delete(client, make):
    row = make("<< entity.name >>")
    kept = make("<< entity.name >>", 1)
    response = client.delete(f"<< url >>/{row['id']}")
    assert response.status_code == 204
    assert response.data == b""
    assert client.get(f"<< url >>/{row['id']}").status_code == 404
    rows = client.get("<< url >>").get_json()["items"]
    assert [item["id"] for item in rows] == [kept["id"]]

<% if required %>

def test_required_fields(client):
    response = client.post("<< url >>", json={})
    assert response.status_code == 422
    assert set(response.get_json()["fields"]) == {
<% for field in required %>
        "<< field.name >>",
<% endfor %>
    }
    assert client.get("<< url >>").get_json()["total"] == 0

<% endif %>

@pytest.mark.parametrize(("field", "value"), [
<% for field in entity.fields %>
<% for invalid in field.invalid %>
    ("<< field.name >>", << '"x" * ' ~ (field.max_length + 1) if invalid.why == "too_long" else invalid.value | py >>),
<% endfor %>
<% endfor %>
])
def test_wrong_values_are_refused(client, make, field, value):
    body = {**make.sample("<< entity.name >>"), field: value}
    response = client.post("<< url >>", json=body)
    assert response.status_code == 422
    assert list(response.get_json()["fields"]) == [field]
    row = make("<< entity.name >>")
    assert client.patch(f"<< url >>/{row['id']}", json={field: value}).status_code == 422
    assert client.get(f"<< url >>/{row['id']}").get_json() == row

<% for field in entity.fields if field.unique %>

def test_<< field.name >>_is_unique(client, make):
    row = make("<< entity.name >>")
    twin = make.sample("<< entity.name >>", 1, << field.name >>=row["<< field.name >>"])
    response = client.post("<< url >>", json=twin)
    assert response.status_code == 409
    assert list(response.get_json()["fields"]) == ["<< field.name >>"]
    # A row is no conflict with itself.
    same = make.sample("<< entity.name >>")
    assert client.put(f"<< url >>/{row['id']}", json=same).status_code == 200

<% endfor %>
<% for field in entity.fields if field.references and field.references.entity != entity.name %>

def test_deleting_the_<< field.references.label | replace(" ", "_") >>_of_<< field.name >>(client, make):
    parent = make("<< field.references.entity >>", 1)
    row = make("<< entity.name >>", << field.name >>=parent["id"])
    assert client.delete(f"/api/<< field.references.slug >>/{parent['id']}").status_code == 204
<% if field.references.on_delete == "cascade" %>
    assert client.get(f"<< url >>/{row['id']}").status_code == 404
<% else %>
    assert client.get(f"<< url >>/{row['id']}").get_json()["<< field.name >>"] is None
<% endif %>

<% endfor %>

@pytest.mark.parametrize("id", [0, 999999, 2**63, 10**40])
def test_unknown_id(client, make, id):
    body = make.sample("<< entity.name >>")
    for response in (
        client.get(f"<< url >>/{id}"),
        client.put(f"<< url >>/{id}", json=body),
        client.patch(f"<< url >>/{id}", json={}),
        client.delete(f"<< url >>/{id}"),
    ):
        assert response.status_code == 404
        assert response.get_json()["error"]


@pytest.mark.parametrize("body", [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b'{"a": NaN}',
    b"\xff",
    pytest.param(b"[" * 100000, id="deep"),
])
def test_malformed_body(client, body):
    response = client.post("<< url >>", data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.get_json()["error"]


def test_only_json_is_read(client, make):
    response = client.post("<< url >>", data=make.sample("<< entity.name >>"))
    assert response.status_code == 415
    assert client.get("<< url >>").get_json()["total"] == 0


def test_unknown_keys_and_ids_are_ignored(client, make):
    row = make("<< entity.name >>", id=4711, created_at="never", nonsense=True)
    assert row["id"] != 4711
    assert row["created_at"] != "never"
    assert "nonsense" not in row

<% if textual %>

@pytest.mark.parametrize("text", [
    "'; DROP TABLE << entity.table.name >>; --",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "\U0001f980 \u202e!",
])
def test_text_stays_text(client, make, text):
    row = make("<< entity.name >>", << textual[0].name >>=text)
    after = client.get(f"<< url >>/{row['id']}").get_json()
    assert after["<< textual[0].name >>"] == text
    assert client.get("<< url >>").get_json()["total"] == 1
<% if has_detail(contract, entity) %>
    page = client.get(f"/<< entity.slug >>/{row['id']}").get_data(as_text=True)
    assert "<script>alert" not in page
<% endif %>


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_cannot_be_stored(client, make, text):
    body = make.sample("<< entity.name >>", << textual[0].name >>=text)
    response = client.post("<< url >>", json=body)
    assert response.status_code == 422
    assert list(response.get_json()["fields"]) == ["<< textual[0].name >>"]

<% endif %>

def test_rows_survive_a_restart(database, make):
    row = make("<< entity.name >>")
    restarted = create_app({"TESTING": True, "DATABASE": database}).test_client()
    assert restarted.get(f"<< url >>/{row['id']}").get_json() == row
