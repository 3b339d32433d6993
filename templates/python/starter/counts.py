"""Counting lines, words and characters. Knows nothing of the command line."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """How much text there is."""

    lines: int = 0
    words: int = 0
    characters: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.lines + other.lines,
            self.words + other.words,
            self.characters + other.characters,
        )


def count(lines: Iterable[str]) -> Counts:
    """Count a text, which is read line by line and may be of any size."""
    total = Counts()
    for line in lines:
        total += Counts(1, len(line.split()), len(line))
    return total
