<% from "web/python.jinja" import entry, texts, wrap %>
<% set json = "get_json()" if contract.stack == "flask" else "json()" %>
<% set ns = namespace(counted=false, titled=false, references=false, money=false) %>
<% for part in contract.dashboard %>
<% if part.counts and part.count_sum %><% set ns.money = true %><% endif %>
<% for entity in contract.entities if entity.name == part.entity %>
<% for field in entity.fields if field.name in part.counts %>
<% if field.references %><% set ns.titled = true %><% else %><% set ns.counted = true %><% endif %>
<% if field.references and field.references.entity != entity.name %><% set ns.references = true %><% endif %>
<% endfor %>
<% endfor %>
<% endfor %>
"""The dashboard: what it counts and adds up, against the rows themselves."""

import pytest

# What is added up of each kind, and by which date its rows fall into months.
PARTS = {
<% for part in contract.dashboard %>
    "<< part.entity >>": {
<< entry("        ", "plural", '"' ~ part.plural ~ '"') >>
<< wrap("        ", '"sums": [', part.sums | map("py") | list, "],") >>
<< wrap("        ", '"averages": [', part.averages | map("py") | list, "],") >>
<< entry("        ", "month", part.month | py) >>
<< entry("        ", "month_sum", part.month_sum | py) >>
<% if ns.money %>
<< entry("        ", "count_sum", part.count_sum | py) >>
<% endif %>
    },
<% endfor %>
}
<% if ns.counted %>
# The values that are counted, in their order.
VALUES = [
<% for part in contract.dashboard %>
<% for entity in contract.entities if entity.name == part.entity %>
<% for field in entity.fields if field.name in part.counts and not field.references %>
<< wrap("    ", "(", ['"' ~ entity.name ~ '"', '"' ~ field.name ~ '"', wrap("        ", "[", field.values | map("py") | list if field.type == "choice" else ["True", "False"], "]") | trim], "),") >>
<% endfor %>
<% endfor %>
<% endfor %>
]
<% endif %>
<% if ns.titled %>
# The references that are counted, and the names under which rows give the titles.
TITLES = [
<% for part in contract.dashboard %>
<% for entity in contract.entities if entity.name == part.entity %>
<% for field in entity.fields if field.name in part.counts and field.references %>
<< wrap("    ", "(", ['"' ~ entity.name ~ '"', '"' ~ field.name ~ '"', '"' ~ field.titles ~ '"'], "),") >>
<% endfor %>
<% endfor %>
<% endfor %>
]
<% endif %>


def dashboard(client, kind):
    response = client.get("/api/dashboard")
    assert response.status_code == 200
    return response.<< json >>[PARTS[kind]["plural"]]
<% if ns.money %>


def group(kind, rows, name, value):
    """Return what the dashboard says of a value, by the rows that have it."""
    rows = [row for row in rows if row[name] == value]
    summed = PARTS[kind]["count_sum"]
    total = round(sum(row[summed] or 0 for row in rows), 2) if summed else None
    return {"value": value, "count": len(rows), "sum": total}
<% endif %>


@pytest.mark.parametrize("kind", list(PARTS))
def test_of_nothing(client, kind):
    part = dashboard(client, kind)
    assert part["total"] == 0
    assert part["sums"] == dict.fromkeys(PARTS[kind]["sums"], 0)
    assert part["averages"] == dict.fromkeys(PARTS[kind]["averages"])
    assert part["months"] == []
    for counts in part["counts"].values():
        assert sum(count["count"] for count in counts) == 0


@pytest.mark.parametrize("kind", list(PARTS))
def test_sums_and_averages(client, make, kind):
    rows = [make(kind), make(kind, 1)]
    part = dashboard(client, kind)
    assert part["total"] == 2
    assert list(part["sums"]) == PARTS[kind]["sums"]
    for name, value in part["sums"].items():
        assert value == pytest.approx(sum(row[name] for row in rows))
    assert list(part["averages"]) == PARTS[kind]["averages"]
    for name, value in part["averages"].items():
        assert value == pytest.approx(sum(row[name] for row in rows) / 2, abs=0.01)


@pytest.mark.parametrize("kind", list(PARTS))
def test_months(client, make, kind):
    date, summed = PARTS[kind]["month"], PARTS[kind]["month_sum"]
    rows = [make(kind), make(kind, 1)]
    expected = {}
    for row in rows if date else []:
        month = expected.setdefault(row[date][:7], {"count": 0, "sum": 0 if summed else None})
        month["count"] += 1
        if summed:
            month["sum"] += row[summed]
    months = dashboard(client, kind)["months"]
    assert [month.pop("month") for month in months] == sorted(expected)
    for month, due in zip(months, (expected[name] for name in sorted(expected)), strict=True):
        assert month == pytest.approx(due) if summed else month == due
<% if ns.counted %>


@pytest.mark.parametrize(("kind", "field", "values"), VALUES)
def test_counts(client, make, kind, field, values):
    rows = [make(kind), make(kind, 1)]
<% if ns.money %>
    expected = [group(kind, rows, field, value) for value in values]
    assert dashboard(client, kind)["counts"][field] == expected
<% else %>
    assert dashboard(client, kind)["counts"][field] == [
        {"value": value, "count": sum(row[field] == value for row in rows)} for value in values
    ]
<% endif %>
<% endif %>
<% if ns.titled %>


@pytest.mark.parametrize(("kind", "field", "title"), TITLES)
def test_counts_by_title(client, make, kind, field, title):
    rows = [make(kind), make(kind, 1)]
    found = dashboard(client, kind)["counts"][field]
<% if ns.money %>
    expected = [group(kind, rows, title, value) for value in {row[title] for row in rows}]
    # The most money comes first, and what has no value last.
    expected.sort(key=lambda one: (one["value"] is None, -(one["sum"] or 0), str(one["value"])))
    assert found == expected
<% else %>
    titles = [row[title] for row in rows]
    assert found == [
        {"value": value, "count": titles.count(value)}
        for value in sorted(set(titles), key=lambda value: (value is None, str(value)))
    ]
<% endif %>
<% endif %>
<% if ns.references %>


def test_most_titles_come_first(client, make):
<% set one = namespace(done=false) %>
<% for part in contract.dashboard %>
<% for entity in contract.entities if entity.name == part.entity %>
<% for field in entity.fields if field.name in part.counts and field.references and field.references.entity != entity.name %>
<% if not one.done %>
<% set one.done = true %>
<% set uniques = entity.fields | selectattr("unique") | list %>
    kind, field = "<< entity.name >>", "<< field.name >>"
    few = make("<< field.references.entity >>", 1)
    most = make("<< field.references.entity >>")
    rows = [make(kind, **{field: few["id"]}), make(kind, 1, **{field: most["id"]})]
<% if not uniques %>
    rows.append(make(kind, **{field: most["id"]}))
<% endif %>
    found = dashboard(client, kind)["counts"][field]
    assert sum(count["count"] for count in found) == len(rows)
<% if part.count_sum %>
    sums = [group["sum"] for group in found]
    assert sums == sorted(sums, reverse=True)
    assert {group["value"] for group in found} == {row["<< field.titles >>"] for row in rows}
<% else %>
    assert [count["count"] for count in found] == << "[1, 1]" if uniques else "[2, 1]" >>
<% if not uniques %>
    assert found[0]["value"] == rows[1]["<< field.titles >>"]
<% endif %>
<% endif %>
<% endif %>
<% endfor %>
<% endfor %>
<% endfor %>
<% endif %>
