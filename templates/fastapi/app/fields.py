<% from "web/shared.jinja" import kinds as words %>
<% set kinds = words(contract) | split %>
<% set textual = "string" in kinds or "text" in kinds %>
<% set numeric = "integer" in kinds or "number" in kinds or "money" in kinds %>
<% set dated = "date" in kinds or "datetime" in kinds %>
<% set patterns = "email" in kinds or "url" in kinds or "phone" in kinds or "datetime" in kinds or "time" in kinds %>
<% set lists = "tags" in kinds or "many" in kinds %>
<% set described = dated or "time" in kinds or "email" in kinds or "url" in kinds %>
<% set pydantic = ["AfterValidator" if (lists or dated or "time" in kinds or "email" in kinds or "url" in kinds or "phone" in kinds or "money" in kinds) else "", "BaseModel", "BeforeValidator", "Field", "Strict", "WithJsonSchema" if described else ""] | select | list %>
"""The types of fields: what each takes from JSON.

Nothing is converted silently: "1" is no number and 1 is not true. Texts are trimmed, and a text
that is blank stands for no value. Validators raise `ValueError` with the rest of a sentence that
begins with the field's name.
"""

<% if patterns %>
import re
<% endif %>
<% if dated %>
from datetime import << ["date" if "date" in kinds else "", "datetime, timezone" if "datetime" in kinds else ""] | select | join(", ") >>
<% endif %>
<% if "money" in kinds %>
from decimal import Decimal
<% endif %>
from typing import Annotated, TypeVar
<% if "url" in kinds %>
from urllib.parse import urlsplit
<% endif %>

from fastapi import Path
from pydantic import << pydantic | join(", ") >>

# SQLite's integers have 64 bits; no row has an id beyond them.
MAX_ID = 2**63 - 1
<% if "integer" in kinds or "number" in kinds %>
# Beyond this a JavaScript client could not tell neighbouring whole numbers apart.
MAX_SAFE_INTEGER = 2**53 - 1
<% endif %>
<% if "money" in kinds %>
# Amounts are kept as whole cents, which JavaScript should be able to tell apart too.
MAX_AMOUNT = (2**53 - 1) // 100
<% endif %>
<% if "tags" in kinds %>
MAX_TAGS = 20
MAX_TAG_LENGTH = 40
<% endif %>
<% if "many" in kinds %>
MAX_LINKS = 100
<% endif %>
DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_QUERY_LENGTH = 200

T = TypeVar("T")


def tidy(value: object) -> object:
    """Trim text; what is blank stands for no value."""
    if not isinstance(value, str):
        return value
    # NUL ends a text in SQLite, and half of a surrogate pair is no character.
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("contains characters that cannot be stored.")
    return value.strip() or None


Tidy = BeforeValidator(tidy)

# A value that may be missing.
Maybe = Annotated[T | None, Tidy]

Text = Annotated[str, Tidy, Strict()]
<% if "integer" in kinds %>
Integer = Annotated[int, Tidy, Strict(), Field(ge=-MAX_SAFE_INTEGER), Field(le=MAX_SAFE_INTEGER)]
<% endif %>
<% if "number" in kinds %>
Number = Annotated[
    float,
    Tidy,
    Strict(),
    Field(allow_inf_nan=False),
    Field(ge=-MAX_SAFE_INTEGER),
    Field(le=MAX_SAFE_INTEGER),
]
<% endif %>
<% if "boolean" in kinds %>
Flag = Annotated[bool, Tidy, Strict()]
<% endif %>
<% if "ref" in kinds or "many" in kinds %>
Reference = Annotated[int, Tidy, Strict(), Field(ge=1), Field(le=MAX_ID)]
<% endif %>
<% if "money" in kinds %>


def _cents(value: float) -> float:
    # The text of a float is the shortest that means it, so 0.1 is ten cents exactly.
    if Decimal(str(value)) * 100 % 1:
        raise ValueError("must have at most two decimals.")
    return value


# An amount with two decimals.
Money = Annotated[
    float,
    Tidy,
    Strict(),
    Field(allow_inf_nan=False),
    Field(ge=-MAX_AMOUNT),
    Field(le=MAX_AMOUNT),
    AfterValidator(_cents),
]
<% endif %>
<% if "date" in kinds %>


def _day(text: str) -> str:
    try:
        # The comparison refuses the other spellings of ISO 8601, such as 2024-W20-5.
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError("must be a date such as 2024-05-17.")


Date = Annotated[Text, AfterValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
<% endif %>
<% if "datetime" in kinds %>


def _moment(text: str) -> str:
    try:
        if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", text):
            raise ValueError(text)
        moment = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise ValueError("must be a date and time such as 2024-05-17T09:30:00Z.") from None
    return moment.isoformat(timespec="seconds") + "Z"


# A moment, given back in UTC; a value without an offset is taken to be UTC.
DateTime = Annotated[
    Text, AfterValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
<% endif %>
<% if "time" in kinds %>


def _time(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError("must be a time such as 09:30.")
    return text


Time = Annotated[
    Text,
    AfterValidator(_time),
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
]
<% endif %>
<% if "email" in kinds %>


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text):
        raise ValueError("must be an e-mail address such as ada@example.org.")
    return text


Email = Annotated[
    Text, AfterValidator(_email), WithJsonSchema({"type": "string", "format": "email"})
]
<% endif %>
<% if "url" in kinds %>


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or re.search(r"\s", text):
        raise ValueError("must be a web address such as https://example.org.")
    return text


Url = Annotated[Text, AfterValidator(_url), WithJsonSchema({"type": "string", "format": "uri"})]
<% endif %>
<% if "phone" in kinds %>


def _phone(text: str) -> str:
    digits = sum(character.isdigit() for character in text)
    if digits < 3 or not re.fullmatch(r"\+?[0-9 ()./-]+", text):
        raise ValueError("must be a telephone number such as +44 20 7946 0018.")
    return text


Phone = Annotated[Text, AfterValidator(_phone)]
<% endif %>
<% if "tags" in kinds %>


def _distinct(names: list[str]) -> list[str]:
    # The first spelling of a name stays.
    kept: dict[str, str] = {}
    for name in names:
        kept.setdefault(name.casefold(), name)
    return [kept[key] for key in sorted(kept)]


def _is_name(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name.strip()) <= MAX_TAG_LENGTH


def _named(names: object) -> object:
    # What is wrong with entries is said once and of all of them.
    if isinstance(names, list) and not all(map(_is_name, names)):
        raise ValueError(f"must be names of 1 to {MAX_TAG_LENGTH} characters.")
    return names


# Short names, given back in order and without doubles.
Tags = Annotated[
    list[Annotated[Text, Field(max_length=MAX_TAG_LENGTH)]],
    BeforeValidator(_named),
    AfterValidator(_distinct),
    Field(max_length=MAX_TAGS),
]
<% endif %>
<% if "many" in kinds %>


def _ascending(ids: list[int]) -> list[int]:
    return sorted(set(ids))


# Ids of other rows, given back in order and without doubles.
Links = Annotated[list[Reference], AfterValidator(_ascending), Field(max_length=MAX_LINKS)]
<% endif %>


def _digits(text: object) -> object:
    if not (isinstance(text, str) and text.isascii() and text.isdigit()):
        raise ValueError("must be a whole number.")
    return text


# Numbers and flags in addresses, where everything is text.
Whole = Annotated[int, BeforeValidator(_digits), Field(le=MAX_ID)]
<% if "boolean" in kinds %>


def _true_or_false(text: object) -> object:
    if text not in ("true", "false"):
        raise ValueError("must be true or false.")
    return text == "true"


QueryFlag = Annotated[bool, BeforeValidator(_true_or_false)]
<% endif %>

# The id of a row in an address.
RowId = Annotated[int, BeforeValidator(_digits), Path(ge=1, le=MAX_ID)]


class Paging(BaseModel):
    """Which part of a list to return."""

    limit: Annotated[Whole, Tidy, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    offset: Annotated[Whole, Tidy] = 0
<% if "tags" in kinds %>


class TagCount(BaseModel):
    """A tag, and how many rows have it."""

    name: str
    count: int


class TagList(BaseModel):
    """The tags in use."""

    items: list[TagCount]
<% endif %>
