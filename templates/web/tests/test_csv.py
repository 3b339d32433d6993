<% from "web/python.jinja" import entry, texts, wrap %>
<% set json = "get_json()" if contract.stack == "flask" else "json()" %>
<% set ns = namespace(entity=none, field=none, unique=none, uentity=none) %>
<% for entity in contract.entities %>
<% for field in entity.fields if field.type in ["string", "text"] and (field.max_length is none or field.max_length >= 12) and not ns.field %>
<% if not (entity.fields | selectattr("references") | selectattr("required") | list) %>
<% set ns.entity = entity %><% set ns.field = field %>
<% endif %>
<% endfor %>
<% for field in entity.fields if field.unique and not field.references and not ns.unique %>
<% set ns.unique = field %><% set ns.uentity = entity %>
<% endfor %>
<% endfor %>
<% set first = contract.entities[0] %>
"""Rows as CSV: out, in again, and what is refused."""

import csv
import io

import pytest

from samples import PATHS

COLUMNS = {
<% for entity in contract.entities %>
    "<< entity.name >>": [
<% for field in entity.fields %>
        "<< field.name >>",
<% endfor %>
    ],
<% endfor %>
}
REQUIRED = {
<% for entity in contract.entities %>
<< wrap("    ", '"' ~ entity.name ~ '": [', entity.fields | selectattr("required") | selectattr("default", "none") | map(attribute="name") | map("py") | list, "],") >>
<% endfor %>
}
URL = "/api/<< first.slug >>"
KIND = "<< first.name >>"


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def write(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def cell(value):
    """The text of a value in a file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(map(str, value))
    text = str(value)
    return "'" + text if isinstance(value, str) and text[:1] in set("=+-@\t\r") else text


def cells(names, values):
    """A row of a file: what there is under these names."""
    return [cell(values.get(name)) for name in names]


@pytest.fixture
def load(send):
    """Send a file to be added."""
    return lambda kind, text: send(f"{PATHS[kind]}/import", text, "text/csv")


@pytest.mark.parametrize("kind", list(PATHS))
def test_download(client, make, kind):
    rows = [make(kind), make(kind, 1)]
    response = client.get(f"{PATHS[kind]}.csv?sort=id")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith("attachment")
    names, *found = read(response.text)
    assert names == ["id", *COLUMNS[kind], "created_at", "updated_at"]
    for row, texts in zip(rows, found, strict=True):
        for name, text in zip(names, texts, strict=True):
            if isinstance(row[name], float):
                assert float(text) == row[name]
            else:
                assert text == cell(row[name]), name


@pytest.mark.parametrize("kind", list(PATHS))
def test_what_goes_out_comes_in_again(client, make, load, kind):
    row = make(kind)
    text = client.get(f"{PATHS[kind]}.csv").text
    assert client.delete(f"{PATHS[kind]}/{row['id']}").status_code == 204
    response = load(kind, text)
    assert response.status_code == 201, response.text
    assert response.<< json >> == {"added": 1}
    again = client.get(PATHS[kind]).<< json >>["items"][0]
    assert again["id"] != row["id"]
    assert {name: again[name] for name in COLUMNS[kind]} == {
        name: row[name] for name in COLUMNS[kind]
    }


def test_a_download_holds_what_the_list_finds(client, make):
    make(KIND)
    make(KIND, 1)
    assert len(read(client.get(f"{URL}.csv?q=nowhere+to+be+found").text)) == << 1 if first.searchable else 3 >>
    assert client.get(f"{URL}.csv?sort=nothing").status_code == 422


def test_only_some_columns_in_any_order(client, make, load):
    sample = make.sample(KIND)
    names = REQUIRED[KIND][::-1]
    response = load(KIND, write(names, cells(names, sample)))
    assert response.status_code == 201, response.text
    row = client.get(URL).<< json >>["items"][0]
    assert {name: row[name] for name in names} == {name: sample[name] for name in names}


def test_all_rows_or_none(client, make, load):
    names = [*COLUMNS[KIND], "id"]
    good = cells(names, {**make.sample(KIND), "id": 1})
    bad = cells(names, {**make.sample(KIND, 1), "id": 2, REQUIRED[KIND][0]: None})
    before = client.get(URL).<< json >>["total"]
    response = load(KIND, write(names, good, bad))
    assert response.status_code == 422
    # Rows have the numbers that a spreadsheet gives them: the names are row 1.
    assert list(response.<< json >>["fields"]) == ["row 3"]
    assert response.<< json >>["fields"]["row 3"].startswith(f"{REQUIRED[KIND][0]}: ")
    assert client.get(URL).<< json >>["total"] == before


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 422),
        ("\n\n", 422),
        ("no_such_field\nx\n", 422),
        (b"\xff\xfe\x00", 400),
        (f'{REQUIRED[KIND][0]}\n"never closed', 422),
        (f"{REQUIRED[KIND][0]},{REQUIRED[KIND][0]}\na,b\n", 422),
        (f"{REQUIRED[KIND][0]}\na,b\n", 422),
        (f"{REQUIRED[KIND][0]}\n\0\n", 422),
        pytest.param("x" * 200_000, 422, id="long cell"),
    ],
)
def test_files_that_cannot_be_read(client, load, text, status):
    response = load(KIND, text)
    assert response.status_code == status
    assert set(response.<< json >>) == {"error", "fields"}
    assert client.get(URL).<< json >>["total"] == 0


def test_more_rows_than_come_in_at_once(client, make, load):
    row = cells(COLUMNS[KIND], make.sample(KIND))
    response = load(KIND, write(COLUMNS[KIND], *[row] * 1001))
    assert response.status_code == 422
    # It was refused before any row was looked at.
    assert not [name for name in response.<< json >>["fields"] if name.startswith("row ")]
    assert client.get(URL).<< json >>["total"] == 0


def test_only_csv_is_read(send):
    for kind in ("application/json", "text/plain"):
        assert send(f"{URL}/import", "x", kind).status_code == 415
    assert send(f"{URL}/import", "x" * (2 * 1024 * 1024), "text/csv").status_code == 413


def test_a_file_with_names_alone_adds_nothing(load):
    response = load(KIND, write(COLUMNS[KIND]))
    assert response.status_code == 201
    assert response.<< json >> == {"added": 0}


def test_ids_and_times_are_not_taken(client, make, load):
    names = [*COLUMNS[KIND], "id", "created_at", "updated_at"]
    sample = {**make.sample(KIND), "id": 4711, "created_at": "never", "updated_at": "never"}
    response = load(KIND, "\ufeff" + write(names, cells(names, sample)))
    assert response.status_code == 201, response.text
    row = client.get(URL).<< json >>["items"][0]
    assert row["id"] != 4711
    assert row["created_at"] != "never"
<% if ns.field %>


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C'!A0"])
def test_a_cell_is_no_formula(client, make, load, text):
    kind, name = "<< ns.entity.name >>", "<< ns.field.name >>"
    row = make(kind, **{name: text})
    file = client.get(f"{PATHS[kind]}.csv").text
    names, found = read(file)
    assert found[names.index(name)] == "'" + text
    assert client.delete(f"{PATHS[kind]}/{row['id']}").status_code == 204
    assert load(kind, file).status_code == 201
    assert client.get(PATHS[kind]).<< json >>["items"][0][name] == text


def test_commas_quotes_and_lines_stay_in_their_cell(client, make, load):
    kind, name = "<< ns.entity.name >>", "<< ns.field.name >>"
    text = 'a,"b"\nc;d'
    row = make(kind, **{name: text})
    file = client.get(f"{PATHS[kind]}.csv").text
    client.delete(f"{PATHS[kind]}/{row['id']}")
    assert load(kind, file).status_code == 201
    assert client.get(PATHS[kind]).<< json >>["items"][0][name] == text
<% endif %>
<% if ns.unique %>


def test_a_value_that_is_taken(client, make, load):
    kind, name = "<< ns.uentity.name >>", "<< ns.unique.name >>"
    row = make(kind)
<% if ns.unique.within %>
    same = {key: row[key] for key in (name, << ns.unique.within | map("py") | join(", ") >>)}
    twin = {**make.sample(kind, 1), **same}
<% else %>
    twin = {**make.sample(kind, 1), name: row[name]}
<% endif %>
    response = load(kind, write(COLUMNS[kind], cells(COLUMNS[kind], twin)))
    assert response.status_code == 422
    assert list(response.<< json >>["fields"]) == ["row 2"]
    assert client.get(PATHS[kind]).<< json >>["items"] == [row]
<% endif %>
