"""A command-line tool; it starts in `cli`."""

__version__ = "0.1.0"
