<% from "python/shared.jinja" import kinds as words %>
<% set kinds = words(contract) | split %>
<% set many = "many" in kinds %>
<% set tags = "tags" in kinds %>
<% set joined = many or tags %>
<% set refs = "ref" in kinds %>
<% set joins = "Many | Tags" if many and tags else "Many" if many else "Tags" %>
"""Reading and writing rows. Values come in checked by their fields and go out ready for JSON."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from .fields import << ["Field" if refs or many else "", "Many" if many else "", "Ref" if refs else "", "Refused", "Tags" if tags else ""] | select | join(", ") >>
from .models import TABLES, Table

Row = dict[str, Any]


class Store:
    """The rows of an open database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def add(self, table: Table, values: Mapping[str, Any]) -> Row:
        """Add a row and return it."""
        stored = self._checked(table, values)
<% if joined %>
        columns = {name: value for name, value in stored.items() if not _joined(table, name)}
<% else %>
        columns = dict(stored)
<% endif %>
        query = ["INSERT INTO", _quote(table.name)]
        if columns:
            query += ["(", ", ".join(map(_quote, columns)), ") VALUES (", _marks(columns), ")"]
        else:
            query += ["DEFAULT VALUES"]
        with self.connection:
            row = self._write(table, " ".join(query), list(columns.values())).lastrowid
<% if joined %>
            self._join(table, row, stored)
<% endif %>
        return self.get(table, row)

    def edit(self, table: Table, row: int, values: Mapping[str, Any]) -> Row:
        """Change the given values of a row and return it."""
        self.get(table, row)
        stored = self._checked(table, values)
<% if joined %>
        columns = {name: value for name, value in stored.items() if not _joined(table, name)}
<% else %>
        columns = dict(stored)
<% endif %>
        columns["updated_at"] = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
        changes = ", ".join(_quote(name) + " = ?" for name in columns)
        query = ["UPDATE", _quote(table.name), "SET", changes, "WHERE id = ?"]
        with self.connection:
            self._write(table, " ".join(query), [*columns.values(), row])
<% if joined %>
            self._join(table, row, stored)
<% endif %>
        return self.get(table, row)

    def remove(self, table: Table, row: int) -> Row:
        """Delete a row and return what it was."""
        removed = self.get(table, row)
        query = " ".join(["DELETE FROM", _quote(table.name), "WHERE id = ?"])
        with self.connection:
            self.connection.execute(query, [row])
        return removed

    def get(self, table: Table, row: int) -> Row:
        """Return a row."""
        query = " ".join(["SELECT * FROM", _quote(table.name), "WHERE id = ?"])
        found = self.connection.execute(query, [row]).fetchone()
        if found is None:
            raise Refused(f"There is no {table.label} with the id {row}.")
        return self._load(table, found)

    def find(
        self,
        table: Table,
        *,
        search: str = "",
        filters: Mapping[str, Any] | None = None,
        sort: str = "",
        reverse: bool = False,
        limit: int | None = None,
    ) -> Sequence[Row]:
        """Return the rows that fit, in order."""
        conditions, parameters = self._conditions(table, search, filters or {})
        order, order_parameters = self._order(table, sort or table.sort, reverse)
        query = ["SELECT * FROM", _quote(table.name), conditions, order, "LIMIT ?"]
        rows = self.connection.execute(
            " ".join(query), [*parameters, *order_parameters, -1 if limit is None else limit]
        )
        return [self._load(table, row) for row in rows.fetchall()]

    def title(self, table: Table, row: int) -> str:
        """Return the text that names a row to people."""
        column = _quote(table.title)
        query = " ".join(["SELECT", column, "FROM", _quote(table.name), "WHERE id = ?"])
        found = self.connection.execute(query, [row]).fetchone()
        field = table.field(table.title)
        text = field.kind.show(field.kind.load(found[0])) if found and field else ""
        return text or f"{table.label} {row}"
<% if refs %>

    def dependants(self, table: Table, row: int) -> Sequence[str]:
        """Return what would go with a row, such as `3 books`."""
        found = []
        for other in TABLES:
            for field in other.fields:
                goes_along = isinstance(field.kind, Ref) and field.required
                if goes_along and field.kind.table == table.entity:
                    query = ["SELECT count(*) FROM", _quote(other.name), "WHERE"]
                    query += [_quote(field.name), "= ?"]
                    count = self.connection.execute(" ".join(query), [row]).fetchone()[0]
                    if count:
                        found.append(f"{count} {other.label if count == 1 else other.labels}")
        return found
<% endif %>

    def _checked(self, table: Table, values: Mapping[str, Any]) -> Row:
        """Return what to store for the given values; refuse what breaks a rule of its field."""
        stored = {}
        for name, value in values.items():
            field = table.field(name)
            if field is None:
                raise Refused(f"There is no field {name!r}.")
            stored[name] = field.clean(value)
<% if refs or many %>
            self._check_references(field, stored[name])
<% endif %>
        return stored
<% if refs or many %>

    def _check_references(self, field: Field, stored: Any) -> None:
<% if refs and many %>
        if not isinstance(field.kind, Many | Ref) or not stored:
<% else %>
        if not isinstance(field.kind, << "Many" if many else "Ref" >>) or not stored:
<% endif %>
            return
        target = by_entity(field.kind.table)
        query = " ".join(["SELECT 1 FROM", _quote(target.name), "WHERE id = ?"])
        for row in stored if isinstance(stored, list) else [stored]:
            if not self.connection.execute(query, [row]).fetchone():
                raise Refused(f"{field.label}: there is no {target.label} with the id {row}.")
<% endif %>

    def _write(self, table: Table, query: str, parameters: Sequence[Any]) -> sqlite3.Cursor:
        try:
            return self.connection.execute(query, parameters)
        except sqlite3.IntegrityError as error:
            kind, _, columns = str(error).partition(" constraint failed: ")
            field = table.field(columns.rpartition(".")[2])
            if kind == "UNIQUE" and field is not None:
                message = f"{field.label} is taken by another {table.label}."
                raise Refused(message) from error
            raise Refused(f"These values break a rule of the database: {error}.") from error
<% if joined %>

    def _join(self, table: Table, row: int | None, values: Mapping[str, Any]) -> None:
        """Write the lists among the values to the tables that hold them."""
        for name, items in values.items():
            kind = _joined(table, name)
            if kind is None:
                continue
            join = _quote(kind.join)
            query = ["DELETE FROM", join, "WHERE", _quote(kind.own), "= ?"]
            self.connection.execute(" ".join(query), [row])
            columns = ", ".join(map(_quote, [kind.own, kind.other]))
            query = ["INSERT INTO", join, "(", columns, ") VALUES (?, ?)"]
            self.connection.executemany(" ".join(query), [(row, item) for item in items])
<% endif %>

    def _conditions(
        self, table: Table, search: str, filters: Mapping[str, Any]
    ) -> tuple[str, list[Any]]:
        conditions, parameters = [], []
        for name, value in filters.items():
            field = table.field(name)
            if field is None:
                raise Refused(f"There is no field {name!r}.")
            wanted = field.clean(value)
            column = _quote(name)
<% if joined %>
            kind = _joined(table, name)
            if kind is not None:
                # Rows that have every one of the given entries.
                for item in wanted:
                    part = ["id IN (SELECT", _quote(kind.own), "FROM", _quote(kind.join), "WHERE"]
                    conditions.append(" ".join([*part, _quote(kind.other), "= ?)"]))
                    parameters.append(item)
                continue
<% endif %>
            conditions.append(column + " IS ?")
            parameters.append(wanted)
        if search.strip():
            matches = [f"instr(fold({_quote(name)}), fold(?)) > 0" for name in table.searchable]
            conditions.append("(" + " OR ".join(matches or ["0"]) + ")")
            parameters += [search.strip()] * len(matches)
        return "WHERE " + " AND ".join(conditions) if conditions else "", parameters

    def _order(self, table: Table, sort: str, reverse: bool) -> tuple[str, Sequence[Any]]:
        name = sort.removeprefix("-")
        if name not in table.sortable:
            raise Refused(f"Sort by one of: {', '.join(table.sortable)}.")
        direction = "DESC" if sort.startswith("-") != reverse else "ASC"
        column = _quote(name)
        expression, parameters = f"fold({column})", ()
<% if "choice" in kinds %>
        values = getattr(getattr(table.field(name), "kind", None), "values", None)
        if values:
            # A choice is sorted by the order of its values.
            ranks = " ".join(f"WHEN ? THEN {rank}" for rank, _ in enumerate(values))
            expression, parameters = f"CASE {column} {ranks} END", tuple(values)
<% endif %>
        # Rows without a value come last either way; the id decides between equals.
        return f"ORDER BY {column} IS NULL, {expression} {direction}, id {direction}", parameters

    def _load(self, table: Table, row: sqlite3.Row) -> Row:
        """Return a row as JSON has it."""
        loaded = {"id": row["id"]}
        for field in table.fields:
<% if joined %>
            kind = _joined(table, field.name)
            if kind is not None:
                column, order = _quote(kind.other), "fold(" + _quote(kind.other) + ")"
                query = ["SELECT", column, "FROM", _quote(kind.join), "WHERE", _quote(kind.own)]
                query += ["= ? ORDER BY", order]
                rows = self.connection.execute(" ".join(query), [row["id"]])
                loaded[field.name] = [item[0] for item in rows.fetchall()]
<% if many %>
                if isinstance(kind, Many):
                    target = by_entity(kind.table)
                    titles = [self.title(target, item) for item in loaded[field.name]]
                    loaded[kind.titles] = titles
<% endif %>
                continue
<% endif %>
            loaded[field.name] = field.kind.load(row[field.name])
<% if refs %>
            if isinstance(field.kind, Ref):
                target, stored = by_entity(field.kind.table), row[field.name]
                title = None if stored is None else self.title(target, stored)
                loaded[field.name.removesuffix("_id")] = title
<% endif %>
        return {**loaded, "created_at": row["created_at"], "updated_at": row["updated_at"]}


def by_entity(name: str) -> Table:
    """Return the table of an entity."""
    return next(table for table in TABLES if table.entity == name)


<% if joined %>
def _joined(table: Table, name: str) -> << joins >> | None:
    """Return the type of a field that is kept in a table of its own."""
    field = table.field(name)
    return field.kind if field and isinstance(field.kind, << joins >>) else None


<% endif %>
def _quote(name: str) -> str:
    return f'"{name}"'


def _marks(values: Mapping[str, Any]) -> str:
    return ", ".join("?" for _ in values)
