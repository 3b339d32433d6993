<% from "web/shared.jinja" import kinds as words, money_titles %>
<% set kinds = words(contract) | split %>
<% set has_money_titles = money_titles(contract) | length > 0 %>
<% set csv = "csv" in contract.features %>
<% set tags = "tags" in kinds %>
<% set many = "many" in kinds %>
<% set lists = tags or many %>
<% set joined = lists or "ref" in kinds or contract.auth %>
<% set textual = "string" in kinds or "text" in kinds %>
<% set texts = textual or "email" in kinds or "url" in kinds or "phone" in kinds %>
<% set numeric = "integer" in kinds or "number" in kinds or "money" in kinds %>
<% set cells = csv and (numeric or "ref" in kinds or many) %>
<% set patterns = cells or "email" in kinds or "url" in kinds or "phone" in kinds or "datetime" in kinds or "time" in kinds %>
<% set dated = "date" in kinds or "datetime" in kinds %>
"""Field types: what each takes from JSON, how the database keeps it, what JSON gets back.

`clean` turns a value into what is stored or raises `ValueError` with a sentence for people;
`load` turns what is stored into a value for JSON.
"""

<% if lists %>
import json
<% endif %>
<% if "number" in kinds %>
import math
<% endif %>
<% if patterns %>
import re
<% endif %>
<% if dated %>
from datetime import << ["date" if "date" in kinds else "", "datetime, timezone" if "datetime" in kinds else ""] | select | join(", ") >>
<% endif %>
<% if "money" in kinds %>
from decimal import Decimal
<% endif %>
<% if "url" in kinds %>
from urllib.parse import urlsplit
<% endif %>
<% if lists or patterns or dated or "number" in kinds or "money" in kinds %>

<% endif %>
<% if "ref" in kinds or lists %>
from . import db
<% if contract.auth %>
from .accounts import user_id
<% endif %>

<% endif %>
# SQLite's integers have 64 bits; no row has an id beyond them.
MAX_ID = 2**63 - 1
<% if numeric %>
# Beyond this a JavaScript client could not tell neighbouring whole numbers apart.
MAX_SAFE_INTEGER = 2**53 - 1
<% endif %>
<% if tags %>
MAX_TAGS = 20
MAX_TAG_LENGTH = 40
<% endif %>
<% if many %>
MAX_REFERENCES = 100
<% endif %>


class Field:
    """A column that clients may set."""

    def __init__(self, name, label, *, required=False, default=None):
        self.name = name
        self.label = label
        self.required = required
        self.default = default

    def clean(self, value):
        """Return what to store for a value from JSON."""
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            if self.required:
                raise ValueError(f"{self.label} is required.")
            return self.absent()
        return self.parse(value)

    def absent(self):
        """Return what stands for no value."""
        return None

    def parse(self, value):
        """Return what to store for a value that is there."""
        raise NotImplementedError

    def load(self, stored):
        """Return the value for JSON."""
        return stored

    def from_query(self, text):
        """Return what to look for when a list is filtered by this text of a query string."""
        return self.clean(text)

    def order(self, column):
        """Return the SQL expression to sort by, and its parameters."""
        return column, ()
<% if joined %>

    def columns(self, table):
        """Return the SQL expressions that read it from `table`, by name."""
        return {self.name: f'{table}."{self.name}"'}
<% endif %>
<% if lists %>

    def condition(self, table):
        """Return the SQL condition that a filter puts on rows of `table`."""
        return f'{table}."{self.name}" = ?'
<% endif %>
<% if csv %>

    def from_text(self, text):
        """Return the JSON value that the text of a CSV cell stands for."""
        return text

    def to_text(self, value):
        """Return the text of a CSV cell for a value of JSON."""
        return "" if value is None else str(value)
<% endif %>
<% if texts %>


class String(Field):
    """Text of limited length."""

    def __init__(self, name, label, *, max_length, **options):
        super().__init__(name, label, **options)
        self.max_length = max_length

    def parse(self, value):
        if not isinstance(value, str):
            raise ValueError(f"{self.label} must be text.")
        # NUL ends a string in SQLite, and half of a surrogate pair is no character.
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError(f"{self.label} contains characters that cannot be stored.")
        if len(value) > self.max_length:
            raise ValueError(f"{self.label} must have at most {self.max_length} characters.")
        return value

    def order(self, column):
        return f"fold({column})", ()
<% endif %>
<% if "email" in kinds %>


class Email(String):
    """An e-mail address."""

    def parse(self, value):
        value = super().parse(value)
        if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", value):
            raise ValueError(f"{self.label} must be an e-mail address such as ada@example.org.")
        return value
<% endif %>
<% if "url" in kinds %>


class Url(String):
    """A web address."""

    def parse(self, value):
        value = super().parse(value)
        try:
            parts = urlsplit(value)
            valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            valid = False
        if not valid or re.search(r"\s", value):
            raise ValueError(f"{self.label} must be a web address such as https://example.org.")
        return value
<% endif %>
<% if "phone" in kinds %>


class Phone(String):
    """A telephone number."""

    def parse(self, value):
        value = super().parse(value)
        digits = sum(character.isdigit() for character in value)
        if digits < 3 or not re.fullmatch(r"\+?[0-9 ()./-]+", value):
            raise ValueError(f"{self.label} must be a telephone number such as +44 20 7946 0018.")
        return value
<% endif %>
<% if numeric %>


class Numeric(Field):
    """A number between two bounds, either of which may be missing."""

    def __init__(self, name, label, *, minimum=None, maximum=None, **options):
        super().__init__(name, label, **options)
        self.minimum = minimum
        self.maximum = maximum

    def check_bounds(self, value):
        """Refuse a number outside the bounds."""
        if self.minimum is not None and value < self.minimum:
            raise ValueError(f"{self.label} must be at least {self.minimum}.")
        if self.maximum is not None and value > self.maximum:
            raise ValueError(f"{self.label} must be at most {self.maximum}.")
        if abs(value) > MAX_SAFE_INTEGER:
            raise ValueError(f"{self.label} is too large.")
<% if csv %>

    def from_text(self, text):
        return _number(text)
<% endif %>
<% endif %>
<% if "integer" in kinds %>


class Integer(Numeric):
    """A whole number."""

    def parse(self, value):
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{self.label} must be a whole number.")
        self.check_bounds(value)
        return value
<% endif %>
<% if "number" in kinds %>


class Number(Numeric):
    """A number."""

    def parse(self, value):
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{self.label} must be a number.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{self.label} is too large.")
        self.check_bounds(value)
        return float(value)
<% endif %>
<% if "money" in kinds %>


class Money(Numeric):
    """An amount with two decimals, stored as a whole number of cents."""

    def parse(self, value):
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{self.label} must be an amount such as 12.50.")
        # The text of a float is the shortest that means it, so 0.1 is ten cents exactly.
        amount = Decimal(str(value))
        if not amount.is_finite() or abs(amount) * 100 > MAX_SAFE_INTEGER:
            raise ValueError(f"{self.label} is too large.")
        self.check_bounds(amount)
        if amount * 100 % 1:
            raise ValueError(f"{self.label} must have at most two decimals.")
        return int(amount * 100)

    def load(self, stored):
        return None if stored is None else stored / 100
<% if csv %>

    def to_text(self, value):
        return "" if value is None else f"{value:.2f}"
<% endif %>
<% endif %>
<% if "boolean" in kinds %>


class Boolean(Field):
    """True or false."""

    def absent(self):
        raise ValueError(f"{self.label} must be true or false.")

    def parse(self, value):
        if not isinstance(value, bool):
            raise ValueError(f"{self.label} must be true or false.")
        return value

    def load(self, stored):
        return bool(stored)

    def from_query(self, text):
        if text not in ("true", "false"):
            raise ValueError(f"{self.label} must be true or false.")
        return text == "true"
<% if csv %>

    def from_text(self, text):
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)

    def to_text(self, value):
        return "true" if value else "false"
<% endif %>
<% endif %>
<% if "date" in kinds %>


class Date(Field):
    """A calendar day."""

    def parse(self, value):
        try:
            # The comparison refuses the other spellings of ISO 8601, such as 2024-W20-5.
            if date.fromisoformat(value).isoformat() == value:
                return value
        except (TypeError, ValueError):
            pass
        raise ValueError(f"{self.label} must be a date such as 2024-05-17.")
<% endif %>
<% if "datetime" in kinds %>


class DateTime(Field):
    """A moment, kept in UTC; a value without an offset is taken to be UTC."""

    def parse(self, value):
        try:
            if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", value):
                raise ValueError(value)
            moment = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", value))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=timezone.utc)
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
        except (TypeError, ValueError, OverflowError):
            message = f"{self.label} must be a date and time such as 2024-05-17T09:30:00Z."
            raise ValueError(message) from None
        return moment.isoformat(timespec="seconds") + "Z"
<% endif %>
<% if "time" in kinds %>


class Time(Field):
    """A time of day in hours and minutes."""

    def parse(self, value):
        if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
            raise ValueError(f"{self.label} must be a time such as 09:30.")
        return value
<% endif %>
<% if "choice" in kinds %>


class Choice(Field):
    """One of a list of values."""

    def __init__(self, name, label, *, values, **options):
        super().__init__(name, label, **options)
        self.values = values

    def parse(self, value):
        if value not in self.values:
            raise ValueError(f"{self.label} must be one of: {', '.join(self.values)}.")
        return value

    def order(self, column):
        ranks = " ".join(f"WHEN ? THEN {rank}" for rank, _ in enumerate(self.values))
        return f"CASE {column} {ranks} END", self.values
<% endif %>
<% if "ref" in kinds %>


class Ref(Field):
    """The id of a row of another table, whose column `title` names it to people."""

<% if has_money_titles %>
    def __init__(self, name, label, *, table, title, title_is_money=False, **options):
        super().__init__(name, label, **options)
        self.table = table
        self.title = _title(title, title_is_money)
<% else %>
    def __init__(self, name, label, *, table, title, **options):
        super().__init__(name, label, **options)
        self.table = table
        self.title = f'target."{title}"'
<% endif %>
        # Under this name a row carries the title.
        self.base = name.removesuffix("_id")

    def parse(self, value):
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{self.label} must be the id of a row, a whole number.")
        if _missing(self.table, [value]):
            raise ValueError(f"{self.label} does not exist.")
        return value

    def from_query(self, text):
        return _id(self.label, text)

    def columns(self, table):
        title = (
            f'SELECT {self.title} FROM "{self.table}" AS target '  # noqa: S608 -- names are ours
            f'WHERE target.id = {table}."{self.name}"'
        )
        return {**super().columns(table), self.base: f"({title})"}
<% if csv %>

    def from_text(self, text):
        return _number(text)
<% endif %>
<% endif %>
<% if lists %>


class Listed(Field):
    """A list that is kept in a table `join`: its column `own` names the row, `other` one item."""

    def __init__(self, name, label, *, join, own, other, required=False):
        super().__init__(name, label, required=required)
        self.join = join
        self.own = own
        self.other = other

    def absent(self):
        return []

    def parse(self, value):
        if not isinstance(value, list):
            raise ValueError(f"{self.label} must be a list.")
        items = self.items(value)
        if self.required and not items:
            raise ValueError(f"{self.label} must have at least one item.")
        return items

    def items(self, values):
        """Return what to store for the items of a list."""
        raise NotImplementedError

    def load(self, stored):
        return json.loads(stored)

    def write(self, connection, id, items):
        """Write the list of the row `id` anew."""
        connection.execute(f'DELETE FROM "{self.join}" WHERE "{self.own}" = ?', (id,))  # noqa: S608
        connection.executemany(
            f'INSERT INTO "{self.join}" ("{self.own}", "{self.other}") VALUES (?, ?)',  # noqa: S608
            [(id, item) for item in items],
        )
<% if csv %>

    def from_text(self, text):
        return [item.strip() for item in text.split("|") if item.strip()]

    def to_text(self, value):
        return "|".join(map(str, value))
<% endif %>
<% endif %>
<% if tags %>


class Tags(Listed):
    """Short names, each once whatever its case."""

    def items(self, values):
        names = {}
        for value in values:
            name = value.strip() if isinstance(value, str) else ""
            if not 0 < len(name) <= MAX_TAG_LENGTH:
                raise ValueError(f"{self.label} must be names of 1 to {MAX_TAG_LENGTH} characters.")
            if "\0" in name or any("\ud800" <= character <= "\udfff" for character in name):
                raise ValueError(f"{self.label} contain characters that cannot be stored.")
            names.setdefault(name.casefold(), name)
        if len(names) > MAX_TAGS:
            raise ValueError(f"{self.label} must be at most {MAX_TAGS}.")
        return [names[key] for key in sorted(names)]

    def columns(self, table):
        names = (
            f'SELECT "{self.other}" AS name FROM "{self.join}" '  # noqa: S608 -- names are ours
            f'WHERE "{self.own}" = {table}.id ORDER BY fold("{self.other}")'
        )
        return {self.name: f"(SELECT json_group_array(name) FROM ({names}))"}  # noqa: S608

    def from_query(self, text):
        if len(text) > MAX_TAG_LENGTH:
            raise ValueError(f"{self.label} have at most {MAX_TAG_LENGTH} characters.")
        return text

    def condition(self, table):
        return (
            f'EXISTS (SELECT 1 FROM "{self.join}" WHERE "{self.own}" = {table}.id '  # noqa: S608
            f'AND fold("{self.other}") = fold(?))'
        )

    def in_use(self<< ", table" if contract.auth else "" >>):
        """Return every name that rows have, and how many have it."""
<% if contract.auth %>
        rows = db.get().execute(
            f'SELECT min("{self.other}"), count(*) FROM "{self.join}" '  # noqa: S608
            f'WHERE "{self.own}" IN (SELECT id FROM "{table}" WHERE owner_id = ?) '
            f'GROUP BY fold("{self.other}") ORDER BY fold("{self.other}")',
            (user_id(),),
        )
<% else %>
        rows = db.get().execute(
            f'SELECT min("{self.other}"), count(*) FROM "{self.join}" '  # noqa: S608
            f'GROUP BY fold("{self.other}") ORDER BY fold("{self.other}")'
        )
<% endif %>
        return {"items": [{"name": name, "count": count} for name, count in rows]}
<% endif %>
<% if many %>


class Many(Listed):
    """Ids of rows of another table, whose column `title` names them to people."""

<% if has_money_titles %>
    def __init__(self, name, label, *, titles, table, title, title_is_money=False, **options):
        super().__init__(name, label, **options)
        self.titles = titles
        self.table = table
        self.title = _title(title, title_is_money)
<% else %>
    def __init__(self, name, label, *, titles, table, title, **options):
        super().__init__(name, label, **options)
        self.titles = titles
        self.table = table
        self.title = f'target."{title}"'
<% endif %>

    def items(self, values):
        if any(not isinstance(value, int) or isinstance(value, bool) for value in values):
            raise ValueError(f"{self.label} must be ids of rows, whole numbers.")
        ids = sorted(set(values))
        if len(ids) > MAX_REFERENCES:
            raise ValueError(f"{self.label} must be at most {MAX_REFERENCES}.")
        if ids and _missing(self.table, ids):
            raise ValueError(f"{self.label} do not all exist.")
        return ids

    def columns(self, table):
        rows = (
            f'SELECT target.id AS id, {self.title} AS title FROM "{self.join}" '  # noqa: S608
            f'JOIN "{self.table}" AS target ON target.id = "{self.join}"."{self.other}" '
            f'WHERE "{self.join}"."{self.own}" = {table}.id ORDER BY target.id'
        )
        return {
            self.name: f"(SELECT json_group_array(id) FROM ({rows}))",  # noqa: S608
            self.titles: f"(SELECT json_group_array(title) FROM ({rows}))",  # noqa: S608
        }

    def from_query(self, text):
        return _id(self.label, text)

    def condition(self, table):
        return (
            f'EXISTS (SELECT 1 FROM "{self.join}" WHERE "{self.own}" = {table}.id '  # noqa: S608
            f'AND "{self.other}" = ?)'
        )
<% if csv %>

    def from_text(self, text):
        return [_number(item) for item in super().from_text(text)]
<% endif %>
<% endif %>
<% if has_money_titles %>


def _title(column, is_money):
    """Return the SQL expression for what names a row."""
    return f"printf('%.2f', target.\"{column}\" / 100.0)" if is_money else f'target."{column}"'
<% endif %>
<% if "ref" in kinds or many %>


def _missing(table, ids):
    """Say whether a table lacks one of these rows<% if contract.auth %> of the account<% endif %>."""
    if not 0 < min(ids) <= max(ids) <= MAX_ID:
        return True
    marks = ", ".join("?" for _ in ids)
<% if contract.auth %>
    query = f'SELECT count(*) FROM "{table}" WHERE owner_id = ? AND id IN ({marks})'  # noqa: S608
    return db.get().execute(query, [user_id(), *ids]).fetchone()[0] < len(ids)
<% else %>
    query = f'SELECT count(*) FROM "{table}" WHERE id IN ({marks})'  # noqa: S608 -- names are ours
    return db.get().execute(query, ids).fetchone()[0] < len(ids)
<% endif %>


def _id(label, text):
    """Return the id that a text of a query string names."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID):
        raise ValueError(f"{label} must be the id of a row.")
    return int(text)
<% endif %>
<% if cells %>


def _number(text):
    """Return the number that a text means, or the text itself, which the field then refuses."""
    if not re.fullmatch(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", text):
        return text
    return float(text) if set(text) & set(".eE") else int(text)
<% endif %>
