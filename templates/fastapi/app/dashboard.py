<% from "fastapi/parts.jinja" import fit %>
<% from "web/python.jinja" import texts %>
<% set auth = contract.auth %>
<% set ns = namespace(counts=false, ref=false, choice=false, flag=false, month=false, money=false) %>
<% for part in contract.dashboard or [] %>
<% if part.month %><% set ns.month = true %><% endif %>
<% if part.counts and part.count_sum %><% set ns.money = true %><% endif %>
<% for entity in contract.entities if entity.name == part.entity %>
<% for field in entity.fields if field.name in part.counts %>
<% set ns.counts = true %>
<% if field.type == "boolean" %><% set ns.flag = true %><% elif field.type == "ref" %><% set ns.ref = true %><% else %><% set ns.choice = true %><% endif %>
<% endfor %>
<% endfor %>
<% endfor %>
<% set money = ns.money %>
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
<% if money %>
    # The amount that is added up for each value that is counted.
    count_sum: str | None = None
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
<% if part.counts and part.count_sum %>
        count_sum="<< part.count_sum >>",
<% endif %>
    ),
<% endfor %>
}


class Count(BaseModel):
<% if money %>
    """How many rows have a value, and what they add up to where that is money."""
<% else %>
    """How many rows have a value."""
<% endif %>

    value: str | bool | int | float | None
    count: int
<% if money %>
    sum: float | None
<% endif %>


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
        "counts": << "{name: _counts(" ~ who ~ ("part, name)" if money else "part.table, name)") ~ " for name in part.counts}" if ns.counts else "{}" >>,
        "sums": {name: values[name] for name in part.sums},
        "averages": {name: values[name] for name in part.averages},
        "months": << "_months(" ~ who ~ "part)" if ns.month else "[]" >>,
    }
<% if ns.counts %>


<% if money %>
def _counts(<< sign >>part: Part, name: str) -> list[dict]:
    """Return how many rows have each value of a column, and what another one adds up to."""
<% else %>
def _counts(<< sign >>table: Table, name: str) -> list[dict]:
    """Return how many rows have each value of a column."""
<% endif %>
<% if ns.choice or ns.flag %>
<% if money %>
    table = part.table
<% endif %>
<% if ns.ref %>
    if table.columns[name].kind == "ref":
        return _references(<< who >><< "part" if money else "table" >>, name)
<% endif %>
<% if money %>
    columns = [quote(name), "count(*)", _total(part.count_sum)]
    rows = _rows(<< who >>table, columns, tail=f"GROUP BY {quote(name)}")
    found = {value: (count, total) for value, count, total in rows}
<% else %>
    rows = _rows(<< who >>table, [quote(name), "count(*)"], tail=f"GROUP BY {quote(name)}")
    found = dict(map(tuple, rows))
<% endif %>
<% if ns.choice and ns.flag %>
    values = table.columns[name].values or (True, False)
<% elif ns.choice %>
    values = table.columns[name].values
<% else %>
    values = (True, False)
<% endif %>
<% if money %>
    return [_group(part, value, *found.get(value, (0, 0))) for value in values]
<% else %>
    return [{"value": value, "count": found.get(value, 0)} for value in values]
<% endif %>
<% else %>
    return _references(<< who >><< "part" if money else "table" >>, name)
<% endif %>
<% endif %>
<% if ns.ref %>


<% if money %>
def _references(<< sign >>part: Part, name: str) -> list[dict]:
    """Return how many rows refer to each row of another table, and what they add up to."""
    table = part.table
<% else %>
def _references(<< sign >>table: Table, name: str) -> list[dict]:
    """Return how many rows refer to each row of another table, by its title."""
<% endif %>
    reference = quote(name)
    title = table.title_expression(name)
<% if money %>
    most = f"GROUP BY {reference} ORDER BY 3 DESC, 2 DESC, 1, {reference} LIMIT {MOST_TITLES}"
    numbers = ["count(*)", _total(part.count_sum)]
    rows = _rows(<< who >>table, [title, *numbers], f"{reference} IS NOT NULL", most)
    groups = [_group(part, *row) for row in rows]
    count, total = _rows(<< who >>table, numbers, f"{reference} IS NULL")[0]
    return [*groups, _group(part, None, count, total)] if count else groups
<% else %>
    most = f"GROUP BY {reference} ORDER BY 2 DESC, 1, {reference} LIMIT {MOST_TITLES}"
    pairs = _rows(<< who >>table, [title, "count(*)"], f"{reference} IS NOT NULL", most)
    counts = [{"value": value, "count": count} for value, count in pairs]
    without = _rows(<< who >>table, ["count(*)"], f"{reference} IS NULL")[0][0]
    return [*counts, {"value": None, "count": without}] if without else counts
<% endif %>
<% endif %>
<% if money %>


def _group(part: Part, value: str | int | None, count: int, total: float | None) -> dict:
    """Return a value with how many rows have it, and what they add up to where that is money."""
    amount = part.table.shown(part.count_sum, total) if part.count_sum else None
    return {"value": value, "count": count, "sum": amount}


def _total(name: str | None) -> str:
    """Return what adds up a column, or NULL where there is none."""
    return f"total({quote(name)})" if name else "NULL"
<% endif %>
<% if ns.month %>


def _months(<< sign >>part: Part) -> list[dict]:
    """Return how many rows fall into each of the last months, and the sum of a column."""
    if part.month is None:
        return []
    month = f"substr({quote(part.month)}, 1, 7)"
<% if not money %>
    total = f"total({quote(part.month_sum)})" if part.month_sum else "NULL"
<% endif %>
    last = f"GROUP BY 1 ORDER BY 1 DESC LIMIT {MOST_MONTHS}"
    columns = [month, "count(*)", << "_total(part.month_sum)" if money else "total" >>]
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
