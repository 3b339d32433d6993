<% from "web/shared.jinja" import kinds, money_titles %>
<% set has_money_titles = money_titles(contract) | length > 0 %>
<% set refs = "ref" in kinds(contract) | split %>
"""Tables: list, read, write and delete rows; every value is checked on the way in."""

import json
import sqlite3

from flask import request

from . import db
from .errors import ApiError, Invalid
<% if refs %>
from .fields import MAX_ID, Ref
<% else %>
from .fields import MAX_ID
<% endif %>

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_QUERY_LENGTH = 200


def json_body():
    """Return the JSON object that the client sent."""
    if not request.is_json:
        raise ApiError(415, "Send JSON with the header Content-Type: application/json.")
    try:
        body = json.loads(request.get_data(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ApiError(400, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body must be a JSON object.")
    return body


class Table:
    """A table of the database, seen through the fields that clients may set."""

    def __init__(
        self,
        name,
        fields,
        *,
        label,
        title,
        default_sort,
        sortable=(),
        searchable=(),
        filterable=(),
<% if refs %>
        counts=None,
<% endif %>
    ):
        self.name = name
        self.fields = {field.name: field for field in fields}
        self.label = label
        self.title = title
        self.default_sort = default_sort
        self.sortable = sortable
        self.searchable = searchable
        self.filterable = filterable
<% if refs %>
        self.select = self._select(counts or {})
<% else %>
        self.select = f"SELECT * FROM {_quote(name)}"  # noqa: S608 -- the name is ours
<% endif %>

    def page(self, query):
        """Return one page of rows; `query` holds q, sort, limit, offset and filters."""
        problems = {}
        where, parameters = self._conditions(query, problems)
        order, order_parameters = self._order(query, problems)
        limit = _whole_number(query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT, problems)
        offset = _whole_number(query, "offset", 0, 0, MAX_ID, problems)
        if problems:
            raise Invalid(problems)

        total = db.get().execute(
            " ".join(["SELECT count(*) FROM", _quote(self.name), where]), parameters
        )
        rows = db.get().execute(
            " ".join([self.select, where, order, "LIMIT ? OFFSET ?"]),
            [*parameters, *order_parameters, limit, offset],
        )
        return {
            "items": [self._load(row) for row in rows],
            "total": total.fetchone()[0],
            "limit": limit,
            "offset": offset,
        }

    def count(self):
        """Return how many rows there are."""
        query = " ".join(["SELECT count(*) FROM", _quote(self.name)])
        return db.get().execute(query).fetchone()[0]

    def get(self, id):
        """Return one row."""
        row = None
        if id <= MAX_ID:
            query = " ".join([self.select, "WHERE", _quote(self.name) + ".id = ?"])
            row = db.get().execute(query, (id,)).fetchone()
        if row is None:
            raise ApiError(404, f"There is no {self.label} with the id {id}.")
        return self._load(row)

    def create(self, body):
        """Add a row and return it; what the body leaves out gets its default."""
        values = self._clean(body, self.fields.values())
        columns = ", ".join(map(_quote, values))
        marks = ", ".join("?" for _ in values)
        query = ["INSERT INTO", _quote(self.name), f"({columns})", f"VALUES ({marks})"]
        return self.get(self._write(" ".join(query), list(values.values())).lastrowid)

    def replace(self, id, body):
        """Write every field of a row and return it; what the body leaves out gets its default."""
        self.get(id)
        return self._update(id, self._clean(body, self.fields.values()))

    def update(self, id, body):
        """Write the fields that the body names and return the row."""
        self.get(id)
        return self._update(
            id, self._clean(body, [field for field in self.fields.values() if field.name in body])
        )

    def delete(self, id):
        """Delete a row."""
        self.get(id)
        self._write(" ".join(["DELETE FROM", _quote(self.name), "WHERE id = ?"]), [id])

    def title_of(self, row):
        """Return the text that names a row to people."""
        value = row[self.title]
<% if refs %>
        field = self.fields.get(self.title)
        if isinstance(field, Ref):
            value = row[_base(field)]
<% endif %>
        if isinstance(value, float):
            return f"{value:.2f}"
        return f"{self.label} {row['id']}".capitalize() if value is None else str(value)

    def _update(self, id, values):
        values = {**values, "updated_at": db.now()}
        assignments = ", ".join(f"{_quote(name)} = ?" for name in values)
        query = ["UPDATE", _quote(self.name), "SET", assignments, "WHERE id = ?"]
        self._write(" ".join(query), [*values.values(), id])
        return self.get(id)

    def _write(self, query, parameters):
        try:
            with db.get() as connection:
                return connection.execute(query, parameters)
        except sqlite3.IntegrityError as error:
            raise self._refusal(str(error)) from error

    def _refusal(self, reason):
        """Say which rule of the database a write would have broken."""
        kind, _, columns = reason.partition(" constraint failed: ")
        name = columns.rpartition(".")[2]
        if kind == "UNIQUE" and name in self.fields:
            message = f"{self.fields[name].label} is taken by another {self.label}."
            return ApiError(409, message, {name: message})
        if name in self.fields:
            return Invalid({name: f"{self.fields[name].label} is not valid."})
        return ApiError(422, "These values break a rule of the database.")

    def _clean(self, body, fields):
        """Return what to store, or refuse with all that is wrong at once."""
        values, problems = {}, {}
        for field in fields:
            try:
                values[field.name] = field.clean(body.get(field.name, field.default))
            except ValueError as error:
                problems[field.name] = str(error)
        if problems:
            raise Invalid(problems)
        return values

    def _conditions(self, query, problems):
        conditions, parameters = [], []
        for name in self.filterable:
            text = query.get(name, "").strip()
            if text:
                try:
                    parameters.append(self.fields[name].from_query(text))
                    conditions.append(f"{_quote(self.name)}.{_quote(name)} = ?")
                except ValueError as error:
                    problems[name] = str(error)
        text = query.get("q", "").strip()
        if len(text) > MAX_QUERY_LENGTH:
            problems["q"] = f"The search must have at most {MAX_QUERY_LENGTH} characters."
        elif text and self.searchable:
            columns = [f"fold({_quote(self.name)}.{_quote(name)})" for name in self.searchable]
            matches = " OR ".join(f"instr({column}, fold(?)) > 0" for column in columns)
            conditions.append(f"({matches})")
            parameters += [text] * len(columns)
        return "WHERE " + " AND ".join(conditions) if conditions else "", parameters

    def _order(self, query, problems):
        sort = query.get("sort", "").strip() or self.default_sort
        name = sort.removeprefix("-")
        if name not in self.sortable:
            names = ", ".join(self.sortable)
            problems["sort"] = f"Sort by one of: {names}; - before it for descending."
            return "", ()
        direction = "DESC" if sort.startswith("-") else "ASC"
        column = f"{_quote(self.name)}.{_quote(name)}"
        expression, parameters = column, ()
        if name in self.fields:
            expression, parameters = self.fields[name].order(column)
        # Rows without a value come last either way; the id decides between equals.
        last = f"{_quote(self.name)}.id {direction}"
        return f"ORDER BY {column} IS NULL, {expression} {direction}, {last}", parameters
<% if refs %>

    def _select(self, counts):
        """Return the query for rows; to each it adds titles of parents and counts of children."""
        table = _quote(self.name)
        columns = [f"{table}.*"]
        for field in self.fields.values():
            if isinstance(field, Ref):
                title = f"target.{_quote(field.title)}"
<% if has_money_titles %>
                if field.title_is_money:
                    title = f"printf('%.2f', {title} / 100.0)"
<% endif %>
                columns.append(
                    f"(SELECT {title} FROM {_quote(field.table)} AS target "  # noqa: S608
                    f"WHERE target.id = {table}.{_quote(field.name)}) AS {_quote(_base(field))}"
                )
        for name, (child, column) in counts.items():
            columns.append(
                f"(SELECT count(*) FROM {_quote(child)} AS child "  # noqa: S608
                f"WHERE child.{_quote(column)} = {table}.id) AS {_quote(name)}"
            )
        return " ".join(["SELECT", ", ".join(columns), "FROM", table])
<% endif %>

    def _load(self, row):
        return {
            name: self.fields[name].load(row[name]) if name in self.fields else row[name]
            for name in row.keys()  # noqa: SIM118 -- a Row iterates over its values
        }


<% if refs %>
def _base(field):
    """Return a reference's name without `_id`, under which a row carries the other row's title."""
    return field.name.removesuffix("_id")


<% endif %>
def _quote(name):
    return f'"{name}"'


def _whole_number(query, name, default, least, most, problems):
    text = query.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most:
        return int(text)
    problems[name] = f"This must be a whole number from {least} to {most}."
    return default


def _refuse_constant(name):
    raise ValueError(f"{name} is not JSON")
