<% from "fastapi/parts.jinja" import fit %>
<% from "web/shared.jinja" import kinds as words, money_titles %>
<% set kinds = words(contract) | split %>
<% set auth = contract.auth %>
<% set ns = namespace(sums=false, counts=false, many_counts=false, unique=false) %>
<% for entity in contract.entities %>
<% if entity.summed %><% set ns.sums = true %><% endif %>
<% if entity.children %><% set ns.counts = true %><% endif %>
<% endfor %>
<% set refs = "ref" in kinds %>
<% set tags = "tags" in kinds %>
<% set many = "many" in kinds %>
<% set joins = tags or many %>
<% set money = "money" in kinds %>
<% set title_money = money_titles(contract) | length > 0 %>
<% set flags = "boolean" in kinds %>
<% set choices = "choice" in kinds %>
<% set owner = ["owner: int"] if auth else [] %>
<% set own = "owner, " if auth else "" %>
<% set titled = refs or many %>
<% set pairs = namespace(any=false) %>
<% for entity in contract.entities %><% for field in entity.fields if field.within %><% set pairs.any = true %><% endfor %><% endfor %>
"""Tables: list, read, write and delete rows.

Names of tables and columns come from the code, values always go through parameters. What comes here
was checked by the models already; what only the database can know is checked here.
"""

<% if joins %>
import json
<% endif %>
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass<< ", field" if joins or ns.counts else "" >>
from typing import Any

from .database import now
from .errors import ApiError, Invalid, label_of
from .fields import DEFAULT_LIMIT, MAX_LIMIT

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column that clients may set."""

    kind: str
<% if choices %>
    # What a choice chooses from, in order.
    values: tuple[str, ...] = ()
<% endif %>
<% if refs %>
    # The table that a reference points to, and the column that names its rows to people.
    table: str = ""
    title: str = ""
<% endif %>
<% if refs and title_money %>
    title_is_money: bool = False
<% endif %>
<% if joins %>


@dataclass(frozen=True)
class Join:
    """A list of a row, kept in a table of its own."""

    table: str
    own: str
    other: str
<% if many %>
    # The table of the rows in the list, the column that names them, and the key for the names.
    target: str = ""
    title: str = ""
    titles: str = ""
<% if title_money %>
    title_is_money: bool = False
<% endif %>
<% endif %>
<% endif %>


@dataclass(frozen=True)
class Table:
    """A table of the database, seen through the fields that clients may set."""

    name: str
    slug: str
    label: str
    title: str
    default_sort: str
    columns: Mapping[str, Column]
    searchable: tuple[str, ...] = ()
    # Columns that lists can be filtered by.
    filterable: tuple[str, ...] = ()
<% if joins %>
    joins: Mapping[str, Join] = field(default_factory=dict)
    # Filters that look into a list, and its name.
    join_filters: Mapping[str, str] = field(default_factory=dict)
<% endif %>
<% if ns.counts %>
    # Keys under which rows carry how many others refer to them: where those are, by which column.
    counts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
<% endif %>
<% if ns.sums %>
    # Columns that lists add up.
    summed: tuple[str, ...] = ()
<% endif %>

<< fit("    ", "def page(", ["self", "db: sqlite3.Connection"] + owner + ["query: Mapping[str, Any]"], ") -> Row:") >>
        """Return one page of rows; `query` holds q, sort, limit, offset and the filters."""
        where, values = self._where(<< own >>query)
        order, ranks = self._order(query.get("sort") or self.default_sort)
        limit, offset = query.get("limit", DEFAULT_LIMIT), query.get("offset", 0)
<% if ns.sums %>
        totals = ["count(*)", *(f"total({quote(name)})" for name in self.summed)]
        total, *sums = db.execute(
            " ".join(["SELECT", ", ".join(totals), "FROM", quote(self.name), where]), values
        ).fetchone()
<% else %>
        total = db.execute(
            " ".join(["SELECT count(*) FROM", quote(self.name), where]), values
        ).fetchone()[0]
<% endif %>
        rows = db.execute(
            " ".join([self._select(), where, order, "LIMIT ? OFFSET ?"]),
            [*values, *ranks, limit, offset],
        )
        items = self._loaded(db, rows)
<% if ns.sums %>
        page: Row = {"items": items, "total": total, "limit": limit, "offset": offset}
        if self.summed:
            page["sums"] = {
                name: self.shown(name, value) for name, value in zip(self.summed, sums, strict=True)
            }
        return page
<% else %>
        return {"items": items, "total": total, "limit": limit, "offset": offset}
<% endif %>

<< fit("    ", "def every(", ["self", "db: sqlite3.Connection"] + owner + ["query: Mapping[str, Any]"], ") -> Iterator[Row]:") >>
        """Return all rows that a query finds, page by page."""
        offset = 0
        while True:
            page = self.page(db, << own >>{**query, "limit": MAX_LIMIT, "offset": offset})
            yield from page["items"]
            offset += MAX_LIMIT
            if offset >= page["total"]:
                return

<< fit("    ", "def count(", ["self", "db: sqlite3.Connection"] + owner, ") -> int:") >>
        """Return how many rows there are."""
<% if auth %>
        query = " ".join(["SELECT count(*) FROM", quote(self.name), "WHERE owner_id = ?"])
        return db.execute(query, (owner,)).fetchone()[0]
<% else %>
        query = " ".join(["SELECT count(*) FROM", quote(self.name)])
        return db.execute(query).fetchone()[0]
<% endif %>

<< fit("    ", "def get(", ["self", "db: sqlite3.Connection"] + owner + ["id: int"], ") -> Row:") >>
        """Return one row."""
        where = f"WHERE {quote(self.name)}.id = ?<< " AND owner_id = ?" if auth else "" >>"
        rows = db.execute(" ".join([self._select(), where]), (id,<< " owner" if auth else "" >>))
        loaded = self._loaded(db, rows)
        if not loaded:
            raise self.unknown(id)
        return loaded[0]

<< fit("    ", "def create(", ["self", "db: sqlite3.Connection"] + owner + ["values: Mapping[str, Any]"], ") -> Row:") >>
        """Add a row and return it."""
        with db:
            id = self.insert(db, << own >>values)
        return self.get(db, << own >>id)

<< fit("    ", "def insert(", ["self", "db: sqlite3.Connection"] + owner + ["values: Mapping[str, Any]"], ") -> int:") >>
        """Add a row within the transaction of the caller and return its id."""
<% if titled %>
        self._check_references(db, << own >>values)
<% endif %>
        columns = << '{"owner_id": owner, **self._columns(values)}' if auth else "self._columns(values)" >>
        names = ", ".join(map(quote, columns))
        marks = ", ".join("?" for _ in columns)
        query = ["INSERT INTO", quote(self.name), f"({names})", f"VALUES ({marks})"]
        try:
            id = db.execute(" ".join(query), list(columns.values())).lastrowid
<% if joins %>
            self._link(db, id, values)
<% endif %>
        except sqlite3.IntegrityError as error:
            raise self._refusal(str(error)) from error
        return id

<< fit("    ", "def update(", ["self", "db: sqlite3.Connection"] + owner + ["id: int", "values: Mapping[str, Any]"], ") -> Row:") >>
        """Write the fields that are given and return the row."""
        self.get(db, << own >>id)
<% if titled %>
        self._check_references(db, << own >>values)
<% endif %>
        columns = {**self._columns(values), "updated_at": now()}
        assignments = ", ".join(f"{quote(name)} = ?" for name in columns)
        query = ["UPDATE", quote(self.name), "SET", assignments, "WHERE id = ?<< " AND owner_id = ?" if auth else "" >>"]
        try:
            with db:
                db.execute(" ".join(query), [*columns.values(), id<< ", owner" if auth else "" >>])
<% if joins %>
                self._link(db, id, values)
<% endif %>
        except sqlite3.IntegrityError as error:
            raise self._refusal(str(error)) from error
        return self.get(db, << own >>id)

<< fit("    ", "def delete(", ["self", "db: sqlite3.Connection"] + owner + ["id: int"], ") -> None:") >>
        """Delete a row."""
        query = ["DELETE FROM", quote(self.name), "WHERE id = ?<< " AND owner_id = ?" if auth else "" >>"]
        with db:
            if not db.execute(" ".join(query), (id,<< " owner" if auth else "" >>)).rowcount:
                raise self.unknown(id)
<% if tags %>

<< fit("    ", "def names(", ["self", "db: sqlite3.Connection"] + owner + ["name: str"], ") -> list[Row]:") >>
        """Return the names in use in a list of names, and how many rows have each."""
        join = self.joins[name]
        query = [
            "SELECT list.name, count(*) AS count",
            f"FROM {quote(join.table)} AS list",
<% if auth %>
            f"JOIN {quote(self.name)} AS item ON item.id = list.{quote(join.own)}",
            "WHERE item.owner_id = ?",
<% endif %>
            "GROUP BY list.name ORDER BY fold(list.name)",
        ]
        return [dict(row) for row in db.execute(" ".join(query)<< ", (owner,)" if auth else "" >>)]
<% endif %>

    def unknown(self, id: int) -> ApiError:
        """Return the refusal for a row that is not there."""
        return ApiError(404, f"There is no {self.label} with the id {id}.")

<% if "csv" in contract.features %>
    def kind_of(self, name: str) -> str:
        """Return the kind of a field."""
<% if many and tags %>
        if name in self.joins:
            return "ids" if self.joins[name].target else "names"
<% elif joins %>
        if name in self.joins:
            return "<< "ids" if many else "names" >>"
<% endif %>
        return self.columns[name].kind

<% endif %>
    def title_of(self, row: Row) -> str:
        """Return the text that names a row to people."""
        value = row[self.title]
<% if refs %>
        if self.title in self.columns and self.columns[self.title].kind == "ref":
            value = row[self.title.removesuffix("_id")]
<% endif %>
        if isinstance(value, float):
            return f"{value:.2f}"
        return f"{self.label} {row['id']}".capitalize() if value is None else str(value)

<% if refs %>
    def title_expression(self, name: str) -> str:
        """Return the SQL expression for the title of the row that a reference points to."""
        column = self.columns[name]
        target = f"{quote(column.table)} AS target"
        match = f"target.id = {quote(self.name)}.{quote(name)}"
        query = ["SELECT", _title("target", column), "FROM", target, "WHERE", match]
        return f"({' '.join(query)})"

<% endif %>
<< fit("    ", "def _where(", ["self"] + owner + ["query: Mapping[str, Any]"], ") -> tuple[str, list]:") >>
        conditions: list[str] = []
        values: list[Any] = []
<% if auth %>
        conditions.append(f"{quote(self.name)}.owner_id = ?")
        values.append(owner)
<% endif %>
        for name in self.filterable:
            if query.get(name) is not None:
                conditions.append(f"{quote(self.name)}.{quote(name)} = ?")
                values.append(query[name])
<% if joins %>
        for name, joined in self.join_filters.items():
            if query.get(name) is not None:
                join = self.joins[joined]
                match = f"{quote(join.own)} = {quote(self.name)}.id AND {quote(join.other)} = ?"
                rows = " ".join(["SELECT 1 FROM", quote(join.table), "WHERE", match])
                conditions.append(f"EXISTS ({rows})")
                values.append(query[name])
<% endif %>
        text = query.get("q")
        if text and self.searchable:
            columns = [f"fold({quote(self.name)}.{quote(name)})" for name in self.searchable]
            matches = " OR ".join(f"instr({column}, fold(?)) > 0" for column in columns)
            conditions.append(f"({matches})")
            values += [text] * len(columns)
        return "WHERE " + " AND ".join(conditions) if conditions else "", values

    def _order(self, sort: str) -> tuple[str, tuple[str, ...]]:
        name = sort.removeprefix("-")
        direction = "DESC" if sort.startswith("-") else "ASC"
        column = f"{quote(self.name)}.{quote(name)}"
        expression = column
        ranks: tuple[str, ...] = ()
        kind = self.columns[name].kind if name in self.columns else "key"
        if kind == "text":
            expression = f"fold({column})"
<% if choices %>
        elif kind == "choice":
            ranks = self.columns[name].values
            cases = " ".join(f"WHEN ? THEN {rank}" for rank, _ in enumerate(ranks))
            expression = f"CASE {column} {cases} END"
<% endif %>
        # Rows without a value come last either way; the id decides between equals.
        last = f"{quote(self.name)}.id {direction}"
        return f"ORDER BY {column} IS NULL, {expression} {direction}, {last}", ranks

    def _select(self) -> str:
        """Return the query for rows<% if refs or ns.counts %>, << ["titles of parents" if refs else "", "counts of children" if ns.counts else ""] | select | join(" and ") >> included<% endif %>."""
        table = quote(self.name)
        names = ["id", *self.columns, "created_at", "updated_at"]
        columns = [f"{table}.{quote(name)}" for name in names]
<% if refs %>
        for name, column in self.columns.items():
            if column.kind == "ref":
                base = quote(name.removesuffix("_id"))
                columns.append(f"{self.title_expression(name)} AS {base}")
<% endif %>
<% if ns.counts %>
        for name, (child, key) in self.counts.items():
            match = f"child.{quote(key)} = {table}.id"
            count = " ".join(["SELECT count(*) FROM", quote(child), "AS child WHERE", match])
            columns.append(f"({count}) AS {quote(name)}")
<% endif %>
        return " ".join(["SELECT", ", ".join(columns), "FROM", table])

    def _loaded(self, db: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> list[Row]:
<% if money or flags %>
        loaded = [{name: self.shown(name, row[name]) for name in tuple(row.keys())} for row in rows]
<% else %>
        loaded = [dict(row) for row in rows]
<% endif %>
<% if joins %>
        for name, join in self.joins.items():
            lists = self._lists(db, join, [row["id"] for row in loaded])
            for row in loaded:
                found = lists.get(row["id"], [])
                row[name] = [other for other, _ in found]
<% if many %>
                if join.titles:
                    row[join.titles] = [title for _, title in found]
<% endif %>
<% endif %>
        return loaded
<% if joins %>

    def _lists(self, db: sqlite3.Connection, join: Join, ids: list[int]) -> dict[int, list]:
        """Return what the lists of some rows hold, in order."""
        other = f"list.{quote(join.other)}"
        source = f"{quote(join.table)} AS list"
<% if many and tags %>
        title, order = other, f"fold({other})"
        if join.target:
            title, order = _title("target", join), other
            source += f" JOIN {quote(join.target)} AS target ON target.id = {other}"
<% elif many %>
        title, order = _title("target", join), other
        source += f" JOIN {quote(join.target)} AS target ON target.id = {other}"
<% else %>
        title, order = other, f"fold({other})"
<% endif %>
        own = f"list.{quote(join.own)}"
        query = ["SELECT", f"{own}, {other}, {title}", "FROM", source, "WHERE", own]
        query += ["IN (SELECT value FROM json_each(?)) ORDER BY", order]
        lists: dict[int, list] = {}
        for id, value, text in db.execute(" ".join(query), (json.dumps(ids),)):
            lists.setdefault(id, []).append((value, text))
        return lists

    def _link(self, db: sqlite3.Connection, id: int, values: Mapping[str, Any]) -> None:
        """Write the lists that are given."""
        for name, join in self.joins.items():
            if name in values:
                table, own, other = quote(join.table), quote(join.own), quote(join.other)
                db.execute(" ".join(["DELETE FROM", table, f"WHERE {own} = ?"]), (id,))
                query = ["INSERT INTO", table, f"({own}, {other})", "VALUES (?, ?)"]
                db.executemany(" ".join(query), [(id, value) for value in values[name]])
<% endif %>

    def _columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of columns as the database keeps them."""
<% if money %>
        return {
            name: round(value * 100)
            if value is not None and self.columns[name].kind == "money"
            else value
            for name, value in values.items()
            if name in self.columns
        }
<% else %>
        return {name: value for name, value in values.items() if name in self.columns}
<% endif %>
<% if money or flags or ns.sums or contract.dashboard is not none %>

    def shown(self, name: str, value: Any) -> Any:
        """Return a value of the database as clients get it."""
<% if money or flags %>
        kind = self.columns[name].kind if name in self.columns else ""
<% endif %>
<% if money %>
        if kind == "money" and value is not None:
            return value / 100
<% endif %>
<% if flags %>
        if kind == "flag":
            return bool(value)
<% endif %>
        return value
<% endif %>
<% if titled %>

<< fit("    ", "def _check_references(", ["self", "db: sqlite3.Connection"] + owner + ["values: Mapping[str, Any]"], ") -> None:") >>
        """Refuse ids of rows that are not there<< " or belong to somebody else" if auth else "" >>."""
        problems = {}
        for name, table in self._references():
            value = values.get(name)
            for id in value if isinstance(value, list) else [value]:
                query = ["SELECT 1 FROM", quote(table), "WHERE id = ?<< " AND owner_id = ?" if auth else "" >>"]
                found = db.execute(" ".join(query), (id,<< " owner" if auth else "" >>)).fetchone()
                if id is not None and not found:
                    problems[name] = f"{label_of(name)} does not exist."
        if problems:
            raise Invalid(problems)

    def _references(self) -> Iterator[tuple[str, str]]:
<% if refs %>
        for name, column in self.columns.items():
            if column.kind == "ref":
                yield name, column.table
<% endif %>
<% if many %>
        for name, join in self.joins.items():
            if join.target:
                yield name, join.target
<% endif %>
<% endif %>

    def _refusal(self, reason: str) -> ApiError:
        """Say which rule of the database a write would have broken."""
        kind, _, columns = reason.partition(" constraint failed: ")
<% if pairs.any %>
        names = [column.rpartition(".")[2] for column in columns.split(", ")]
        name = names[-1]
        if kind == "UNIQUE" and name in self.columns:
            labels = [label_of(each) for each in names if each in self.columns]
            message = f"{labels[-1]} is taken by another {self.label}."
            if len(labels) > 1:
                same = " and ".join(labels).lower()
                message = f"Another {self.label} has the same {same}."
<% else %>
        name = columns.rpartition(".")[2]
        if kind == "UNIQUE" and name in self.columns:
            message = f"{label_of(name)} is taken by another {self.label}."
<% endif %>
            return ApiError(409, message, {name: message})
        if name in self.columns:
            return Invalid({name: f"{label_of(name)} is not valid."})
        return ApiError(422, "These values break a rule of the database.")
<% if titled %>


def _title(table: str, source: << ["Column" if refs else "", "Join" if many else ""] | select | join(" | ") >>) -> str:
    """Return the SQL expression for the title of a row."""
    title = f"{table}.{quote(source.title)}"
<% if title_money %>
    if source.title_is_money:
        return f"printf('%.2f', {title} / 100.0)"
<% endif %>
    return title
<% endif %>


def quote(name: str) -> str:
    """Return the name of a table or column as SQL writes it."""
    return f'"{name}"'
