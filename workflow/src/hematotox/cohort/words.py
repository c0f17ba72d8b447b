"""Numbers, days and levels as they stand in the explanation of a grade."""

from __future__ import annotations

from collections.abc import Sequence

from hematotox.declarations.conventions import Level


def number(value: float) -> str:
    """Return a value as a laboratory prints it.

    Examples
    --------
    >>> number(0.30000000000000004), number(500.0)
    ('0.3', '500')
    """
    return f"{value:.9g}"


def days(first: int, last: int) -> str:
    """Return a stretch of days.

    Examples
    --------
    >>> days(5, 5), days(5, 14)
    ('day 5', 'days 5 to 14')
    """
    return f"day {first}" if first == last else f"days {first} to {last}"


def count(number_of_days: int) -> str:
    """Return a number of days: "1 day", "10 days"."""
    return f"{number_of_days} day" + ("" if number_of_days == 1 else "s")


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return parts as a list in a sentence.

    Examples
    --------
    >>> listed(["2"]), listed(["2", "3", "4"], "or")
    ('2', '2, 3 or 4')
    """
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def at_level_words(level: Level) -> str:
    """Return the words for a level: "at or below 0.5", "below 50"."""
    if level.at_most is not None:
        return f"at or below {number(level.at_most)}"
    assert level.below is not None
    return f"below {number(level.below)}"
