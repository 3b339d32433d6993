<% from "web/shared.jinja" import kinds as type_words %>
<% set kinds = type_words(contract) | split %>
<% set textual = ["string", "text", "email", "url", "phone"] | select("in", kinds) | list | length > 0 %>
<% set numeric = "integer" in kinds or "number" in kinds or "money" in kinds %>
<% set dated = "date" in kinds or "datetime" in kinds or "time" in kinds %>
<% set refs = "ref" in kinds or "many" in kinds %>
<% set lists = "tags" in kinds or "many" in kinds %>
<% set csv = "csv" in contract.features %>
"""JSON and models: what each kind of field takes from JSON and what it gives back.

The rules themselves, such as lengths, bounds and choices, are read from the models.
"""

import datetime
<% if "number" in kinds %>
import math
<% endif %>
<% if "datetime" in kinds or "time" in kinds %>
import re
<% endif %>
<% if "money" in kinds %>
from decimal import Decimal
<% endif %>

<% if textual or numeric %>
from django.core.exceptions import ValidationError
<% endif %>
from django.db import models
<% if "money" in kinds %>
from django.utils.text import capfirst

from .columns import MoneyField
<% else %>
from django.utils.text import capfirst
<% endif %>

# SQLite's integers have 64 bits; no row has an id beyond them.
MAX_ID = 2**63 - 1
<% if numeric %>
# Beyond this a JavaScript client could not tell neighbouring whole numbers apart.
MAX_SAFE_INTEGER = 2**53 - 1
<% endif %>
<% if "tags" in kinds %>
MAX_TAGS = 20
MAX_TAG_LENGTH = 40
<% endif %>
<% if "many" in kinds %>
MAX_LINKS = 100
<% endif %>
<% if textual or numeric %>

# What a broken rule of a model reads like after the name of the field.
RULES = {
<% if textual %>
    "max_length": "must have at most {limit_value} characters.",
<% endif %>
<% if numeric %>
    "min_value": "must be at least {limit_value}.",
    "max_value": "must be at most {limit_value}.",
<% endif %>
}
<% endif %>


class Field:
    """A column that clients may set; `source` is the field of the model."""

    def __init__(self, source):
        self.source = source
        self.key = self.query = source.column
        self.attribute = source.attname
        self.label = capfirst(source.verbose_name)
        self.required = not source.null
        self.default = source.default if source.has_default() else None

    def clean(self, value):
        """Return what to store for a value from JSON, or raise ValueError with a sentence."""
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            if self.required:
                raise ValueError(f"{self.label} is required.")
            return None
        return self.parse(value)

    def missing(self):
        """Return what to store when no value was sent."""
        return self.clean(None) if self.default is None else self.default

    def parse(self, value):
        """Return what to store for a value that is there."""
        raise NotImplementedError

    def load(self, row):
        """Return the value of a row for JSON."""
        return getattr(row, self.attribute)

    def from_query(self, text):
        """Return what to look for when a list is filtered by this text of a query string."""
        return self.clean(text)

    def lookup(self):
        """Return the name under which the ORM filters by this field."""
        return self.attribute

    def order(self):
        """Return the expression to sort by."""
        return models.F(self.attribute)
<% if textual or numeric %>

    def check(self, value):
        """Hold a value against the rules of the model."""
        for validate in self.source.validators:
            try:
                validate(value)
            except ValidationError as error:
                rule = RULES.get(error.code)
                if rule:
                    raise ValueError(f"{self.label} {rule.format(**error.params)}") from None
                raise ValueError(f"{self.label} is not valid. {error.messages[0]}") from None
<% endif %>
<% if csv %>

    def from_text(self, text):
        """Return the value as JSON would bring it, for a text from a CSV file."""
        return text
<% endif %>
<% if textual %>


class Text(Field):
    """Text of limited length."""

    def parse(self, value):
        if not isinstance(value, str):
            raise ValueError(f"{self.label} must be text.")
        # NUL ends a string in SQLite, and half of a surrogate pair is no character.
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError(f"{self.label} contains characters that cannot be stored.")
        if len(value) > self.source.max_length:
            raise ValueError(f"{self.label} must have at most {self.source.max_length} characters.")
        self.check(value)
        return value

    def order(self):
        return models.F(f"{self.attribute}__fold")
<% endif %>
<% if "choice" in kinds %>


class Choice(Field):
    """One of a list of values."""

    def __init__(self, source):
        super().__init__(source)
        self.values = [value for value, _ in source.choices]

    def parse(self, value):
        if value not in self.values:
            raise ValueError(f"{self.label} must be one of: {', '.join(self.values)}.")
        return value

    def order(self):
        """Sort in the order of the choices."""
        ranks = [
            models.When(**{self.attribute: value}, then=rank)
            for rank, value in enumerate(self.values)
        ]
        return models.Case(*ranks, output_field=models.IntegerField())
<% endif %>
<% if "integer" in kinds %>


class Integer(Field):
    """A whole number."""

    def parse(self, value):
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{self.label} must be a whole number.")
        if abs(value) > MAX_SAFE_INTEGER:
            raise ValueError(f"{self.label} is too large.")
        self.check(value)
        return value
<% if csv %>

    def from_text(self, text):
        return number(text, int)
<% endif %>
<% endif %>
<% if "number" in kinds %>


class Number(Field):
    """A number."""

    def parse(self, value):
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{self.label} must be a number.")
        if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER or not math.isfinite(value):
            raise ValueError(f"{self.label} is too large.")
        self.check(value)
        return float(value)
<% if csv %>

    def from_text(self, text):
        return number(text, float)
<% endif %>
<% endif %>
<% if "money" in kinds %>


class Money(Field):
    """An amount with two decimals."""

    def parse(self, value):
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"{self.label} must be an amount such as 12.50.")
        # The text of a float is the shortest that means it, so 0.1 is ten cents exactly.
        amount = Decimal(str(value))
        if not amount.is_finite() or abs(amount) * 100 > MAX_SAFE_INTEGER:
            raise ValueError(f"{self.label} is too large.")
        self.check(amount)
        if amount * 100 % 1:
            raise ValueError(f"{self.label} must have at most two decimals.")
        return amount

    def load(self, row):
        value = super().load(row)
        return None if value is None else float(value)
<% if csv %>

    def from_text(self, text):
        return number(text, float)
<% endif %>
<% endif %>
<% if "boolean" in kinds %>


class Boolean(Field):
    """True or false."""

    def clean(self, value):
        if not isinstance(value, bool):
            raise ValueError(f"{self.label} must be true or false.")
        return value

    def from_query(self, text):
        if text not in ("true", "false"):
            raise ValueError(f"{self.label} must be true or false.")
        return text == "true"
<% if csv %>

    def from_text(self, text):
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)
<% endif %>
<% endif %>
<% if "date" in kinds %>


class Date(Field):
    """A calendar day."""

    def parse(self, value):
        try:
            day = datetime.date.fromisoformat(value)
            # The comparison refuses the other spellings of ISO 8601, such as 2024-W20-5.
            if day.isoformat() == value:
                return day
        except (TypeError, ValueError):
            pass
        raise ValueError(f"{self.label} must be a date such as 2024-05-17.")

    def load(self, row):
        value = super().load(row)
        return None if value is None else value.isoformat()
<% endif %>
<% if "datetime" in kinds %>


class DateTime(Field):
    """A moment, kept in UTC; a value without an offset is taken to be UTC."""

    def parse(self, value):
        try:
            if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", value):
                raise ValueError(value)
            moment = datetime.datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", value))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=datetime.timezone.utc)
            return moment.astimezone(datetime.timezone.utc).replace(microsecond=0)
        except (TypeError, ValueError, OverflowError):
            message = f"{self.label} must be a date and time such as 2024-05-17T09:30:00Z."
            raise ValueError(message) from None

    def load(self, row):
        value = super().load(row)
        return None if value is None else moment_text(value)
<% endif %>
<% if "time" in kinds %>


class Time(Field):
    """A time of day in hours and minutes."""

    def parse(self, value):
        if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
            raise ValueError(f"{self.label} must be a time such as 09:30.")
        return datetime.time.fromisoformat(value)

    def load(self, row):
        value = super().load(row)
        return None if value is None else value.strftime("%H:%M")
<% endif %>
<% if "ref" in kinds %>


class Ref(Field):
    """The id of a row of another table; rows also carry that row's title."""

    def __init__(self, source):
        super().__init__(source)
        self.name = source.name
        self.titles = self.key.removesuffix("_id")

    def parse(self, value):
        if not is_id(value):
            raise ValueError(f"{self.label} must be the id of a row, a whole number.")
        return value

    def find(self, value, rows):
        """Refuse a reference to nothing; `rows` are those that may be referred to."""
        if value is not None and not rows.filter(pk=value).exists():
            raise ValueError(f"{self.label} does not exist.")

    def title(self, row):
        """Return the title of the other row."""
        other = getattr(row, self.name)
        return None if other is None else str(other)

    def from_query(self, text):
        return id_from(text, self.label)
<% if csv %>

    def from_text(self, text):
        return number(text, int)
<% endif %>
<% endif %>
<% if lists %>


class List(Field):
    """Several values, kept in a table of their own."""

    def __init__(self, attribute, *, key, query, required=False):
        self.attribute = attribute
        self.key = key
        self.query = query
        self.label = capfirst(attribute.replace("_", " "))
        self.required = required
        self.default = None

    def clean(self, value):
        if value is None:
            value = []
        if not isinstance(value, list):
            raise ValueError(f"{self.label} must be a list.")
        if self.required and not value:
            raise ValueError(f"{self.label} is required.")
        return self.parse(value)
<% if csv %>

    def from_text(self, text):
        return [part.strip() for part in text.split("|") if part.strip()]
<% endif %>
<% endif %>
<% if "tags" in kinds %>


class Tags(List):
    """Short names; capitals make no difference between them."""

    def parse(self, value):
        names = {}
        for name in value:
            name = name.strip() if isinstance(name, str) else ""
            if not 0 < len(name) <= MAX_TAG_LENGTH:
                raise ValueError(f"{self.label} must be names of 1 to {MAX_TAG_LENGTH} characters.")
            if "\0" in name or any("\ud800" <= character <= "\udfff" for character in name):
                raise ValueError(f"{self.label} contain characters that cannot be stored.")
            names.setdefault(name.casefold(), name)
        if len(names) > MAX_TAGS:
            raise ValueError(f"{self.label} must be at most {MAX_TAGS} names.")
        return in_order(names.values())

    def load(self, row):
        return in_order(tag.name for tag in getattr(row, self.attribute).all())

    def write(self, row, names):
        """Store the names of a row in place of those it had."""
        tags = getattr(row, self.attribute)
        tags.all().delete()
        tags.model.objects.bulk_create(
            tags.model(name=name, **{tags.field.name: row}) for name in names
        )

    def lookup(self):
        return f"{self.attribute}__name"

    def from_query(self, text):
        if len(text) > MAX_TAG_LENGTH:
            raise ValueError(f"A tag has at most {MAX_TAG_LENGTH} characters.")
        return text
<% endif %>
<% if "many" in kinds %>


class Many(List):
    """The ids of several rows of another table; rows also carry those rows' titles."""

    def __init__(self, attribute, *, titles, **options):
        super().__init__(attribute, **options)
        self.name = attribute
        self.titles = titles

    def parse(self, value):
        if not all(map(is_id, value)):
            raise ValueError(f"{self.label} must be ids of rows, whole numbers.")
        ids = sorted(set(value))
        if len(ids) > MAX_LINKS:
            raise ValueError(f"{self.label} must be at most {MAX_LINKS} rows.")
        return ids

    def find(self, ids, rows):
        """Refuse references to nothing; `rows` are those that may be referred to."""
        if rows.filter(pk__in=ids).count() < len(ids):
            raise ValueError(f"{self.label} must be rows that exist.")

    def load(self, row):
        return sorted(other.pk for other in getattr(row, self.attribute).all())

    def title(self, row):
        """Return the titles of the other rows, in the order of their ids."""
        others = sorted(getattr(row, self.attribute).all(), key=lambda other: other.pk)
        return [str(other) for other in others]

    def write(self, row, ids):
        """Link a row to these others and to no more."""
        getattr(row, self.attribute).set(ids)

    def from_query(self, text):
        return id_from(text, self.label)
<% if csv %>

    def from_text(self, text):
        return [number(part, int) for part in super().from_text(text)]
<% endif %>
<% endif %>


KINDS = {
<% if "boolean" in kinds %>
    models.BooleanField: Boolean,
<% endif %>
<% if textual %>
    models.CharField: Text,
<% endif %>
<% if "date" in kinds %>
    models.DateField: Date,
<% endif %>
<% if "datetime" in kinds %>
    models.DateTimeField: DateTime,
<% endif %>
<% if "number" in kinds %>
    models.FloatField: Number,
<% endif %>
<% if "ref" in kinds %>
    models.ForeignKey: Ref,
<% endif %>
<% if "integer" in kinds %>
    models.IntegerField: Integer,
<% endif %>
<% if "text" in kinds %>
    models.TextField: Text,
<% endif %>
<% if "time" in kinds %>
    models.TimeField: Time,
<% endif %>
<% if "money" in kinds %>
    MoneyField: Money,
<% endif %>
}


def field_of(source):
    """Return what reads and writes a field of a model as JSON."""
<% if "choice" in kinds %>
    if source.choices:
        return Choice(source)
<% endif %>
    kind = next(kind for kind in type(source).__mro__ if kind in KINDS)
    return KINDS[kind](source)
<% if refs %>


def is_id(value):
    """Tell whether a value from JSON can be the id of a row."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID


def id_from(text, label):
    """Return the id that a query string names."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID):
        raise ValueError(f"{label} must be the id of a row.")
    return int(text)
<% endif %>
<% if "tags" in kinds %>


def in_order(names):
    """Return names as a dictionary would list them."""
    return sorted(names, key=lambda name: (name.casefold(), name))
<% endif %>
<% if csv and (numeric or refs) %>


def number(text, kind):
    """Return the number that a text means, or the text itself where it means none."""
    try:
        return kind(text) if text.isascii() and "_" not in text else text
    except ValueError:
        return text
<% endif %>


def moment_text(moment):
    """Return a moment in UTC the way JSON gives it."""
    moment = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return moment.isoformat(timespec="seconds") + "Z"
