<% from "web/shared.jinja" import kinds as words %>
<% set kinds = words(contract) | split %>
<% set joins = "tags" in kinds or "many" in kinds %>
<% set auth = contract.auth %>
"""Rows as CSV files, out and in."""

import csv
import io
import re
import sqlite3
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ValidationError

from .errors import ApiError, Invalid, predicates
from .store import Row, Table

MAX_ROWS = 1000
# What spreadsheets would take for the beginning of a formula; a quote before it says text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
<% if joins %>
# Between the entries of a list.
SEPARATOR = "|"
<% endif %>
# Columns that a file may have and that the application fills in itself.
KEPT = ("id", "created_at", "updated_at")
<% if "boolean" in kinds %>
FLAGS = {"true": True, "yes": True, "false": False, "no": False}
<% endif %>

CSV_BODY = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
}


class CsvResponse(Response):
    """A file that browsers save."""

    media_type = "text/csv"


class Added(BaseModel):
    """How many rows a file added."""

    added: int


async def _csv_text(request: Request) -> str:
    """Return the file that the client sent."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/csv":
        raise ApiError(415, "Send CSV with the header Content-Type: text/csv.")
    try:
        return (await request.body()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ApiError(400, "The file must be text in UTF-8.") from None


CsvText = Annotated[str, Depends(_csv_text)]


def export_rows(table: Table, model: type[BaseModel], rows: Iterable[Row]) -> CsvResponse:
    """Return rows as a file."""
    names = ["id", *_names(model), "created_at", "updated_at"]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    disposition = f'attachment; filename="{table.slug}.csv"'
    return CsvResponse(file.getvalue(), headers={"Content-Disposition": disposition})


<% if auth %>
def import_rows(
    table: Table, model: type[BaseModel], db: sqlite3.Connection, owner: int, text: str
) -> int:
<% else %>
def import_rows(table: Table, model: type[BaseModel], db: sqlite3.Connection, text: str) -> int:
<% endif %>
    """Add the rows of a file, or none where one is wrong, and return how many there are."""
    rows = _read(table, model, text)
    problems: dict[str, str] = {}
    with db:
        db.execute("BEGIN IMMEDIATE")
        for number, body in rows:
            try:
                values = model.model_validate(body).model_dump(by_alias=True)
                table.insert(db, << "owner, " if auth else "" >>values)
            except ValidationError as error:
                found = predicates(error.errors())
                problems[f"row {number}"] = "; ".join(f"{name}: {found[name]}" for name in found)
            except ApiError as error:
                problems[f"row {number}"] = " ".join(error.fields.values()) or error.message
        if problems:
            raise Invalid(problems)
    return len(rows)


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _cell(value: Any) -> str:
<% if joins %>
    if isinstance(value, list):
        value = SEPARATOR.join(map(str, value))
<% endif %>
<% if "boolean" in kinds %>
    if isinstance(value, bool):
        return "true" if value else "false"
<% endif %>
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else str(value)


def _read(table: Table, model: type[BaseModel], text: str) -> list[tuple[int, Row]]:
    """Return the rows of a file with their numbers; the first line has the number 1."""
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ApiError(422, f"The file is not valid CSV: {error}.") from None
    header = [name.strip() for name in lines[0]] if lines else []
    if not header:
        raise ApiError(422, "The first line must name the columns.")
    known = (*_names(model), *KEPT)
    problems = {name: "There is no such column." for name in header if name not in known}
    problems |= {name: "This column is there twice." for name in header if header.count(name) > 1}
    if problems:
        raise Invalid(problems)
    rows = [(number, line) for number, line in enumerate(lines[1:], start=2) if line]
    if len(rows) > MAX_ROWS:
        raise ApiError(422, f"A file may have at most {MAX_ROWS} rows.")
    long = {
        f"row {number}": "There are more cells than columns."
        for number, line in rows
        if len(line) > len(header)
    }
    if long:
        raise Invalid(long)
    return [(number, _body(table, zip(header, line, strict=False))) for number, line in rows]


def _body(table: Table, cells: Iterable[tuple[str, str]]) -> Row:
    """Return the cells of a row as JSON would hold them; an empty cell is left out."""
    return {
        name: _value(table.kind_of(name), cell.strip())
        for name, cell in cells
        if name not in KEPT and cell.strip()
    }


def _value(kind: str, text: str) -> Any:
    """Return the text of a cell as a value of its type, or as it is where it is none."""
    if text.startswith("'") and text[1:].startswith(FORMULA):
        text = text[1:]
<% if "tags" in kinds %>
    if kind == "names":
        return text.split(SEPARATOR)
<% endif %>
<% if "many" in kinds %>
    if kind == "ids":
        return [_whole(entry.strip()) for entry in text.split(SEPARATOR)]
<% endif %>
<% if "boolean" in kinds %>
    if kind == "flag":
        return FLAGS.get(text.lower(), text)
<% endif %>
    if kind in ("integer", "ref"):
        return _whole(text)
    if kind in ("number", "money") and re.fullmatch(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?", text):
        return float(text)
    return text


def _whole(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,20}", text) else text
