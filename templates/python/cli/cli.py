<% from "python/shared.jinja" import kinds as words, listed %>
<% set kinds = words(contract) | split %>
<% set multi = contract.entities | length > 1 %>
<% set ticked = contract.entities | selectattr("done_field") | list %>
<% set refs = "ref" in kinds %>
"""The command line: what can be asked for, and how it is answered.

Exit codes: 0 done, 1 refused, 2 not understood, 130 ended by Ctrl-C.
"""

import argparse
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from . import __version__, database, view
from .fields import << ["Boolean" if "boolean" in kinds else "", "Choice" if "choice" in kinds else "", "Field", "Many" if "many" in kinds else "", "Refused", "Tags" if "tags" in kinds else ""] | select | join(", ") >>
from .models import TABLES, Table
from .store import Store

PROGRAM = << app | py >>
Arguments = argparse.Namespace
Action = Callable[[Store, Table, Arguments], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code."""
    options = build_parser().parse_args(arguments)
    try:
        with closing(database.connect(options.database or database.default_path())) as connection:
            return options.action(Store(connection), options.table, options)
    except Refused as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 1
    except sqlite3.Error as error:
        print(f"{PROGRAM}: the database failed: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever reads has seen enough; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Keeps << listed(contract.entities) >> in a file on this machine.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--database",
        metavar="FILE",
        type=Path,
        help=f"the file to use instead of {database.VARIABLE} or the usual one",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
<% if multi %>
    for table in TABLES:
        about = f"add, list, show, edit and remove {table.labels}"
        group = commands.add_parser(
            table.entity.rstrip("_").replace("_", "-"), help=about, description=about.capitalize()
        )
        _add_commands(
            group.add_subparsers(title="commands", metavar="COMMAND", required=True), table
        )
<% else %>
    _add_commands(commands, TABLES[0])
<% endif %>
    return parser


def _add_commands(commands: Any, table: Table) -> None:
    """Add the commands of a table."""

    def command(name: str, action: Action, about: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(
            name, help=about, description=about.capitalize(), allow_abbrev=False
        )
        parser.set_defaults(action=action, table=table)
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        return parser

    _add_fields(command("add", add, f"add {_article(table)}"), table, new=True)
    _add_filters(command("list", show_list, f"list {table.labels}"), table)
    _add_id(command("show", show, f"show {_article(table)}"), table)
    parser = command("edit", edit, f"change the given values of {_article(table)}")
    _add_id(parser, table)
    _add_fields(parser, table, new=False)
    parser = command("remove", remove, f"remove {table.labels}")
    _add_id(parser, table, several=True)
<% if refs %>
    parser.add_argument(
        "--force", action="store_true", help="also where other rows would go with them"
    )
<% endif %>
<% if ticked %>
    if table.done:
        _add_id(command("done", tick, f"tick {table.labels} off"), table, several=True)
        _add_id(command("reopen", untick, "take back that they are done"), table, several=True)
<% endif %>


def _article(table: Table) -> str:
    return f"{'an' if table.label[0] in 'aeiou' else 'a'} {table.label}"


def _add_id(parser: argparse.ArgumentParser, table: Table, several: bool = False) -> None:
    about = f"the id of {_article(table)}, as `list` shows it"
    if several:
        parser.add_argument("ids", metavar="ID", type=_row_id, nargs="+", help=about)
    else:
        parser.add_argument("id", metavar="ID", type=_row_id, help=about)


def _add_fields(parser: argparse.ArgumentParser, table: Table, *, new: bool) -> None:
    """Add an argument for each value of a row."""
    for field in table.fields:
        if new and _is_positional(table, field):
            parser.add_argument(_dest(field), metavar=field.name.upper(), help=_about(field, new))
        else:
            required = new and field.required and field.default is None
            _add_option(parser, field, _about(field, new), required)


def _add_filters(parser: argparse.ArgumentParser, table: Table) -> None:
    """Add what narrows and orders a list."""
    for name in table.filterable:
        field = table.field(name)
        if field:
            _add_option(parser, field, "only with this " + _about(field, new=False))
    if table.searchable:
        parser.add_argument(
            "--search", metavar="TEXT", default="", help="only where a text contains this"
        )
    else:
        parser.set_defaults(search="")
    parser.add_argument(
        "--sort", metavar="FIELD", default="", help="one of: " + ", ".join(table.sortable)
    )
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    parser.add_argument("--limit", metavar="COUNT", type=_count, help="at most this many")


def _add_option(
    parser: argparse.ArgumentParser, field: Field, about: str, required: bool = False
) -> None:
<% if "boolean" in kinds %>
    if isinstance(field.kind, Boolean):
        parser.add_argument(
            field.option,
            dest=_dest(field),
            default=None,
            action=argparse.BooleanOptionalAction,
            help=about,
        )
        return
<% endif %>
    parser.add_argument(
        field.option,
        dest=_dest(field),
        metavar=field.kind.metavar,
        required=required,
<% if "tags" in kinds or "many" in kinds %>
        action="append" if isinstance(field.kind, << "Many | Tags" if "tags" in kinds and "many" in kinds else "Many" if "many" in kinds else "Tags" >>) else "store",
<% endif %>
        help=about,
    )


def _is_positional(table: Table, field: Field) -> bool:
    """Tell whether `add` takes the value without an option: the title that names a row."""
    return field.name == table.title and field.required and field.kind.metavar == "TEXT"


def _about(field: Field, new: bool) -> str:
    """Return the help of a field's argument; a percent sign means something to argparse."""
    about = field.label.lower() if field.label[1:].islower() else field.label
<% if "choice" in kinds %>
    if isinstance(field.kind, Choice):
        about += ": " + ", ".join(field.kind.values)
<% endif %>
<% if "tags" in kinds or "many" in kinds %>
    if isinstance(field.kind, << "Many | Tags" if "tags" in kinds and "many" in kinds else "Many" if "many" in kinds else "Tags" >>):
        about += ", may be given several times"
<% endif %>
    if new and isinstance(field.default, str):
        about += f" (else {field.default})"
    return about.replace("%", "%%")


def _dest(field: Field) -> str:
    """Return where the parser keeps a field's value, apart from its own names."""
    return f"field {field.name}"


def _values(table: Table, options: Arguments) -> dict[str, Any]:
    """Return the values that were given."""
    given = vars(options)
    return {
        field.name: given[_dest(field)]
        for field in table.fields
        if given.get(_dest(field)) is not None
    }


def add(store: Store, table: Table, options: Arguments) -> int:
    """Add a row."""
    defaults = {field.name: field.default for field in table.fields}
    row = store.add(table, {**defaults, **_values(table, options)})
    return _say(table, [row], options, "Added", single=True)


def show_list(store: Store, table: Table, options: Arguments) -> int:
    """List rows."""
    rows = store.find(
        table,
        search=options.search,
        filters=_values(table, options),
        sort=options.sort,
        reverse=options.reverse,
        limit=options.limit,
    )
    print(_json(rows) if options.json else view.listing(table, rows))
    return 0


def show(store: Store, table: Table, options: Arguments) -> int:
    """Show a row."""
    row = store.get(table, options.id)
    print(_json(row) if options.json else view.details(table, row))
    return 0


def edit(store: Store, table: Table, options: Arguments) -> int:
    """Change a row."""
    values = _values(table, options)
    if not values:
        raise Refused("Say what to change, such as " + table.fields[0].option + ".")
    row = store.edit(table, options.id, values)
    return _say(table, [row], options, "Changed", single=True)


def remove(store: Store, table: Table, options: Arguments) -> int:
    """Remove rows."""
    for row in options.ids:
        store.get(table, row)
<% if refs %>
        others = store.dependants(table, row)
        if others and not options.force:
            raise Refused(
                f"{' and '.join(others)} would go with {table.label} {row}; "
                "add --force to remove them too."
            )
<% endif %>
    rows = [store.remove(table, row) for row in dict.fromkeys(options.ids)]
    return _say(table, rows, options, "Removed")
<% if ticked %>


def tick(store: Store, table: Table, options: Arguments) -> int:
    """Tick rows off."""
    return _mark(store, table, options, True)


def untick(store: Store, table: Table, options: Arguments) -> int:
    """Take back that rows are ticked off."""
    return _mark(store, table, options, False)


def _mark(store: Store, table: Table, options: Arguments, value: bool) -> int:
    for row in options.ids:
        store.get(table, row)
    rows = [store.edit(table, row, {table.done or "": value}) for row in options.ids]
    return _say(table, rows, options, "Done" if value else "Open again")
<% endif %>


def _say(
    table: Table,
    rows: Sequence[dict[str, Any]],
    options: Arguments,
    what: str,
    single: bool = False,
) -> int:
    """Say what became of rows."""
    if options.json:
        print(_json(rows[0] if single else rows))
        return 0
    for row in rows:
        print(f"{what}: {table.label} {row['id']}, {view.title(table, row)}")
    return 0


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _row_id(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no id: an id is a whole number")


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
