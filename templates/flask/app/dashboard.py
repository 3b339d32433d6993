<% from "web/python.jinja" import import_names, texts, wrap %>
<% set ns = namespace(boolean=false, choice=false, ref=false, sums=false, averages=false, month=false, month_sum=false, money=false) %>
<% for part in contract.dashboard %>
<% if part.sums %><% set ns.sums = true %><% endif %>
<% if part.averages %><% set ns.averages = true %><% endif %>
<% if part.month %><% set ns.month = true %><% endif %>
<% if part.month_sum %><% set ns.month_sum = true %><% endif %>
<% for entity in contract.entities if entity.name == part.entity %>
<% for field in entity.fields if field.name in part.counts %>
<% if field.type == "boolean" %><% set ns.boolean = true %><% elif field.type == "ref" %><% set ns.ref = true %><% else %><% set ns.choice = true %><% endif %>
<% endfor %>
<% endfor %>
<% endfor %>
<% set counts = ns.boolean or ns.choice or ns.ref %>
<% for part in contract.dashboard if part.counts and part.count_sum %><% set ns.money = true %><% endfor %>
<% set money = ns.money %>
"""The dashboard: counts and sums of what there is, computed by the database."""

from flask import Blueprint

from . import db
<% if contract.auth %>
from .accounts import user_id
<% endif %>
<< import_names(".api", contract.dashboard | map(attribute="plural") | sort) >>
<% set types = ["Choice" if ns.choice and ns.boolean else "", "Ref" if ns.ref and (ns.choice or ns.boolean) else ""] | select | list %>
<% if types %>
from .fields import << types | join(", ") >>
<% endif %>
from .store import quote

<% if ns.ref %>
# How many of the rows that others refer to are counted, those with the most first.
MOST_TITLES = 8
<% endif %>
<% if ns.month %>
MOST_MONTHS = 12
<% endif %>
<% if ns.ref or ns.month %>

<% endif %>
bp = Blueprint("dashboard", __name__)


@bp.get("/api/dashboard")
def get_dashboard():
    """Count and add up what there is."""
    return {
<% for part in contract.dashboard %>
        "<< part.plural >>": _summary(
            << part.plural >>.table,
<% if part.counts %>
<< texts("            ", "counts=", part.counts, ",") >>
<% endif %>
<% if part.sums %>
<< texts("            ", "sums=", part.sums, ",") >>
<% endif %>
<% if part.averages %>
<< texts("            ", "averages=", part.averages, ",") >>
<% endif %>
<% if part.month %>
            month="<< part.month >>",
<% endif %>
<% if part.month_sum %>
            month_sum="<< part.month_sum >>",
<% endif %>
<% if part.counts and part.count_sum %>
            count_sum="<< part.count_sum >>",
<% endif %>
        ),
<% endfor %>
    }


<< wrap("", "def _summary(", ["table", "*"] + (["counts=()"] if counts else []) + ["sums=()", "averages=()"] + (["month=None", "month_sum=None"] if ns.month else []) + (["count_sum=None"] if money else []), "):") >>
    """Return the counts and sums of a table, by the names of its fields."""
    # `total` adds up without overflow, and nothing to 0.
    columns = ["count(*)", *(f"total({quote(name)})" for name in sums)]
    columns += [f"avg({quote(name)})" for name in averages]
    total, *numbers = _rows(table, columns)[0]
    loaded = {
        name: table.fields[name].load(number)
        for name, number in zip([*sums, *averages], numbers, strict=True)
    }
    return {
        "total": total,
        "counts": << "{name: _counts(table, table.fields[name], count_sum) for name in counts}" if money else "{name: _counts(table, table.fields[name]) for name in counts}" if counts else "{}" >>,
        "sums": {name: loaded[name] for name in sums},
        "averages": {name: loaded[name] for name in averages},
        "months": << "_months(table, month, month_sum) if month else []" if ns.month else "[]" >>,
    }
<% if ns.choice or ns.boolean %>


<% if money %>
def _counts(table, field, summed):
    """Return how many rows have each value of a field, and what another one adds up to."""
<% else %>
def _counts(table, field):
    """Return how many rows have each value of a field."""
<% endif %>
    column = quote(field.name)
<% if ns.ref and (ns.choice or ns.boolean) %>
    if isinstance(field, Ref):
        return _references(table, field<< ", summed" if money else "" >>)
<% endif %>
<% if money %>
    rows = _rows(table, [column, "count(*)", _total(summed)], tail=f"GROUP BY {column}")
    found = {value: (count, total) for value, count, total in rows}
<% else %>
    found = dict(map(tuple, _rows(table, [column, "count(*)"], tail=f"GROUP BY {column}")))
<% endif %>
<% if ns.choice and ns.boolean %>
    values = field.values if isinstance(field, Choice) else (True, False)
<% elif ns.choice %>
    values = field.values
<% else %>
    values = (True, False)
<% endif %>
<% if money %>
    return [_group(table, summed, value, *found.get(value, (0, 0))) for value in values]
<% else %>
    return [{"value": value, "count": found.get(value, 0)} for value in values]
<% endif %>
<% endif %>
<% if ns.ref %>


def << "_references" if ns.choice or ns.boolean else "_counts" >>(table, field<< ", summed" if money else "" >>):
<% if money %>
    """Return how many rows refer to each row of another table, and what they add up to."""
<% else %>
    """Return how many rows refer to each row of another table, by its title."""
<% endif %>
    column = quote(field.name)
    title = (
        f'(SELECT {field.title} FROM "{field.table}" AS target '  # noqa: S608 -- names are ours
        f"WHERE target.id = {quote(table.name)}.{column})"
    )
<% if money %>
    most = f"GROUP BY {column} ORDER BY 3 DESC, 2 DESC, 1, {column} LIMIT {MOST_TITLES}"
    numbers = ["count(*)", _total(summed)]
    found = [*map(tuple, _rows(table, [title, *numbers], f"{column} IS NOT NULL", most))]
    count, total = _rows(table, numbers, f"{column} IS NULL")[0]
    if count:
        found.append((None, count, total))
    return [_group(table, summed, *group) for group in found]
<% else %>
    most = f"GROUP BY {column} ORDER BY 2 DESC, 1, {column} LIMIT {MOST_TITLES}"
    pairs = [*map(tuple, _rows(table, [title, "count(*)"], f"{column} IS NOT NULL", most))]
    without = _rows(table, ["count(*)"], f"{column} IS NULL")[0][0]
    if without:
        pairs.append((None, without))
    return [{"value": value, "count": count} for value, count in pairs]
<% endif %>
<% endif %>
<% if money %>


def _group(table, summed, value, count, total):
    """Return a value with how many rows have it, and what they add up to where that is money."""
    return {
        "value": value,
        "count": count,
        "sum": table.fields[summed].load(total) if summed else None,
    }


def _total(name):
    """Return what adds up a column, or NULL where there is none."""
    return f"total({quote(name)})" if name else "NULL"
<% endif %>
<% if ns.month %>


def _months(table, name, summed):
    """Return how many rows fall into each of the last months, and the sum of one field."""
    month = f"substr({quote(name)}, 1, 7)"
<% if money %>
    total = _total(summed)
<% else %>
    total = f"total({quote(summed)})" if summed else "NULL"
<% endif %>
    last = f"GROUP BY 1 ORDER BY 1 DESC LIMIT {MOST_MONTHS}"
    rows = _rows(table, [month, "count(*)", total], f"{quote(name)} IS NOT NULL", last)
    load = table.fields[summed].load if summed else lambda total: total
    return [
        {"month": month, "count": count, "sum": load(total)}
        for month, count, total in reversed(rows)
    ]
<% endif %>


def _rows(table, columns, condition="1", tail=""):
    """Query all rows<% if contract.auth %> of the account<% endif %>."""
    query = ["SELECT", ", ".join(columns), "FROM", quote(table.name), "WHERE", condition]
<% if contract.auth %>
    query += ["AND owner_id = ?", tail]
    return db.get().execute(" ".join(query), [user_id()]).fetchall()
<% else %>
    return db.get().execute(" ".join([*query, tail])).fetchall()
<% endif %>
