<% from "web/python.jinja" import entry, texts, wrap %>
<% from "web/shared.jinja" import cap, has_detail %>
<% set json = "get_json()" if contract.stack == "flask" else "json()" %>
<% set pages = contract.kind == "web" %>
<% set multi = contract.entities | length > 1 %>
<% set plain = entity.fields | rejectattr("type", "in", ["ref", "many"]) | list %>
<% set required = entity.fields | selectattr("required") | selectattr("default", "none") | list %>
<% set optional = entity.fields | rejectattr("name", "in", required | map(attribute="name") | list) | list %>
<% set textual = entity.fields | selectattr("type", "in", ["string", "text"]) | rejectattr("max_length", "none") | list %>
<% set found = entity.fields | selectattr("name", "in", entity.searchable) | list %>
<% set accented = namespace(name=none) %>
<% for field in found if field.type in ("string", "text") and (field.max_length is none or field.max_length >= 5) %><% set accented.name = accented.name or field.name %><% endfor %>
<% set filters = entity.fields | selectattr("name", "in", entity.filterable) | list %>
<# A unique field with a single value leaves the second row without one. #>
<% set empty = namespace(names=[]) %>
<% for field in entity.fields if field.unique and not field.required and not field.references and field.example == field.other %><% set empty.names = empty.names + [field.name] %><% endfor %>
<% set limits = namespace(list=[]) %>
<% for field in entity.fields %>
<% if field.type in ("integer", "number", "money") %>
<% for limit in (field.min, field.max) if limit is not none %><% set limits.list = limits.list + [[field.name, limit | py]] %><% endfor %>
<% elif field.type in ("string", "text") and field.max_length is not none %>
<% set limits.list = limits.list + [[field.name, '"x" * ' ~ field.max_length]] %>
<% endif %>
<% endfor %>
<% set tags = entity.fields | selectattr("type", "equalto", "tags") | list %>
<% set many = entity.fields | selectattr("type", "equalto", "many") | list %>
"""<< cap(entity.label_plural) >>: << "pages and API" if pages else "the API" >>."""

<% set related = entity.children if pages and has_detail(contract, entity) else [] %>
<% set queries = found or tags or filters | selectattr("type", "equalto", "choice") | list %>
<% if related %>
import html
import json
import re
<% endif %>
<% if queries %>
from urllib.parse import urlencode
<% endif %>
<% if related or queries %>

<% endif %>
import pytest

URL = "/api/<< entity.slug >>"
KIND = "<< entity.name >>"
<% if pages %>


def test_page_has_its_form(client):
    response = client.get("<< "/" ~ entity.slug if multi else "/" >>")
    assert response.status_code == 200
<% for page in contract.pages if page.entity == entity.name %>
<% if loop.first and page.ids %>
    for id in (
<% for id in page.ids %>
        "<< id >>",
<% endfor %>
    ):
        assert f'id="{id}"' in response.text
<% endif %>
<% endfor %>
<% if has_detail(contract, entity) %>


def test_page_of_one_row(client, make):
    row = make(KIND)
    assert client.get(f"/<< entity.slug >>/{row['id']}").status_code == 200
    assert client.get("/<< entity.slug >>/999999").status_code == 404
<% endif %>
<% for child in related %>
<% set values = child.field ~ "=" ~ ('[row["id"]]' if child.many else 'row["id"]') %>


def test_page_shows_<< child.plural >>_by_<< child.query >>(client, make):
    row = make(KIND)
<< wrap("    ", "other = make(", ["KIND", "1", values] if child.entity == entity.name else ['"' ~ child.entity ~ '"', values], ")") >>
    page = client.get(f"/<< entity.slug >>/{row['id']}").text
    lists = [json.loads(html.unescape(rows)) for rows in re.findall('data-rows="([^"]*)"', page)]
    assert [other] in lists
<% endfor %>
<% endif %>


def test_create_and_read(client, make):
    body = make.sample(KIND)
    response = client.post(URL, json=body)
    assert response.status_code == 201
    row = response.<< json >>
    assert {name: row[name] for name in body} == body
    assert isinstance(row["id"], int)
    assert row["created_at"].endswith("Z")
    assert response.headers["Location"] == f"{URL}/{row['id']}"
    assert client.get(f"{URL}/{row['id']}").<< json >> == row


def test_list_in_pages(client, make):
    assert client.get(URL).<< json >>["items"] == []
    first = make(KIND)
    second = make(KIND, 1)
    page = client.get(f"{URL}?sort=id&limit=1&offset=1").<< json >>
    assert page["total"] == 2
    assert page["items"] == [second]
    page = client.get(f"{URL}?sort=-id").<< json >>
    assert page["items"] == [second, first]
<% if entity.summed %>


def test_sums_of_what_a_list_finds(client, make):
    one = make(KIND)
    two = make(KIND, 1)
    sums = client.get(f"{URL}?limit=1").<< json >>["sums"]
<% if entity.summed | length == 1 %>
    assert list(sums) == ["<< entity.summed[0] >>"]
<% else %>
    assert set(sums) == {
<% for name in entity.summed %>
        "<< name >>",
<% endfor %>
    }
<% endif %>
    for name, value in sums.items():
        assert value == pytest.approx(one[name] + two[name])
<% endif %>


@pytest.mark.parametrize(
    "column",
    [
<% for column in entity.sortable if column not in empty.names %>
        "<< column >>",
<% endfor %>
    ],
)
def test_sort_both_ways(client, make, column):
    make(KIND)
    make(KIND, 1)
    up = client.get(f"{URL}?sort={column}").<< json >>["items"]
    down = client.get(f"{URL}?sort=-{column}").<< json >>["items"]
    assert len(up) == 2
    assert up == down[::-1]
<# A choice has an order of its own. #>
<% set ordered = plain | rejectattr("type", "in", ["choice", "tags"]) | selectattr("name", "in", entity.sortable) | rejectattr("name", "in", empty.names) | list %>
<% if ordered %>


@pytest.mark.parametrize(
    "column",
    [
<% for field in ordered %>
        "<< field.name >>",
<% endfor %>
    ],
)
def test_sort_by_value(client, make, column):
    make(KIND, 1)
    make(KIND)
    rows = client.get(f"{URL}?sort={column}").<< json >>["items"]
    values = [row[column] for row in rows]
    assert len(values) == 2
    assert values == sorted(values)
<% endif %>


@pytest.mark.parametrize(
    "query",
    [
        "sort=nothing",
        "sort=id;--",
        "limit=0",
        "limit=x",
        "limit=100000",
        "offset=-1",
        "q=" + "x" * 300,
<% for field in filters if field.type != "tags" %>
        "<< field.query >>=<< "maybe" if field.type == "boolean" else "no-such-value" >>",
<% endfor %>
<% for field in tags if field.name in entity.filterable %>
        "<< field.query >>=" + "x" * 300,
<% endfor %>
    ],
)
def test_list_refuses_wrong_queries(client, query):
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == [query.partition("=")[0]]
<% if found %>


def test_search(client, make):
    first = make(KIND)
    make(KIND, 1)
    query = urlencode({"q": first["<< found[0].name >>"].upper()})
    rows = client.get(f"{URL}?{query}").<< json >>["items"]
    assert [row["id"] for row in rows] == [first["id"]]
    assert client.get(f"{URL}?q=nowhere+to+be+found").<< json >>["total"] == 0
    assert client.get(f"{URL}?q=%25").<< json >>["total"] == 0
<% endif %>
<% if accented.name %>


def test_search_folds_letters_with_accents(client, make):
    make(KIND, << accented.name >>="Émile")
    query = urlencode({"q": "éMILE"})
    assert client.get(f"{URL}?{query}").<< json >>["total"] == 1
<% endif %>
<% for field in filters if field.type != "tags" and (field.type != "choice" or field.example != field.other) %>
<% set value = {"boolean": ["True", "False"], "choice": ["", ""], "many": ['[one["id"]]', '[two["id"]]']}[field.type] if field.type != "ref" else ['one["id"]', 'two["id"]'] %>
<% set own = field.references and field.references.entity == entity.name %>


def test_filter_by_<< field.query >>(client, make):
<% if own %>
    one = make(KIND)
<< wrap("    ", "wanted = make(", ["KIND", "1", field.name ~ "=" ~ value[0]], ")") >>
    query = f"<< field.query >>={one['id']}"
<% else %>
<% if field.references %>
    one = make("<< field.references.entity >>")
    two = make("<< field.references.entity >>", 1)
<% endif %>
<% if field.type == "choice" %>
    wanted = make(KIND)
    make(KIND, 1)
    value = wanted["<< field.name >>"]
    query = urlencode({"<< field.query >>": value})
<% else %>
<< wrap("    ", "wanted = make(", ["KIND", field.name ~ "=" ~ value[0]], ")") >>
<< wrap("    ", "make(", ["KIND", "1", field.name ~ "=" ~ value[1]], ")") >>
    query = << '"' ~ field.query ~ '=true"' if field.type == "boolean" else 'f"' ~ field.query ~ "={one['id']}" ~ '"' >>
<% endif %>
<% endif %>
    rows = client.get(f"{URL}?{query}").<< json >>["items"]
    assert [row["id"] for row in rows] == [wanted["id"]]
<% endfor %>
<% for field in tags %>


def test_<< field.name >>_are_short_names(client, make):
    name = "<< field.name >>"
    row = make(KIND, **{name: ["  Soup ", "quick", "soup", "Émile", "QUICK"]})
    assert row[name] == ["quick", "Soup", "Émile"]
    assert client.get(f"{URL}/{row['id']}").<< json >> == row


def test_filter_by_<< field.query >>(client, make):
    name = "<< field.name >>"
    one = make(KIND, **{name: ["quick", "Soup"]})
    two = make(KIND, 1, **{name: ["soup"]})

    def found(tag):
        query = urlencode({"<< field.query >>": tag, "sort": "id"})
        return client.get(f"{URL}?{query}").<< json >>["items"]

    assert found("soup") == [one, two]
    assert found("QUICK") == [one]
    assert found("sou") == []


def test_<< field.name >>_in_use(client, make):
    name = "<< field.name >>"
    path = f"{URL}/<< field.name | kebab >>"
    assert client.get(path).<< json >> == {"items": []}
    one = make(KIND, **{name: ["soup", "Quick"]})
    make(KIND, 1, **{name: ["soup"]})
    assert client.get(path).<< json >> == {
        "items": [{"name": "Quick", "count": 1}, {"name": "soup", "count": 2}]
    }
    assert client.delete(f"{URL}/{one['id']}").status_code == 204
    assert client.get(path).<< json >> == {"items": [{"name": "soup", "count": 1}]}


def test_patch_of_<< field.name >>(client, make):
    name = "<< field.name >>"
    row = make(KIND, **{name: ["soup"]})
    path = f"{URL}/{row['id']}"
    assert client.patch(path, json={}).<< json >>[name] == ["soup"]
    after = client.patch(path, json={name: ["bread", "soup"]}).<< json >>
    assert after[name] == ["bread", "soup"]
    assert client.get(path).<< json >> == after


@pytest.mark.parametrize(
    "wrong",
    [
        ["x" * 41],
        [" "],
        [5],
        [None],
        [["a"]],
        ["a\0b"],
        ["\ud800"],
        "soup",
        {"soup": 1},
        [f"tag {number}" for number in range(21)],
        ["x"] * 10_000 + [1],
    ],
)
def test_<< field.name >>_that_are_no_names(client, make, wrong):
    body = {**make.sample(KIND), "<< field.name >>": wrong}
    response = client.post(URL, json=body)
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == ["<< field.name >>"]
    assert client.get(URL).<< json >>["total"] == 0


def test_blank_<< field.name >>_are_refused_in_one_sentence(client, make):
    name = "<< field.name >>"
    response = client.post(URL, json={**make.sample(KIND), name: [" ", "x" * 41]})
    fields = response.<< json >>["fields"]
    assert list(fields) == [name]
    assert fields[name].endswith(" must be names of 1 to 40 characters.")
<% endfor %>
<% for field in many %>
<% set own = field.references.entity == entity.name %>


def test_<< field.name >>_are_kept_in_order(client, make):
    name = "<< field.name >>"
    one = make("<< field.references.entity >>")
    two = make("<< field.references.entity >>", 1)
<% if own %>
    path = f"{URL}/{one['id']}"
<% else %>
    row = make(KIND, **{name: [one["id"]]})
    path = f"{URL}/{row['id']}"
<% endif %>
    ids = [one["id"], two["id"]]
    after = client.patch(path, json={name: [*ids[::-1], *ids]}).<< json >>
    assert after[name] == ids
    assert len(after["<< field.titles >>"]) == 2
    assert client.get(path).<< json >> == after
    # What a change does not name stays.
    assert client.patch(path, json={}).<< json >>[name] == ids


@pytest.mark.parametrize(
    "wrong",
    [
        [0],
        [-1],
        [2**63],
        [10**30],
        [1.5],
        [True],
        ["1"],
        [None],
        [[1]],
        1,
        "1",
        list(range(1, 10_000)),
    ],
)
def test_<< field.name >>_that_are_no_ids(client, make, wrong):
    body = {**make.sample(KIND), "<< field.name >>": wrong}
    response = client.post(URL, json=body)
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == ["<< field.name >>"]
    assert client.get(URL).<< json >>["total"] == 0
<% if not own %>


def test_deleting_one_of_<< field.name >>(client, make):
    name = "<< field.name >>"
    kept = make("<< field.references.entity >>")
    gone = make("<< field.references.entity >>", 1)
    row = make(KIND, **{name: [gone["id"], kept["id"]]})
    path = f"/api/<< field.references.slug >>/{gone['id']}"
    assert client.delete(path).status_code == 204
    assert client.get(f"{URL}/{row['id']}").<< json >>[name] == [kept["id"]]
<% endif %>
<% endfor %>


def test_patch_changes_only_what_it_names(client, make):
    row = make(KIND)
<% set changed = (plain or entity.fields)[0] %>
<% if plain %>
    change = {
<< entry("        ", changed.name, changed.other | py) >>
    }
<% else %>
    change = {"<< changed.name >>": row["<< changed.name >>"]}
<% endif %>
    response = client.patch(f"{URL}/{row['id']}", json=change)
    assert response.status_code == 200
    after = response.<< json >>
    assert {name: after[name] for name in change} == change
    unchanged = set(row) - {*change, "updated_at"}
    assert {name: after[name] for name in unchanged} == {name: row[name] for name in unchanged}


def test_put_replaces_every_field(client, make):
    row = make(KIND)
    body = make.sample(KIND, 1)
    response = client.put(f"{URL}/{row['id']}", json=body)
    assert response.status_code == 200
    assert {name: response.<< json >>[name] for name in body} == body
<% if optional %>
<% if required %>
<< texts("    ", "required = ", required | map(attribute="name") | list, "") >>
    least = {name: body[name] for name in required}
    after = client.put(f"{URL}/{row['id']}", json=least).<< json >>
<% else %>
    after = client.put(f"{URL}/{row['id']}", json={}).<< json >>
<% endif %>
    defaults = {
<% for field in optional %>
<< entry("        ", field.name, "[]" if field.default is none and field.type in ["tags", "many"] else field.default | py) >>
<% endfor %>
    }
    assert {name: after[name] for name in defaults} == defaults
<% endif %>


def test_delete(client, make):
    row = make(KIND)
    kept = make(KIND, 1)
    response = client.delete(f"{URL}/{row['id']}")
    assert response.status_code == 204
    assert response.text == ""
    assert client.get(f"{URL}/{row['id']}").status_code == 404
    rows = client.get(URL).<< json >>["items"]
    assert [item["id"] for item in rows] == [kept["id"]]
<% if required %>


def test_required_fields(client):
    response = client.post(URL, json={})
    assert response.status_code == 422
    assert set(response.<< json >>["fields"]) == {
<% for field in required %>
        "<< field.name >>",
<% endfor %>
    }
    assert client.get(URL).<< json >>["total"] == 0
<% endif %>


@pytest.mark.parametrize(
    ("field", "value"),
    [
<% for field in entity.fields %>
<% for invalid in field.invalid %>
<% if invalid.why == "too_long" and field.max_length is not none %>
<< wrap("        ", "(", ['"' ~ field.name ~ '"', '"x" * ' ~ (field.max_length + 1)], "),") >>
<% elif invalid.why == "too_many" and field.type == "tags" %>
<< wrap("        ", "(", ['"' ~ field.name ~ '"', '[f"tag {number}" for number in range(' ~ (invalid.value | length) ~ ")]"], "),") >>
<% else %>
<< wrap("        ", "(", ['"' ~ field.name ~ '"', invalid.value | py], "),") >>
<% endif %>
<% endfor %>
<# What resembles a value of the type is none: nothing is converted. #>
<% set alike = ["1", '"true"'] if field.type == "boolean" else [] %>
<% set alike = ['"1"', "True"] if field.type in ("integer", "number", "money") else alike %>
<% for value in alike %>
<< wrap("        ", "(", ['"' ~ field.name ~ '"', value], "),") >>
<% endfor %>
<% endfor %>
    ],
)
def test_wrong_values_are_refused(client, make, field, value):
    body = {**make.sample(KIND), field: value}
    response = client.post(URL, json=body)
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == [field]
    row = make(KIND)
    assert client.patch(f"{URL}/{row['id']}", json={field: value}).status_code == 422
    assert client.get(f"{URL}/{row['id']}").<< json >> == row
<% if limits.list %>


@pytest.mark.parametrize(
    ("field", "value"),
    [
<% for limit in limits.list %>
<< wrap("        ", "(", ['"' ~ limit[0] ~ '"', limit[1]], "),") >>
<% endfor %>
    ],
)
def test_values_at_the_limits_are_taken(make, field, value):
    assert make(KIND, **{field: value})[field] == value
<% endif %>
<% for field in entity.fields if field.unique %>


def test_<< field.name >>_is_unique<< "_for_each_" ~ (field.within | join("_and_")) if field.within else "" >>(client, make):
<% if field.references and not field.required %>
    parent = make("<< field.references.entity >>")
<< wrap("    ", "row = make(", ["KIND", field.name ~ '=parent["id"]'], ")") >>
<% else %>
    row = make(KIND)
<% endif %>
    twin = make.sample(KIND, 1)
    twin["<< field.name >>"] = row["<< field.name >>"]
<% if field.within %>
    # Beside another row the same value is another matter.
    apart = client.post(URL, json=twin)
    assert apart.status_code == 201
    assert client.delete(f"{URL}/{apart.<< json >>['id']}").status_code == 204
<% for name in field.within %>
    twin["<< name >>"] = row["<< name >>"]
<% endfor %>
<% endif %>
    response = client.post(URL, json=twin)
    assert response.status_code == 409
    assert list(response.<< json >>["fields"]) == ["<< field.name >>"]
    # A row is no conflict with itself.
    same = make.sample(KIND)
<% if field.references %>
    same["<< field.name >>"] = row["<< field.name >>"]
<% endif %>
    assert client.put(f"{URL}/{row['id']}", json=same).status_code == 200
<% endfor %>
<% for field in entity.fields if field.references and field.type == "ref" and field.references.entity != entity.name %>


def test_deleting_what_<< field.name >>_names(client, make):
    name = "<< field.name >>"
    parent = make("<< field.references.entity >>", 1)
    row = make(KIND, **{name: parent["id"]})
    assert row[name] == parent["id"]
    path = f"/api/<< field.references.slug >>/{parent['id']}"
    assert client.delete(path).status_code == 204
<% if field.references.on_delete == "cascade" %>
    assert client.get(f"{URL}/{row['id']}").status_code == 404
<% else %>
    assert client.get(f"{URL}/{row['id']}").<< json >>[name] is None
<% endif %>
<% endfor %>


@pytest.mark.parametrize("id", [0, 999999, 2**63, 10**40])
def test_unknown_id(client, make, id):
    body = make.sample(KIND)
    for response in (
        client.get(f"{URL}/{id}"),
        client.put(f"{URL}/{id}", json=body),
        client.patch(f"{URL}/{id}", json={}),
        client.delete(f"{URL}/{id}"),
    ):
        assert response.status_code == 404
        assert response.<< json >>["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"a": NaN}',
        b"\xff",
        pytest.param(b"[" * 100000, id="deep"),
    ],
)
def test_malformed_body(send, body):
    response = send(URL, body, "application/json")
    assert response.status_code == 400
    assert response.<< json >>["error"]


def test_only_json_is_read(client, send):
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        response = send(URL, "{}", kind)
        assert response.status_code == 415
    assert client.get(URL).<< json >>["total"] == 0


def test_unknown_keys_and_ids_are_ignored(make):
    row = make(KIND, id=4711, created_at="never", nonsense=True)
    assert row["id"] != 4711
    assert row["created_at"] != "never"
    assert "nonsense" not in row
<% if textual %>


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE x; --",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "\U0001f980 \u202e!",
    ],
)
def test_text_stays_text(client, make, text):
    text = text[:<< textual[0].max_length >>].strip()
    name = "<< textual[0].name >>"
    row = make(KIND, **{name: text})
    assert client.get(f"{URL}/{row['id']}").<< json >>[name] == text
    assert client.get(URL).<< json >>["total"] == 1
<% if pages and has_detail(contract, entity) %>
    page = client.get(f"/<< entity.slug >>/{row['id']}").text
    assert "<script>alert" not in page
<% endif %>


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_cannot_be_stored(client, make, text):
    body = {**make.sample(KIND), "<< textual[0].name >>": text}
    response = client.post(URL, json=body)
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == ["<< textual[0].name >>"]
<% endif %>


def test_rows_survive_a_restart(make, restart):
    row = make(KIND)
    assert restart().get(f"{URL}/{row['id']}").<< json >> == row
