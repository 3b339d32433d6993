"""Lets `python -m` start the program."""

from .cli import main

raise SystemExit(main())
