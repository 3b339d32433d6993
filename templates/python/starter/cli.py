"""The command line: what can be asked for, and how it is answered.

`count` is here to start from: it reads files or standard input, answers in words or in JSON, and
refuses what it cannot read. Add commands of your own beside it in `build_parser`.

Exit codes: 0 done, 1 refused, 2 not understood, 130 ended by Ctrl-C.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from . import __version__
from .counts import Counts, count

PROGRAM = << app | py >>


class Refused(Exception):
    """What was asked for cannot be done; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code."""
    options = build_parser().parse_args(arguments)
    try:
        return options.action(options)
    except Refused as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever reads has seen enough; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog=PROGRAM, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    about = "count lines, words and characters"
    command = commands.add_parser(
        "count", help=about, description=about.capitalize(), allow_abbrev=False
    )
    command.set_defaults(action=count_files)
    command.add_argument(
        "files", metavar="FILE", nargs="*", default=["-"], help="files to read; - is standard input"
    )
    command.add_argument("--json", action="store_true", help="answer in JSON")
    return parser


def count_files(options: argparse.Namespace) -> int:
    """Count each file, and all of them where there are several."""
    counts = [(name, _count_file(name)) for name in options.files]
    if len(counts) > 1:
        counts.append(("total", sum((each for _, each in counts), Counts())))
    if options.json:
        rows = [{"file": name, **asdict(each)} for name, each in counts]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for name, each in counts:
        print(f"{each.lines:8}{each.words:8}{each.characters:8} {name}")
    return 0


def _count_file(name: str) -> Counts:
    try:
        if name == "-":
            return count(sys.stdin)
        with Path(name).open(encoding="utf-8") as lines:
            return count(lines)
    except UnicodeDecodeError:
        raise Refused(f"{name} is not text in UTF-8.") from None
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror}.") from error
