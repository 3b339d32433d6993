<% from "python/shared.jinja" import kinds as words %>
<% set kinds = words(contract) | split %>
<% set listed = "tags" in kinds or "many" in kinds %>
"""Field types: what each makes of the text of an argument, and how it shows what is stored.

A type refuses a text with a `ValueError` that ends the sentence "Price ...".
"""

<% if "number" in kinds %>
import math
<% endif %>
<% if "email" in kinds or "phone" in kinds or "time" in kinds or "url" in kinds %>
import re
<% endif %>
<% if "choice" in kinds %>
from collections.abc import Sequence
<% endif %>
from dataclasses import dataclass
<% if "date" in kinds or "datetime" in kinds %>
from datetime import << ["date" if "date" in kinds else "", "datetime, timezone" if "datetime" in kinds else ""] | select | join(", ") >>
<% endif %>
<% if "money" in kinds %>
from decimal import Decimal, InvalidOperation
<% endif %>
from typing import Any
<% if "url" in kinds %>
from urllib.parse import urlsplit
<% endif %>
<% if "ref" in kinds or "many" in kinds %>

# SQLite's integers have 64 bits; no row has an id beyond them.
MAX_ID = 2**63 - 1
<% endif %>
<% if "integer" in kinds or "number" in kinds or "money" in kinds %>

# Beyond this, not every program that reads JSON tells neighbouring whole numbers apart.
MAX_SAFE_INTEGER = 2**53 - 1
<% endif %>
<% if "tags" in kinds %>

MAX_TAGS = 20
MAX_TAG_LENGTH = 40
<% endif %>
<% if "many" in kinds %>

MAX_REFERENCES = 100
<% endif %>


class Refused(Exception):
    """What was asked for cannot be done; the message says why."""


class Kind:
    """What the types have in common."""

    metavar = "TEXT"

    def parse(self, text: str) -> Any:
        """Return what to store for a text that is not blank."""
        raise NotImplementedError

    def load(self, stored: Any) -> Any:
        """Return the value for JSON."""
        return stored

    def show(self, value: Any) -> str:
        """Return the text for people, of a value as JSON has it."""
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Field:
    """A column that people may set."""

    name: str
    label: str
    option: str
    kind: Kind
    required: bool = False
    default: Any = None
    unique: bool = False

    def clean(self, value: Any) -> Any:
        """Return what to store for the value of an argument, or refuse it."""
        if isinstance(value, bool):
            return int(value)
<% if listed %>
        if isinstance(value, list):
            value = "\n".join(value)
<% endif %>
        text = "" if value is None else value.strip()
        if not text:
            if self.required:
                raise Refused(f"{self.label} is required.")
            return self.blank()
        try:
            # Arguments that are not UTF-8 reach Python as halves of surrogate pairs.
            text.encode()
            return self.kind.parse(text)
        except UnicodeEncodeError:
            raise Refused(f"{self.label} is not valid text.") from None
        except ValueError as error:
            raise Refused(f"{self.label} {error}.") from None

    def blank(self) -> Any:
        """Return what stands for no value."""
<% if listed %>
        return [] if isinstance(self.kind, << "Tags | Many" if "tags" in kinds and "many" in kinds else "Tags" if "tags" in kinds else "Many" >>) else None
<% else %>
        return None
<% endif %>
<% set textual = ["string", "text", "email", "url", "phone"] | select("in", kinds) | list %>
<% if textual %>


@dataclass(frozen=True)
class Text(Kind):
    """Text of limited length."""

    max_length: int
    long: bool = False

    def parse(self, text: str) -> str:
        if len(text) > self.max_length:
            raise ValueError(f"must have at most {self.max_length} characters")
        return text
<% endif %>
<% if "email" in kinds %>


@dataclass(frozen=True)
class Email(Text):
    """An e-mail address."""

    metavar = "ADDRESS"

    def parse(self, text: str) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text):
            raise ValueError("must be an e-mail address such as ada@example.org")
        return super().parse(text)
<% endif %>
<% if "url" in kinds %>


@dataclass(frozen=True)
class Url(Text):
    """A web address."""

    metavar = "URL"

    def parse(self, text: str) -> str:
        try:
            parts = urlsplit(text)
            valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            valid = False
        if not valid or re.search(r"\s", text):
            raise ValueError("must be a web address such as https://example.org")
        return super().parse(text)
<% endif %>
<% if "phone" in kinds %>


@dataclass(frozen=True)
class Phone(Text):
    """A telephone number."""

    metavar = "NUMBER"

    def parse(self, text: str) -> str:
        digits = sum(character.isdigit() for character in text)
        if digits < 3 or not re.fullmatch(r"\+?[0-9 ()./-]+", text):
            raise ValueError("must be a telephone number such as +44 20 7946 0018")
        return super().parse(text)
<% endif %>
<% if "integer" in kinds or "number" in kinds or "money" in kinds %>


@dataclass(frozen=True)
class Numeric(Kind):
    """A number between two bounds, either of which may be missing."""

    minimum: float | None = None
    maximum: float | None = None

    metavar = "NUMBER"

    def check(self, number: Any) -> None:
        """Refuse a number outside the bounds."""
        if self.minimum is not None and number < self.minimum:
            raise ValueError(f"must be at least {self.minimum}")
        if self.maximum is not None and number > self.maximum:
            raise ValueError(f"must be at most {self.maximum}")
        if abs(number) > MAX_SAFE_INTEGER:
            raise ValueError("is too large")
<% endif %>
<% if "integer" in kinds %>


@dataclass(frozen=True)
class Integer(Numeric):
    """A whole number."""

    def parse(self, text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("must be a whole number") from None
        self.check(number)
        return number
<% endif %>
<% if "number" in kinds %>


@dataclass(frozen=True)
class Number(Numeric):
    """A number."""

    def parse(self, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError("must be a number")
        self.check(number)
        return number

    def show(self, value: Any) -> str:
        return "" if value is None else f"{value:g}"
<% endif %>
<% if "money" in kinds %>


@dataclass(frozen=True)
class Money(Numeric):
    """An amount with two decimals, stored as a whole number of cents."""

    metavar = "AMOUNT"

    def parse(self, text: str) -> int:
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise ValueError("must be an amount such as 12.50")
        self.check(amount)
        if abs(amount) * 100 > MAX_SAFE_INTEGER:
            raise ValueError("is too large")
        if amount * 100 % 1:
            raise ValueError("must have at most two decimals")
        return int(amount * 100)

    def load(self, stored: Any) -> Any:
        return None if stored is None else stored / 100

    def show(self, value: Any) -> str:
        return "" if value is None else f"{value:.2f}"
<% endif %>
<% if "boolean" in kinds %>


@dataclass(frozen=True)
class Boolean(Kind):
    """True or false; options set it, so it has no text."""

    def load(self, stored: Any) -> bool:
        return bool(stored)

    def show(self, value: Any) -> str:
        return "yes" if value else "no"
<% endif %>
<% if "date" in kinds %>


@dataclass(frozen=True)
class Date(Kind):
    """A calendar day."""

    metavar = "DATE"

    def parse(self, text: str) -> str:
        try:
            # The comparison refuses the other spellings of ISO 8601, such as 2024-W20-5.
            if date.fromisoformat(text).isoformat() == text:
                return text
        except ValueError:
            pass
        raise ValueError("must be a date such as 2024-05-17")
<% endif %>
<% if "datetime" in kinds %>


@dataclass(frozen=True)
class DateTime(Kind):
    """A moment, kept in UTC; a text without an offset is taken to be local time."""

    metavar = "MOMENT"

    def parse(self, text: str) -> str:
        try:
            moment = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1] in "Zz" else text)
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
        except (ValueError, OverflowError, OSError):
            raise ValueError("must be a date and time such as 2024-05-17T09:30") from None
        return moment.isoformat() + "Z"

    def show(self, value: Any) -> str:
        if value is None:
            return ""
        try:
            moment = datetime.fromisoformat(value.removesuffix("Z") + "+00:00").astimezone()
        except (ValueError, OverflowError, OSError):
            return str(value)
        return f"{moment:%Y-%m-%d %H:%M}"
<% endif %>
<% if "time" in kinds %>


@dataclass(frozen=True)
class Time(Kind):
    """A time of day in hours and minutes."""

    metavar = "TIME"

    def parse(self, text: str) -> str:
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
            raise ValueError("must be a time such as 09:30")
        return text
<% endif %>
<% if "choice" in kinds %>


@dataclass(frozen=True)
class Choice(Kind):
    """One of a list of values."""

    values: Sequence[str]

    metavar = "VALUE"

    def parse(self, text: str) -> str:
        if text not in self.values:
            raise ValueError(f"must be one of: {', '.join(self.values)}")
        return text
<% endif %>
<% if "ref" in kinds %>


@dataclass(frozen=True)
class Ref(Kind):
    """The id of a row of another table."""

    table: str

    metavar = "ID"

    def parse(self, text: str) -> int:
        return identifier(text)
<% endif %>
<% if "many" in kinds %>


@dataclass(frozen=True)
class Many(Kind):
    """Ids of rows of another table, kept in a table that joins the two."""

    table: str
    join: str
    own: str
    other: str
    titles: str

    metavar = "ID"

    def parse(self, text: str) -> list[int]:
        ids = sorted({identifier(part) for part in text.split()})
        if len(ids) > MAX_REFERENCES:
            raise ValueError(f"must have at most {MAX_REFERENCES} entries")
        return ids

    def show(self, value: Any) -> str:
        return ", ".join(map(str, value))
<% endif %>
<% if "tags" in kinds %>


@dataclass(frozen=True)
class Tags(Kind):
    """Short names, each once whatever its case, kept in a table of their own."""

    join: str
    own: str
    other: str

    metavar = "NAME"

    def parse(self, text: str) -> list[str]:
        names: dict[str, str] = {}
        for name in filter(None, map(str.strip, text.split("\n"))):
            if len(name) > MAX_TAG_LENGTH:
                raise ValueError(f"must have at most {MAX_TAG_LENGTH} characters each")
            names.setdefault(name.casefold(), name)
        if len(names) > MAX_TAGS:
            raise ValueError(f"must have at most {MAX_TAGS} entries")
        return [names[folded] for folded in sorted(names)]

    def show(self, value: Any) -> str:
        return ", ".join(value)
<% endif %>
<% if "ref" in kinds or "many" in kinds %>


def identifier(text: str) -> int:
    """Return the id that a text names."""
    if text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= MAX_ID:
        return int(text)
    raise ValueError("must be the id of a row, a whole number")
<% endif %>
