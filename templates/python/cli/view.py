<% from "python/shared.jinja" import kinds as words %>
<% set kinds = words(contract) | split %>
"""How rows are shown to people. JSON is for programs and does not pass through here."""

import shutil
import sys
from collections.abc import Sequence
from typing import Any

<% set imported = ["Field", "Many" if "many" in kinds else "", "Ref" if "ref" in kinds else ""] | select %>
from .fields import << imported | join(", ") >>
from .models import Table

GAP = "  "
# Narrower than this, a column says nothing any more.
MIN_WIDTH = 8


def listing(table: Table, rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as a table with a heading."""
    if not rows:
        return f"No {table.labels}."
<% if "text" in kinds %>
    # Long texts are for `show`.
    fields = [field for field in table.fields if not getattr(field.kind, "long", False)]
<% else %>
    fields = table.fields
<% endif %>
    lines = [["ID", *(field.label for field in fields)]]
    lines += [[str(row["id"]), *(_cell(field, row) for field in fields)] for row in rows]
    widths = _fitted([max(map(len, column)) for column in zip(*lines, strict=True)])
    return "\n".join(
        GAP.join(_cut(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def details(table: Table, row: dict[str, Any]) -> str:
    """Return one row with a line for each value."""
    pairs = [("ID", str(row["id"]))]
    pairs += [(field.label, shown(field, row)) for field in table.fields]
    pairs += [("Added", row["created_at"]), ("Changed", row["updated_at"])]
    width = max(len(label) for label, _ in pairs)
    indent = "\n" + " " * width + GAP
    lines = [
        f"{label:<{width}}{GAP}{_plain(value).replace(chr(10), indent)}".rstrip()
        for label, value in pairs
    ]
    return "\n".join(lines)


def title(table: Table, row: dict[str, Any]) -> str:
    """Return the text that names a row."""
    field = table.field(table.title)
    return _line(shown(field, row)) if field else ""


def shown(field: Field, row: dict[str, Any]) -> str:
    """Return a value of a row as text."""
    value = row[field.name]
<% if "ref" in kinds %>
    if isinstance(field.kind, Ref):
        return "" if value is None else f"{row[field.name.removesuffix('_id')]} ({value})"
<% endif %>
<% if "many" in kinds %>
    if isinstance(field.kind, Many):
        named = zip(row[field.kind.titles], value, strict=True)
        return ", ".join(f"{title} ({item})" for title, item in named)
<% endif %>
    return field.kind.show(value)


def _cell(field: Field, row: dict[str, Any]) -> str:
    return _line(shown(field, row))


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    """Return the text without characters that would steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _fitted(widths: Sequence[int]) -> Sequence[int]:
    """Take from the widest columns until the table fits the terminal; a pipe has all the room."""
    widths = list(widths)
    if not sys.stdout.isatty():
        return widths
    room = shutil.get_terminal_size().columns - len(GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > MIN_WIDTH:
        widths[widths.index(max(widths))] -= 1
    return widths


def _cut(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 3] + "..."
