<% from "python/shared.jinja" import package %>
"""What `slug` promises."""

import doctest

import pytest

from << package(app, taken) >> import slug, text


def test_the_examples_of_the_docstrings_hold() -> None:
    failed, tried = doctest.testmod(text)
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Hello, World!", "hello-world"),
        ("  many   blanks  ", "many-blanks"),
        ("Crème Brûlée", "creme-brulee"),
        ("2 + 2 = 4", "2-2-4"),
        ("already-a-slug", "already-a-slug"),
        ("../../etc/passwd", "etc-passwd"),
        ("\N{LATIN SMALL LIGATURE FI}ne", "fine"),
        ("日本語", ""),
        ("", ""),
    ],
)
def test_only_letters_digits_and_separators_are_left(given: str, expected: str) -> None:
    assert slug(given) == expected


def test_a_slug_of_a_slug_is_itself() -> None:
    once = slug("Once & for all")
    assert slug(once) == once


@pytest.mark.parametrize(
    ("max_length", "expected"),
    [(100, "one-two-three"), (13, "one-two-three"), (12, "one-two"), (7, "one-two"), (2, "on")],
)
def test_a_long_text_is_cut_between_words(max_length: int, expected: str) -> None:
    assert slug("One two three", max_length=max_length) == expected


def test_the_separator_can_be_chosen() -> None:
    assert slug("One two", separator="_") == "one_two"


def test_a_length_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="max_length"):
        slug("text", max_length=0)
