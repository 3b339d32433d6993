<% set me = "request.user, " if contract.auth else "" %>
<% set user = "user, " if contract.auth else "" %>
"""Rows as CSV: what a list finds goes out, what comes in is added as a whole or not at all."""

import csv
import io

from django.db import transaction
from django.http import HttpResponse

from .errors import ApiError, Invalid

MAX_ROWS = 1000
# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TIMES = ("created_at", "updated_at")
IGNORED = ("id", *TIMES)


def export(rows, << user >>query):
    """Answer with every row that a query finds."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", *rows.fields, *TIMES])
    for row in rows.load(rows.select(<< user >>query)):
        writer.writerow(_write(row[key]) for key in ("id", *rows.fields, *TIMES))
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{rows.model._meta.db_table}.csv"'},
    )


def import_rows(rows, request):
    """Add the rows of the CSV text that the client sent and return how many there were."""
    try:
        lines = list(csv.reader(io.StringIO(_body(request), newline=""), strict=True))
    except csv.Error:
        raise ApiError(422, "This is not valid CSV.") from None
    if not any(lines):
        raise ApiError(422, "There is nothing in it; the first row names the fields.")
    names = _names(rows, lines[0])
    # As a spreadsheet counts them: the names are row 1.
    found = [(number, cells) for number, cells in enumerate(lines[1:], start=2) if any(cells)]
    if len(found) > MAX_ROWS:
        raise ApiError(422, f"There are {len(found)} rows; at most {MAX_ROWS} come in at once.")
    problems = {}
    # What is raised in here takes back every row.
    with transaction.atomic():
        for number, cells in found:
            try:
                rows.add(<< me >>_values(rows, names, cells))
            except ApiError as error:
                problems[f"row {number}"] = _sentence(error)
        if problems:
            raise Invalid(problems)
    return len(found)


def _body(request):
    if request.content_type != "text/csv":
        raise ApiError(415, "Send CSV with the header Content-Type: text/csv.")
    try:
        return request.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ApiError(400, "The body is not UTF-8 text.") from None


def _names(rows, cells):
    """Return the names of the columns, or refuse those that name no field."""
    names = [cell.strip() for cell in cells]
    problems = {}
    for name in names:
        if name not in rows.fields and name not in IGNORED:
            problems[name] = "There is no such field."
        elif names.count(name) > 1:
            problems[name] = "There is more than one column of this name."
    if problems:
        raise Invalid(problems)
    return names


def _values(rows, names, cells):
    """Return the body that a row of cells stands for; an empty cell is a value not given."""
    if len(cells) > len(names):
        raise ApiError(422, "There are more cells than names.")
    return {
        name: _read(cell, rows.fields[name])
        for name, cell in zip(names, cells, strict=False)
        if cell.strip() and name in rows.fields
    }


def _sentence(error):
    if not error.fields:
        return error.message
    return " ".join(f"{name}: {message}" for name, message in error.fields.items())


def _write(value):
    """Return the cell of a value of JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = "|".join(map(str, value)) if isinstance(value, list) else value or ""
    return f"'{text}" if text.startswith(FORMULA) else text


def _read(cell, field):
    """Return the value of JSON that a cell stands for."""
    text = cell.strip()
    return field.from_text(text[1:] if text.startswith("'") and text[1:2] in FORMULA else text)
