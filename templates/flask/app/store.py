<% from "web/shared.jinja" import has_detail, kinds as words %>
<% set kinds = words(contract) | split %>
<% set lists = "tags" in kinds or "many" in kinds %>
<% set refs = "ref" in kinds or "many" in kinds %>
<% set joined = lists or refs or contract.auth %>
<% set csv = "csv" in contract.features %>
<% set summed = contract.entities | selectattr("summed") | list | length > 0 %>
<% set pages = contract.kind == "web" %>
<% set ns = namespace(titled=false) %>
<% for entity in contract.entities if pages and has_detail(contract, entity) %><% set ns.titled = true %><% endfor %>
<% set pairs = namespace(any=false) %>
<% for entity in contract.entities %><% for field in entity.fields if field.within %><% set pairs.any = true %><% endfor %><% endfor %>
"""Tables: list, read, write and delete rows; every value is checked on the way in."""

import json
import sqlite3
from contextlib import contextmanager

from flask import request

from . import db
<% if contract.auth %>
from .accounts import user_id
<% endif %>
from .errors import ApiError, Invalid
from .fields import << ["MAX_ID", "Listed" if lists else "", "Many" if "many" in kinds else "", "Ref" if "ref" in kinds and ns.titled else ""] | select | join(", ") >>

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
<% if ns.titled %>
        title,
<% endif %>
        default_sort,
        sortable=(),
        searchable=(),
<% if lists %>
        filters=None,
<% else %>
        filters=(),
<% endif %>
<% if summed %>
        summed=(),
<% endif %>
<% if refs %>
        counts=None,
<% endif %>
    ):
        self.name = name
        self.fields = {field.name: field for field in fields}
        self.label = label
<% if ns.titled %>
        self.title = title
<% endif %>
        self.default_sort = default_sort
        self.sortable = sortable
        self.searchable = searchable
<% if lists %>
        # Names of filters in a query string, and the fields that they look at.
        self.filters = filters or {}
<% else %>
        self.filters = filters
<% endif %>
<% if summed %>
        self.summed = summed
<% endif %>
<% if refs %>
        self.select = self._select(counts or {})
<% elif joined %>
        self.select = self._select()
<% else %>
        self.select = f"SELECT * FROM {quote(name)}"  # noqa: S608 -- the name is ours
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

        rows = db.get().execute(
            " ".join([self.select, where, order, "LIMIT ? OFFSET ?"]),
            [*parameters, *order_parameters, limit, offset],
        )
<% if summed %>
        # `total` adds up without overflow, and nothing to 0.
        totals = ["count(*)", *(f"total({quote(name)})" for name in self.summed)]
        query = " ".join(["SELECT", ", ".join(totals), "FROM", quote(self.name), where])
        total, *sums = db.get().execute(query, parameters).fetchone()
        page = {
            "items": [self._load(row) for row in rows],
            "total": total,
            "limit": limit,
            "offset": offset,
        }
        if self.summed:
            page["sums"] = {
                name: self.fields[name].load(value)
                for name, value in zip(self.summed, sums, strict=True)
            }
        return page
<% else %>
        total = db.get().execute(
            " ".join(["SELECT count(*) FROM", quote(self.name), where]), parameters
        )
        return {
            "items": [self._load(row) for row in rows],
            "total": total.fetchone()[0],
            "limit": limit,
            "offset": offset,
        }
<% endif %>
<% if csv %>

    def every(self, query):
        """Return all rows that `query` finds, one after the other."""
        problems = {}
        where, parameters = self._conditions(query, problems)
        order, order_parameters = self._order(query, problems)
        if problems:
            raise Invalid(problems)
        rows = db.get().execute(
            " ".join([self.select, where, order]), [*parameters, *order_parameters]
        )
        return map(self._load, rows)
<% endif %>
<% if pages and contract.entities | length > 1 %>

    def count(self):
        """Return how many rows there are."""
        where, parameters = self._conditions({}, {})
        query = " ".join(["SELECT count(*) FROM", quote(self.name), where])
        return db.get().execute(query, parameters).fetchone()[0]
<% endif %>

    def get(self, id):
        """Return one row."""
        row = None
        if id <= MAX_ID:
<% if contract.auth %>
            table = quote(self.name)
            query = f"{self.select} WHERE {table}.id = ? AND {table}.owner_id = ?"
            row = db.get().execute(query, (id, user_id())).fetchone()
<% else %>
            query = " ".join([self.select, "WHERE", quote(self.name) + ".id = ?"])
            row = db.get().execute(query, (id,)).fetchone()
<% endif %>
        if row is None:
            raise ApiError(404, f"There is no {self.label} with the id {id}.")
        return self._load(row)

    def create(self, body):
        """Add a row and return it; what the body leaves out gets its default."""
        values = self.clean(body)
        with self.writing() as connection:
            id = self.insert(connection, values)
        return self.get(id)

    def replace(self, id, body):
        """Write every field of a row and return it; what the body leaves out gets its default."""
        self.get(id)
        return self._update(id, self.clean(body))

    def update(self, id, body):
        """Write the fields that the body names and return the row."""
        self.get(id)
        return self._update(id, self.clean(body, [name for name in self.fields if name in body]))

    def delete(self, id):
        """Delete a row."""
        self.get(id)
        with self.writing() as connection:
            connection.execute(" ".join(["DELETE FROM", quote(self.name), "WHERE id = ?"]), [id])
<% if ns.titled %>

    def title_of(self, row):
        """Return the text that names a row to people."""
        value = row[self.title]
<% if "ref" in kinds %>
        field = self.fields.get(self.title)
        if isinstance(field, Ref):
            value = row[field.base]
<% endif %>
        if isinstance(value, float):
            return f"{value:.2f}"
        return f"{self.label} {row['id']}".capitalize() if value is None else str(value)
<% endif %>

    def clean(self, body, names=None):
        """Return what to store of a body, or refuse it with all that is wrong at once."""
        values, problems = {}, {}
        for name in self.fields if names is None else names:
            field = self.fields[name]
            try:
                values[name] = field.clean(body.get(name, field.default))
            except ValueError as error:
                problems[name] = str(error)
        if problems:
            raise Invalid(problems)
        return values

    @contextmanager
    def writing(self):
        """Give the connection for writes that all happen or none."""
        try:
            with db.get() as connection:
                yield connection
        except sqlite3.IntegrityError as error:
            raise self.refusal(str(error)) from error

    def insert(self, connection, values):
        """Add a row and return its id."""
<% if lists %>
        values, lists = self._apart(values)
<% endif %>
<% if contract.auth %>
        values = {"owner_id": user_id(), **values}
<% endif %>
        columns = ", ".join(map(quote, values))
        marks = ", ".join("?" for _ in values)
        query = ["INSERT INTO", quote(self.name), f"({columns})", f"VALUES ({marks})"]
<% if lists %>
        id = connection.execute(" ".join(query), list(values.values())).lastrowid
        for field, items in lists.items():
            field.write(connection, id, items)
        return id
<% else %>
        return connection.execute(" ".join(query), list(values.values())).lastrowid
<% endif %>

    def _update(self, id, values):
<% if lists %>
        values, lists = self._apart(values)
<% endif %>
        values = {**values, "updated_at": db.now()}
        assignments = ", ".join(f"{quote(name)} = ?" for name in values)
        query = ["UPDATE", quote(self.name), "SET", assignments, "WHERE id = ?"]
        with self.writing() as connection:
            connection.execute(" ".join(query), [*values.values(), id])
<% if lists %>
            for field, items in lists.items():
                field.write(connection, id, items)
<% endif %>
        return self.get(id)
<% if lists %>

    def _apart(self, values):
        """Return the values of the table's own columns, and the lists that other tables keep."""
        own, lists = {}, {}
        for name, value in values.items():
            field = self.fields[name]
            if isinstance(field, Listed):
                lists[field] = value
            else:
                own[name] = value
        return own, lists
<% endif %>

    def refusal(self, reason):
        """Say which rule of the database a write would have broken."""
        kind, _, columns = reason.partition(" constraint failed: ")
<% if pairs.any %>
        names = [column.rpartition(".")[2] for column in columns.split(", ")]
        name = names[-1]
        if kind == "UNIQUE" and name in self.fields:
            labels = [self.fields[each].label for each in names if each in self.fields]
            message = f"{labels[-1]} is taken by another {self.label}."
            if len(labels) > 1:
                same = " and ".join(labels).lower()
                message = f"Another {self.label} has the same {same}."
            return<% else %>

        name = columns.rpartition(".")[2]
        if kind == "UNIQUE" and name in self.fields:
            message = f"{self.fields[name].label} is taken by another {self.label}."
            return<% endif %> ApiError(409, message, {name: message})
        if name in self.fields:
            return Invalid({name: f"{self.fields[name].label} is not valid."})
        return ApiError(422, "These values break a rule of the database.")

    def _conditions(self, query, problems):
<% if contract.auth %>
        conditions, parameters = [f"{quote(self.name)}.owner_id = ?"], [user_id()]
<% else %>
        conditions, parameters = [], []
<% endif %>
<% if lists %>
        for name, field in self.filters.items():
            text = query.get(name, "").strip()
            if text:
                try:
                    parameters.append(self.fields[field].from_query(text))
                    conditions.append(self.fields[field].condition(quote(self.name)))
                except ValueError as error:
                    problems[name] = str(error)
<% else %>
        for name in self.filters:
            text = query.get(name, "").strip()
            if text:
                try:
                    parameters.append(self.fields[name].from_query(text))
                    conditions.append(f"{quote(self.name)}.{quote(name)} = ?")
                except ValueError as error:
                    problems[name] = str(error)
<% endif %>
        text = query.get("q", "").strip()
        if len(text) > MAX_QUERY_LENGTH:
            problems["q"] = f"The search must have at most {MAX_QUERY_LENGTH} characters."
        elif text and self.searchable:
            columns = [f"fold({quote(self.name)}.{quote(name)})" for name in self.searchable]
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
        column = f"{quote(self.name)}.{quote(name)}"
        expression, parameters = column, ()
        if name in self.fields:
            expression, parameters = self.fields[name].order(column)
        # Rows without a value come last either way; the id decides between equals.
        last = f"{quote(self.name)}.id {direction}"
        return f"ORDER BY {column} IS NULL, {expression} {direction}, {last}", parameters
<% if joined %>

    def _select(self<< ", counts" if refs else "" >>):
        """Return the query for rows, with what other tables know of them."""
        table = quote(self.name)
        columns = {"id": f"{table}.id"}
        for field in self.fields.values():
            columns |= field.columns(table)
<% if refs %>
        for name, (child, column) in counts.items():
            columns[name] = (
                f"(SELECT count(*) FROM {quote(child)} AS child "  # noqa: S608 -- names are ours
                f"WHERE child.{quote(column)} = {table}.id)"
            )
<% endif %>
        for name in ("created_at", "updated_at"):
            columns[name] = f"{table}.{name}"
        named = ", ".join(f"{column} AS {quote(name)}" for name, column in columns.items())
        return " ".join(["SELECT", named, "FROM", table])
<% endif %>

    def _load(self, row):
<% if "many" in kinds %>
        loaded = dict(row)
        for name, field in self.fields.items():
            loaded[name] = field.load(row[name])
            if isinstance(field, Many):
                loaded[field.titles] = json.loads(row[field.titles])
        return loaded
<% else %>
        return {
            name: self.fields[name].load(row[name]) if name in self.fields else row[name]
            for name in row.keys()  # noqa: SIM118 -- a Row iterates over its values
        }
<% endif %>


def quote(name):
    """Write a name for SQL."""
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
