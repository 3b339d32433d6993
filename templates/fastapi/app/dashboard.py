<% from "fastapi/parts.jinja" import fit %>
<% from "web/python.jinja" import texts %>
<% set auth = contract.auth %>
<% set ns = namespace(counts=false, ref=false, choice=false, flag=false, month=false) %>
<% for part in contract.dashboard or [] %>
<% if part.month %><% set ns.month = true %><% endif %>
<% for entity in contract.entities if entity.name == part.entity %>
<% for field in entity.fields if field.name in part.counts %>
<% set ns.counts = true %>
<% if field.type == "boolean" %><% set ns.flag = true %><% elif field.type == "ref" %><% set ns.ref = true %><% else %><% set ns.choice = true %><% endif %>
<% endfor %>
<% endfor %>
<% endfor %>
<% set who = "db, owner, " if auth else "db, " %>
<% set sign = "db: sqlite3.Connection, owner: int, " if auth else "db: sqlite3.Connection, " %>
"""Counts and sums of what there is, computed by the database."""

import sqlite3
from dataclasses import dataclass

from fastapi import APIRouter
from pydantic import BaseModel

from . import models
<% if auth %>
from .accounts import CurrentUser
<% endif %>
from .database import Database
from .requests import JsonRoute
from .store import Table, quote
<% if ns.ref or ns.month %>

<% endif %>
<% if ns.ref %>
# How many of the rows that others refer to are counted, those with the most first.
MOST_TITLES = 8
<% endif %>
<% if ns.month %>
MOST_MONTHS = 12
<% endif %>

router = APIRouter(tags=["Dashboard"], route_class=JsonRoute)


@dataclass(frozen=True)
class Part:
    """What the dashboard says of a table."""

    table: Table
    counts: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    averages: tuple[str, ...] = ()
<% if ns.month %>
    # The column that says in which month a row falls, and what to add up for each.
    month: str | None = None
    month_sum: str | None = None
<% endif %>


PARTS = {
<% for part in contract.dashboard or [] %>
    "<< part.plural >>": Part(
        models.<< part.plural >>.table,
<% if part.counts %>
<< texts("        ", "counts=", part.counts, ",") >>
<% endif %>
<% if part.sums %>
<< texts("        ", "sums=", part.sums, ",") >>
<% endif %>
<% if part.averages %>
<< texts("        ", "averages=", part.averages, ",") >>
<% endif %>
<% if part.month %>
        month="<< part.month >>",
<% endif %>
<% if part.month_sum %>
        month_sum="<< part.month_sum >>",
<% endif %>
    ),
<% endfor %>
}


class Count(BaseModel):
    """How many rows have a value."""

    value: str | bool | int | float | None
    count: int


class Month(BaseModel):
    """How many rows fall into a month, and what they add up to."""

    month: str
    count: int
    sum: float | None


class Summary(BaseModel):
    """What there is of one kind; the keys are names of fields."""

    total: int
    counts: dict[str, list[Count]]
    sums: dict[str, float]
    averages: dict[str, float | None]
    months: list[Month]


@router.get("/api/dashboard", response_model=dict[str, Summary])
<% if auth %>
def get_dashboard(db: Database, user: CurrentUser) -> dict:
    """Count and add up what there is."""
    return {name: _summary(db, user.id, part) for name, part in PARTS.items()}
<% else %>
def get_dashboard(db: Database) -> dict:
    """Count and add up what there is."""
    return {name: _summary(db, part) for name, part in PARTS.items()}
<% endif %>


def _summary(<< sign >>part: Part) -> dict:
    # `total` adds up without overflow, and nothing to 0.
    columns = ["count(*)", *(f"total({quote(name)})" for name in part.sums)]
    columns += [f"avg({quote(name)})" for name in part.averages]
    total, *numbers = _rows(<< who >>part.table, columns)[0]
    values = {
        name: part.table.shown(name, number)
        for name, number in zip([*part.sums, *part.averages], numbers, strict=True)
    }
    return {
        "total": total,
        "counts": << "{name: _counts(" ~ who ~ "part.table, name) for name in part.counts}" if ns.counts else "{}" >>,
        "sums": {name: values[name] for name in part.sums},
        "averages": {name: values[name] for name in part.averages},
        "months": << "_months(" ~ who ~ "part)" if ns.month else "[]" >>,
    }
<% if ns.counts %>


def _counts(<< sign >>table: Table, name: str) -> list[dict]:
    """Return how many rows have each value of a column."""
<% if ns.choice or ns.flag %>
<% if ns.ref %>
    if table.columns[name].kind == "ref":
        return _references(<< who >>table, name)
<% endif %>
    rows = _rows(<< who >>table, [quote(name), "count(*)"], tail=f"GROUP BY {quote(name)}")
    found = dict(map(tuple, rows))
<% if ns.choice and ns.flag %>
    values = table.columns[name].values or (True, False)
<% elif ns.choice %>
    values = table.columns[name].values
<% else %>
    values = (True, False)
<% endif %>
    return [{"value": value, "count": found.get(value, 0)} for value in values]
<% else %>
    return _references(<< who >>table, name)
<% endif %>
<% endif %>
<% if ns.ref %>


def _references(<< sign >>table: Table, name: str) -> list[dict]:
    """Return how many rows refer to each row of another table, by its title."""
    reference = quote(name)
    title = table.title_expression(name)
    most = f"GROUP BY {reference} ORDER BY 2 DESC, 1, {reference} LIMIT {MOST_TITLES}"
    pairs = _rows(<< who >>table, [title, "count(*)"], f"{reference} IS NOT NULL", most)
    counts = [{"value": value, "count": count} for value, count in pairs]
    without = _rows(<< who >>table, ["count(*)"], f"{reference} IS NULL")[0][0]
    return [*counts, {"value": None, "count": without}] if without else counts
<% endif %>
<% if ns.month %>


def _months(<< sign >>part: Part) -> list[dict]:
    """Return how many rows fall into each of the last months, and the sum of a column."""
    if part.month is None:
        return []
    month = f"substr({quote(part.month)}, 1, 7)"
    total = f"total({quote(part.month_sum)})" if part.month_sum else "NULL"
    last = f"GROUP BY 1 ORDER BY 1 DESC LIMIT {MOST_MONTHS}"
    columns = [month, "count(*)", total]
    rows = _rows(<< who >>part.table, columns, f"{quote(part.month)} IS NOT NULL", last)
    return [
        {
            "month": month,
            "count": count,
            "sum": part.table.shown(part.month_sum, total) if part.month_sum else None,
        }
        for month, count, total in reversed(rows)
    ]
<% endif %>


<< fit("", "def _rows(", sign | split(", ") | reject("equalto", "") | list + ["table: Table", "columns: list[str]", 'condition: str = "1"', 'tail: str = ""'], ") -> list[sqlite3.Row]:") >>
    """Query all rows of a table<< " that belong to somebody" if auth else "" >>."""
    query = ["SELECT", ", ".join(columns), "FROM", quote(table.name), "WHERE", condition]
<% if auth %>
    return db.execute(" ".join([*query, "AND owner_id = ?", tail]), (owner,)).fetchall()
<% else %>
    return db.execute(" ".join([*query, tail])).fetchall()
<% endif %>
