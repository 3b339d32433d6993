"""Rows as CSV: what a list finds goes out, what comes in is added as a whole or not at all."""

import csv
import io
import sqlite3

from flask import Response, request

from . import db
from .errors import ApiError, Invalid

MAX_ROWS = 1000
# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TIMES = ("created_at", "updated_at")
IGNORED = ("id", *TIMES)


def download(table, query):
    """Answer with every row that `query` finds."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", *table.fields, *TIMES])
    for row in table.every(query):
        cells = [_write(row[name], field) for name, field in table.fields.items()]
        writer.writerow([row["id"], *cells, *(row[name] for name in TIMES)])
    return Response(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{table.name}.csv"'},
    )


def body():
    """Return the CSV text that the client sent."""
    if request.mimetype != "text/csv":
        raise ApiError(415, "Send CSV with the header Content-Type: text/csv.")
    try:
        return request.get_data().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ApiError(400, "The body is not UTF-8 text.") from None


def add(table, text):
    """Add the rows of a CSV text and return how many there were."""
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise ApiError(422, "This is not valid CSV.") from None
    if not any(lines):
        raise ApiError(422, "There is nothing in it; the first row names the fields.")
    names = _names(table, lines[0])
    # As a spreadsheet counts them: the names are row 1.
    rows = [(number, cells) for number, cells in enumerate(lines[1:], start=2) if any(cells)]
    if len(rows) > MAX_ROWS:
        raise ApiError(422, f"There are {len(rows)} rows; at most {MAX_ROWS} come in at once.")

    problems = {}
    connection = db.get()
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number, cells in rows:
            try:
                _add_row(table, connection, names, cells)
            except ApiError as error:
                problems[f"row {number}"] = _sentence(error)
        if problems:
            raise Invalid(problems)
        connection.commit()
    finally:
        # Takes back everything unless it was committed.
        connection.rollback()
    return len(rows)


def _names(table, cells):
    """Return the names of the columns, or refuse those that name no field."""
    names = [cell.strip() for cell in cells]
    problems = {}
    for name in names:
        if name not in table.fields and name not in IGNORED:
            problems[name] = "There is no such field."
        elif names.count(name) > 1:
            problems[name] = "There is more than one column of this name."
    if problems:
        raise Invalid(problems)
    return names


def _add_row(table, connection, names, cells):
    if len(cells) > len(names):
        raise ApiError(422, "There are more cells than names.")
    # An empty cell is a value that was not given.
    values = {
        name: _read(cell, table.fields[name])
        for name, cell in zip(names, cells, strict=False)
        if cell.strip() and name in table.fields
    }
    try:
        table.insert(connection, table.clean(values))
    except sqlite3.IntegrityError as error:
        raise table.refusal(str(error)) from error


def _sentence(error):
    if not error.fields:
        return error.message
    return " ".join(f"{name}: {message}" for name, message in error.fields.items())


def _write(value, field):
    """Return the cell of a value."""
    text = field.to_text(value)
    number = isinstance(value, int | float)
    return "'" + text if text.startswith(FORMULA) and not number else text


def _read(cell, field):
    """Return the JSON value of a cell."""
    text = cell.strip()
    return field.from_text(text[1:] if text.startswith("'") and text[1:2] in FORMULA else text)
