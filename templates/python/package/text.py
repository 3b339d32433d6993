"""Turning text for people into text for addresses."""

import re
import unicodedata


def slug(text: str, *, separator: str = "-", max_length: int | None = None) -> str:
    """Return `text` in lowercase ASCII letters and digits, with `separator` between the words.

    Accents are taken off. Letters without a form in ASCII are left out, so the result can be empty.
    With `max_length` it is cut, between words where it can be.

    >>> slug("Crème brûlée, twice!")
    'creme-brulee-twice'
    >>> slug("Crème brûlée, twice!", separator="_", max_length=12)
    'creme_brulee'
    """
    if max_length is not None and max_length < 1:
        raise ValueError(f"max_length must be at least 1, not {max_length}")
    # The compatibility form takes letters and their accents apart; ASCII keeps the letters.
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", plain.lower())
    whole = separator.join(words)
    if max_length is None or len(whole) <= max_length:
        return whole
    while len(words) > 1 and len(separator.join(words)) > max_length:
        words.pop()
    return separator.join(words)[:max_length]
